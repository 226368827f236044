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
_STRING = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_PART = re.compile(r"[A-Za-z0-9_-][ \t]*\.")
DEEPEST = 32
"""More brackets in one another than any table needs; the parser descends once for each."""
LONGEST_KEY = 100
"""More parts than any dotted key has; the parser's time grows with their square."""


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of ``text``. Raises :class:`ValueError`, and nothing else, with words that tell the place if known."""
    if _depth(text) > DEEPEST:
        raise ValueError(f"more than {DEEPEST} brackets stand in one another")
    if _longest_key(text) >= LONGEST_KEY:
        raise ValueError(f"a key has more than {LONGEST_KEY} parts")
    tables: dict[str, Any] = tomllib.loads(text)
    return tables


def _depth(text: str) -> int:
    """How deep brackets stand in one another at most; those in strings and comments count too."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _longest_key(text: str) -> int:
    """The dots of the key that has most: the parser's time grows with their square."""
    return max((dots for line in text.split("\n") if line.count(".") >= LONGEST_KEY for dots in _dots(line)), default=0)


def _dots(line: str) -> list[int]:
    """The dots before each `=` of a line, or where there is none; those in strings, lists and comments do not count."""
    bare = _STRING.sub("k", line).partition("#")[0]
    *keys, rest = bare.split("=")
    if not keys and "," not in rest:
        keys = [rest]
    return [len(_PART.findall(key)) for key in keys]


def spell_text(text: str) -> str:
    """``text`` as a basic string (TOML 1.0, "String"), which is spelt as one of JSON's but for what is no character."""
    known = text.encode(errors="replace").decode()
    return json.dumps(known, ensure_ascii=False).replace("\x7f", "\\u007f")
