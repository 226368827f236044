"""Branches that `if constexpr` discards refer to nothing; g++ is the judge."""

from __future__ import annotations

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

BRANCHES = """
inline constexpr bool kWide = sizeof(int) == 4;
template <class T> T made();
struct Guard { int n; };
class Wide {
    static int narrow(); static int first(); static int second(); static int third(); static int plain();
    static int either(); static int lone(); static int local();
public:
    static int pick() { if constexpr (kWide) return first(); else return narrow(); }
    static int chain() {
        if constexpr (!kWide) { int n = narrow(); return n; } else if constexpr (8 == sizeof(kWide)) { return lone(); }
        else { return second(); }
    }
    static int written(int n) { if (n) return 1; else return plain(); }
    template <class T> static int of() { if constexpr (sizeof(T) == 1) return either(); else return third(); }
    static int kept() { if constexpr (kWide) { int n = local(); return n; } return 0; }
};
inline int unmade() { if constexpr (!kWide) return made<char>(); return 0; }
"""
USE = """
int main() {
    return Wide::pick() + Wide::chain() + Wide::written(0)
        + Wide::of<char>() + Wide::of<int>() + Wide::kept() + unmade();
}
"""


def test_what_a_discarded_branch_names_is_not_owed(tmp_path):
    owed = promised(record_text(tmp_path, BRANCHES))
    assert owed == undefined_symbols(compile_cxx(BRANCHES + USE, flags=("-c", "-std=c++17", "-O0")).path)
