"""A set of libraries is consistent where ld, told not to allow undefined symbols in them, links with it."""

from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx
from support.tools import CROSS

from trtheaders.library.consistency import read_needs


def _ld_complains(*libraries: Path) -> bool:
    folders = [f"-Wl,-rpath-link,{path.parent}" for path in libraries]
    flags = ("-Wl,--no-as-needed", "-Wl,--no-allow-shlib-undefined", *folders)
    return bool(compile_cxx("int main() {}", name="program", flags=flags, inputs=libraries).status)


INNER = "int inner() { return 1; }"
OUTER = "int inner(); int outer() { return inner(); }"


def test_a_symbol_that_nobody_provides_is_unresolved():
    library = build_library("int nowhere(); int f() { return nowhere(); }")
    (needs,) = read_needs([library])
    assert needs.unresolved == ("_Z7nowherev",)
    assert not needs.reason
    assert _ld_complains(library)


def test_a_weak_reference_may_stay_unresolved():
    library = build_library("__attribute__((weak)) int perhaps(); int f() { return perhaps ? perhaps() : 0; }")
    assert not read_needs([library])[0].unresolved
    assert not _ld_complains(library)


def test_what_another_of_the_set_provides_is_resolved():
    inner = build_library(INNER, name="libinner.so")
    outer = build_library(OUTER, name="libouter.so")
    assert read_needs([outer])[0].unresolved == ("_Z5innerv",)
    assert not any(needs.unresolved for needs in read_needs([outer, inner]))
    assert _ld_complains(outer)
    assert not _ld_complains(outer, inner)


@pytest.mark.parametrize("rpath", [True, False])
def test_what_a_needed_library_provides_is_resolved_if_it_is_found(rpath):
    inner = build_library(INNER, name="libinner.so")
    flags = ("-Wl,--no-as-needed", *((f"-Wl,-rpath,{inner.parent}",) if rpath else ()))
    outer = build_library(OUTER, name="libouter.so", flags=flags, inputs=[inner])
    (needs,) = read_needs([outer])
    assert not needs.unresolved
    assert needs.absent == (() if rpath else ("libinner.so",))
    assert ("`libinner.so`" in needs.reason) is not rpath
    assert not read_needs([outer], search=[inner.parent])[0].absent


def test_nothing_is_claimed_while_a_needed_library_is_absent(tmp_path):
    inner = build_library(INNER, name="libinner.so")
    text = "int inner(); int nowhere(); int outer() { return inner() + nowhere(); }"
    outer = build_library(text, name="libouter.so", flags=("-Wl,--no-as-needed",), inputs=[inner])
    (needs,) = read_needs([outer])
    assert needs.absent == ("libinner.so",)
    assert not needs.unresolved
    assert read_needs([outer], search=[inner.parent])[0].unresolved == ("_Z7nowherev",)


def test_a_library_further_down_counts_as_absent_too():
    inner = build_library(INNER, name="libinner.so")
    middle = build_library(OUTER, name="libmiddle.so", flags=("-Wl,--no-as-needed",), inputs=[inner])
    text = "int outer(); int nowhere(); int top() { return outer() + nowhere(); }"
    top = build_library(
        text, name="libtop.so", flags=("-Wl,--no-as-needed", f"-Wl,-rpath,{middle.parent}"), inputs=[middle]
    )
    (needs,) = read_needs([top])
    assert needs.absent == ("libinner.so",)


def test_what_every_program_loads_provides():
    text = "#include <string>\nstd::string f(int x) { return std::to_string(x); }"
    library = build_library(text, flags=("-nostdlib",))
    assert not read_needs([library])[0].unresolved
    assert read_needs([library])[0].needed > 0


def test_aarch64_libraries_are_judged_by_their_own_systems():
    library = build_library("int nowhere(); int f() { return nowhere(); }", compiler=CROSS)
    (needs,) = read_needs([library])
    assert (needs.unresolved, needs.absent) == (("_Z7nowherev",), ())
