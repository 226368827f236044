"""What libraries need and nobody provides, as findings: whoever links such a library cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.library.needs import LibraryNeeds

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
    return Finding(
        rule="unresolved-symbols",
        severity=Severity.ERROR,
        message=f"`{row.library}` needs {count}, which neither it nor any library that it needs provides",
        name=row.library,
        symbols=row.unresolved,
        evidence=(*names[:_SHOWN], *more) if len(names) > 1 else (),
        hint="install the libraries of one build, or name the one that provides them with `--library`",
    )


def tell_unjudged(needs: Iterable[LibraryNeeds]) -> Iterator[str]:
    """Why the needs of libraries were not judged, as sentences."""
    return (row.reason for row in needs if row.reason)
