"""The product over every case: the honest library yields nothing, and a known cause is one finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cases import Broken, Case, all_cases, build_libraries

from trtheaders.model.answers.findings import Severity, Verification
from trtheaders.verbs.verify import verify

pytestmark = pytest.mark.slow

ALL = all_cases()
CAUSES = [(case, broken) for case in ALL for broken in case.broken if broken.cause]


def _verify(case: Case, libraries: list[Path], start: Path) -> Verification:
    return verify(
        headers=case.folder,
        entries=case.entries,
        defines=case.defines,
        standard=case.standard,
        libraries=libraries,
        start=start,
    )


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in ALL])
def test_no_rule_has_anything_to_say_of_an_honest_library(case: Case, tmp_path):
    libraries = build_libraries(case, case.libraries, case.library_flags, ())
    told = _verify(case, libraries, tmp_path)
    assert [(finding.rule, finding.message) for finding in told.findings if finding.rule not in case.honest] == []
    assert all(finding.severity is Severity.NOTE for finding in told.findings)


@pytest.mark.parametrize(("case", "broken"), [pytest.param(*pair, id=pair[0].name) for pair in CAUSES])
def test_a_known_cause_is_one_finding_that_names_all_its_symbols(case: Case, broken: Broken, tmp_path):
    libraries = build_libraries(case, broken.libraries, broken.flags, broken.needed)
    told = _verify(case, libraries, tmp_path)
    assert [finding.rule for finding in told.findings] == [broken.cause]
    symptoms = {symbol for symbols in broken.findings.values() for symbol in symbols}
    assert symptoms <= set(told.findings[0].symbols)
