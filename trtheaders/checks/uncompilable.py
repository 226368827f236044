"""Headers that nobody can compile: they include one of their own tree that is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.places import Location
from trtheaders.rules.vendored import UNCOMPILABLE_HEADERS

_INCLUDE = re.compile(r"""\s*#\s*include\s*[<"]([^>"]+)[>"]""")
ReadLine = Callable[[Location], str]


def check_uncompilable(
    snapshot: AbiSnapshot, read_line: ReadLine, folders: Collection[str], *, vendored: bool
) -> tuple[Finding, ...]:
    """An error for each include of ``snapshot`` that leads nowhere and names one of the tree's own ``folders``.

    What lies elsewhere the consumer may have; where every header of the tree was asked for, as it comes from upstream,
    some are known to include what is not part of it. ``read_line`` gives the text of a line; ``vendored``: `add` can
    supply what is missing.
    """
    if "all" in snapshot.key.entries:
        return ()
    places = {item.blame: None for item in snapshot.unverifiable if item.blame is not None}
    found = ((place, _INCLUDE.match(read_line(place))) for place in sorted(places))
    return tuple(
        _tell(place, include[1], vendored)
        for place, include in found
        if include is not None and "/" in include[1] and include[1].partition("/")[0] in folders
    )


def _tell(place: Location, name: str, vendored: bool) -> Finding:
    supply = "run `trtheaders sync`, or `trtheaders add --force` of the release, which supplies what is known"
    other = "name the folder that holds it with `--include-dir`"
    return UNCOMPILABLE_HEADERS.found(
        message=UNCOMPILABLE_HEADERS.tell(header=place.file, name=name),
        name=name,
        location=place,
        hint=f"{supply}; or {other}" if vendored else other,
    )
