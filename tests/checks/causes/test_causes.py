"""Many symptoms, one finding: literal snapshots and answers."""

from __future__ import annotations

from msgspec.structs import replace
from support.promised import answer, answers, facts, promise, snapshot

from trtheaders.checks.causes.folds import fold_causes
from trtheaders.checks.causes.namespaces import Move, compare_scopes
from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.model.answers.candidates import Candidate, Fit, Identification
from trtheaders.model.answers.findings import Counts, Finding, Severity, Verification, Witness
from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.model.headers.layouts import Gate, Record
from trtheaders.model.library.exports import Standing
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.report.evidence import spell_evidence
from trtheaders.report.places import fingerprints

NEW = "_ZN1n1fERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
OLD = "_ZN1n1fERKSs"


def explain(made, given, identification=None):
    findings = check_symbols(made, given)
    folded = fold_causes(made, given, findings, identification)
    before = {symbol for item in findings for symbol in item.symbols}
    assert {symbol for item in folded for symbol in item.symbols} == before, "a symbol was lost"
    assert any(item.severity is Severity.ERROR for item in folded) == any(
        item.severity is Severity.ERROR for item in findings
    )
    assert marks(fold_causes(made, given, [reword(item) for item in findings], identification)) == marks(folded)
    return folded


def reword(finding):
    """``finding`` with every word of it exchanged: what it says is for people, nothing may be concluded from it."""
    evidence = tuple(replace(item, text=item.text[::-1]) for item in finding.evidence)
    return replace(finding, message=finding.message[::-1], hint="x", evidence=evidence)


def marks(findings):
    """What may not depend on wording: rules, symbols, counts, kinds of evidence in order, and the fingerprints."""
    told = Verification(release="1.1.0", header_root=None, libraries=(), findings=findings, counts=Counts())
    values = [(item.rule, item.severity, item.name, item.symbols, item.explains) for item in findings]
    return values, [[line.kind for line in item.evidence] for item in findings], fingerprints(told)


def one(made, given, identification=None):
    (finding,) = explain(made, given, identification)
    return finding


def test_the_old_string_abi():
    made = snapshot(
        promise(NEW, old=[OLD]), promise("_ZN1n1gB5cxx11Ev", old=["_ZN1n1gEv"], line=2), promise("_ZN1n1hEv", line=3)
    )
    found = one(made, answers(OLD, "_ZN1n1gEv", "_ZN1n1hEv", absent=[NEW, "_ZN1n1gB5cxx11Ev"]))
    assert (found.rule, found.explains) == ("string-abi-mismatches", 2)
    assert "_GLIBCXX_USE_CXX11_ABI=0" in found.message
    assert f"exported is `{OLD}`" in spell_evidence(found.evidence)[0]
    assert "-D_GLIBCXX_USE_CXX11_ABI=0" in found.hint


def test_a_result_that_became_a_string_is_not_the_string_abi():
    """Its old name is that of the other ABI; what else has a string in its name is kept as it is."""
    became, kept = "_ZNK1n1A5getIdB5cxx11Ev", "_ZN1n7versionB5cxx11Ev"
    made = snapshot(
        promise(NEW, old=[OLD]),
        promise(kept, old=["_ZN1n7versionEv"], line=2),
        promise(became, old=["_ZNK1n1A5getIdEv"]),
    )
    found = one(made, answers(NEW, kept, "_ZNK1n1A5getIdEv", absent=[became]))
    assert (found.rule, found.symbols) == ("missing-symbols", (became,))


def test_another_signature_is_not_the_string_abi():
    made = snapshot(promise(NEW, old=[OLD]))
    assert one(made, answers(absent=[NEW, OLD])).rule == "missing-symbols"


