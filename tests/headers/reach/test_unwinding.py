"""What is referred to in case something throws, and allocation functions and comparisons nobody names; g++ judges."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

FREED = "static void* operator new(unsigned long); static void operator delete(void*);"
PLACED = (
    "static void* operator new(unsigned long, int); static void operator delete(void*, int); "
    "static void operator delete(void*);"
)
ARRAYS = "static void* operator new[](unsigned long); static void operator delete[](void*);"
COMPARED = (
    "struct M { bool operator==(const M&) const; std::strong_ordering operator<=>(const M&) const; }; M m; public: "
    "P(); bool operator==(const P&) const = default; std::strong_ordering operator<=>(const P&) const = default;"
)
PART = "struct I { I(); ~I(); }; struct Z { Z(); Z(int) noexcept; void n() noexcept; };"
CASES = {
    "an initialiser behind": f"{PART} I i; int* p; public: P() : p(new int) {{}} ~P();",
    "a member behind": f"{PART} I i; Z z; public: P() {{}} ~P();",
    "a member in front": f"{PART} Z z; I i; public: P() {{}} ~P();",
    "a member that never throws": f"{PART} I i; Z z; public: P() : z(1) {{ z.n(); }} ~P();",
    "a body that throws": f"{PART} I i; public: P() {{ throw 1; }} ~P();",
    "a body that does not": f"{PART} I i; int k; public: P() : k(1) {{ k++; }} ~P();",
    "a constructor that says so": f"{PART} I i; int* p; public: P() noexcept : p(new int) {{}} ~P();",
    "an array": f"{PART} I i[2]; public: P() {{}} ~P();",
    "new": f"{FREED} public: P(); ~P(); static P* make() {{ return new P; }}",
    "new that never throws": f"{FREED} public: P() noexcept; ~P(); static P* make() {{ return new P; }}",
    "placement": f"{PLACED} public: P(); ~P(); static P* make() {{ return new (1) P; }}",
    "new of an array": f"{ARRAYS} {FREED} public: P(); ~P(); static P* make() {{ return new P[3]; }}",
    "delete of an array": f"{ARRAYS} {FREED} public: P(); ~P(); static void kill(P* p) {{ delete[] p; }}",
    "delete of one": f"{ARRAYS} {FREED} public: P(); ~P(); static void kill(P* p) {{ delete p; }}",
    "a deleting destructor": f"{FREED} public: P(); virtual ~P() {{}}",
    "comparisons": COMPARED,
}


@pytest.mark.parametrize("members", CASES.values(), ids=CASES)
def test_what_nobody_names_is_owed_where_the_compiler_refers_to_it(tmp_path, members):
    snapshot = record_text(tmp_path, f"#include <compare>\nclass P {{ {members} }};\n", standard="c++20")
    flags = ("-c", "-O0", "-std=c++20", "-fkeep-inline-functions")
    unit = compile_cxx('#include "api.h"\n', flags=flags, include=[tmp_path])
    assert unit.status == 0, unit.messages
    hidden = ("_ZN1P1I", "_ZN1P1M", "_ZNK1P1M", "_ZN1Pnw", "_ZN1Pdl", "_ZN1Pna", "_ZN1Pda")
    owed, undefined = promised(snapshot), undefined_symbols(unit.path)
    complete = {name for name in owed if name.startswith(hidden) and "C2" not in name and "D2" not in name}
    assert complete == {name for name in undefined if name.startswith(hidden)}
