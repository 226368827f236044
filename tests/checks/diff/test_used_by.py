"""What `--used-by` keeps, source by source: what g++'s object refers to, and the members and enumerators touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import compile_cxx, undefined_symbols

from trtheaders.model.answers.changes import Change, Impact
from trtheaders.verbs.diff import diff

OLD = """#pragma once
#include <memory>
#include <vector>
#define MOST 3
#define CALL(x) one(x)
constexpr int kMost = 4;
int one(int a); int two(int a); int three(int a = kMost); int over(int a);
struct Base { Base(); int inherited(); int field; }; struct Derived : Base { Derived(); int own(); };
struct Item { int a; }; struct Other { int a; }; typedef Item Alias;
struct Made { int x; int go(); }; Made make();
enum class E { kA, kB }; enum U { uA, uB };
inline int deep() { return two(1); }
template <class T> struct Box { T v; int size() { return two(3); } };
"""
EXCHANGED = (
    *(("int a);", "long a);"), ("int a = kMost", "long a = kMost"), ("kMost = 4", "kMost = 5"), ("MOST 3", "MOST 4")),
    *(("inherited()", "inherited(int)"), ("int field", "long field"), ("own()", "own(int)"), ("go()", "go(int)")),
    *(("{ int a; }", "{ long a; }"), ("kA, kB", "kB, kA"), ("uA, uB", "uB, uA"), ("one(x)", "two(x)")),
)
SOURCES = {
    "a function": ("int x = one(1);", {"one"}),
    "a function behind a macro of one's own": ("#define DO(f) f(1)\nint x = DO(one);", {"one"}),
    "a macro of the headers": ("int x = CALL(MOST);", {"CALL", "MOST", "one"}),
    "a default argument": ("int x = three();", {"three", "kMost"}),
    "a function that is not called": ("inline int mine() { return one(1); }", set()),
    "the body of an inline function": ("int x = deep();", {"two"}),
    "a member of an instance": ("int f(Box<Item>& b) { return b.size(); }", {"Item", "two"}),
    "an inherited function": ("int f(Derived& d) { return d.inherited(); }", {"Base", "Base::inherited", "Derived"}),
    "an inherited member": ("int f(Derived& d) { return d.field; }", {"Base", "Derived"}),
    "an alias": ("int f(Alias& a) { return a.a; }", {"Item"}),
    "an alias of one's own": ("using Mine = Made; int f(Mine& m) { return m.go(); }", {"Made::go"}),
    "a template's argument": ("std::vector<Item> all; int f() { return all[0].a; }", {"Item"}),
    "behind a smart pointer": ("int f(std::unique_ptr<Made> const& m) { return m->go(); }", {"Made::go"}),
    "auto": ("int f() { auto m = make(); return m.go(); }", {"Made::go"}),
    "a lambda": ("auto f = [](Item const& i) { return i.a + two(1); }; int x = f(Item{});", {"Item", "two"}),
    "a lambda with auto": ("auto f = [](auto const& i) { return i.a; }; int x = f(Item{});", {"Item"}),
    "a template of one's own": (
        "template <class T> int f(T& t) { return t.own(); } int g(Derived& d) { return f(d); }",
        {"Derived", "Derived::own"},
    ),
    "a lambda that takes anything": (
        "auto f = [](auto const& d) { return d.field; }; int x = f(Derived());",
        {"Base", "Derived"},
    ),
    "an enumerator": ("int f(E e) { return e == E::kA ? uA : 0; }", {"E", "U"}),
    "parts of an object": ("int f(Item i) { auto [a] = i; return a; }", {"Item"}),
    "comments and texts": ('// one(1)\nchar const* text = "two";', set()),
}


def keep(folder: Path, *sources: str) -> dict[str, frozenset[Impact]]:
    new = OLD
    for before, after in EXCHANGED:
        assert before in new
        new = new.replace(before, after)
    for side, text in (("was", OLD), ("is", new)):
        (folder / side).mkdir()
        (folder / side / "api.h").write_text(text)
    files = [folder / f"{index}.cpp" for index, _ in enumerate(sources)]
    for file, source in zip(files, sources, strict=True):
        file.write_text(f"#include <api.h>\n{source}\n")
    asked = {"used_by": files, "entries": ("api.h",), "defines": (), "start": folder}
    found = diff(folder / "was", folder / "is", **asked)
    return {change.name: change.impacts for change in found.changes}


@pytest.mark.parametrize(("source", "names"), SOURCES.values(), ids=SOURCES)
def test_what_a_source_touches_is_kept(source: str, names: set[str], tmp_path: Path) -> None:
    kept = keep(tmp_path, source)
    assert kept.keys() == names
    made = compile_cxx(f"#include <api.h>\n{source}\n", flags=("-c", "-O0", "-std=c++17"), include=(tmp_path / "was",))
    assert made.status == 0, made.messages
    linked = {name for name, impacts in kept.items() if impacts == {Impact.LINK}}
    undefined = " ".join(undefined_symbols(made.path))
    assert all(name.rpartition("::")[2] in undefined for name in linked)


def test_what_one_of_several_sources_touches_is_kept(tmp_path: Path) -> None:
    assert keep(tmp_path, "int x = one(1);", "int y = int(E::kA);").keys() == {"one", "E"}


def test_a_source_that_does_not_compile_counts_by_its_words_as_well(tmp_path: Path) -> None:
    assert keep(tmp_path, "int x = one(1) + absent;", "int y = int(E::kA);").keys() == {"one", "E"}


APART = {
    "a constructor is not its class, on one line": (
        ("struct A { A(); int a; };", "struct A { A(int); long a; };"),
        ("int f(A& a) { return a.a; }", {"A"}),
    ),
    "a class that is a member of another is not used with it": (
        (
            "struct Part { Part(int); int a; }; struct Whole { Whole(); Part part; };",
            "struct Part { Part(long); long a; }; struct Whole { Whole(int); Part part; };",
        ),
        ("int x = absent; Whole w;", {"Whole", "Whole::Whole"}),
    ),
    "a statement that is not understood counts by its words": (
        ("struct A { int a(); int b(); };", "struct A { int a(int); int b(int); };"),
        ("int f(A& a) { return absent(a.a()); }\nint g(A& a) { int b = 0; return b; }", {"A::a"}),
    ),
    "what a call returns that is not understood": (
        ("struct R { int a; }; struct S { R make(); };", "struct R { long a; }; struct S { R make(); };"),
        ("void f(S& s) { auto r = absent(s.make()); }", {"R"}),
    ),
    "a bracket in a text closes nothing": (
        ("struct A { int a(); };", "struct A { int a(int); };"),
        ("int f(Absent x, A& a) { char c = '}'; char const* t = \"});\"; return a.a(); }", {"A::a"}),
    ),
}


@pytest.mark.parametrize(("headers", "use"), APART.values(), ids=APART)
def test_what_is_touched_is_told_apart(headers: tuple[str, str], use: tuple[str, set[str]], tmp_path: Path) -> None:
    assert {change.name for change in compare_used(tmp_path, *headers, use[0])} == use[1]


def compare_used(folder: Path, old: str, new: str, source: str) -> tuple[Change, ...]:
    for side, text in (("was", old), ("is", new)):
        (folder / side).mkdir()
        (folder / side / "api.h").write_text(f"#pragma once\n{text}\n")
    (folder / "use.cpp").write_text(f"#include <api.h>\n{source}\n")
    asked = {"used_by": [folder / "use.cpp"], "entries": ("api.h",), "defines": (), "start": folder}
    return diff(folder / "was", folder / "is", **asked).changes


def test_an_overload_that_is_in_the_way_of_something_touched_is_kept(tmp_path: Path) -> None:
    old, new = "int f(double a); int g(double a);", "int f(double a); int f(int a); "
    (change,) = compare_used(tmp_path, old, new, "int x = f(1);")
    assert (change.name, change.impact) == ("f", Impact.SILENT)