def test_an_inline_namespace_that_the_library_lacks():
    names = ["_ZN1n3_v11fEv", "_ZN1n3_v11gERKNS0_1AE"]
    made = snapshot(*(promise(name) for name in names), promise("_Z1hv"))
    alike = {names[0]: ["_ZN1n1fEv"], names[1]: ["_ZN1n1gERKNS_1AE"]}
    found = one(made, answers("_Z1hv", absent=names, alike=alike))
    assert (found.rule, found.explains) == ("moved-inline-namespaces", 2)
    assert found.message == ("the headers declare 2 promises in `inline namespace _v1`, `libfixture.so` has none")


def test_an_inline_namespace_that_the_headers_lack():
    made = snapshot(promise("_ZN1n1fEv"), promise("_Z1hv"))
    found = one(made, answers("_Z1hv", absent=["_ZN1n1fEv"], alike={"_ZN1n1fEv": ["_ZN1n3_v11fEv"]}))
    assert found.rule == "moved-inline-namespaces"
    assert "`libfixture.so` has 1 promise in `inline namespace _v1`" in found.message


def test_scopes_that_differ_in_one_inline_namespace():
    nothing = frozenset()
    assert compare_scopes("n::v1::f()", "n::v2::f()", nothing) == Move(here="v1", there="v2")
    assert compare_scopes("n::abi::f()", "n::f()", frozenset({"abi"})) == Move(here="abi", there="")
    assert compare_scopes("n::A::f()", "n::f()", nothing) is None
    assert compare_scopes("n::_v1::f(int)", "n::f(long)", nothing) is None
    assert compare_scopes("n::f()", "n::f()", nothing) is None


def test_a_library_without_typeinfo():
    made = snapshot(
        promise("_ZTV1A", "_ZTI1A", kind=DeclarationKind.CLASS, name="A"),
        promise("_ZTV1B", "_ZTI1B", kind=DeclarationKind.CLASS, name="B"),
    )
    given = [answer("_ZTV1A"), answer("_ZTV1B")]
    without = answers(*given, absent=["_ZTI1A", "_ZTI1B"], libraries=[facts(has_typeinfo=False)])
    typeinfo = one(made, without)
    assert typeinfo.rule == "missing-typeinfo"
    assert typeinfo.symbols == ("_ZTI1A", "_ZTI1B")
    assert typeinfo.message == "`libfixture.so` exports vtables and no typeinfo at all: 2 classes lack it"
    partly = answers(*given, absent=["_ZTI1A", "_ZTI1B"], libraries=[facts(has_typeinfo=True)])
    assert "missing-typeinfo" not in {item.rule for item in explain(made, partly)}


def test_a_missing_key_function_takes_the_vtable_along():
    record = Record(
        name="A", location=Location(file="n.h"), tag="struct", size=8, alignment=8, key_function=SymbolName("_ZN1A1kEv")
    )
    made = snapshot(
        promise("_ZN1A1kEv", name="A::k", record="A"),
        promise("_ZN1A1lEv", name="A::l", record="A"),
        promise("_ZTV1A", "_ZTI1A", kind=DeclarationKind.CLASS, name="A"),
        records=(record,),
    )
    found = one(made, answers("_ZN1A1lEv", absent=["_ZN1A1kEv", "_ZTV1A", "_ZTI1A"]))
    assert (found.rule, found.explains) == ("missing-key-functions", 2)
    assert "`A::k()`" in found.message


def test_a_class_that_was_not_compiled_in():
    parts = ["_ZN1n1A1fEv", "_ZN1n1A1gEv"]
    made = snapshot(*(promise(item, record="n::A") for item in parts), promise("_ZN1n1hEv"))
    found = one(made, answers("_ZN1n1hEv", absent=parts))
    assert (found.rule, found.explains) == ("uncompiled-features", 2)
    assert found.message == "nothing of class `n::A` is in `libfixture.so`: 2 promises, while 1 other is kept"


