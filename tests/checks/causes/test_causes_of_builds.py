"""String ABI, standard library and link line as causes: blamed where nothing contradicts them, and folded into one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.cxx import build_library
from support.promised import KEY, answer, answers, facts, promise, snapshot
from support.recording import record_text

from trtheaders.checks.causes.folds import fold_causes
from trtheaders.checks.layout.judgement import check_layouts
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.headers.snapshot import Toolchain
from trtheaders.model.library.exports import Standing
from trtheaders.model.library.needs import LibraryNeeds
from trtheaders.steps.verdict.symbol_queries import ask_about

TAGGED, UNTAGGED = "_ZN1n1gB5cxx11Ev", "_ZN1n1gEv"
STRING = "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
LIBSTDCXX = Toolchain(compiler="g++", standard_library="libstdc++ 12 (20220819)", parser="clang 18")


def rules(made, given):
    return [item.rule for item in fold_causes(made, given, check_symbols(made, given))]


def test_a_tag_alone_blames_no_string_abi_where_other_strings_are_kept():
    kept = [f"_ZN1n{len(name)}{name}ERK{STRING}" for name in ("a", "bb", "ccc")]
    made = snapshot(
        promise(TAGGED, old=[UNTAGGED]),
        *(promise(symbol, old=[symbol.replace(f"RK{STRING}", "RKSs")], line=9) for symbol in kept),
    )
    assert rules(made, answers(*kept, UNTAGGED, absent=[TAGGED])) == ["missing-symbols"]


@pytest.mark.parametrize(("new", "rule"), [(False, "string-abi-mismatches"), (None, "missing-symbols")])
def test_a_tag_alone_blames_it_where_the_library_shows_old_strings(new, rule):
    made = snapshot(promise(TAGGED, old=[UNTAGGED]), promise("_ZN1n1hEv", line=2))
    given = answers("_ZN1n1hEv", UNTAGGED, absent=[TAGGED], libraries=[facts(new_string_abi=new)])
    assert rules(made, given) == [rule]


def test_what_reads_the_same_without_the_new_string_belongs_to_the_cause():
    """Names under the other ABI are not recorded of an instance's members."""
    new, old = f"_ZN4GridIdE4loadERK{STRING}", "_ZN4GridIdE4loadERKSs"
    plain = f"_ZN1n1fERK{STRING}"
    made = snapshot(promise(new), promise(plain, old=["_ZN1n1fERKSs"], line=2), promise("_ZN1n1hEv", line=3))
    given = answers("_ZN1n1hEv", "_ZN1n1fERKSs", absent=[new, plain], alike={new: [old]})
    (found,) = fold_causes(made, given, check_symbols(made, given))
    assert (found.rule, found.explains) == ("string-abi-mismatches", 2)


def test_an_instance_of_strings_belongs_to_the_cause():
    new, old = f"_ZNK4CellI{STRING}E3getEv", "_ZNK4CellISsE3getEv"
    made = snapshot(promise(new), promise("_ZN1n1hEv", line=3))
    given = answers("_ZN1n1hEv", old, absent=[new], alike={new: [old]})
    assert rules(made, given) == ["string-abi-mismatches"]


HOLDING = """#include <list>
#include <string>
struct Name { std::string first; int last; };
struct Whole { Name name; int get_last() const; int tail; int get_tail() const; };
struct Derived : Name { Derived(); int own; int get_own() const; };
struct Plain { int a; int get_a() const; };
std::string describe(Whole const&);
"""
HOLDING_BODIES = """
int Whole::get_last() const { return name.last; } int Whole::get_tail() const { return tail; } Derived::Derived() {}
int Derived::get_own() const { return own; } int Plain::get_a() const { return a; }
std::string describe(Whole const&) { return "a"; }
"""


def test_classes_with_strings_inside_belong_to_the_cause_and_others_do_not(tmp_path):
    made = record_text(tmp_path, HOLDING, both_string_abis=True)
    changed = (HOLDING + HOLDING_BODIES).replace("int a;", "long before; int a;")
    library = build_library(changed, flags=("-O2", "-D_GLIBCXX_USE_CXX11_ABI=0"))
    given = ask_about(made, [library], None)
    found = (*check_symbols(made, given), *check_layouts(made, read_evidence([library], made)))
    assert {item.name for item in found} >= {"Derived", "Plain"}
    left = fold_causes(made, given, found)
    assert [(item.rule, item.name) for item in left][1:] == [("moved-members", "Plain")]
    assert left[0].rule == "string-abi-mismatches"


