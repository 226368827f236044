"""Fingerprints of several releases as one small file that is read in milliseconds."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

from trtheaders.errors import SnapshotError
from trtheaders.model.candidates import Fingerprint, Owed
from trtheaders.model.codec import decode, encode
from trtheaders.model.packing import pack

FORMAT = 1


def write_fingerprints(fingerprints: Sequence[Fingerprint], path: Path) -> None:
    """Write ``fingerprints`` to ``path``; what several releases owe is written once."""
    owed = sorted({item for fingerprint in fingerprints for item in fingerprint.owed}, key=encode)
    numbers = {item: number for number, item in enumerate(owed)}
    rows = [[item.release, item.origin, sorted(numbers[owed] for owed in item.owed)] for item in fingerprints]
    document = {"format": FORMAT, "owed": [encode(item) for item in owed], "releases": rows}
    text = json.dumps(document, separators=(",", ":"))
    path.write_bytes(pack(text.encode()))


def read_fingerprints(path: Path) -> tuple[Fingerprint, ...]:
    """The fingerprints in ``path``. Raises :class:`SnapshotError` if it is not there or damaged."""
    try:
        document = json.loads(gzip.decompress(path.read_bytes()))
        if document["format"] != FORMAT:
            raise SnapshotError(f"`{path}` is of another format", hint="reinstall trtheaders")
        owed = [decode(Owed, row) for row in document["owed"]]
        return tuple(
            Fingerprint(release=release, origin=origin, owed=tuple(owed[number] for number in numbers))
            for release, origin, numbers in document["releases"]
        )
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, IndexError) as error:
        raise SnapshotError(f"`{path}` cannot be read: {error}", hint="reinstall trtheaders") from error
