"""A consumer's source file to the declarations of the headers that it touches, by name, by member or through a type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field

from trtheaders.headers.entrance import parser_arguments
from trtheaders.headers.parser.binding.callbacks import interrupts_between_walks
from trtheaders.headers.parser.binding.positions import Diagnostic
from trtheaders.headers.parser.kinds import FUNCTIONS, RECORDS, TEMPLATES, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.toolchain import find_compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import UNIT_NAME, Unit
from trtheaders.headers.sources import SourceQuestion, is_own, symbols_of
from trtheaders.model.answers.uses import Touched
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.programs.files import MOST_SOURCE, read_bytes

_MEANT = frozenset(
    {
        Kind.TYPE_REFERENCE,
        Kind.BASE,
        Kind.TEMPLATE_REFERENCE,
        Kind.MEMBER_REFERENCE,
        Kind.OVERLOADED_REFERENCE,
        Kind.NAME,
        Kind.MEMBER,
        Kind.CALL,
        Kind.NEW,
    }
)
_TYPED = frozenset({Kind.VARIABLE, Kind.PARAMETER, Kind.FIELD, Kind.NAME, Kind.MEMBER, Kind.CALL, Kind.NEW})
_CLASSES = RECORDS | TEMPLATES
_WITH_BODY = FUNCTIONS | {Kind.FUNCTION_TEMPLATE}
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"\n]+)[>\"]", re.MULTILINE)
_BRACKET_OR_END = re.compile(rb"[()\[\]{};]")
_WORD = re.compile(rb"[A-Za-z_]\w*")


def read_touches(question: SourceQuestion) -> Touched:
    """Parse the source, and whatever of its own it includes, and follow what it calls through bodies in the headers.

    Raises :class:`~trtheaders.errors.HeaderError` or :class:`~trtheaders.errors.ToolchainError` where there are no
    headers or no compiler.
    """
    with interrupts_between_walks():
        walk = _Touches(HeaderTree(question.headers.root))
        walk.run(question)
        return walk.touched()


class _Touches(Struct):
    tree: HeaderTree
    named: set[tuple[Location, str]] = field(default_factory=set)
    symbols: set[SymbolName] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    included: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    dependent: set[str] = field(default_factory=set)
    reached: bool = False
    texts: dict[str, bytes] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    waiting: list[Node] = field(default_factory=list)

    def run(self, question: SourceQuestion) -> None:
        """Walk the source's own files, then every body that they lead to."""
        arguments = parser_arguments(question.headers, find_compiler(question.headers.compiler))
        unit = Unit.parse(f'#include "{question.source.resolve()}"\n', [*arguments, *question.flags])
        files = {item.file for item in unit.inclusions()}
        own = frozenset(file for file in files - {UNIT_NAME} if is_own(file, question.source, self.tree))
        self.reached = any(self.tree.name_of(file) is not None for file in files)
        self._read_text(question, own)
        self._read_doubtful(unit.diagnostics(), own)
        self.waiting = [top for top in unit.top_level() if top.place()[0] in own]
        while self.waiting:
            self._walk(self.waiting.pop())

    def touched(self) -> Touched:
        """What was found."""
        return Touched(
            symbols=frozenset(self.symbols),
            named=frozenset(self.named),
            words=frozenset(self.words),
            included=frozenset(self.included),
            reached=self.reached,
            doubtful=frozenset(self.doubtful),
            dependent=frozenset(self.dependent),
        )

    def _read_text(self, question: SourceQuestion, own: frozenset[str]) -> None:
        """The words of the source's own files: macros leave no trace in the tree."""
        for file in own | {str(question.source.resolve())}:
            text = read_bytes(Path(file), MOST_SOURCE)
            self.included.update(name.decode(errors="replace") for name in _INCLUDE.findall(text))
            self.words.update(word.decode() for word in _WORD.findall(_COMMENT.sub(b" ", text)))

    def _read_doubtful(self, errors: Iterable[Diagnostic], own: frozenset[str]) -> None:
        for file, places in _by_file(errors, own).items():
            # Brackets in comments and texts open and close nothing.
            text = _COMMENT.sub(lambda found: b" " * len(found.group()), read_bytes(Path(file), MOST_SOURCE))
            for place in places:
                self.doubtful.update(word.decode() for word in _WORD.findall(_statement_at(text, place)))

    def _walk(self, top: Node) -> None:
        for node in (top, *top.descend(_MEANT | _TYPED)):
            if node.kind in _MEANT:
                for meant in _meant_by(node):
                    self._touch(meant)
                if node.kind == Kind.MEMBER and node.referenced is None:
                    self.dependent.add(self._last_word(node))
            if node.kind in _TYPED:
                self._touch_class(node)

    def _last_word(self, node: Node) -> str:
        """The member that `t.w` names: libclang says nothing of what depends on a template's arguments."""
        extent = node.extent()
        if extent.file not in self.texts:
            self.texts[extent.file] = read_bytes(Path(extent.file), MOST_SOURCE)
        words = _WORD.findall(self.texts[extent.file][extent.begin : extent.end])
        return words[-1].decode() if words else ""

    def _touch_class(self, node: Node) -> None:
        """Who has an object needs its layout, whether or not the class's name is written."""
        declared = node.type.canonical.declaration(node)
        if declared is not None and declared.kind in _CLASSES:
            self._note(declared)

    def _touch(self, meant: Node) -> None:
        if self._note(meant) is None:
            return
        owner = meant.parent
        if owner is not None and owner.kind in (*_CLASSES, Kind.ENUM):
            self._note(owner)
        if meant.kind in _WITH_BODY:
            self._follow(meant)

    def _note(self, node: Node) -> Location | None:
        """Note where ``node`` is declared, and the template that it was made from; None for what is not the tree's."""
        place = None
        for item in filter(None, (node.first, node, node.definition, node.template)):
            found = self._locate(item)
            if found is not None:
                self.named.add((found, _own_name(item)))
                place = place or found
        return place

    def _locate(self, node: Node) -> Location | None:
        file, line, _ = node.place()
        return self.tree.locate(file, line)

    def _follow(self, function: Node) -> None:
        if function.usr in self.followed:
            return
        self.followed.add(function.usr)
        self.symbols.update(symbols_of(function))
        body = function.definition or function.template
        if body is not None and self._locate(body) is not None:
            self.waiting.append(body)


