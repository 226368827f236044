"""What a condition hides from the parser alone is read as the compiler reads it; what it hides from that one is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text
from support.tools import tool

from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.headers.origins import Origins
from trtheaders.headers.parser.conditions import FileConditions, Suspects, write_version


@pytest.mark.parametrize(
    ("condition", "gcc"),
    [
        ("#if defined(__GNUC__) && !defined(__clang__)", True),
        ("#ifdef __clang__", False),
        ("#ifndef __clang__", True),
        ("#if __GNUC__ >= 9", True),
        ("#if defined __has_feature", False),
        ("#if __has_builtin(__builtin_assume)", False),
        ("#if __has_attribute(abi_tag)", True),
        ("#if \\\n    defined(__clang__) \\\n    || 0", False),
        ("#if 0\n#elif defined(__clang__)", False),
        ("#if 0\nint never();\n#elif !defined(__clang__)", True),
        ("#define OLD (__GNUC__ < 9)\n#if !OLD", True),
        ("#define VERSION (__GNUC__ * 100)\n#define OLD (VERSION < 900)\n#if OLD\n#else", True),
        ("#define OLD (__GNUC__ < 9)\n#if !OLD\n#pragma once\n#else\nint never();\n#endif\n#if 1", True),
        ("/* # if */ // # if\n#ifdef __clang__ // not us", False),
        ("    #if 0\n" + 12 * "    int never();\n" + "    #endif\n#ifdef __clang__", False),
    ],
)
def test_a_branch_is_taken_as_the_compiler_takes_it(tmp_path: Path, condition: str, gcc: bool) -> None:
    text = f"int before();\n{condition}\nint first(int);\n#else\nint second(int);\n#endif\nint behind(int);\n"
    snapshot = record_text(tmp_path, text, confirmed=True)
    taken, left = ("_Z5firsti", "_Z6secondi") if gcc else ("_Z6secondi", "_Z5firsti")
    assert promised(snapshot) == {"_Z6beforev", taken, "_Z6behindi"}
    assert left not in promised(snapshot)
    line = next(item.declaration.location.line for item in snapshot.promises if "behind" in item.declaration.name)
    assert text.split("\n")[line - 1] == "int behind(int);"


def test_what_stood_in_for_a_missing_header_is_not_read_again(tmp_path: Path) -> None:
    text = "#include <gone.h>\n#ifndef __clang__\nint before();\n#endif\n"
    assert promised(record_text(tmp_path, text)) == {"_Z6beforev"}


def test_what_a_branch_defines_holds_further_down(tmp_path: Path) -> None:
    text = """#ifdef __clang__
#define FAST 1
#else
#define SLOW 1
#endif
#ifdef FAST
int fast(int);
#endif
#ifdef SLOW
struct Slow { int a; int b; };
int slow(Slow);
#endif
"""
    snapshot = record_text(tmp_path, text)
    assert promised(snapshot) == {"_Z4slow4Slow"}
    assert [record.name for record in snapshot.records] == ["Slow"]


def test_a_branch_that_the_compiler_takes_and_leaves_nothing_of_is_the_taken_one(tmp_path: Path) -> None:
    text = (
        "#ifdef __GNUC__\n#ifdef __clang__\nint mine(int);\n#endif\n#else\nint other(int);\n#endif\nint behind(int);\n"
    )
    assert promised(record_text(tmp_path, text)) == {"_Z6behindi"}


def test_conditions_inside_of_others_and_in_headers_that_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "deep.h").write_text("#ifndef __clang__\nint deep(int);\n#endif\n")
    text = """#ifndef API_H
#define API_H
#ifndef __clang__
#include "deep.h"
int outer(int);
#if __GNUC__ > 5
int inner(int);
#endif
#endif
template <class T> int made(T);
extern template int made<int>(int);
#endif
"""
    assert promised(record_text(tmp_path, text)) == {"_Z4deepi", "_Z5outeri", "_Z5inneri", "_Z4madeIiEiT_"}


def test_a_header_that_is_read_again_keeps_its_guard(tmp_path: Path) -> None:
    (tmp_path / "twice.h").write_text("""int outside();
