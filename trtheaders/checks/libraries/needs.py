"""What libraries need and nobody provides, as findings: whoever links such a library cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trtheaders.model.answers.findings import Finding
from trtheaders.model.library.needs import LibraryNeeds
from trtheaders.rules.setup import MISSING_NEEDED_LIBRARIES
from trtheaders.rules.symbols import UNRESOLVED_SYMBOLS
from trtheaders.suppliers import is_of_driver, supplier_of

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


def check_missing(needs: Iterable[LibraryNeeds]) -> tuple[Finding, ...]:
    """One finding for each library that asks for others which are not here; what the driver brings is not counted."""
    return tuple(_find_missing(row, names) for row in needs if (names := _missing(row)))


def _find_missing(row: LibraryNeeds, names: list[str]) -> Finding:
    what = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return MISSING_NEEDED_LIBRARIES.found(
        message=MISSING_NEEDED_LIBRARIES.tell(library=row.library, what=what + more),
        name=row.library,
        hint="run `trtheaders doctor`, which says what brings each",
        lines=[f"`{name}` is {supplier.owner}'s" for name in names[:_SHOWN] if (supplier := supplier_of(name))],
    )


def _missing(row: LibraryNeeds) -> list[str]:
    return [name for name in row.missing if not is_of_driver(name)]


def tell_unjudged(needs: Iterable[LibraryNeeds]) -> Iterator[str]:
    """Why the needs of libraries were not judged, and that no program starts where one is missing, as sentences."""
    for row in needs:
        if _missing(row):
            names = ", ".join(f"`{name}`" for name in _missing(row))
            verb = "is" if len(_missing(row)) == 1 else "are"
            yield (
                f"`{row.library}` needs {names}, which {verb} not here: a program links with it, and does not start; "
                "`trtheaders doctor` says what brings them"
            )
        elif row.absent and all(map(is_of_driver, row.absent)):
            yield f"what `{row.library}` needs of other libraries was not judged: the NVIDIA driver is not here"
        elif row.reason:
            yield row.reason
