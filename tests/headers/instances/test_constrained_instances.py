"""Members of explicit instances that C++20 constraints leave out; g++ is the judge."""

from __future__ import annotations

from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

API = """
template <class T> struct S {
    void always();
    void narrow() requires (sizeof(T) == 1);
    void wide(T) requires (sizeof(T) == 4);
    static void kept() requires (sizeof(T) == 1);
    static int kept(int) requires (sizeof(T) == 4);
    int either() const& requires (sizeof(T) == 1);
    int either() const& requires (sizeof(T) == 4);
    operator long() const noexcept requires (sizeof(T) == 1);
    S() requires (sizeof(T) == 1);
    S(long*) requires (sizeof(T) == 1);
    S(int*) requires (sizeof(T) == 4);
protected:
    int narrow_inside() const noexcept requires (sizeof(T) == 1);
    int wide_inside() const noexcept requires (sizeof(T) == 4);
};
extern template struct S<int>;
extern template struct S<char>;
"""
DEFINITIONS = """
#include "api.h"
template <class T> void S<T>::always() {}
template <class T> void S<T>::narrow() requires (sizeof(T) == 1) {}
template <class T> void S<T>::wide(T) requires (sizeof(T) == 4) {}
template <class T> void S<T>::kept() requires (sizeof(T) == 1) {}
template <class T> int S<T>::kept(int) requires (sizeof(T) == 4) { return 0; }
template <class T> int S<T>::either() const& requires (sizeof(T) == 1) { return 0; }
template <class T> int S<T>::either() const& requires (sizeof(T) == 4) { return 0; }
template <class T> S<T>::operator long() const noexcept requires (sizeof(T) == 1) { return 0; }
template <class T> S<T>::S() requires (sizeof(T) == 1) {}
template <class T> S<T>::S(long*) requires (sizeof(T) == 1) {}
template <class T> S<T>::S(int*) requires (sizeof(T) == 4) {}
template <class T> int S<T>::narrow_inside() const noexcept requires (sizeof(T) == 1) { return 0; }
template <class T> int S<T>::wide_inside() const noexcept requires (sizeof(T) == 4) { return 0; }
template struct S<int>;
template struct S<char>;
"""


def test_an_instance_owes_the_members_whose_constraints_are_satisfied(tmp_path):
    snapshot = record_text(tmp_path, API, standard="c++20")
    library = build_library(DEFINITIONS, flags=("-std=c++20",), include=[tmp_path])
    assert promised(snapshot) == exported_symbols(library)


def test_a_consumer_refers_to_no_more(tmp_path):
    snapshot = record_text(tmp_path, API, standard="c++20")
    consumer = '#include "api.h"\nvoid use(int* p) { S<int> s(p); s.always(); s.wide(1); S<int>::kept(1); s.either(); }'
    unit = compile_cxx(consumer, flags=("-c", "-O0", "-std=c++20"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert undefined_symbols(unit.path) <= promised(snapshot)
    refused = compile_cxx(
        consumer + "\nvoid more(S<int> s) { s.narrow(); }", flags=("-c", "-std=c++20"), include=[tmp_path]
    )
    assert refused.status != 0
