"""What is the same for all findings of a rule is said once: in its row, through which every finding is made."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import trtheaders
from trtheaders.rules import RULES

PACKAGE = Path(trtheaders.__file__).parent
TESTS = Path(__file__).resolve().parents[1]
MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
CHECKS = [path for name, path in MODULES.items() if not name.startswith("rules/")]
EXPECTATIONS = "\n".join(
    path.read_text()
    for pattern in ("test_*.py", "case.toml")
    for path in TESTS.rglob(pattern)
    if path != Path(__file__)
)


def test_a_finding_is_only_made_through_its_rule():
    made = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    }
    assert made == {"rules/row.py"}


@pytest.mark.parametrize("identifier", RULES)
def test_no_check_spells_a_rule(identifier):
    spelt = [path.name for path in CHECKS if re.search(rf"[\"']{identifier}[\"']", path.read_text())]
    assert not spelt, "name the row instead"


@pytest.mark.parametrize("identifier", RULES)
def test_every_rule_has_a_check_and_a_case(identifier):
    row = re.compile(rf"\b{identifier.upper().replace('-', '_')}\b")
    assert any(row.search(path.read_text()) for path in CHECKS), "no check finds it"
    assert re.search(rf"(?<![\w-]){identifier}(?![\w-])", EXPECTATIONS), "no test or case expects it"


@pytest.mark.parametrize("identifier", RULES)
def test_a_sentence_names_only_what_it_is_told(identifier):
    row = RULES[identifier]
    places = {name for text in (row.message, row.hint) for _, name, _, _ in Formatter().parse(text) if name}
    assert all(place.isidentifier() for place in places)
    assert row.tell(**dict.fromkeys(places, "x")).count("{") == 0