def _own_name(node: Node) -> str:
    """Told apart from its class where both stand on one line, a constructor has brackets; the unnamed have no name."""
    name = node.spelling
    if node.kind == Kind.CONSTRUCTOR:
        return f"{name.partition('<')[0]}()"
    return "" if "(" in name and not name.startswith("operator") else name


def _by_file(errors: Iterable[Diagnostic], own: frozenset[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for item in errors:
        if item.file in own:
            found.setdefault(item.file, set()).add(item.offset)
    return found


def _statement_at(text: bytes, place: int) -> bytes:
    """From what ends the statement before ``place`` to the `;` outside all brackets, or what closes those around it.

    A bracket that closes nothing may be the very error: only a brace ends a statement so.
    """
    start = max(text.rfind(sign, 0, place) for sign in (b";", b"{", b"}")) + 1
    braces = brackets = 0
    for found in _BRACKET_OR_END.finditer(text, start):
        sign = found.group()
        braces += (sign == b"{") - (sign == b"}")
        brackets = max(brackets + (sign in b"([") - (sign in b")]"), 0)
        if braces < 0 or (sign == b";" and not braces and not brackets):
            return text[start : found.start()]
    return text[start:]


def _meant_by(node: Node) -> Iterator[Node]:
    if node.kind == Kind.OVERLOADED_REFERENCE:
        yield from node.overloads()
    meant = node.referenced
    if meant is not None:
        yield meant
