"""A vtable is owed where a consumer may compile a constructor; an implicit copy that is deleted is none."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

HIDING = {
    "a base": "struct Base { Base(); Base(const Base&) = delete; virtual ~Base(); }; struct R : Base { {body} };",
    "a member": "struct Part { Part(); Part(const Part&) = delete; }; struct R { {body} Part part; };",
    "a member of the standard library": "#include <memory>\nstruct R { {body} std::unique_ptr<int> part; };",
    "a union that nobody can copy": "#include <string>\nstruct R { {body} union { std::string part; int number; }; };",
    "a copy that is private": "class R { R(const R&) = default; public: {body} };",
    "a reference to move from": "struct R { {body} int&& part; };",
}
COPYABLE = {
    "a union": "struct Part { Part(int) {} int n; }; struct R { {body} union { Part part; int number; }; };",
    "a base": "struct Base { Base(); virtual ~Base(); }; struct R : Base { {body} };",
    "a member of the standard library": "#include <memory>\nstruct R { {body} std::shared_ptr<int> part; };",
}
BODY = "R(int); virtual ~R(); virtual int key();"


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING)
def test_nobody_refers_to_the_vtable_of_what_cannot_be_copied(tmp_path, text):
    text = text.replace("{body}", BODY)
    use = "struct E : R { using R::R; }; void f() { R r(1); E e(2); delete new R(3); }"
    unit = compile_cxx(f"{text}\n{use}", flags=("-c", "-O0"))
    assert unit.status == 0, unit.messages
    assert "_ZTV1R" not in undefined_symbols(unit.path) | promised(record_text(tmp_path, text))


@pytest.mark.parametrize("text", COPYABLE.values(), ids=COPYABLE)
def test_whoever_copies_refers_to_it(tmp_path, text):
    text = text.replace("{body}", BODY)
    unit = compile_cxx(f"{text}\nvoid f(R& r) {{ R copy(r); }}", flags=("-c", "-O0"))
    assert unit.status == 0, unit.messages
    assert "_ZTV1R" in undefined_symbols(unit.path) & promised(record_text(tmp_path, text))


def test_a_parameters_own_const_makes_no_other_function(tmp_path):
    text = "int twice(int); inline int twice(const int a) { return 2 * a; } int once(const int); int once(int);"
    assert promised(record_text(tmp_path, text)) == {"_Z4oncei"}


def test_a_private_template_between_leads_on(tmp_path):
    text = (
        "class C { public: template <class H> H pub(H s) { return helper(s); }\n"
        "private: template <class H> H helper(H s) { aux(1); return s; } static void aux(int);"
        "static void no(int); };"
    )
    unit = compile_cxx(f"{text}\nint f(C c) {{ return c.pub(1); }}", flags=("-c", "-O0"))
    assert promised(record_text(tmp_path, text)) == undefined_symbols(unit.path) == {"_ZN1C3auxEi"}
