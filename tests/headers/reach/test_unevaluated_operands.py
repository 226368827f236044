"""Private functions that are only named where nothing is evaluated; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

CHECK = """
class Check {
    typedef char yes; struct no { char both[2]; };
    static yes test(int*); static no test(...);
    static int lone(int); static int twice(int); static int quiet(int); static int typed(int); static int bare(int);
    static int body(int);
public:
    template <class T> static bool is() { return sizeof(test((T*)0)) == 1; }
    static int once() { return sizeof(lone(1)); }
    static int again() { return sizeof(twice(1)) + twice(2); }
    static auto result() -> decltype(typed(1)) { return noexcept(quiet(1)) + sizeof bare(1); }
    static int around() { if (sizeof(int) == 4) { decltype(sizeof(int)) q = 3; return body(q); } return 0; }
};
"""
NAMED = """#include <typeinfo>
#define TYPE(x) __typeof__(x)
template <class T> T made(); template <class T> struct Ghost { static T get(); };
struct Poly { virtual ~Poly() {} }; Poly& lent();
inline const char* name() { return typeid(made<char>()).name(); }
inline const char* dynamic() { return typeid(lent()).name(); }
inline int typed() { TYPE(Ghost<int>::get()) x = 0; return x; }
"""
REQUIRES = """
class Check {
    void asked() const; void clause(); void named();
public:
    template <class T> static bool has(T t) { return requires (T other) { other.asked(); }; }
    template <class T> void under(T) requires (sizeof(T) == 4) { clause(); }
    template <class T> void also(T) { if (requires { named(); }) named(); }
};
"""


@pytest.mark.parametrize(
    ("text", "use", "standard"),
    [
        (CHECK, "Check::is<int>() + Check::once() + Check::again() + Check::result() + Check::around()", "c++17"),
        (NAMED, "(name(), dynamic(), typed())", "c++17"),
        (REQUIRES, "Check::has(Check()) + (Check().under(1), Check().also(1), 0)", "c++20"),
    ],
)
def test_an_operand_that_is_never_evaluated_reaches_nothing(tmp_path, text, use, standard):
    snapshot = record_text(tmp_path, text, standard=standard)
    unit = compile_cxx(
        f'#include "api.h"\nint f() {{ return {use}; }}', flags=("-c", "-O0", f"-std={standard}"), include=[tmp_path]
    )
    assert unit.status == 0, unit.messages
    theirs = {"_ZTIc", "__cxa_bad_typeid"}
    assert promised(snapshot) == undefined_symbols(unit.path) - theirs
    assert promised(snapshot)
