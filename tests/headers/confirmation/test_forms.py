"""Which form of a question is tried after a refusal: each costs a run of the compiler."""

from __future__ import annotations

import pytest
from support.recording import record_text
from support.tools import tool

from trtheaders.headers.confirmation.layouts import list_layouts
from trtheaders.headers.confirmation.unit import UnitQuestion, choose_all, strike


@pytest.mark.parametrize(
    ("words", "following"),
    [
        ("'struct A' is abstract", 1),
        ("'bytes' was not declared in this scope; did you mean 'n::bytes'?", 2),
        ("use of undeclared identifier 'bytes'", 2),
        ("'other' was not declared in this scope", 1),
    ],
)
def test_a_form_that_names_what_is_not_declared_is_passed_over(words: str, following: int) -> None:
    question = UnitQuestion(entries=(), items={0: ("use(f<bytes>);", "take(f<bytes>);", "use(f<n::bytes>);")})
    chosen = strike(question, choose_all(question, [0]), {0: words})
    assert chosen.forms == {0: following}


RELATIVE = """
namespace n {
struct T { int i; };
enum class E { a, b };
template <class X, E e = E::a> struct Box { X x; Box(); int get(X) const; virtual ~Box(); };
extern template struct Box<T>;
extern template struct Box<T, E::b>;
template <class X> struct Table {};
template <> struct Table<Table<T>> { Table(); int put(T); static int count; };
int use(Table<Table<T>>&);
}
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_arguments_that_are_written_from_inside_a_namespace_are_found(compiler: str, tmp_path) -> None:
    tool(compiler)
    snapshot = record_text(tmp_path, RELATIVE, confirmed=True, compiler=compiler)
    assert {item.declaration.name: item.unconfirmed for item in snapshot.promises if item.unconfirmed} == {}
    assert len(snapshot.promises) == 12


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_virtual_members_of_instances_are_confirmed(compiler: str, tmp_path) -> None:
    tool(compiler)
    text = """template <class T> struct A {
        virtual T* copy() const; virtual void put(T const&, char[], int (&)[3]) const; virtual ~A(); operator T();
    private: virtual void hidden();
    };
    struct V {};
    struct B { virtual bool read(char to[], int n); virtual int size() const noexcept __attribute__((pure)); };
    extern template struct A<V>;"""
    snapshot = record_text(tmp_path, text, confirmed=True, compiler=compiler)
    assert {item.declaration.name: item.unconfirmed for item in snapshot.promises if item.unconfirmed} == {}


def test_what_has_no_other_form_is_left_out() -> None:
    question = UnitQuestion(entries=(), items={0: ("use(bytes);", "take(bytes);"), 1: ("use(f);",)})
    chosen = strike(question, choose_all(question, [0, 1]), {0: "'bytes' was not declared in this scope", 1: "no"})
    assert chosen.forms == {}


def test_the_private_constructor_of_a_final_class_is_confirmed(tmp_path) -> None:
    text = """
    struct B { virtual ~B(); };
    class A final : public B { A(int); public: static A* make() { return new A(1); } };
    """
    (promise,) = (
        item for item in record_text(tmp_path, text, confirmed=True).promises if item.declaration.name == "A::A"
    )
    assert promise.unconfirmed == ""


def test_enumerations_that_take_arguments_to_name_are_not_asked_about(tmp_path) -> None:
    text = """namespace n {
    template <class T> struct A { enum S { x, y }; struct B { enum class Q { p }; }; T v; };
    template <class T> struct A<T*> { enum R { z }; };
    template <> struct A<int> { enum U { u }; };
    struct P { enum W { w }; };
    }"""
    asked = {item.owner for item in list_layouts(record_text(tmp_path, text)) if item.part == "enumeration"}
    assert asked == {"n::A<int>::U", "n::P::W"}