def test_a_cause_has_the_linker_s_word_on_what_it_explains():
    parts = ["_ZN1n1A1fEv", "_ZN1n1A1gEv"]
    made = snapshot(*(promise(item, record="n::A") for item in parts), promise("_ZN1n1hEv"))
    given = answers("_ZN1n1hEv", absent=parts)
    first, second = check_symbols(made, given)
    for said, expected in (
        ((Witness.CONFIRMED, Witness.UNCLEAR), Witness.CONFIRMED),
        ((Witness.UNCLEAR, Witness.UNCLEAR), Witness.UNCLEAR),
        ((Witness.NOT_ASKED, Witness.NOT_ASKED), Witness.NOT_ASKED),
    ):
        heard = (replace(first, witness=said[0]), replace(second, witness=said[1]))
        (found,) = fold_causes(made, given, heard)
        assert (found.rule, found.witness) == ("uncompiled-features", expected)


def test_every_library_that_lacks_a_part_is_named():
    parts = ["_ZN1n1A1fEv", "_ZN1n1A1gEv"]
    made = snapshot(*(promise(item, record="n::A") for item in parts), promise("_ZN1n1hEv"))
    two = [facts("first.so"), facts("second.so")]
    assert "is in `first.so` or `second.so`: " in one(made, answers("_ZN1n1hEv", absent=parts, libraries=two)).message
    four = [facts(f"{number}.so") for number in range(4)]
    assert "is in any of the 4 libraries: " in one(made, answers("_ZN1n1hEv", absent=parts, libraries=four)).message


def test_a_header_that_was_not_compiled_in():
    parts = ["_ZN1n1fEv", "_ZN1n1gEv"]
    made = snapshot(*(promise(item, file="lost.h") for item in parts), promise("_ZN1n1hEv"))
    assert "`lost.h`" in one(made, answers("_ZN1n1hEv", absent=parts)).message


def test_a_condition_that_was_not_set_for_the_library():
    gate = Gate(
        condition="ifdef ENABLE_FP8", macros=("ENABLE_FP8",), location=Location(file="n.h", line=4), end=6, taken=True
    )
    made = snapshot(promise("_Z1fv", line=5), promise("_Z1gv", line=9), gates=(gate,))
    found = one(made, answers("_Z1gv", absent=["_Z1fv"]))
    assert found.rule == "uncompiled-features"
    assert "#ifdef ENABLE_FP8" in found.message
    assert "`ENABLE_FP8`" in found.hint


def test_an_include_guard_is_no_condition():
    gate = Gate(condition="ifndef N_H", macros=("N_H",), location=Location(file="n.h", line=1), end=90, taken=True)
    made = snapshot(promise("_Z1fv", line=5), promise("_Z1gv", file="m.h"), gates=(gate,))
    assert one(made, answers("_Z1gv", absent=["_Z1fv"])).rule == "missing-symbols"


def test_what_is_there_in_another_shape_was_compiled_in():
    parts = ["_ZN1n1A1fEi", "_ZN1n1A1gEi"]
    made = snapshot(*(promise(item, record="n::A") for item in parts), promise("_ZN1n1hEv"))
    alike = {item: [item.replace("Ei", "El")] for item in parts}
    found = explain(made, answers("_ZN1n1hEv", absent=parts, alike=alike))
    assert [item.rule for item in found] == ["missing-symbols", "missing-symbols"]


def test_a_library_that_hides_everything():
    names = ["_Z1fv", "_Z1gv", "_Z1hv"]
    made = snapshot(*(promise(name) for name in names))
    found = one(made, answers(*(answer(name, Standing.HIDDEN) for name in names)))
    assert (found.rule, found.explains) == ("hidden-libraries", 3)


def test_one_hidden_function_is_not_a_hidden_library():
    made = snapshot(promise("_Z1fv"), promise("_Z1gv"))
    assert one(made, answers("_Z1gv", answer("_Z1fv", Standing.HIDDEN))).rule == "hidden-symbols"


def test_a_library_of_something_else():
    names = ["_Z1fv", "_Z1gv", "_Z1hv"]
    found = one(snapshot(*(promise(name) for name in names)), answers(absent=names))
    assert (found.rule, found.explains) == ("wrong-libraries", 3)
    assert "0 of 3 promises are kept" in found.message


