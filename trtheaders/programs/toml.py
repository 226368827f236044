"""TOML that others may have written: one place for the library, and for what its parser cannot bear."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BRACKET = re.compile(r"[][{}]")
_TEXT = re.compile(
    r"""
    "{3} (?: [^"\\]+ | \\. | \\\Z | "(?!"") )* (?: "{3,5} | \Z )
    | '{3} (?: [^']+ | '(?!'') )* (?: '{3,5} | \Z )
    | " (?: [^"\\\n]+ | \\. | \\\Z )* "?
    | ' [^'\n]* '?
    | \# [^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
"""Strings and comments (TOML 1.0): nothing in them is a bracket or a key.

What is not closed goes on to its end, so that no text is read twice.
"""
DEEPEST = 32
"""More brackets in one another than any table needs; the parser descends once for each."""
LONGEST_KEY = 100
"""More parts than any dotted key has; the parser's time grows with their square."""


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of ``text``. Raises :class:`ValueError`, and nothing else, with words that tell the place if known."""
    bare = _TEXT.sub("_", text)
    if _depth(bare) > DEEPEST:
        raise ValueError(f"more than {DEEPEST} brackets stand in one another")
    if any(part.count(".") >= LONGEST_KEY for line in bare.split("\n") for part in re.split(r"[=,]", line)):
        raise ValueError(f"a key has more than {LONGEST_KEY} parts")
    tables: dict[str, Any] = tomllib.loads(text)
    return tables


def _depth(text: str) -> int:
    """How deep brackets stand in one another at most."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def spell_text(text: str) -> str:
    """``text`` as a basic string (TOML 1.0, "String"), which is spelt as one of JSON's but for what is no character."""
    known = text.encode(errors="replace").decode()
    return json.dumps(known, ensure_ascii=False).replace("\x7f", "\\u007f")
