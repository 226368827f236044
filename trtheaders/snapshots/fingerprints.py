"""Fingerprints of several releases as one small file that is read in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import SnapshotError
from trtheaders.model.answers.candidates import Fingerprint, Owed
from trtheaders.model.codec import decode, encode
from trtheaders.model.packing import pack, unpack

FORMAT = 1


class _Row(Struct, frozen=True, kw_only=True, array_like=True):
    """One release; ``owed`` are positions in the document's list."""

    release: str
    origin: str
    owed: tuple[int, ...]


class _FingerprintsDocument(Struct, frozen=True, kw_only=True):
    format: int
    owed: tuple[Owed, ...]
    releases: tuple[_Row, ...]


def write_fingerprints(fingerprints: Sequence[Fingerprint], path: Path) -> None:
    """Write ``fingerprints`` to ``path``; what several releases owe is written once."""
    owed = sorted({item for fingerprint in fingerprints for item in fingerprint.owed}, key=encode)
    numbers = {item: number for number, item in enumerate(owed)}
    rows = [
        _Row(release=item.release, origin=item.origin, owed=tuple(sorted(numbers[owed] for owed in item.owed)))
        for item in fingerprints
    ]
    path.write_bytes(pack(encode(_FingerprintsDocument(format=FORMAT, owed=tuple(owed), releases=tuple(rows)))))


def read_fingerprints(path: Path) -> tuple[Fingerprint, ...]:
    """The fingerprints in ``path``. Raises :class:`SnapshotError` if it is not there, damaged or of another format."""
    try:
        document = decode(_FingerprintsDocument, unpack(path.read_bytes()))
        if document.format != FORMAT:
            raise ValueError(f"it is of format {document.format}, not {FORMAT}")
        return tuple(
            Fingerprint(
                release=row.release, origin=row.origin, owed=tuple(document.owed[number] for number in row.owed)
            )
            for row in document.releases
        )
    except (OSError, ValueError, IndexError, SnapshotError) as error:
        raise SnapshotError(f"`{path}` cannot be read: {error}", hint="reinstall trtheaders") from error
