"""Changed signatures as C++: which parameter, by name and position. Mangled names are g++'s."""

from __future__ import annotations

import pytest
from support.promised import answers, promise, snapshot

from trtheaders.checks.symbols.signatures import SignatureStep, Slot, align, explain_parameters
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.report.evidence import spell_evidence


def drift(wanted: str, found: str, names: tuple[str, ...] = (), release: str | None = None):
    made = snapshot(promise(wanted, names=names), release=release)
    (finding,) = check_symbols(made, answers(absent=[wanted], alike={wanted: [found]}))
    assert finding.rule == "missing-symbols"
    return finding


def test_a_gained_parameter_is_named():
    found = drift("_ZN1n1fEidPKc", "_ZN1n1fEiPKc", ("a", "b", "c"), release="1.2.0rc3")
    assert found.message == "`n::f(…)` takes 3 parameters here, the library has it with 2"
    assert spell_evidence(found.evidence)[0] == "parameter 2 `double b` is new in 1.2.0rc3"
    assert spell_evidence(found.evidence)[-1] == "the library has: `n::f(int, char const*)` (`_ZN1n1fEiPKc`)"


def test_a_lost_parameter_is_named():
    found = drift("_ZN1n1fEi", "_ZN1n1fEid", ("a",))
    assert found.message == "`n::f(…)` takes 1 parameter here, the library has it with 2"
    assert spell_evidence(found.evidence)[0] == "the library's parameter 2 `double` is gone here"


def test_swapped_parameters_are_named():
    found = drift("_ZN1n1fEidl", "_ZN1n1fEldi", ("a", "b", "c"))
    assert found.message == "`n::f(…)`: parameters 1 `a` and 3 `c` are the other way round in the library"


def test_a_moved_parameter_is_named():
    found = drift("_ZN1n1fEidlc", "_ZN1n1fEdlci", ("a", "b", "c", "d"))
    assert found.message == "`n::f(…)`: parameter 1 `int a` is number 4 in the library"


def test_a_retyped_parameter_is_named():
    found = drift("_ZN1n1fEil", "_ZN1n1fEii", ("a", "b"))
    assert found.message == "`n::f(…)`: parameter 2 `b` is `long` here, `int` in the library"


def test_several_changes_are_listed():
    found = drift("_ZN1n1fEidl", "_ZN1n1fElddc", ("a", "b", "c"))
    assert found.message == "`n::f(…)` takes 3 parameters here, the library has it with 4"
    assert len(spell_evidence(found.evidence)) > 3


@pytest.mark.parametrize(
    ("wanted", "there", "message"),
    [
        ("_ZNK1A1gEv", "_ZN1A1gEv", "`A::g(…)` is const here, it is not const in the library"),
        ("_ZN1A1gEv", "_ZNK1A1gEv", "`A::g(…)` is not const here, it is const in the library"),
        ("_ZNO1A1gEv", "_ZNR1A1gEv", "`A::g(…)` is `&&` here, `&` in the library"),
        ("_Z2tfB2v2i", "_Z2tfi", "`tf[abi:v2](int)` is declared here, the library has `tf(int)`"),
        ("_ZN1a1fEv", "_ZN1b1fEv", "`a::f()` is declared here, the library has `b::f()`"),
        ("_Z1fi", "f", '`f(int)` is C++ here, the library has the `extern "C"` name `f`'),
        ("f", "_Z1fi", '`f` is `extern "C"` here, the library has the C++ function `f(int)`'),
    ],
)
def test_what_is_no_parameter(wanted, there, message):
    assert drift(wanted, there).message == message


def test_types_read_as_written():
    new = "_ZN1n1fERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEERKSt6vectorIiSaIiEE"
    found = drift(new, "_ZN1n1fERKSt6vectorIiSaIiEE", ("name", "ids"))
    assert spell_evidence(found.evidence)[0] == "parameter 1 `std::string const& name` is not in the library"


def slots(*types, names=""):
    return tuple(Slot(item, name) for item, name in zip(types, names or [""] * len(types), strict=True))


def test_like_parameters_in_a_row_are_not_told_apart():
    here, there = slots("int", "int", "int", "long", names="abcd"), slots("int", "int", "long")
    assert explain_parameters(here, there) == (
        "one of parameters 1 `a`, 2 `b` and 3 `c`, all `int`, is not in the library",
    )
    assert explain_parameters(there, tuple(Slot(item.type) for item in here)) == (
        "one of the library's parameters 1 to 3, all `int`, is gone here",
    )


def test_several_of_one_row_are_one_line():
    one, two = slots("int", "long", names="ax"), slots("int", "int", "int", "long", names="abcx")
    assert explain_parameters(two, tuple(Slot(item.type) for item in one)) == (
        "two of parameters 1 `a`, 2 `b` and 3 `c`, all `int`, are not in the library",
    )
    assert explain_parameters(one, tuple(Slot(item.type) for item in two)) == (
        "two of the library's parameters 1 to 3, all `int`, are gone here",
    )


def test_a_whole_row_is_named_as_such():
    one, two = slots("long", names="x"), slots("long", "int", "int", names="xab")
    assert explain_parameters(two, (Slot("long"),), "1.2.0") == (
        "parameters 2 `a` and 3 `b`, all `int`, are new in 1.2.0",
    )
    assert explain_parameters(one, tuple(Slot(item.type) for item in two)) == (
        "the library's parameters 2 to 3, all `int`, are gone here",
    )
    assert explain_parameters(two, one) == (
        "parameter 2 `int a` is not in the library",
        "parameter 3 `int b` is not in the library",
    )


def test_names_of_both_sides_tell_like_parameters_apart():
    here, there = slots("int", "int", "int", "long", names="abcd"), slots("int", "int", "long", names="acd")
    assert explain_parameters(here, there, "1.2.0") == ("parameter 2 `int b` is new in 1.2.0",)
    assert explain_parameters(there, here) == ("the library's parameter 2 `int b` is gone here",)


def test_a_renamed_parameter_is_no_difference():
    assert explain_parameters(slots("int", names="a"), slots("int", names="b")) == ()


def test_a_thunk_at_another_offset():
    found = drift("_ZThn8_N1Z1yEv", "_ZThn16_N1Z1yEv")
    assert "spelt `_ZThn16_N1Z1yEv`" in found.message


def test_alignment_prefers_what_stays():
    steps = align(slots("a", "b", "c"), slots("a", "c"))
    assert [step.step for step in steps] == [SignatureStep.SAME, SignatureStep.GAINED, SignatureStep.SAME]
