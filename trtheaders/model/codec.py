"""Frozen values to JSON and back, driven by their types alone: compact, versionless, nothing guessed.

Values that are recorded in their thousands are `array_like`: a list of their fields in order, without names.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from trtheaders.errors import SnapshotError

T = TypeVar("T")


def encode(value: Any) -> bytes:
    """``value`` (of structs, enums, tuples, frozensets, strings, numbers, None) as JSON, always the same bytes."""
    return msgspec.json.encode(value, order="deterministic")


def decode(cls: type[T], data: bytes) -> T:
    """The value of type ``cls`` that :func:`encode` turned into ``data``; raises :class:`SnapshotError`."""
    try:
        return msgspec.json.decode(data, type=cls)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SnapshotError(f"not a recorded {cls.__name__}: {error}", hint="record it again") from error
