"""Instances of class templates under an export macro, and their constants; g++ is the judge."""

from __future__ import annotations

from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

API = """
#define API __attribute__((visibility("default")))
template <class T> struct API Plain { void one(); void two() {} };
template <class T> void Plain<T>::one() {}
extern template struct API Plain<int>;
extern template class API Plain<char>;
extern template struct Plain<long>;
template <class T> struct API Base { virtual void b() {} long kept; };
struct API Derived : Base<int> { int more; };
struct API Keyed : Base<int> { virtual void key(); };
"""


def test_an_attribute_on_an_explicit_instantiation_hides_none_of_its_members(tmp_path):
    snapshot = record_text(tmp_path, API)
    consumer = '#include "api.h"\ntemplate <class T> void use() { Plain<T> p; p.one(); p.two(); }\n'
    consumer += "void run() { use<int>(); use<char>(); use<long>(); }"
    undefined = undefined_symbols(compile_cxx(consumer, flags=("-c", "-O0"), include=[tmp_path]).path)
    assert undefined == {f"_ZN5PlainI{letter}E3{name}Ev" for letter in "icl" for name in ("one", "two")}
    assert {name for name in promised(snapshot) if "Plain" in name} == undefined


def test_a_base_of_an_attributed_template_is_dynamic_all_the_same(tmp_path):
    records = {record.name: record for record in record_text(tmp_path, API).records}
    assert records["Derived"].polymorphic
    assert records["Keyed"].key_function == "_ZN5Keyed3keyEv"


def test_a_constant_with_its_value_in_the_class_is_no_promise_of_an_instance(tmp_path):
    text = """
    template <class T> struct D {
        static const int given = 4;
        static const int defined;
        static constexpr int computed = 5;
        static inline int kept = 3;
        void m();
    };
    template <class T> const int D<T>::defined = 3;
    template <class T> void D<T>::m() {}
    extern template struct D<int>;
    """
    snapshot = record_text(tmp_path, text)
    library = build_library('#include "api.h"\ntemplate struct D<int>;', include=[tmp_path])
    assert promised(snapshot) == {name for name in exported_symbols(library) if "1DIiE" in name}


VARIABLES = """
#pragma once
namespace n {
template <class T> struct P { static T d; static T* const e; static const int kept = 3; };
template <class T> T P<T>::d;
template <class T> T* const P<T>::e = nullptr;
extern template int P<int>::d;
extern template long* const P<long>::e;
template <class T> T v = T(1);
extern template int v<int>;
}
extern template char n::P<char>::d;
"""


def test_variables_that_are_instantiated_elsewhere_are_owed(tmp_path):
    snapshot = record_text(tmp_path, VARIABLES)
    use = (
        '#include "api.h"\nvoid const* uses[] = '
        "{ &n::P<int>::d, &n::P<long>::e, &n::v<int>, &n::P<char>::d, &n::P<short>::d };\n"
    )
    for level in ("-O0", "-O2"):
        compiled = compile_cxx(use, include=[tmp_path], flags=("-c", level))
        assert compiled.status == 0, compiled.messages
        assert promised(snapshot) == undefined_symbols(compiled.path)
    assert snapshot.unverifiable == ()
    sizes = {item.declaration.name: item.obligations[0].size for item in snapshot.promises}
    assert set(sizes.values()) == {1, 4, 8}