#ifndef TWICE_H
#define TWICE_H
struct Once { int a; };
int once(Once);
#ifndef __clang__
int gcc(int);
#endif
#else
int again(int);
#endif
""")
    snapshot = record_text(tmp_path, '#include "twice.h"\n#include "twice.h"\n')
    assert snapshot.unverifiable == ()
    assert promised(snapshot) == {"_Z7outsidev", "_Z4once4Once", "_Z3gcci", "_Z5againi"}


def test_clang_takes_clangs_branch(tmp_path: Path) -> None:
    text = "#ifdef __clang__\nint mine(int);\n#else\nint other(int);\n#endif\n"
    assert promised(record_text(tmp_path, text, compiler=tool("clang++"), confirmed=True)) == {"_Z4minei"}


def test_a_line_of_which_a_macro_leaves_nothing_was_read(tmp_path: Path) -> None:
    text = "#define NOTE(x)\n#ifndef __clang__\nNOTE(1)\n#define TAKEN 1\n#endif\n#ifdef TAKEN\nint taken();\n#endif\n"
    assert promised(record_text(tmp_path, text)) == {"_Z5takenv"}


def test_a_compiler_that_gives_up_changes_nothing(tmp_path: Path) -> None:
    text = '#ifdef __clang__\nint mine(int);\n#else\n#include "absent.h"\nint other(int);\n#endif\nint plain();\n'
    record_text(tmp_path, text)
    snapshot = record_snapshot(HeaderQuestion(root=tmp_path, entries=("api.h",), defines=(), confirmed=True))
    assert "_Z5plainv" in promised(snapshot)


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        (b"#ifndef __API_H__\n#define __API_H__\n#endif", False),
        (b"#ifdef __cplusplus\n#endif", False),
        (b"#ifdef ENABLE_FP8\n#endif", False),
        (b"#if 1 && \\\n defined(__clang__)\n#endif", True),
        (b"#ifdef BOOST_GCC\n#endif", True),
        (b"#ifndef BOOST_GCC_H\n#define BOOST_GCC_H\n#endif", False),
        (b"#define VERSION \\\n __GNUC__\n#define OLD (VERSION < 9)\n#if OLD\n#endif", True),
        (b"#define OLDER (__GNUC__)\n#ifdef OLD\n#endif", False),
    ],
)
def test_only_conditions_about_compilers_are_suspect(text: bytes, suspect: bool) -> None:
    assert set(Suspects().find({"api.h": text})) == ({"api.h"} if suspect else set())


def test_a_macro_may_be_made_of_one_of_another_header_that_is_shown_later() -> None:
    suspects = Suspects()
    assert suspects.find({"api.h": b"#if NEW\n#endif"}) == {}
    assert suspects.find({"config.h": b"#define NEW (__GNUC__ > 8)"}) == {"api.h": {b"NEW"}}


VERSIONED = """#include <type_traits>
#define JOIN(a, b) JOIN_(a, b)
#define JOIN_(a, b) a##b
#define MADE_BY (__GNUC__ * 100 + __GNUC_MINOR__)
#if defined(__clang_major__)
#define WHO __clang_major__
#else
#define WHO __GNUC__
#endif
namespace n {
template <int> struct Tag {};
typedef std::conditional<(MADE_BY > 900), int, long>::type number;
int tag(Tag<WHO>*);
int over(number);
int over(char*);
int JOIN(by_, WHO)();
struct S { S(number); char places[WHO]; };
}
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_types_and_names_are_made_of_the_compilers_version(tmp_path: Path, compiler: str) -> None:
    tool(compiler)
    snapshot = record_text(tmp_path, VERSIONED, compiler=compiler)
    consumer = '#include "api.h"\nusing namespace n;\nvoid f() { tag(0); over(number()); over((char*) 0); S s(1);'
    compiled = compile_cxx(f"{consumer} JOIN(by_, WHO)(); }}", flags=("-c",), include=[tmp_path], compiler=compiler)
    assert {name for name in promised(snapshot) if "C2" not in name} == undefined_symbols(compiled.path)


