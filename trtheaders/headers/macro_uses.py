"""Macros that may stand for a declaration which is searched for in the text: where they are used, and what they become.

The preprocessor itself expands them: each use is made a string literal in a unit behind the headers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from trtheaders.headers.clang import Kind, Node
from trtheaders.headers.probing import Probing, find_answers
from trtheaders.headers.tree import HeaderTree

_BODY = rb"(?:[^\\\n]|\\.|\\\n)*"
_DEFINE = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)(" + _BODY + rb")", re.MULTILINE | re.DOTALL)
_NO_CODE = re.compile(rb"(?m:^[ \t]*#" + _BODY + rb')|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
_TURNS = re.compile(rb"[(;{}]|\)(?:[ \t]*\n)?")
_TEXT = "trtheaders_text_"
_HELPERS = """#define trtheaders_quote(...) #__VA_ARGS__
#define trtheaders_expand(...) trtheaders_quote(__VA_ARGS__)
"""


class MacroUse(Struct, frozen=True):
    """A statement that starts with a macro: its file in the tree, offset in bytes, and text.

    ``definitions`` are the directives that define the macros behind it, should they be undefined again.
    """

    file: str
    offset: int
    text: str
    definitions: tuple[tuple[str, str], ...]


def blank_comments(text: bytes) -> bytes:
    """``text`` with comments, strings and directives as spaces, so that offsets and lines stay."""
    return _NO_CODE.sub(lambda match: re.sub(rb"[^\n]", b" ", match.group()), text)


def find_macro_uses(tree: HeaderTree, files: Sequence[str], sought: bytes) -> list[MacroUse]:
    """Where ``files`` use a macro of theirs whose text, or that of a macro in it, has the pattern ``sought``."""
    word = re.compile(sought)
    defined = [item for name in files if word.search(tree.text(name)) for item in _DEFINE.finditer(tree.text(name))]
    wanted = _close({match.group(1): match.group(2) for match in defined}, word)
    if not wanted:
        return []
    texts = {match.group(1): match.group().decode(errors="replace") for match in defined if match.group(1) in wanted}
    definitions = tuple((name.decode(), text) for name, text in texts.items())
    pattern = re.compile(rb"\b(?:extern\s+)?\b(?:" + b"|".join(sorted(wanted)) + rb")\b")
    return [
        MacroUse(name, offset, text, definitions)
        for name in files
        if pattern.search(tree.text(name))
        for offset, text in _statements(blank_comments(tree.text(name)), pattern)
    ]


def _close(bodies: dict[bytes, bytes], word: re.Pattern[bytes]) -> set[bytes]:
    """The macros whose text has ``word``, and those that use them."""
    wanted = {name for name, body in bodies.items() if word.search(body)}
    while wanted:
        names = re.compile(rb"\b(?:" + b"|".join(sorted(wanted)) + rb")\b")
        more = {name for name, body in bodies.items() if names.search(body)} - wanted
        if not more:
            break
        wanted |= more
    return wanted


def _statements(code: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, str]]:
    """(offset, text) of each statement with ``pattern`` in it: from the start of its line, or what ends on that."""
    position = 0
    while (match := pattern.search(code, position)) is not None:
        before = max(code.rfind(end, position, match.start()) for end in (b"\n", b";", b"{", b"}"))
        start = max(before + 1, position)
        position = max(_end_of(code, start), match.end())
        text = " ".join(code[start:position].decode(errors="replace").split())
        if text.count("(") == text.count(")"):
            yield match.start(), text


def _end_of(code: bytes, position: int) -> int:
    """Where the statement ends that starts at ``position``: at a semicolon or brace, or a line behind a parenthesis."""
    depth = 0
    for found in _TURNS.finditer(code, position):
        sign = found.group()[:1]
        depth += (sign == b"(") - (sign == b")")
        if depth <= 0 and (sign in b";{}" or found.group()[1:]):
            return found.start() + (sign == b")")
    return len(code)


def expand_uses(uses: Sequence[MacroUse], probing: Probing) -> list[str]:
    """What the preprocessor makes of each of ``uses``. Raises :class:`~trtheaders.errors.ToolchainError`."""
    if not uses:
        return []
    definitions = dict(item for use in uses for item in use.definitions)
    guarded = "".join(f"#ifndef {name}\n{text}\n#endif\n" for name, text in definitions.items())
    lines = (f"const char {_TEXT}{index}[] = trtheaders_expand({use.text});\n" for index, use in enumerate(uses))
    unit = probing.ask(f"{guarded}{_HELPERS}{''.join(lines)}")
    texts = {name: _read_literal(node) for name, node in find_answers(unit, _TEXT).items()}
    return [texts.get(f"{_TEXT}{index}", "") for index in range(len(uses))]


def _read_literal(variable: Node) -> str:
    literals = variable.descend(frozenset({int(Kind.STRING)}))
    return str(ast.literal_eval(literals[0].spelling)) if literals else ""
