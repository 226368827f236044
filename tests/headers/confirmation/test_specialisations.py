"""Specialisations are named from the outermost scope, however a header writes them: the compiler confirms each."""

from __future__ import annotations

import pytest
from support.recording import promised, record_text
from support.tools import tool

TEXT = """#include <vector>
namespace lib {
struct Value {}; struct Any {};
typedef std::vector<float> Floats;
enum class Kind { text, other = 7 }; enum Colour { red, green };
template <class T> struct Holder { T* get(); };
template <> struct Holder<Value> { Value* get(); void put(Holder<Value>&); };
template <> struct Holder<Floats> { Holder(int); virtual ~Holder(); static int count; };
template <> Holder<Value>* Holder<Holder<Value>>::get();
struct Outer {
    template <class T> struct Impl { int run(); };
    template <class T> struct As { static T apply(Outer const&); };
    void adopt(Holder<Value>&&, std::vector<Holder<Value>>, Holder<Value> (*)(Holder<Any>));
    template <class T> void take(Holder<T>&);
    template <class T, Kind K> static int use();
    template <Kind K> static int only();
};
template <> struct Outer::Impl<void> { Impl(Any&); virtual int run(); };
template <> Value Outer::As<Value>::apply(Outer const&);
template <> void Outer::take<Value>(Holder<Value>&);
template <> int Outer::use<Value, Kind::other>();
template <> int Outer::only<Kind::other>();
template <class T, Kind K, bool B = true> struct Helper { static T get(); };
template <> struct Helper<Value, Kind::other> { static Value get(Helper<Any, Kind::text>&); virtual void set(Any); };
template <Colour C, int N> struct Shade { int get(); };
template <> struct Shade<green, sizeof(Any) + 2> { int get(); };
template <Colour C> struct Odd { int get(); };
template <> struct Odd<Colour(3)> { int get(); };
template <class... T> struct Pack { int get(); };
template <> struct Pack<Value, Any> { int get(); };
template <class T> struct Later { T* take(Later<T>&); };
extern template struct Later<Value>;
template <class T> int made(Holder<T>&);
extern template int made<Value>(Holder<Value>&);
template <class T> struct Filled { T* first; char second; Filled(); };
extern template struct Filled<Holder<Value>>;
struct Flag { template <class T> Flag(char const*, T*); };
extern template Flag::Flag(char const*, Value*);
}
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_the_compiler_knows_every_specialisation_by_its_name(tmp_path, compiler):
    snapshot = record_text(tmp_path, TEXT, confirmed=True, compiler=str(tool(compiler)))
    assert {item.declaration.name: item.unconfirmed for item in snapshot.promises if item.unconfirmed} == {}
    assert snapshot.unconfirmed == ""
    assert snapshot.unverifiable == ()


def test_names_say_what_the_arguments_mean(tmp_path):
    names = {record.name for record in record_text(tmp_path, TEXT).records}
    assert {
        "lib::Holder<lib::Value>",
        "lib::Holder<std::vector<float>>",
        "lib::Outer::Impl<void>",
        "lib::Helper<lib::Value, lib::Kind::other>",
        "lib::Shade<lib::Colour::green, 3>",
        "lib::Pack<lib::Value, lib::Any>",
        "lib::Filled<lib::Holder<lib::Value>>",
    } <= names


def test_a_specialisation_of_an_enumerator_has_its_class_s_symbols(tmp_path):
    owed = promised(record_text(tmp_path, TEXT))
    assert {"_ZTVN3lib6HelperINS_5ValueELNS_4KindE7ELb1EEE", "_ZTIN3lib6HelperINS_5ValueELNS_4KindE7ELb1EEE"} <= owed
