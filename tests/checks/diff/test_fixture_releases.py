"""Every impact that is claimed between the releases of the fixtures, put to g++ with both sides' headers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from support.cxx import compile_cxx, exported_symbols
from support.demo_upstream import build_release_library, header_root

from trtheaders import headers
from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.answers.changes import Action, Change, Impact, Subject
from trtheaders.model.headers.snapshot import AbiSnapshot

STAND_INS = Path(headers.__file__).parent / "standins"
ENTRY = "tensorrt_llm/executor/executor.h"
PAIRS = [("1.0.0", "1.1.0"), ("1.1.0", "1.0.0"), ("1.1.0", "1.2.0rc1"), ("1.2.0rc1", "1.0.0")]


@cache
def snapshot(release: str) -> AbiSnapshot:
    return record_snapshot(HeaderQuestion(root=header_root(release), entries=(ENTRY,)))


@cache
def changes(old: str, new: str) -> tuple[Change, ...]:
    return compare_snapshots(snapshot(old), snapshot(new))


def use_of(change: Change) -> str:
    """A line that compiles as long as the name is there."""
    scope, _, last = change.name.rpartition("::")
    if change.subject is Subject.METHOD:
        return f"namespace use {{ struct Use{last} : {scope} {{ using {scope}::{last}; }}; }}"
    return f"namespace use {{ using {change.name}; }}"


def refused(release: str, lines: list[str]) -> set[int]:
    """Which of ``lines`` g++ complains about behind the headers of ``release``."""
    head = f"#include <{ENTRY}>\n"
    made = compile_cxx(
        head + "\n".join(lines), flags=("-fsyntax-only", "-std=c++17"), include=(header_root(release), STAND_INS)
    )
    assert "fatal error" not in made.messages, made.messages
    first = head.count("\n") + 1
    return {int(line) - first for line in re.findall(r"unit\.cpp:(\d+):\d+: error", made.messages)}


@pytest.mark.parametrize(("old", "new"), [("1.1.0", "1.0.0"), ("1.2.0rc1", "1.0.0")])
def test_what_is_gone_cannot_be_named(old: str, new: str) -> None:
    gone = [
        change for change in changes(old, new) if change.action is Action.REMOVED and Impact.COMPILE in change.impacts
    ]
    lines = sorted({use_of(change) for change in gone if change.subject is not Subject.MACRO})
    assert lines
    assert refused(old, lines) == set()
    assert refused(new, lines) == set(range(len(lines)))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_sizes_that_are_told_are_those_of_the_compiler(old: str, new: str) -> None:
    found = re.compile(r"has (\d+) bytes?, had (\d+)")
    told = [
        (change.name, match.groups())
        for change in changes(old, new)
        if change.subject is Subject.CLASS
        for detail in change.details
        if (match := found.fullmatch(detail.text))
    ]
    assert told
    for release, side in ((new, 0), (old, 1)):
        lines = [f"static_assert(sizeof({name}) == {sizes[side]});" for name, sizes in told]
        assert refused(release, lines) == set()


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_symbols_that_are_said_to_go_are_those_that_the_library_lost(old: str, new: str) -> None:
    exported = {release: exported_symbols(build_release_library(release)) for release in (old, new)}
    broken = {change for change in changes(old, new) if Impact.LINK in change.impacts}
    gone = {symbol for change in broken for symbol in change.removed_symbols}
    assert broken
    assert gone
    assert gone & exported[old]
    assert not gone & exported[new]
    promised = {symbol for item in snapshot(old).promises for symbol in item.symbols}
    assert (promised & exported[old]) - exported[new] <= gone
