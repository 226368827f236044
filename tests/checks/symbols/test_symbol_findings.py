"""Promises against answers: literal values in, findings out."""

from __future__ import annotations

import pytest
from support.promised import answer, answers, facts, promise, snapshot

from trtheaders.checks.symbols.faults import count_missing
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.model.answers.findings import Severity
from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.model.headers.promises import Obligation, SymbolKind, Weight
from trtheaders.model.library.exports import ExportKind, Standing
from trtheaders.model.names import SymbolName
from trtheaders.report.evidence import spell_evidence

DATA = {"kind": ExportKind.DATA}


def only(findings):
    assert len(findings) == 1, findings
    return findings[0]


def test_a_kept_promise_yields_nothing():
    assert check_symbols(snapshot(promise("_Z1fi")), answers("_Z1fi")) == ()


def test_an_absent_function_is_missing():
    found = only(check_symbols(snapshot(promise("_Z1fi", line=7)), answers(absent=["_Z1fi"])))
    assert (found.rule, found.severity) == ("missing-symbols", Severity.ERROR)
    assert found.message == "`f(int)` is declared here, `libfixture.so` does not export it"
    assert (str(found.location), found.name, found.symbols) == ("n.h:7", "f", ("_Z1fi",))
    assert spell_evidence(found.evidence) == ["wanted: `f(int)` (`_Z1fi`)"]


def test_both_constructors_are_one_finding():
    made = promise("_ZN1AC1Ei", "_ZN1AC2Ei", name="A::A", record="A", kind=DeclarationKind.CONSTRUCTOR)
    found = only(check_symbols(snapshot(made), answers(absent=made.symbols)))
    assert found.symbols == ("_ZN1AC1Ei", "_ZN1AC2Ei")
    assert spell_evidence(found.evidence) == ["wanted: `A::A(int)` (`_ZN1AC1Ei`, `_ZN1AC2Ei`)"]


def test_an_accepted_alternative_keeps_the_promise():
    obligation = Obligation(symbol=SymbolName("_Z2eiIiTnNSt9xEv"), alternatives=(SymbolName("_Z2eiIiLi0EEvT_"),))
    made = promise("_Z1f")
    made = type(made)(declaration=made.declaration, obligations=(obligation,))
    asked = answers("_Z2eiIiLi0EEvT_", absent=["_Z2eiIiTnNSt9xEv"])
    assert check_symbols(snapshot(made), asked) == ()
    assert only(check_symbols(snapshot(made), answers(absent=["_Z2eiIiTnNSt9xEv", "_Z2eiIiLi0EEvT_"])))


@pytest.mark.parametrize(
    ("given", "rule", "message"),
    [
        (
            answer("_Z1fv", Standing.HIDDEN),
            "hidden-symbols",
            "`f()` is declared here, `libfixture.so` defines it but does not export it",
        ),
        (
            answer("_Z1fv", Standing.OLD_VERSION, version="V1"),
            "old-version-symbols",
            "`f()` is declared here, `libfixture.so` has it only in the old version `V1` that new links ignore",
        ),
        (
            answer("_Z1fv", Standing.IN_NEEDED, library="libd.so"),
            "symbols-in-needed-libraries",
            "`f()` is declared here, only `libd.so` exports it, which the linked library needs",
        ),
        (
            answer("_Z1fv", kind=ExportKind.DATA),
            "wrong-kind-symbols",
            "`f()` is a function here, in `libfixture.so` it is a variable",
        ),
    ],
)
def test_each_standing_has_its_rule(given, rule, message):
    found = only(check_symbols(snapshot(promise("_Z1fv")), answers(given)))
    assert (found.rule, found.message, found.severity) == (rule, message, Severity.ERROR)


@pytest.mark.parametrize("kind", [ExportKind.FUNCTION, ExportKind.IFUNC, ExportKind.UNTYPED])
def test_functions_may_be_indirect_or_untyped(kind):
    assert check_symbols(snapshot(promise("_Z1fv")), answers(answer("_Z1fv", kind=kind))) == ()


@pytest.mark.parametrize(
    ("promised", "kind", "kept"),
    [
        (SymbolKind.DATA, ExportKind.DATA, True),
        (SymbolKind.DATA, ExportKind.UNTYPED, True),
        (SymbolKind.DATA, ExportKind.FUNCTION, False),
        (SymbolKind.DATA, ExportKind.TLS, False),
        (SymbolKind.TLS, ExportKind.TLS, True),
        (SymbolKind.TLS, ExportKind.DATA, False),
    ],
)
def test_variables_are_of_their_kind(promised, kind, kept):
    made = promise("_ZN1n1vE", of_kind=promised, kind=DeclarationKind.VARIABLE)
    found = check_symbols(snapshot(made), answers(answer("_ZN1n1vE", kind=kind)))
    assert [item.rule for item in found] == ([] if kept else ["wrong-kind-symbols"])


