"""A set of libraries to what each needs and nobody provides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from trtheaders.library.needed import IMPLICIT, find_library, walk_needed
from trtheaders.library.symbols.exports import OpenLibrary, open_library
from trtheaders.model.library.needs import LibraryNeeds
from trtheaders.model.names import SymbolName


def read_needs(
    libraries: Sequence[Path], *, linked: Collection[Path] | None = None, search: Sequence[Path] = ()
) -> tuple[LibraryNeeds, ...]:
    """What each of the ``linked`` (all where None) of ``libraries`` needs that neither the set nor any DT_NEEDED
    library provides.

    ``search`` are further folders for DT_NEEDED libraries. As with ld's `--no-allow-shlib-undefined`, nothing is
    claimed of a library while one that it needs, however indirectly, is absent. Raises :class:`LibraryError`.
    """
    with ExitStack() as stack:
        opened = [stack.enter_context(open_library(path)) for path in libraries]
        asked = [library for library in opened if linked is None or library.image.path in linked]
        return tuple(_needs_of(library, opened, search) for library in asked)


def _needs_of(library: OpenLibrary, others: Sequence[OpenLibrary], search: Sequence[Path]) -> LibraryNeeds:
    wanted = _undefined(library)
    needed = len(wanted)
    siblings = [other.image for other in others if other is not library]
    known = {name for image in siblings for name in (image.path.name, image.soname)}
    found = list(walk_needed([library.image], [*search, *(image.path.parent for image in siblings)]))
    absent = tuple(row.name for row in found if row.path is None and row.name not in known)
    if absent:
        missing = tuple(name for name in absent if name in library.image.needed)
        return LibraryNeeds(library=library.name, needed=needed, absent=absent, missing=missing)
    for provider in others:
        wanted = {symbol for symbol in wanted if provider.look_up_old(symbol) is None}
    unresolved = _unprovided(wanted, _providers(library, [row.path for row in found if row.path is not None]))
    return LibraryNeeds(library=library.name, needed=needed, unresolved=tuple(sorted(unresolved)))


def _undefined(library: OpenLibrary) -> set[SymbolName]:
    return {SymbolName(name.decode(errors="backslashreplace")) for name in library.table.undefined_names()}


def _providers(library: OpenLibrary, needed: Sequence[Path]) -> Iterator[Path]:
    """What it needs, then what every program has loaded."""
    yield from needed
    for name in IMPLICIT:
        path = find_library(name, library.image.machine)
        if path is not None:
            yield path


def _unprovided(wanted: set[SymbolName], providers: Iterator[Path]) -> set[SymbolName]:
    for path in providers:
        if not wanted:
            break
        with open_library(path) as provider:
            wanted = {symbol for symbol in wanted if provider.look_up_old(symbol) is None}
    return wanted
