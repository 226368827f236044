"""What libraries need and nobody provides, as findings: whoever links such a library cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trtheaders.model.answers.findings import Finding
from trtheaders.model.library.needs import LibraryNeeds
from trtheaders.rules.symbols import UNRESOLVED_SYMBOLS

_SHOWN = 5


def check_needs(needs: Iterable[LibraryNeeds]) -> tuple[Finding, ...]:
    """One finding for each library that refers to symbols which nothing provides."""
    return tuple(_find(row) for row in needs if row.unresolved)


def _find(row: LibraryNeeds) -> Finding:
    # Loaded late: a set that needs nothing more has nothing to spell.
    from trtheaders.demangling import demangle

    names = [f"`{demangle(symbol)}`" for symbol in row.unresolved]
    count = f"{len(names)} symbols" if len(names) > 1 else names[0]
    more = (f"… and {len(names) - _SHOWN} more",) if len(names) > _SHOWN else ()
    return UNRESOLVED_SYMBOLS.found(
        message=UNRESOLVED_SYMBOLS.tell(library=row.library, what=count),
        name=row.library,
        symbols=row.unresolved,
        lines=(*names[:_SHOWN], *more) if len(names) > 1 else (),
    )


def tell_unjudged(needs: Iterable[LibraryNeeds]) -> Iterator[str]:
    """Why the needs of libraries were not judged, as sentences."""
    return (row.reason for row in needs if row.reason)
