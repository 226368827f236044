"""All rules, by id."""

from __future__ import annotations

from trtheaders.errors import UsageError
from trtheaders.rules import layout, setup, symbols, vendored
from trtheaders.rules.row import Rule

RULES: dict[str, Rule] = {row.id: row for row in (*vendored.ROWS, *symbols.ROWS, *layout.ROWS, *setup.ROWS)}
LINK_RULES = frozenset(row.id for row in RULES.values() if row.link)
"""The rules of symbols that a linker does not find."""

LAYOUT_RULES = frozenset(row.id for row in layout.ROWS)
"""The rules of what links and then corrupts memory."""


def rule(identifier: str) -> Rule:
    """The rule called ``identifier``. Raises :class:`UsageError` that names the nearest one."""
    if identifier in RULES:
        return RULES[identifier]
    from difflib import get_close_matches

    near = get_close_matches(identifier, RULES, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "run `trtheaders rules` for the list"
    raise UsageError(f"there is no rule `{identifier}`", hint=hint)