def test_a_version_is_written_outside_of_conditions_at_equal_length() -> None:
    text = b"#if __GNUC__ > 4\n#define V __GNUC__\n#define D defined(__GNUC__)\n#endif\nint a[__GNUC_MINOR__];\n"
    written = write_version(text, "gcc", "gcc version 12.3.0 (Debian 12.3.0-1)")
    assert written == text.replace(b"V __GNUC__", b"V 12      ").replace(b"__GNUC_MINOR__", b"3             ")
    assert write_version(text, "gcc", "cc version unknown") == write_version(text, "clang", "version 1.2.3") == text


def test_settled_text_keeps_every_offset() -> None:
    text = b"#if defined(A) && \\\n  defined(B)\nint a();\n#elif C\nint b();\n#else\nint c();\n#endif\n"
    settled = FileConditions(text).settle(skipped={1, 2, 3, 4, 5, 6}, readings=[{5}])
    assert settled is not None
    assert settled.differs
    assert len(settled.text) == len(text)
    assert settled.text.split() == b"#if 0 int a(); #elif 1 int b(); #else int c(); #endif".split()
    assert FileConditions(text).settle(skipped={4, 5, 6, 7}, readings=[{3}]) is None


_TWICE = b"#ifdef A\nint a();\n#endif\n#ifndef B\n#ifdef C\nint b();\n#endif\nint c();\n#endif\n"


@pytest.mark.parametrize(
    ("readings", "settled"),
    [
        ([{2, 6, 8}], b"#if 1\nint a();\n#endif\n#ifndef B\n#if 1\nint b();\n#endif\nint c();\n#endif\n"),
        ([{2, 6, 8}, {2}], b"#if 1\nint a();\n#endif\n#ifndef B\n#if 1\nint b();\n#endif\nint c();\n#endif\n"),
        ([{2, 6, 8}, set()], b"#ifdef A\nint a();\n#endif\n#ifndef B\n#if 1\nint b();\n#endif\nint c();\n#endif\n"),
        ([{2, 6, 8}, {8}], None),
    ],
)
def test_what_comes_out_alike_each_time_that_it_is_read_is_settled_unasked(
    readings: list[set[int]], settled: bytes | None
) -> None:
    found = FileConditions(_TWICE).settle(skipped=(), readings=readings, wholly={b"A", b"C"})
    assert (None if found is None else b"".join(found.text.split())) == (settled and b"".join(settled.split()))
    assert found is None or not found.differs


_FOREIGN = {
    "a typedef": ("#if __GNUC__ >= 9\ntypedef long big;\n#else\ntypedef int big;\n#endif\n", "int take(big);"),
    "a macro": (
        "#if __has_builtin(__builtin_assume)\n#define HAVE 1\n#endif\n",
        "#ifdef HAVE\nint take(int);\n#else\nint take(long);\n#endif",
    ),
    "another condition": (
        "#ifndef __clang__\n#define NEW 1\n#endif\n#if NEW\ntypedef long big;\n#else\ntypedef int big;\n#endif\n",
        "int take(big);",
    ),
    "an include alone": (
        '#ifdef __clang__\n#include "clang.h"\n#else\n#include "gcc.h"\n#endif\n',
        "int take(big);",
    ),
    "what clang has not": (
        """#ifdef __clang__
typedef int big;
#else
typedef long big;
inline int f() { return __builtin_has_attribute(int, packed); }
#endif
""",
        "int take(big);",
    ),
}


@pytest.mark.parametrize("kind", _FOREIGN)
@pytest.mark.parametrize("by_flag", [False, True])
def test_conditions_of_foreign_headers_are_those_of_the_compiler(tmp_path: Path, kind: str, by_flag: bool) -> None:
    foreign, text = _FOREIGN[kind]
    more = tmp_path / "more"
    more.mkdir()
    (more / "config.h").write_text(foreign)
    (more / "clang.h").write_text("typedef int big;\n")
    (more / "gcc.h").write_text("#if __GNUC__ > 4\ntypedef long big;\n#else\ntypedef short big;\n#endif\n")
    given = {"compiler": f"{tool('g++')} -I{more}"} if by_flag else {"include_directories": (more,)}
    snapshot = record_text(tmp_path / "tree", f"#include <config.h>\n{text}\n", **given)
    assert promised(snapshot) == {"_Z4takel"}
    assert snapshot.unverifiable == ()


