"""A second chance for what a common unit left open: each header that holds it, parsed alone.

In one unit for a whole tree, a macro or an error of one header can spoil another. Parsing every header alone is slow,
so only those are isolated that hold something unverifiable; a declaration counts as verified if any unit understood it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from trtheaders.errors import ToolchainError
from trtheaders.headers.first_parse import Reading, include_all, read_unit
from trtheaders.headers.parser.conditions import may_differ, overlaid, settle_conditions
from trtheaders.headers.parser.preprocessor import preprocess
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.promises.verdicts import Verdict
from trtheaders.model.headers.promises import Unverifiable

_AT_ONCE = 2
_ROUNDS = 3
"""A condition that was settled may lead to a header with another one."""
_Item = TypeVar("_Item")


def read_tree(tree: HeaderTree, entries: tuple[str, ...], arguments: list[str], compiler: Compiler) -> Reading:
    """Read ``entries`` as one unit, then alone each header that holds something which was not understood.

    Where a condition of the tree's comes out differently for ``compiler``, all is read once more, as it has it.
    """
    reading = _read_all(tree, entries, arguments, compiler)
    conditions = _Conditions(tree, lambda: _preprocess(tree, entries, arguments, compiler, reading))
    settled: dict[str, bytes] = {}
    for _ in range(_ROUNDS):
        more = conditions.settle(reading)
        if not more:
            break
        settled |= more
        with overlaid(tree, settled) as overlay:
            reading = _read_all(tree, entries, [*arguments, *overlay], compiler)
    return reading


def _preprocess(
    tree: HeaderTree, entries: tuple[str, ...], arguments: list[str], compiler: Compiler, reading: Reading
) -> dict[str, set[int]]:
    """The lines of ``tree`` of which ``compiler`` makes something; none where it gives up."""
    try:
        text = preprocess(include_all(entries), arguments, compiler, reading.absent, tree, definitions=True)
    except ToolchainError:
        return {}
    return text.lines()


class _Conditions:
    """Settles the conditions of one tree; the compiler is asked where one may differ, and once."""

    def __init__(self, tree: HeaderTree, ask: Callable[[], dict[str, set[int]]]) -> None:
        self._tree = tree
        self._ask = ask
        self._kept: dict[str, set[int]] | None = None
        self._done: set[str] = set()

    def settle(self, reading: Reading) -> dict[str, bytes]:
        """The files of ``reading`` with conditions that differ, as the compiler has them, each once."""
        suspects = [name for name in reading.files if name not in self._done and may_differ(self._tree.text(name))]
        if suspects and self._kept is None:
            self._kept = self._ask()
        kept = self._kept or {}
        found = {name: self._settle(name, reading, kept[name]) for name in suspects if name in kept}
        settled = {name: text for name, text in found.items() if text is not None}
        self._done |= settled.keys()
        return settled

    def _settle(self, name: str, reading: Reading, kept: set[int]) -> bytes | None:
        return settle_conditions(self._tree.text(name), reading.skipped.get(name, set()), kept)


def _read_all(tree: HeaderTree, entries: tuple[str, ...], arguments: list[str], compiler: Compiler) -> Reading:
    together = read_unit(tree, entries, arguments, compiler)
    if len(entries) == 1 or not together.open:
        return together
    from concurrent.futures import ThreadPoolExecutor

    alone = [name for name in _open_files(together) if name in entries]
    # The parser releases Python's lock, so two threads keep two cores busy.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readings = dict(
            zip(alone, pool.map(lambda name: read_unit(tree, (name,), arguments, compiler), alone), strict=True)
        )
    better = {name: reading for name, reading in readings.items() if _lost(reading, name) < _lost(together, name)}
    return _merge(together, better)


def _open_files(reading: Reading) -> list[str]:
    """Files that may fare better alone; one that misses an include misses it alone as well."""
    open_ = (item for item in reading.verdicts if isinstance(item, Unverifiable) and item.blame is None)
    return sorted({item.location.file for item in open_})


def _lost(reading: Reading, name: str) -> int:
    return sum(isinstance(item, Unverifiable) and item.location.file == name for item in reading.verdicts)


def _merge(together: Reading, better: Mapping[str, Reading]) -> Reading:
    """``together``, with everything that the files in ``better`` declare as they declare it alone."""
    return replace(
        together,
        verdicts=_choose(together.verdicts, {name: item.verdicts for name, item in better.items()}, _file_of),
        records=_choose(
            together.records, {name: item.records for name, item in better.items()}, lambda item: item.location.file
        ),
    )


def _choose(
    common: Sequence[_Item], better: Mapping[str, Sequence[_Item]], file_of: Callable[[_Item], str]
) -> tuple[_Item, ...]:
    kept = [item for item in common if file_of(item) not in better]
    return (*kept, *(item for name, items in better.items() for item in items if file_of(item) == name))


def _file_of(verdict: Verdict) -> str:
    return verdict.location.file if isinstance(verdict, Unverifiable) else verdict.declaration.location.file
