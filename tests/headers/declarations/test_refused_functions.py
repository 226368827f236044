"""Functions that nobody can call: deleted ones of every kind, and those that the compiler refuses; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

from trtheaders.model.headers.promises import Exemption

DELETED = {
    "a function": ("void f(int) = delete;", "f(1)"),
    "one in a namespace": ("namespace n { void f(int) = delete; }", "n::f(1)"),
    "one behind a macro": ("#define NO = delete\nvoid f(int) NO;", "f(1)"),
    "a specialisation": ("template <class T> T f(int); template <> bool f<bool>(int) = delete;", "f<bool>(1)"),
    "one of a member": (
        "struct S { template <class T> static void f(); }; template <> void S::f<int>() = delete;",
        "S::f<int>()",
    ),
    "a friend": ("struct S { friend void f(S) = delete; };", "f(S())"),
}
REFUSED = {
    "error": ('void f(int) __attribute__((error("no")));', "f(1)"),
    "its other spelling": ('[[gnu::__error__("no")]] void f(int);', "f(1)"),
    "a member with it": ('struct S { __attribute__((error("no"))) void f(); };', "S().f()"),
    "unavailable": ("void f(int) __attribute__((unavailable));", "f(1)"),
    "with a message": ('void f(int) __attribute__((unavailable("no")));', "f(1)"),
    "a constructor": ("struct S { S(int) __attribute__((unavailable)); };", "S(1)"),
    "a variable": ("extern int v __attribute__((unavailable));", "++v"),
    "a virtual function": (
        "struct S { virtual void f() __attribute__((unavailable)); };",
        "[] { struct D : S {}; D d; }()",
    ),
}


def refuse(folder, use: str) -> None:
    unit = compile_cxx(f'#include "api.h"\nvoid use() {{ {use}; }}\n', flags=("-c", "-O0"), include=[folder])
    assert unit.status != 0


@pytest.mark.parametrize(("text", "use"), DELETED.values(), ids=DELETED)
def test_what_is_deleted_is_not_owed(tmp_path, text, use):
    snapshot = record_text(tmp_path, text)
    refuse(tmp_path, use)
    assert not promised(snapshot)
    assert Exemption.DELETED in {item.reason for item in snapshot.exempt}


@pytest.mark.parametrize(("text", "use"), REFUSED.values(), ids=REFUSED)
def test_what_the_compiler_refuses_is_not_owed(tmp_path, text, use):
    snapshot = record_text(tmp_path, text)
    refuse(tmp_path, use)
    assert not {name for name in promised(snapshot) if not name.startswith("_ZT")}
    assert {item.reason for item in snapshot.exempt} == {Exemption.REFUSED}


def test_what_only_looks_like_it_is_owed(tmp_path):
    text = """
    void warned() __attribute__((warning("no")));
    void error(int unavailable) __attribute__((cold));
    [[deprecated("unavailable")]] void old();
    struct S { virtual void named() __attribute__((error("no"))); virtual void key(); };
    """
    snapshot = record_text(tmp_path, text)
    consumer = "struct D : S { D(); }; D::D() {} void use() { warned(); error(1); old(); }"
    unit = compile_cxx(f'#include "api.h"\n{consumer}', flags=("-c", "-O0", "-w"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    left = {name for name in undefined_symbols(unit.path) if name.startswith("_Z") and not name.startswith("_ZTVN10__")}
    assert {"_Z6warnedv", "_Z5errori", "_Z3oldv"} < left
    assert left <= promised(snapshot)