def test_a_variable_of_another_size():
    made = promise("arr", of_kind=SymbolKind.DATA, size=32, kind=DeclarationKind.VARIABLE)
    found = only(check_symbols(snapshot(made), answers(answer("arr", kind=ExportKind.DATA, size=16))))
    assert (found.rule, found.message) == ("wrong-size-objects", "`arr` takes 32 bytes here, 16 in `libfixture.so`")
    assert check_symbols(snapshot(made), answers(answer("arr", kind=ExportKind.DATA, size=32))) == ()
    assert check_symbols(snapshot(made), answers(answer("arr", kind=ExportKind.DATA, size=0))) == ()


def test_a_vtable_is_what_its_name_says():
    made = promise("_ZTV1A", of_kind=SymbolKind.DATA, kind=DeclarationKind.CLASS, name="A")
    assert check_symbols(snapshot(made), answers(answer("_ZTV1A", kind=ExportKind.FUNCTION))) == ()


def test_the_size_of_a_vtable_is_judged_elsewhere():
    made = promise("_ZTV1A", of_kind=SymbolKind.DATA, size=40, kind=DeclarationKind.CLASS, name="A")
    assert check_symbols(snapshot(made), answers(answer("_ZTV1A", kind=ExportKind.DATA, size=48))) == ()


def test_protected_data_is_an_error_and_protected_functions_are_not():
    made = promise("v", of_kind=SymbolKind.DATA, size=4, kind=DeclarationKind.VARIABLE)
    found = only(check_symbols(snapshot(made), answers(answer("v", kind=ExportKind.DATA, size=4, protected=True))))
    assert found.rule == "protected-data-symbols"
    assert check_symbols(snapshot(promise("_Z1fv")), answers(answer("_Z1fv", protected=True))) == ()


def test_what_only_unoptimised_code_needs_is_a_warning():
    made = promise("_ZN1AIiE1fEv", weight=Weight.UNOPTIMISED)
    asked = answers(absent=["_ZN1AIiE1fEv"])
    found = only(check_symbols(snapshot(made), asked))
    assert (found.rule, found.severity) == ("missing-unoptimised-symbols", Severity.WARNING)
    assert count_missing(snapshot(made), asked) == 0


def test_a_class_is_named_by_what_it_lacks():
    made = promise("_ZTV1A", "_ZTI1A", kind=DeclarationKind.CLASS, name="A", of_kind=SymbolKind.DATA)
    found = only(check_symbols(snapshot(made), answers(absent=["_ZTV1A", "_ZTI1A"])))
    assert found.message == "class `A` owes its vtable and typeinfo, `libfixture.so` does not export them"


def test_counts_are_of_promises():
    made = snapshot(promise("_ZN1AC1Ev", "_ZN1AC2Ev", name="A::A"), promise("_Z1fv"), promise("_Z1gv"))
    assert count_missing(made, answers("_Z1gv", absent=["_ZN1AC1Ev", "_ZN1AC2Ev", "_Z1fv"])) == 2


def test_a_symbol_never_asked_about_is_a_defect():
    with pytest.raises(KeyError):
        check_symbols(snapshot(promise("_Z1fv")), answers())


def test_several_libraries_are_counted():
    made = answers(absent=["_Z1fv"], libraries=[facts("liba.so"), facts("libb.so")])
    found = only(check_symbols(snapshot(promise("_Z1fv")), made))
    assert found.message == "`f()` is declared here, none of the 2 libraries exports it"


def test_the_way_to_a_private_function_is_shown():
    found = only(
        check_symbols(
            snapshot(promise("_ZN1A4makeEv", reached=("A::A()", "A::make()"))), answers(absent=["_ZN1A4makeEv"])
        )
    )
    assert spell_evidence(found.evidence)[0] == "reached by `A::A()` → `A::make()`"


def test_an_overload_that_is_promised_too_is_no_drift():
    made = snapshot(promise("_Z1fi"), promise("_Z1fl"))
    found = only(check_symbols(made, answers("_Z1fl", absent=["_Z1fi"], alike={"_Z1fi": ["_Z1fl"]})))
    assert "does not export it" in found.message