def test_conditions_of_packages_in_a_folder_of_the_machine_s_are_those_of_the_compiler(tmp_path: Path) -> None:
    shared = tmp_path / "usr" / "include"
    (shared / "package").mkdir(parents=True)
    (shared / "package" / "config.h").write_text(
        "#ifdef __clang__\ntypedef int big;\n#else\ntypedef long big;\n#endif\n"
    )
    compiler = tmp_path / "c++"
    compiler.write_text(f'#!/bin/sh\nexec {tool("g++")} -isystem {shared} "$@"\n')
    compiler.chmod(0o755)
    text = "#include <package/config.h>\n#include <cstdio>\nint take(big);\n"
    snapshot = record_text(tmp_path / "tree", text, compiler=str(compiler))
    assert promised(snapshot) == {"_Z4takel"}
    assert snapshot.unverifiable == ()


def test_a_foreign_header_that_only_the_compiler_reads_is_taken_as_it_stands(tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "config.h").write_text(
        "#ifndef __clang__\ntypedef __typeof__(__builtin_has_attribute(int, packed)) flag;\n#endif\ntypedef long big;\n"
    )
    snapshot = record_text(tmp_path / "tree", "#include <config.h>\nint take(big);\n", include_directories=(more,))
    assert promised(snapshot) == {"_Z4takel"}
    assert snapshot.unverifiable == ()


@pytest.mark.parametrize("directive", ["#pragma once", "#pragma GCC system_header", "#line 4"])
def test_a_branch_that_leaves_nothing_behind_is_left_alone(tmp_path: Path, directive: str) -> None:
    (tmp_path / "once.h").write_text(
        f"#ifdef __GNUC__\n{directive}\n#endif\n#ifndef ONCE_H\n#define ONCE_H\nstruct Once {{ int a; }};\n#endif\n"
    )
    snapshot = record_text(tmp_path, '#include "once.h"\n#include "once.h"\nint take(Once);\n', confirmed=True)
    assert promised(snapshot) == {"_Z4take4Once"}
    assert snapshot.unverifiable == ()


def test_a_folder_in_a_folder_of_the_machine_is_the_users(tmp_path: Path) -> None:
    shared, compilers = tmp_path / "include", tmp_path / "lib" / "gcc" / "include"
    origins = Origins((shared, compilers, shared / "c++" / "12"), (shared / "eigen3", tmp_path / "opt"))
    own = ("sys/cdefs.h", "linux/types.h", "c++/12/vector", "c++/12/bits/stl_vector.h")
    assert all(origins.is_of_machine(f"{shared}/{name}") for name in own)
    assert origins.is_of_machine(f"{compilers}/stddef.h")
    assert not origins.is_of_machine(f"{shared}/eigen3/Eigen/Core")
    assert not origins.is_of_machine(f"{tmp_path}/opt/a/b.h")
    assert not origins.is_of_machine("/elsewhere/b.h")


def test_in_a_folder_that_packages_share_a_header_is_the_system_s_if_it_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "include"
    (folder / "boost").mkdir(parents=True)
    (folder / "stdio.h").write_text("/* Define ISO C stdio.\n   This file is part of the GNU C Library. */\n")
    (folder / "zlib.h").write_text("/* zlib.h -- interface */\n")
    (folder / "boost" / "config.hpp").write_text("// Boost\n")
    origins = Origins((folder,), ())
    assert origins.is_of_machine(str(folder / "stdio.h"))
    assert not origins.is_of_machine(str(folder / "zlib.h"))
    assert not origins.is_of_machine(str(folder / "boost" / "config.hpp"))


def test_a_file_that_the_parser_has_not_read_is_settled_where_it_asks_for_the_compiler() -> None:
    text = b"#if __GNUC__ < 5\n#define OLD\n#endif\n#if A\n#define NEW\n#endif\n"
    settled = FileConditions(text).settle(skipped=None, readings=[{5}], wholly={b"__GNUC__"})
    assert settled is not None
    assert settled.differs
    assert settled.text.split() == b"#if 0 #define OLD #endif #if A #define NEW #endif".split()
