"""Symbols of special member functions that no header declares and a library may hold all the same."""

from __future__ import annotations

import re

from trtheaders.model.headers.layouts import Record
from trtheaders.model.names import SymbolName

_PLAIN = re.compile(r"[A-Za-z_]\w*(::[A-Za-z_]\w*)*\Z")


def special_members(record: Record) -> tuple[SymbolName, ...]:
    """Copy and move constructors that a library may hold though no header declares them (Itanium C++ ABI 5.1).

    The last substitution of a nested name is the class itself: `_ZN1n1AC2ERKS0_`.
    """
    if record.size is None or not _PLAIN.match(record.name) or record.name.startswith("std::"):
        return ()
    parts = record.name.split("::")
    nested = "".join(f"{len(part)}{part}" for part in parts)
    own = "S_" if len(parts) == 1 else f"S{len(parts) - 2}_"
    return tuple(SymbolName(f"_ZN{nested}C2E{kind}{own}") for kind in ("RK", "O"))
