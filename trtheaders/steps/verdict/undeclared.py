"""Exports that no header declares, by origin: worth knowing, never an error."""

from __future__ import annotations

from trtheaders.library.origins import count_origins
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.installations import Installation

_MOST = 12


def tell_undeclared(snapshot: AbiSnapshot, found: Installation) -> tuple[str, ...]:
    """A sentence for each origin of exports that ``snapshot`` does not declare, the most numerous first."""
    promised = {name for item in snapshot.promises for name in (*item.symbols, *item.optional)}
    declared = promised | {name for item in snapshot.exempt for name in item.symbols}
    own = {item.declaration.name.partition("::")[0] for item in snapshot.promises if "::" in item.declaration.name}
    rows = count_origins(found.libraries, declared, own=own)
    told = [
        f"undeclared exports of {row.origin.value}{f' ({row.detail})' if row.detail else ''}: {row.count}, "
        f"such as `{row.example}`"
        for row in rows[:_MOST]
    ]
    rest = sum(row.count for row in rows[_MOST:])
    return (*told, *([f"undeclared exports of other origins: {rest}"] if rest else []))
