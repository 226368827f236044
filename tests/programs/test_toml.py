"""TOML of others: tables, or one ValueError."""

from __future__ import annotations

import pytest

from trtheaders.programs.toml import DEEPEST, parse_toml


def test_tables():
    assert parse_toml('a = [1, "[["]\n[b]\nc = { d = true }\n') == {"a": [1, "[["], "b": {"c": {"d": True}}}


def test_brackets_as_deep_as_allowed():
    value = parse_toml("a = " + "[" * DEEPEST + "]" * DEEPEST)["a"]
    for _ in range(DEEPEST - 1):
        (value,) = value
    assert value == []


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        "a = " + "{a = " * 2000 + "1" + "}" * 2000,
        "a = " + "[" * 100_000,
        "a = " + "9" * 5000,
        ".a" * 100_000 + " = 1",
        '"=" ' + ". a " * 100_000 + " = 1",
        "[" + "a." * 100_000 + "a]",
        "a.a = 1\na = 2",
        "\x00",
        "a = ",
    ],
    ids=["deep", "tables", "open", "digits", "dotted", "spaced", "table", "twice", "nul", "cut"],
)
def test_what_its_parser_cannot_bear(text):
    with pytest.raises(ValueError, match=r"."):
        parse_toml(text)


def test_many_dots_that_are_no_key():
    assert parse_toml("a = [" + ", ".join(f'"{number}.{number}.h"' for number in range(500)) + "]")


def test_many_brackets_side_by_side_are_not_deep():
    assert len(parse_toml("\n".join(f"[t{number}]\na = [[], []]" for number in range(500)))) == 500


@pytest.mark.parametrize("key", ["a", "1", '"a\u2028"', "'='"])
@pytest.mark.parametrize("form", ["{} = 1", "[{}]", "x = {{ {} = 1 }}", "y = 1\n{}"])
def test_keys_of_many_dots_are_refused_at_once(key: str, form: str) -> None:
    with pytest.raises(ValueError, match="a key has more than 100 parts"):
        parse_toml(form.format(".".join([key] * 100_000)))
    if not form.startswith("y"):
        assert parse_toml(form.format(".".join([key] * 100)))


def test_dots_elsewhere_are_no_keys() -> None:
    dots = "." * 300
    text = f'# {dots} =\na = \'{dots} =\'\nb = "{dots}\\" ="\nc = [{", ".join(["0.5"] * 300)}]\n'
    assert parse_toml(text)["c"] == [0.5] * 300


HIDING = {
    "a closing bracket in a string": "a = " + "[']'," * 3000,
    "a closing bracket in a comment": "a = " + "[ # ]\n" * 3000,
    "a text of several lines": 'a = { b = """\n""", ' + "c." * 50_000 + 'c = "x" }',
    "a quote before the end of a text": 'a = { b = """x"""", ' + "c." * 50_000 + "c = 'x' }",
    "two of them": "a = { b = '''x''''', " + "c." * 50_000 + "c = 1 }",
    "escapes that never end": '"""' + '\\"""' * 100_000,
    "escapes in one line": '"' + '\\"' * 300_000 + "\\",
    "quotes": "'\n" * 200_000,
}


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING)
def test_what_hides_depth_or_dots_from_a_quick_look(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_toml(text)


def test_a_text_says_what_it_says() -> None:
    text = "a = '''[[\n{'''''\nb = \"\"\"\\\"\"\"\"\"\" # [\nc = '\\' # '\n"
    assert parse_toml(text) == {"a": "[[\n{''", "b": '"""', "c": "\\"}
