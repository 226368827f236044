"""Every impact that is claimed between the releases of the fixtures, proved by g++, the linker and sizes."""

from __future__ import annotations

import re
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest
from support.cxx import compile_cxx, exported_symbols
from support.demo_upstream import RELEASES, build_release_library, header_root, release_tree
from support.impact_proofs import Proof, Unproved, prove_layout, uses_of

from trtheaders import headers
from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.headers.snapshot import AbiSnapshot

STAND_INS = Path(headers.__file__).parent / "standins"
ENTRY = "tensorrt_llm/executor/executor.h"
FLAGS = ("-std=c++17", "-O0", "-w", "-fno-access-control")
PAIRS = list(permutations(RELEASES, 2))


@cache
def snapshot(release: str) -> AbiSnapshot:
    return record_snapshot(HeaderQuestion(root=header_root(release), entries=("all",)))


@cache
def changes(old: str, new: str) -> tuple[Change, ...]:
    return compare_snapshots(snapshot(old), snapshot(new))


def compile_lines(release: str, lines: list[str], *flags: str, name: str = "unit.o") -> tuple[Path, set[int]]:
    """The object behind the headers of ``release``, and which of ``lines`` g++ refuses."""
    head = "".join(f"#include <{file}>\n" for file in snapshot(release).files)
    # What one header includes lies in upstream's own sources.
    folders = (header_root(release), release_tree(release) / "cpp", STAND_INS)
    made = compile_cxx(head + "\n".join(lines) + "\n", name=name, flags=(*FLAGS, *flags), include=folders)
    assert "fatal error" not in made.messages, made.messages
    first = head.count("\n") + 1
    return made.path, {int(line) - first for line in re.findall(r"unit\.cpp:(\d+):\d+: error", made.messages)}


def missing(made: Path, release: str) -> set[str]:
    """What an object asks the library of ``release`` for, and the linker does not find there."""
    flags = ("-shared", "-Wl,--no-demangle", "-Wl,-z,defs")
    linked = compile_cxx("", name="use.so", flags=flags, inputs=(made, build_release_library(release)))
    return set(re.findall(r"undefined reference to `(\w+)'", linked.messages))


def proofs_of(change: Change, detail: Detail) -> list[Proof]:
    """What shows ``detail``: nothing of its own where the uses of the change do."""
    if detail.impact is Impact.SILENT:
        return list(prove_layout(change, detail))
    if detail.impact is not Impact.NONE and not change.removed_symbols:
        raise Unproved(f"{change.kind} {change.name}: {detail.text}")
    return []


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_what_is_said_of_uses_happens_and_nothing_else_does(old: str, new: str) -> None:
    told = [change for change in changes(old, new) if change.removed_symbols]
    uses = [(line, Impact.COMPILE in change.impacts) for change in told for line in uses_of(change, snapshot(old))]
    lines = [line for line, _ in uses]
    made, refused = compile_lines(old, lines, "-c", "-fPIC")
    assert refused == set()
    assert compile_lines(new, lines, "-fsyntax-only")[1] == {index for index, (_, gone) in enumerate(uses) if gone}
    assert missing(made, old) == set()
    gone = {symbol for change in told for symbol in change.removed_symbols}
    # A deleting destructor is called through the vtable, unless the optimiser sees what is deleted.
    assert missing(made, new) == {symbol for symbol in gone if not symbol.endswith("D0Ev")}


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_each_silent_impact_is_what_the_compiler_prints(old: str, new: str) -> None:
    proofs = [proof for change in changes(old, new) for detail in change.details for proof in proofs_of(change, detail)]
    assert proofs
    for release, anew in ((old, False), (new, True)):
        mine = [proof for proof in proofs if proof.anew is anew]
        refused = compile_lines(release, [proof.line for proof in mine], "-fsyntax-only")[1]
        assert refused == {index for index, proof in enumerate(mine) if proof.refused}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_symbols_that_are_said_to_go_are_those_that_the_library_lost(old: str, new: str) -> None:
    exported = {release: exported_symbols(build_release_library(release)) for release in (old, new)}
    gone = {symbol for change in changes(old, new) for symbol in change.removed_symbols}
    promised = {symbol for item in snapshot(old).promises for symbol in item.symbols}
    assert (promised & exported[old]) - exported[new] == gone & exported[old]
    assert not gone & exported[new]


def test_an_impact_that_nobody_can_show_is_an_error() -> None:
    silent = Detail(text="is something else", impact=Impact.SILENT)
    change = Change(subject=Subject.FUNCTION, action=Action.CHANGED, name="f", details=(silent,))
    with pytest.raises(Unproved):
        proofs_of(change, silent)
