"""Which library keeps what."""

from __future__ import annotations

from support.promised import answer, answers, facts, promise, snapshot

from trtheaders.checks.symbols.providers import check_providers, providers_by_header
from trtheaders.model.answers.findings import Severity
from trtheaders.model.headers.promises import Exempt, Exemption
from trtheaders.report.evidence import spell_evidence

BESIDE = [facts("libmain.so"), facts("libth_common.so", linked=False)]


def test_promises_kept_twice_are_one_note():
    made = snapshot(promise("_Z1fv"), promise("_Z1gv", line=2))
    given = answers(answer("_Z1fv", also=["libb.so"]), answer("_Z1gv", also=["libb.so"]))
    (found,) = check_providers(made, given)
    assert (found.rule, found.severity, found.explains) == ("duplicate-symbols", Severity.NOTE, 2)
    assert found.message.startswith("2 promises are exported by `libfixture.so` and `libb.so` alike")


def test_weak_copies_are_meant_to_be():
    given = answers(answer("_Z1fv", also=["libb.so"], weak=True))
    assert check_providers(snapshot(promise("_Z1fv")), given) == ()


def test_what_only_a_neighbour_keeps_is_a_note():
    made = snapshot(promise("_Z1fv", file="thop.h"), promise("_Z1gv", line=2))
    given = answers(answer("_Z1fv", library="libth_common.so"), answer("_Z1gv", library="libmain.so"), libraries=BESIDE)
    (found,) = check_providers(made, given)
    assert (found.rule, found.severity) == ("symbols-in-unlinked-libraries", Severity.NOTE)
    assert spell_evidence(found.evidence) == ["declared in `thop.h`"]
    assert "libth_common.so" in found.hint


def test_the_c_library_is_no_neighbour():
    given = answers(answer("memcpy", library="libc.so.6"), libraries=BESIDE)
    assert check_providers(snapshot(promise("memcpy")), given) == ()


def test_providers_are_counted_by_header():
    made = snapshot(promise("_Z1fv", file="a.h"), promise("_Z1gv", file="a.h", line=2), promise("_Z1hv", file="b.h"))
    given = answers(
        answer("_Z1fv", library="liba.so"), answer("_Z1gv", library="libb.so"), answer("_Z1hv", library="liba.so")
    )
    assert providers_by_header(made, given) == {"a.h": {"liba.so": 1, "libb.so": 1}, "b.h": {"liba.so": 1}}


def test_an_exported_hidden_declaration_is_a_warning():
    hidden = Exempt(declaration=promise("_Z1fv").declaration, reason=Exemption.HIDDEN, symbols=("_Z1fv",))
    (found,) = check_providers(snapshot(promise("_Z1gv"), exempt=(hidden,)), answers("_Z1fv", "_Z1gv"))
    assert (found.rule, found.severity) == ("exported-hidden-declarations", Severity.WARNING)
    inline = Exempt(declaration=promise("_Z1fv").declaration, reason=Exemption.INLINE, symbols=("_Z1fv",))
    assert check_providers(snapshot(promise("_Z1gv"), exempt=(inline,)), answers("_Z1fv", "_Z1gv")) == ()
