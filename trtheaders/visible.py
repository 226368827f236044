r"""Text that others wrote, made visible for whoever reads it: one line stays one line, and does nothing.

Names of symbols (`asm("x\n::error::y")`), of files and tags, and lines of logs may hold control characters, escape
sequences, line ends and characters that turn the direction of writing. Every renderer passes what it shows through
here: :func:`show` for a line of text, :func:`join_lines` for several, :func:`code_span` for Markdown. JSON, SARIF and
JUnit have escapes of their own; GitHub's commands are escaped over lines that went through :func:`show`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable

_MARK = f"\x1b{os.urandom(8).hex()}["
"""Begins our own colours until they are printed: what others wrote cannot know it, and stays without colour."""
_INK = re.compile(rf"({re.escape(_MARK)}[\d;]+m)")
_COMMAND = re.compile(r"\s*::")
"""Begins a command of GitHub's runner, wherever in a step's output a line begins so."""
_INNER_COMMAND = re.compile(r"##(vso)?\[", re.IGNORECASE)
"""A command of Azure's agent, and of GitHub's runner in its old form, anywhere in a line of a step's output."""


def show(text: str) -> str:
    r"""``text`` as one visible line: what does not print becomes `\x1b`, `\n`, `\u202e`; blanks stay.

    What a runner would take for a command is broken by a backslash.
    """
    return _break(_spell_out(text))


def _break(text: str) -> str:
    text = _INNER_COMMAND.sub(r"##\1\[", text)
    return f"\\{text.lstrip()}" if _COMMAND.match(without_ink(text)) else text


def _spell_out(text: str) -> str:
    return text if text.isprintable() else "".join(map(_spell, text))


def _spell(character: str) -> str:
    if character.isprintable() or (character.isspace() and character not in "\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"):
        return " " if character == "\t" else character
    if "\udc80" <= character <= "\udcff":
        # A byte of a file's name that is no UTF-8 (PEP 383).
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "backslashreplace").decode()


def show_line(text: str) -> str:
    """As :func:`show`, for a line that we have coloured."""
    if _MARK not in text:
        return show(text)
    parts = _INK.split(text)
    return _break("".join(part if index % 2 else _spell_out(part) for index, part in enumerate(parts)))


def join_lines(lines: Iterable[str]) -> str:
    """``lines`` as text, each of them on one line whatever is in it."""
    return "\n".join(map(show_line, lines))


def ink(text: str, code: str) -> str:
    """``text`` in the colour of the SGR ``code``, once :func:`let_ink_flow` has seen it."""
    return f"{_MARK}{code}m{text}{_MARK}0m"


def without_ink(text: str) -> str:
    """``text`` as it reads without our colours."""
    return _INK.sub("", text) if _MARK in text else text


def let_ink_flow(text: str) -> str:
    """``text`` with our own colours as a terminal understands them: the last step before it is printed."""
    return text.replace(_MARK, "\x1b[")


def dump_json(document: object) -> str:
    r"""``document`` as JSON for files and screens alike: what does not print is `\u009b`, what does is itself."""
    text = _INNER_COMMAND.sub(r"##\1\\u005b", json.dumps(document, indent=2, ensure_ascii=False))
    if text.replace("\n", "").isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def spell_document(text: str) -> str:
    r"""``text`` of a format of its own: line ends and bytes of names stay, what else does not print is `\u009b`."""
    return "".join(one if _may_stay(one) else f"\\u{ord(one):04x}" for one in text)


def _may_stay(one: str) -> bool:
    return one.isprintable() or one in "\n\t" or "\udc80" <= one <= "\udcff"


def code_span(text: str) -> str:
    """``text`` as a code span of Markdown: with marks that are longer than any in it (CommonMark 6.1)."""
    text = show(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    marks, pad = "`" * (longest + 1), " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{pad}{text}{pad}{marks}"
