"""Private functions that a template calls by a name that several have; g++ is the judge."""

from __future__ import annotations

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text


def test_every_overload_that_a_template_may_choose_is_reached(tmp_path):
    text = """
    struct A {
        template <class V> void t(V value) { chosen(value); }
    private:
        void chosen(int); void chosen(long); void idle(int);
    };
    """
    snapshot = record_text(tmp_path, text)
    consumer = '#include "api.h"\nvoid f(A& a) { a.t(1); a.t(1L); }'
    unit = compile_cxx(consumer, flags=("-c", "-O0"), include=[tmp_path])
    assert undefined_symbols(unit.path) == promised(snapshot)
