"""How good is the evidence of layout? Recall and false alarms over compilers and optimisation levels, told honestly.

    python tools/measure_layout_evidence.py [--members 40] [--positions 5] [--compiler g++] [--level O2]

For every build: a matching pair (every finding is a false alarm), and libraries in whose class one member was inserted
at several places (how many of the members that moved are proved moved, and is the class proved grown). The newcomer
has no accessor, and the class's constructor is counted apart, since it proves the growth without any accessor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.layout_builds import (
    Class,
    Member,
    header_of,
    large_class,
    nested_class,
    snapshot_of,
    source_of,
    stripped_library,
)

from trtheaders.checks.layout.judgement import LayoutJudgement, judge_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.answers.findings import Severity
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.report.evidence import spell_evidence

NEWCOMERS = ("bool", "std::optional<SizeType32>", "std::string")
CLASS = "tensorrt_llm::executor::LargeConfig"


@dataclass
class Tally:
    """What one build has come to."""

    accessors: int = 0
    judged: int = 0
    agreeing: int = 0
    false_alarms: int = 0
    classes: int = 0
    proved: int = 0
    moved: int = 0
    moved_proved: int = 0
    missed: list[str] = field(default_factory=list)


def offsets(snapshot: AbiSnapshot) -> dict[str, int | None]:
    """The offsets of the large class's members, in bits."""
    (record,) = [record for record in snapshot.records if record.name == CLASS]
    return {item.name: item.offset for item in record.fields}


def grown_classes(large: Class, positions: int) -> Iterator[tuple[str, Class]]:
    """The class with one member more, at places spread over it."""
    for number in range(positions):
        index = number * (len(large.members) - 1) // max(1, positions - 1)
        for newcomer in NEWCOMERS:
            yield (
                f"{newcomer} before {large.members[index].name}",
                large.with_member(index, Member("mNew", newcomer, getter=False)),
            )


def judge(snapshot: AbiSnapshot, classes: tuple[Class, ...], level: str, compiler: str) -> LayoutJudgement:
    """The stripped library of ``classes`` against ``snapshot``."""
    library = stripped_library(source_of(classes), level, compiler=compiler)
    return judge_layouts(snapshot, read_evidence([library], snapshot))


def measure(compiler: str, level: str, members: int, positions: int) -> Tally:
    """One compiler at one level."""
    nested, large = nested_class(), large_class(members)
    snapshot, tally = snapshot_of(header_of((nested, large))), Tally()
    matching = judge(snapshot, (nested, large), level, compiler)
    tally.false_alarms = len(matching.findings)
    tally.judged, tally.agreeing = matching.accessors, matching.agreeing
    tally.accessors = sum(
        item.getter + item.reference + item.setter for each in (nested, large) for item in each.members
    )
    for title, grown in grown_classes(large, positions):
        count_change(tally, title, snapshot, (nested, grown), level, compiler)
    return tally


def count_change(
    tally: Tally, title: str, snapshot: AbiSnapshot, classes: tuple[Class, ...], level: str, compiler: str
) -> None:
    """Compare what is proved with what the headers of the changed class say."""
    before, after = offsets(snapshot), offsets(snapshot_of(header_of(classes)))
    truly = {name for name in before if before[name] != after[name]}
    if not truly:
        return
    findings = [item for item in judge(snapshot, classes, level, compiler).findings if item.name == CLASS]
    text = "\n".join(line for finding in findings for line in spell_evidence(finding.evidence))
    proved = any(finding.severity is Severity.ERROR for finding in findings)
    tally.classes += 1
    tally.proved += proved
    tally.moved += len(truly)
    tally.moved_proved += sum(f"`{name}`: offset" in text for name in truly)
    if not proved:
        tally.missed.append(title)


def main() -> None:
    """Print one line a build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=40, help="members of the class")
    parser.add_argument("--positions", type=int, default=5, help="places at which a member is inserted")
    parser.add_argument("--compiler", action="append", help="compilers to try")
    parser.add_argument("--level", action="append", help="optimisation levels to try: O2")
    arguments = parser.parse_args()
    print("build          accessors seen  false alarms  classes proved  members proved moved")
    for compiler in arguments.compiler or ("g++", "clang++"):
        for level in arguments.level or ("O1", "O2", "O3"):
            tally = measure(compiler, f"-{level}", arguments.members, arguments.positions)
            build = f"{compiler} -{level}"
            print(
                f"{build:13} {tally.judged:5} of {tally.accessors:3}  {tally.false_alarms:12}"
                f"  {tally.proved:5} of {tally.classes:3}  {tally.moved_proved:10} of {tally.moved:4}",
                flush=True,
            )
            for title in tally.missed:
                print(f"    not proved: {title}")


if __name__ == "__main__":
    main()