def identified(release, *, fit=Fit.IDENTIFIED, kept=10, equal=()):
    best = Candidate(release=release, origin="shipped", score=1.0, kept=kept, promised=10)
    return Identification(libraries=("libfixture.so",), fit=fit, candidates=(best,), equal=equal)


def changed(release="1.2.0rc3"):
    made = snapshot(promise("_ZN1n1fEi"), promise("_ZN1n1gEv"), promise("_Z1hv"), release=release)
    return made, answers("_Z1hv", absent=["_ZN1n1fEi", "_ZN1n1gEv"], alike={"_ZN1n1fEi": ["_ZN1n1fEv"]})


def test_another_release_explains_all_that_is_left():
    found = one(*changed(), identified("1.1.0"))
    assert (found.rule, found.explains) == ("other-releases", 2)
    assert found.message == ("`libfixture.so` is TensorRT-LLM 1.1.0, the headers are 1.2.0rc3: 2 promises are not kept")
    assert spell_evidence(found.evidence)[0] == "1.1.0: all 10 promises kept"
    assert spell_evidence(found.evidence)[1].startswith("n.h:1: `n::f(…)` takes 1 parameter here")
    assert found.hint == "run `trtheaders add v1.1.0`, or install tensorrt-llm==1.2.0rc3"


def test_layouts_are_explained_by_another_release_too():
    made, given = changed()
    moved = Finding(rule="moved-members", severity=Severity.ERROR, message="m", location=Location(file="n.h", line=9))
    (found,) = fold_causes(made, given, (*check_symbols(made, given), moved), identified("1.1.0"))
    assert found.message.endswith("the headers are 1.2.0rc3: 2 promises are not kept and 1 layout differs")
    assert found.explains == 3
    alone = fold_causes(made, answers("_Z1hv", "_ZN1n1fEi", "_ZN1n1gEv"), (moved,), identified("1.1.0"))
    assert [item.rule for item in alone] == ["moved-members"]


def test_one_finding_is_kept_and_told_the_release():
    made = snapshot(promise("_ZN1n1fEi"), promise("_Z1hv"), release="1.2.0rc3")
    found = one(made, answers("_Z1hv", absent=["_ZN1n1fEi"]), identified("1.1.0"))
    assert found.rule == "missing-symbols"
    assert found.hint.startswith(
        "the library is TensorRT-LLM 1.1.0 (all 10 promises kept); run `trtheaders add v1.1.0`"
    )


def test_the_same_or_an_unsure_release_explains_nothing():
    for known in (
        identified("1.2.0rc3"),
        identified("1.2.0rc4", equal=("1.2.0rc3", "1.2.0rc4")),
        identified("1.1.0", fit=Fit.NEAR),
        identified("1.1.0", kept=5),
    ):
        assert {item.rule for item in explain(*changed(), known)} == {"missing-symbols"}


def test_what_is_on_record_is_not_folded():
    made, given = changed()
    findings = [replace(item, severity=Severity.NOTE) for item in check_symbols(made, given)]
    assert fold_causes(made, given, findings, identified("1.1.0")) == tuple(findings)


def test_a_single_gap_is_blamed_on_no_other_build():
    there = [f"_Z1fILi{number}EEvv" for number in range(30)]
    gone = ["_Z4gonev", "_Z5gone2v", "_Z5gone3v"]
    few = snapshot(*(promise(item) for item in [*there, gone[0]]))
    assert one(few, answers(*there, absent=gone[:1])).hint.startswith(
        "declared, but not defined in this build, which keeps 30 of 31 promises: "
    )
    alike = answers(*there, absent=gone[:1], alike={gone[0]: ["_Z4gonei"]})
    assert "different releases" in one(few, alike).hint
    many = snapshot(*(promise(item) for item in [*there, *gone]))
    assert all("different releases" in item.hint for item in explain(many, answers(*there, absent=gone)))
