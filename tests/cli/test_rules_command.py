"""`trtheaders rules`, and the rules themselves."""

from __future__ import annotations

import json
import re

import pytest

from trtheaders.cli.main import COMMANDS, run
from trtheaders.rules import LINK_RULES, RULES


def test_all_rules_are_listed(capsys):
    assert run(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)


def test_one_rule_is_explained_with_example_and_source(capsys):
    assert run(["rules", "missing-symbols"]) == 0
    text = capsys.readouterr().out
    rule = RULES["missing-symbols"]
    assert text.startswith(f"missing-symbols (error): {rule.summary}")
    assert "int main() { return f(1); }" in text
    assert f"source: {rule.source}" in text


def test_rules_as_json(capsys):
    assert run(["rules", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == 1
    assert [item["id"] for item in document["rules"]] == list(RULES)


def test_an_unknown_rule_names_the_nearest(capsys):
    assert run(["rules", "missing-symbol"]) == 2
    assert "did you mean `missing-symbols`?" in capsys.readouterr().err


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_is_complete(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)
    assert rule.summary
    assert rule.explanation.endswith(".")
    assert rule.example
    assert rule.source
    assert not rule.summary.endswith(".")


def test_rules_that_concern_linking_exist():
    assert set(RULES) >= LINK_RULES


@pytest.mark.parametrize("name", ["verify", "promises", "rules"])
def test_help_teaches_by_example(name, capsys):
    assert name in COMMANDS
    assert run([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.count(f"trtheaders {name}") >= 3
