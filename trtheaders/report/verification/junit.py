"""A verdict as JUnit XML: a test suite of one release against one library, a test case a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from trtheaders.counting import count_of, verb_for
from trtheaders.model.answers.findings import Finding, Severity, Verification
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.report.evidence import spell_reason, spell_under
from trtheaders.report.verification.answer import summarise
from trtheaders.rules import RULES
from trtheaders.visible import show

# XML 1.0 has no way of writing these, not even as character references.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def render_verification(verification: Verification) -> str:
    """``verification`` as one `testsuites` document: rules with errors fail, what was not judged is skipped."""
    groups = _by_rule(verification.findings)
    suite = ElementTree.Element("testsuite", name=_suite_name(verification))
    failures = 0
    for rule, findings in groups.items():
        failures += _add_case(suite, rule, findings, verification.release)
    if verification.unverifiable:
        _add_skipped(suite, verification.unverifiable, verification.release)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("skipped", "1" if verification.unverifiable else "0")
    ElementTree.SubElement(suite, "system-out").text = _clean(
        "\n".join((summarise(verification), *verification.remarks))
    )
    return _document(suite)


def render_unanswered(error: str, hint: str, verification: Verification | None = None) -> str:
    """One test case that could not be run (`error`, where a finding is a `failure`)."""
    suite = ElementTree.Element("testsuite", name="headers against library", tests="1", failures="0", errors="1")
    suite.set("skipped", "0")
    case = _case(suite, "verify", verification.release if verification else None)
    said = ElementTree.SubElement(case, "error", type="no-answer", message=_clean(error))
    said.text = _clean(f"{error}\nhint: {hint}" if hint else error)
    return _document(suite)


def _document(suite: ElementTree.Element) -> str:
    root = ElementTree.Element("testsuites", name="trtheaders")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _suite_name(verification: Verification) -> str:
    headers = verification.release or str(verification.header_root or "headers")
    libraries = ", ".join(facts.name for facts in verification.libraries)
    return _clean(f"{headers} against {libraries}" if libraries else headers)


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Every rule, also those that found nothing: a test that passed is worth a line in a test report."""
    groups: dict[str, list[Finding]] = {rule: [] for rule in RULES}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    return groups


def _add_case(suite: ElementTree.Element, rule: str, findings: Sequence[Finding], release: str | None) -> int:
    """One test case; returns how many failures it has (1 or 0)."""
    case = _case(suite, rule, release)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if errors:
        failure = ElementTree.SubElement(case, "failure", type=rule, message=_clean(_headline(errors)))
        failure.text = _clean("\n\n".join(map(_tell, errors)))
    if others:
        ElementTree.SubElement(case, "system-out").text = _clean("\n\n".join(map(_tell, others)))
    return 1 if errors else 0


def _add_skipped(suite: ElementTree.Element, items: Sequence[Unverifiable], release: str | None) -> None:
    case = _case(suite, "unverifiable", release)
    skipped = ElementTree.SubElement(
        case, "skipped", message=f"{count_of(len(items), 'declaration')} {verb_for(len(items))} not judged"
    )
    skipped.text = _clean("\n".join(map(_tell_unverifiable, items)))


def _tell_unverifiable(item: Unverifiable) -> str:
    return f"{item.location}: {item.name}: {spell_reason(item)}"


def _case(suite: ElementTree.Element, name: str, release: str | None) -> ElementTree.Element:
    return ElementTree.SubElement(
        suite, "testcase", classname=f"trtheaders.{release or 'headers'}", name=name, time="0"
    )


def _headline(errors: Sequence[Finding]) -> str:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{errors[0].message}{more}"


def _tell(finding: Finding) -> str:
    place = f"{finding.location}: " if finding.location else ""
    told = (f"   {line}" for line in spell_under(finding))
    lines = [f"{place}{finding.severity.value}: {finding.message}", *told]
    return "\n".join([*lines, *([f"hint: {finding.hint}"] if finding.hint else [])])


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", "\n".join(map(show, text.split("\n"))))
