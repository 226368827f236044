"""Rules about symbols."""

from __future__ import annotations

from trtheaders.rules.row import Rule

ROWS: tuple[Rule, ...] = ()
