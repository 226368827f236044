"""A second chance for what a common unit left open: each header that holds it, parsed alone.

In one unit for a whole tree, a macro or an error of one header can spoil another. Parsing every header alone is slow,
so only those are isolated that hold something unverifiable; a declaration counts as verified if any unit understood it.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from trtheaders.headers.judging import Verdict
from trtheaders.headers.reading import Reading, read_unit
from trtheaders.headers.tree import HeaderTree
from trtheaders.model.layouts import Record
from trtheaders.model.places import Location
from trtheaders.model.promises import Unverifiable

_AT_ONCE = 2


def read_tree(tree: HeaderTree, entries: tuple[str, ...], arguments: list[str]) -> Reading:
    """Read ``entries`` as one unit, then alone each header that holds something which was not understood."""
    together = read_unit(tree, entries, arguments)
    if len(entries) == 1 or not together.open:
        return together
    alone = [name for name in _open_files(together) if name in entries]
    # The parser releases Python's lock, so two threads keep two cores busy.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        readings = list(pool.map(lambda name: read_unit(tree, (name,), arguments), alone))
    return _merge(together, readings)


def _open_files(reading: Reading) -> list[str]:
    """Files that may fare better alone; one that misses an include misses it alone as well."""
    open_ = (item for item in reading.verdicts if isinstance(item, Unverifiable) and item.blame is None)
    return sorted({item.location.file for item in open_})


def _merge(together: Reading, readings: list[Reading]) -> Reading:
    understood = _index_verdicts(item for reading in readings for item in reading.verdicts)
    laid_out = {(item.location, item.name): item for reading in readings for item in reading.records if not item.doubt}
    return replace(
        together,
        verdicts=tuple(kept for item in together.verdicts for kept in _prefer_verdict(item, understood)),
        records=tuple(_prefer_record(item, laid_out) for item in together.records),
    )


def _key(location: Location, name: str, kind: str) -> tuple[Location, str, str]:
    return location, name, kind


def _index_verdicts(verdicts: Iterable[Verdict]) -> dict[tuple[Location, str, str], Verdict]:
    found: dict[tuple[Location, str, str], Verdict] = {}
    for verdict in verdicts:
        if not isinstance(verdict, Unverifiable):
            declaration = verdict.declaration
            found[_key(declaration.location, declaration.name, declaration.kind.value)] = verdict
    return found


def _prefer_verdict(item: Verdict, understood: dict[tuple[Location, str, str], Verdict]) -> list[Verdict]:
    if not isinstance(item, Unverifiable) or item.declaration is None:
        return [item]
    return [understood.get(_key(item.location, item.name, item.declaration.kind.value), item)]


def _prefer_record(item: Record, laid_out: dict[tuple[Location, str], Record]) -> Record:
    return laid_out.get((item.location, item.name), item) if item.doubt else item
