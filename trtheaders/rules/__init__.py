"""The rules: one row each, the same id everywhere (rule row, check function, fixture folder, test)."""

from __future__ import annotations

from trtheaders.rules.registry import RULES, rule
from trtheaders.rules.row import Rule

__all__ = ["RULES", "Rule", "rule"]
