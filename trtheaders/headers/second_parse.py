"""A second chance for what a common unit left open: each header that holds it, parsed alone.

In one unit for a whole tree, a macro or an error of one header can spoil another. Parsing every header alone is slow,
so only those are isolated that hold something unverifiable; a declaration counts as verified if any unit understood it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from trtheaders.headers.first_parse import Reading
from trtheaders.headers.promises.verdicts import Verdict
from trtheaders.headers.settled_parse import Entries, settled
from trtheaders.model.headers.promises import Unverifiable

_AT_ONCE = 2
_Item = TypeVar("_Item")


def read_tree(entries: Entries) -> Reading:
    """Read ``entries`` as one unit, then alone each header that holds something which was not understood.

    Where a condition comes out differently for the compiler, they are read as it has it.
    """
    with settled(entries) as (read, unit, wording):
        together = read.judge(unit, wording)
        if len(entries.names) == 1 or not together.open:
            return together
        return _isolate(together, read)


def _isolate(together: Reading, entries: Entries) -> Reading:
    from concurrent.futures import ThreadPoolExecutor

    def read_alone(name: str) -> Reading:
        one = replace(entries, names=(name,))
        return one.judge(one.parse())

    alone = [name for name in _open_files(together) if name in entries.names]
    # The parser releases Python's lock, so two threads keep two cores busy.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readings = dict(zip(alone, pool.map(read_alone, alone), strict=True))
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
    records = {name: item.layouts.records for name, item in better.items()}
    return replace(
        together,
        verdicts=_choose(together.verdicts, {name: item.verdicts for name, item in better.items()}, _file_of),
        layouts=replace(
            together.layouts, records=_choose(together.layouts.records, records, lambda item: item.location.file)
        ),
    )


def _choose(
    common: Sequence[_Item], better: Mapping[str, Sequence[_Item]], file_of: Callable[[_Item], str]
) -> tuple[_Item, ...]:
    kept = [item for item in common if file_of(item) not in better]
    return (*kept, *(item for name, items in better.items() for item in items if file_of(item) == name))


def _file_of(verdict: Verdict) -> str:
    return verdict.location.file if isinstance(verdict, Unverifiable) else verdict.declaration.location.file
