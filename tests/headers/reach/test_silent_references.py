"""Private destructors and allocation functions that inline bodies refer to without naming them; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

REFERRING = {
    "a static local": "public: static S& get() { static S s; return s; }",
    "a thread-local one": "public: static S& get() { static thread_local S s; return s; }",
    "a local variable": "public: static void run() { S s; s.name(); }",
    "an array": "public: static void run() { S s[2]; s[1].name(); }",
    "a temporary": "public: static int run() { return S().name(); }",
    "a discarded result": "static S make(); public: static void run() { make(); }",
    "an argument by value": "static void take(S); public: static void run() { take(S()); }",
    "delete": "public: void destroy() { delete this; }",
    "a lambda": "public: static auto run() { return [] { S s; return s.name(); }(); }",
    "another class's destructor": "friend struct H; }; struct H { H(); ~H() {} S s; static void run() { H h; }",
}
SPARING = {
    "the heap": "public: static S& get() { static S* s = new S; return *s; }",
    "a result": "public: static S make() { return S(); }",
    "a reference": "public: static S& get(); static int run() { S& s = get(); return s.name(); }",
    "a pointer": "public: static S* get(); static int run() { S* s = get(); return s->name(); }",
    "a declaration": "public: static S make(); S(S&&); static void take(S); ",
    "a virtual destructor": "public: virtual void v(); static void run(S* s) { delete s; }",
}


def compiled(tmp_path, members: str):
    destructor = "virtual ~S();" if "virtual" in members else "~S();"
    text = f"class S {{ S(); {destructor} public: int name(); private: {members} }};\n"
    snapshot = record_text(tmp_path, text)
    keep = ("-c", "-O0", "-fkeep-inline-functions")
    unit = compile_cxx('#include "api.h"\n', flags=keep, include=[tmp_path])
    assert unit.status == 0, unit.messages
    return snapshot, undefined_symbols(unit.path)


@pytest.mark.parametrize("members", REFERRING.values(), ids=REFERRING)
def test_a_private_destructor_is_owed_where_an_object_ends(tmp_path, members):
    snapshot, undefined = compiled(tmp_path, members)
    assert "_ZN1SD1Ev" in undefined
    assert "_ZN1SD1Ev" in promised(snapshot)


@pytest.mark.parametrize("members", SPARING.values(), ids=SPARING)
def test_a_private_destructor_is_not_owed_elsewhere(tmp_path, members):
    snapshot, undefined = compiled(tmp_path, members)
    assert "_ZN1SD1Ev" not in undefined
    assert "_ZN1SD1Ev" not in promised(snapshot)


def test_a_class_owes_its_own_allocation_functions_where_new_and_delete_stand(tmp_path):
    text = """
    class S {
        static void* operator new(unsigned long);
        static void operator delete(void*);
    public:
        S() noexcept;
        ~S();
        static S* make() { return new S; }
        static void destroy(S* s) { delete s; }
    };
    class Unused {
        static void* operator new(unsigned long);
        static void operator delete(void*);
    public:
        static void run() { Unused u; }
    };
    """
    snapshot = record_text(tmp_path, text)
    assert promised(snapshot) == {"_ZN1SC1Ev", "_ZN1SC2Ev", "_ZN1SD1Ev", "_ZN1SD2Ev", "_ZN1SnwEm", "_ZN1SdlEPv"}
    flags = ("-c", "-O0", "-fkeep-inline-functions")
    unit = compile_cxx('#include "api.h"\n', flags=flags, include=[tmp_path])
    assert {"_ZN1SnwEm", "_ZN1SdlEPv"} <= undefined_symbols(unit.path)
