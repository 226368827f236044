"""One row a rule in, findings out: what is the same for all findings of a rule is said once, in its row.

A finding is only made through its rule. May import `model` and `errors` alone.
"""

from __future__ import annotations

from trtheaders.rules.registry import LAYOUT_RULES, LINK_RULES, RULES, rule
from trtheaders.rules.row import Rule

__all__ = ["LAYOUT_RULES", "LINK_RULES", "RULES", "Rule", "rule"]
