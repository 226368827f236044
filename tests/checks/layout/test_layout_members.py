"""Members that moved, proved from a stripped library; and silence where nothing did."""

from __future__ import annotations

import pytest
from support.layout_builds import Member, header_of, large_class, nested_class, snapshot_of, source_of, stripped_library

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.answers.findings import Severity
from trtheaders.report.evidence import spell_evidence

pytestmark = pytest.mark.slow

AARCH64 = "aarch64-linux-gnu-g++"
BUILDS = [(compiler, level) for compiler in ("g++", "clang++") for level in ("-O1", "-O2", "-O3")]


def _judge(header_classes, library_classes, *flags, compiler="g++"):
    snapshot = snapshot_of(header_of(header_classes))
    library = stripped_library(source_of(library_classes), *flags, compiler=compiler)
    return judge_layouts(snapshot, read_evidence([library], snapshot))


@pytest.mark.parametrize(("compiler", "level"), BUILDS)
def test_a_matching_pair_yields_nothing_and_its_accessors_agree(compiler, level):
    classes = (nested_class(), large_class())
    judgement = _judge(classes, classes, level, compiler=compiler)
    assert judgement.findings == ()
    assert judgement.agreeing == judgement.accessors
    assert judgement.accessors >= 0.95 * sum(
        item.getter + item.reference + item.setter for each in classes for item in each.members
    )


@pytest.mark.parametrize(("compiler", "level"), BUILDS)
def test_a_member_inserted_in_the_middle_is_proved(compiler, level):
    nested, large = nested_class(), large_class()
    grown = large.with_member(20, Member("mNewcomer", "std::optional<SizeType32>", getter=False))
    judgement = _judge((nested, large), (nested, grown), level, compiler=compiler)
    (finding,) = [item for item in judgement.findings if item.rule == "moved-members"]
    assert finding.severity is Severity.ERROR
    assert finding.name == "tensorrt_llm::executor::LargeConfig"
    assert finding.explains >= 18
    assert finding.symbols[0] in " ".join(spell_evidence(finding.evidence))


@pytest.mark.parametrize("level", ["-O1", "-O2", "-O3"])
def test_aarch64_is_judged_by_its_own_conventions(level):
    nested, large = nested_class(), large_class()
    grown = large.with_member(20, Member("mNewcomer", "std::string", getter=False))
    snapshot = snapshot_of(header_of((nested, large)), "aarch64-linux-gnu", AARCH64)
    for classes, expected in (((nested, large), set()), ((nested, grown), {"moved-members"})):
        library = stripped_library(source_of(classes), level, compiler=AARCH64)
        judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
        assert {finding.rule for finding in judgement.findings} == expected
        assert judgement.accessors >= 50