def test_a_library_of_another_standard_library_is_called_so():
    made = replace(snapshot(promise(TAGGED, old=[UNTAGGED]), promise("_ZN1n1hEv", line=2)))
    made = replace(made, key=replace(KEY, toolchain=LIBSTDCXX))
    given = answers(
        "_ZN1n1hEv", UNTAGGED, absent=[TAGGED], libraries=[facts(needed=("libc++.so.1", "libc++abi.so.1", "libc.so.6"))]
    )
    (found,) = fold_causes(made, given, check_symbols(made, given))
    assert found.rule == "standard-library-mismatches"
    assert "1 promise that mentions `std` is not found" in found.message
    assert "-stdlib=libc++" in found.hint


@pytest.mark.parametrize(
    ("symbol", "rule"), [("_ZlsRSoi", "standard-library-mismatches"), ("_Z1fP6Status", "missing-symbols")]
)
def test_a_name_mentions_the_standard_library_by_what_it_means(symbol, rule):
    made = replace(snapshot(promise(symbol), promise("_ZN1n1hEv", line=2)), key=replace(KEY, toolchain=LIBSTDCXX))
    given = answers("_ZN1n1hEv", absent=[symbol], libraries=[facts(needed=("libc++.so.1",))])
    assert rules(made, given) == [rule]


def test_a_result_that_the_librarys_name_alone_shows_belongs_to_the_other_standard_library():
    """With libc++ `std::string get()` has no tag; it is no question of the string ABI."""
    other = "_ZN1n1gENSt3__16vectorIiNS0_9allocatorIiEEEE"
    made = snapshot(promise(UNTAGGED), promise(other, line=2), promise("_ZN1n1hEv", line=3))
    made = replace(made, key=replace(KEY, toolchain=replace(LIBSTDCXX, standard_library="libc++")))
    given = answers(
        "_ZN1n1hEv",
        TAGGED,
        absent=[UNTAGGED, other],
        alike={UNTAGGED: [TAGGED]},
        libraries=[facts(needed=("libstdc++.so.6", "libc.so.6"))],
    )
    (found,) = fold_causes(made, given, check_symbols(made, given))
    assert (found.rule, found.explains) == ("standard-library-mismatches", 2)


def test_what_one_unnamed_library_keeps_is_one_finding():
    symbols = [f"_ZN3Low1{letter}Ev" for letter in "abcdef"]
    made = snapshot(*(promise(symbol, line=index) for index, symbol in enumerate(symbols)), promise("_ZN1n1hEv"))
    needed = [answer(symbol, Standing.IN_NEEDED, "liblow.so") for symbol in symbols]
    (found,) = fold_causes(made, answers("_ZN1n1hEv", *needed), check_symbols(made, answers("_ZN1n1hEv", *needed)))
    assert (found.rule, found.explains, found.symbols) == ("symbols-in-needed-libraries", 6, tuple(symbols))
    assert "`liblow.so`" in found.hint


def test_hints_name_upstreams_releases_for_upstreams_headers_only():
    absent = ["_ZN1n1fEi", "_ZN1n1gEi"]
    for files, named in (((), False), (("tensorrt_llm/executor/executor.h",), True)):
        made = snapshot(*map(promise, absent), promise("_ZN1n1hEv"), files=files)
        given = answers("_ZN1n1hEv", absent=absent, alike={"_ZN1n1fEi": ["_ZN1n1fEl"]})
        hints = " ".join(item.hint for item in fold_causes(made, given, check_symbols(made, given)))
        assert ("identify" in hints) is named


def test_what_another_scope_has_blames_no_release_of_a_library_that_keeps_the_rest():
    kept = [f"_ZN1n3f{number}Ev" for number in range(10, 60)]
    made = snapshot(promise("_ZN1n1fEi"), *map(promise, kept), files=("tensorrt_llm/n.h",))
    given = answers(*kept, absent=["_ZN1n1fEi"], alike={"_ZN1n1fEi": ["_ZN1n1m1fEi"]})
    (found,) = fold_causes(made, given, check_symbols(made, given))
    assert "identify" not in found.hint


def test_a_mangled_name_is_no_c_name():
    made = snapshot(promise("_ZN1n1fEi"), promise("_ZN1n1hEv"))
    given = answers("_ZN1n1hEv", absent=["_ZN1n1fEi"], alike={"_ZN1n1fEi": ["_ZN1n1fE"]})
    assert not any('extern "C"' in item.message for item in check_symbols(made, given))


def test_several_absent_libraries_are_several():
    assert "which are not here" in LibraryNeeds(library="a.so", absent=("b.so", "c.so")).reason
    assert "which is not here" in LibraryNeeds(library="a.so", absent=("b.so",)).reason
