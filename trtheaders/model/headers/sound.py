"""Whether a snapshot that somebody recorded holds names alone where it should: it lies in other people's repositories.

Its symbols and its release are written into assembly and C++ (`stub`, `guard`), where a quote or a newline is code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.errors import ReleaseError
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.vendoring.releases import canonical

_SYMBOL = re.compile(r"[\w.$]+")
_NAME = re.compile(r"[^\"\\\x00-\x1f\x7f]*")


def find_unsound(snapshot: AbiSnapshot) -> str:
    """What in ``snapshot`` is no name of its kind, in a few words; empty where all is well."""
    if snapshot.release is not None and not _is_release(snapshot.release):
        return "its release is none"
    if not all(_SYMBOL.fullmatch(symbol) for symbol in _symbols(snapshot)):
        return "a symbol in it is none"
    names = (name for record in snapshot.records for name in (record.name, *(base.name for base in record.bases)))
    return "" if all(_NAME.fullmatch(name) for name in names) else "the name of a class in it is none"


def _is_release(text: str) -> bool:
    try:
        return canonical(text) == text
    except ReleaseError:
        return False


def _symbols(snapshot: AbiSnapshot) -> Iterator[str]:
    for promise in snapshot.promises:
        yield from promise.optional
        for owed in promise.obligations:
            yield from (owed.symbol, *owed.alternatives)
            yield from (owed.old_string_abi,) if owed.old_string_abi else ()
    for record in snapshot.records:
        yield from (item for item in (record.vtable, record.typeinfo, record.key_function) if item)
        yield from (symbol for slot in record.slots or () for symbol in slot.symbols)
