"""The linker as a witness: a use of every kind of declaration, judged by g++ alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import build_library

from trtheaders.consumer.witness import WitnessQuestion, ask_linker
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.answers.findings import Witness

HEADER = """
#pragma once
#include <string>
#include <vector>
namespace n
{
int f(int a, std::vector<std::string> const& b);
void table(int (&a)[4], int (*callback)(double));
void variadic(char const* format, ...);
extern int counter;
struct A
{
    A(int a, std::string b);
    virtual ~A();
    virtual void k(int a = 1);
    int get() const;
    void take() &&;
    explicit operator bool() const;
    bool operator==(A const& other) const;
    static int s(A&& other);
    static int d;
    A& operator=(A const& other);
};
struct P
{
    P(P const&) = delete;
    int use() { return hidden(); }
private:
    int hidden();
};
struct Q
{
    Q();
    virtual void body();
    virtual void pure() = 0;
};
struct R
{
    R();
    R(R const&) = delete;
    virtual void body();
};
enum class Kind { plain };
template <class T, Kind K> T made(T);
extern template int made<int, Kind::plain>(int);
struct M
{
    template <class T> T member(T) const;
};
extern template Kind M::member(Kind) const;
} // namespace n
"""
BODY = """
namespace n
{
int f(int, std::vector<std::string> const&) { return 0; }
void table(int (&)[4], int (*)(double)) {}
void variadic(char const*, ...) {}
int counter;
A::A(int, std::string) {}
A::~A() {}
void A::k(int) {}
int A::get() const { return 0; }
void A::take() && {}
A::operator bool() const { return true; }
bool A::operator==(A const&) const { return true; }
int A::s(A&&) { return 0; }
int A::d;
A& A::operator=(A const&) { return *this; }
int P::hidden() { return 0; }
Q::Q() {}
void Q::body() {}
R::R() {}
void R::body() {}
template <class T, Kind K> T made(T t) { return t; }
template int made<int, Kind::plain>(int);
template <class T> T M::member(T t) const { return t; }
template Kind M::member(Kind) const;
} // namespace n
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("witness")
    (folder / "n.h").write_text(HEADER)
    return folder


@pytest.fixture(scope="module")
def promises(tree):
    return record_snapshot(HeaderQuestion(root=tree, entries=("n.h",), defines=())).promises


def ask(tree, promises, library):
    question = WitnessQuestion(
        root=tree,
        entries=("n.h",),
        include_directories=(),
        defines=(),
        standard="c++17",
        compiler="g++",
        libraries=(library,),
    )
    verdicts = ask_linker(question, {item: item.symbols for item in promises})
    return {f"{item.declaration.name} {item.declaration.kind.value}": said for item, said in verdicts.items()}


def test_a_library_that_has_all_withdraws_all(tree, promises):
    said = ask(tree, promises, build_library(HEADER + BODY))
    assert set(said.values()) == {Witness.WITHDRAWN}
    assert len(said) > 15


def test_a_library_that_has_nothing_confirms_all(tree, promises):
    said = ask(tree, promises, build_library("int unrelated;"))
    assert set(said.values()) == {Witness.CONFIRMED}


def test_each_is_judged_apart(tree, promises):
    library = build_library(HEADER + BODY.replace("int A::get() const { return 0; }", "").replace("int counter;", ""))
    said = ask(tree, promises, library)
    assert {name for name, verdict in said.items() if verdict is Witness.CONFIRMED} == {
        "n::A::get method",
        "n::counter variable",
    }
    assert said["n::f function"] is Witness.WITHDRAWN


@pytest.mark.parametrize(("name", "said"), [("R", Witness.UNCLEAR), ("A", Witness.WITHDRAWN)])
def test_a_vtable_is_used_by_a_copy_and_what_cannot_be_used_is_unclear(tree, promises, name, said):
    symbol = f"_ZTVN1n1{name}E"
    (vtable,) = [item for item in promises if item.declaration.name == f"n::{name}" and symbol in item.symbols]
    question = WitnessQuestion(
        root=tree,
        entries=("n.h",),
        include_directories=(),
        defines=(),
        standard="c++17",
        compiler="g++",
        libraries=(build_library(HEADER + BODY),),
    )
    assert ask_linker(question, {vtable: (symbol,)}) == {vtable: said}
