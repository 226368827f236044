"""Snapshots as files: gzipped JSON, the same bytes for the same snapshot, refused when damaged or of another format."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Raw, Struct

from trtheaders.errors import SnapshotError, SnapshotFormatError
from trtheaders.model.codec import decode, encode
from trtheaders.model.headers.snapshot import SNAPSHOT_FORMAT, AbiSnapshot
from trtheaders.model.headers.sound import find_unsound
from trtheaders.model.packing import pack, unpack
from trtheaders.programs.files import read_bytes, write_whole

MOST_PACKED = 64 * 1024**2
_RECORD_AGAIN = "`trtheaders sync` records it again where a C++ compiler is at hand"


class _SnapshotDocument(Struct, frozen=True):
    """The file's outermost value; the format is read before anything that depends on it."""

    format: int
    snapshot: Raw


def read_snapshot(path: Path, pinned: str = "") -> AbiSnapshot:
    """The snapshot in ``path``, whose SHA-256 must be ``pinned`` unless that is empty.

    Raises :class:`SnapshotError` if it is not there, damaged, of another format, or not the one that is pinned.
    """
    try:
        data = read_bytes(path, MOST_PACKED)
    except OSError as error:
        raise SnapshotError(f"`{path}` cannot be read: {error.strerror}", hint=_RECORD_AGAIN) from error
    if pinned and digest_of(data) != pinned:
        raise SnapshotError(f"`{path}` is not the snapshot that the lock names", hint=_RECORD_AGAIN)
    return decode_snapshot(data, str(path))


def digest_of(data: bytes) -> str:
    """The SHA-256 by which the lock pins a snapshot's file."""
    return hashlib.sha256(data).hexdigest()


def decode_snapshot(data: bytes, origin: str) -> AbiSnapshot:
    """The snapshot that :func:`encode_snapshot` made ``data`` of; ``origin`` names it in the error."""
    document = _read_document(data, origin)
    if document.format != SNAPSHOT_FORMAT:
        message = (
            f"`{origin}` holds a snapshot of format {document.format}, this version reads format {SNAPSHOT_FORMAT}"
        )
        raise SnapshotFormatError(message, hint=_RECORD_AGAIN)
    try:
        snapshot = decode(AbiSnapshot, bytes(document.snapshot))
    except SnapshotError as error:
        raise _damaged(origin, error) from error
    unsound = find_unsound(snapshot)
    if unsound:
        raise SnapshotError(f"`{origin}` is not a recorded snapshot: {unsound}", hint=_RECORD_AGAIN)
    return snapshot


def _read_document(data: bytes, origin: str) -> _SnapshotDocument:
    try:
        return decode(_SnapshotDocument, unpack(data))
    except (ValueError, SnapshotError) as error:
        raise _damaged(origin, error) from error


def _damaged(origin: str, error: Exception) -> SnapshotError:
    return SnapshotError(f"`{origin}` is not a recorded snapshot: {error}", hint=_RECORD_AGAIN)


def encode_snapshot(snapshot: AbiSnapshot) -> bytes:
    """``snapshot`` as the bytes of its file."""
    return pack(encode(_SnapshotDocument(SNAPSHOT_FORMAT, Raw(encode(snapshot)))))


def write_snapshot(snapshot: AbiSnapshot, path: Path) -> None:
    """Write ``snapshot`` to ``path``, whole or not at all. Raises :class:`SnapshotError`."""
    try:
        write_whole(path, encode_snapshot(snapshot))
    except OSError as error:
        hint = f"let `{path.parent}` be writable and have room, then run it again"
        raise SnapshotError(f"`{path}` cannot be written: {error.strerror}", hint=hint) from error
