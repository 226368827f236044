"""A consumer's source file, read with one release's headers: what fails to compile, and which promises it uses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.entrance import HeaderQuestion, compiler_command, parser_arguments
from trtheaders.headers.parser.binding.callbacks import interrupts_between_walks
from trtheaders.headers.parser.binding.positions import Diagnostic
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.toolchain import find_compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import UNIT_NAME, Unit
from trtheaders.headers.refusals import ask_refusals, keep_confirmed
from trtheaders.model.answers.uses import Failure, SourceReading, Used
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location
from trtheaders.programs.files import MOST_SOURCE, read_bytes

_NAMESPACE = "tensorrt_llm"
_NOT_FOUND = re.compile(r"'([^']+)' file not found")
_REFERENCES = frozenset({Kind.NAME, Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.BASE})


class SourceQuestion(Struct, frozen=True, kw_only=True):
    """``source`` read with the headers in the folder of ``headers`` before all others, and the consumer's ``flags``."""

    source: Path
    headers: HeaderQuestion
    flags: tuple[str, ...] = ()


def read_source(question: SourceQuestion, promised: Collection[SymbolName]) -> SourceReading:
    """Parse the source and say what concerns TensorRT-LLM in it; ``promised`` are the release's symbols.

    Raises :class:`~trtheaders.errors.HeaderError` or :class:`~trtheaders.errors.ToolchainError` where there are no
    headers or no compiler. Errors that follow from other people's missing includes are counted, not judged; what the
    compiler accepts is no error, whatever the parser says.
    """
    with interrupts_between_walks():
        return _read(question, promised)


def _read(question: SourceQuestion, promised: Collection[SymbolName]) -> SourceReading:
    tree = HeaderTree(question.headers.root)
    compiler = find_compiler(question.headers.compiler)
    # The release's own folder first: an -I of another release in the consumer's flags must not win.
    first = f"-I{question.headers.root.resolve()}"
    arguments = [first, *parser_arguments(question.headers, compiler), *question.flags]
    unit = Unit.parse(f'#include "{question.source.resolve()}"\n', arguments)
    files = [item.file for item in unit.inclusions()]
    own = frozenset(file for file in files if is_own(file, question.source, tree))
    met = [_place_at_end(item, question.source) for item in unit.diagnostics()]
    errors, others, absent = _sort_errors(met, own, tree)
    if any(item.foreign for item in errors):
        lines = frozenset(_lines_of_uses(unit, own, tree))
        errors = tuple(replace(item, touching=item.foreign and item.location in lines) for item in errors)
    if errors:
        command = compiler_command(question.headers, compiler)
        errors = keep_confirmed(errors, ask_refusals(command, question.source, (first, *question.flags)))
    return SourceReading(
        errors=errors,
        used=tuple(_read_uses(unit, own, promised).values()),
        absent=absent,
        others=others,
        reached=any(tree.name_of(file) is not None for file in files) or any(map(_is_header_of_ours, absent)),
    )


def _place_at_end(item: Diagnostic, source: Path) -> Diagnostic:
    """``item``, on the last line of ``source`` where it was met behind it: a brace that nothing closes is."""
    if item.file != UNIT_NAME:
        return item
    lines = read_bytes(source, MOST_SOURCE).count(b"\n")
    return replace(item, file=str(source.resolve()), line=max(lines, 1))


def _is_header_of_ours(name: str) -> bool:
    return name.startswith(f"{_NAMESPACE}/")


def is_own(file: str, source: Path, tree: HeaderTree) -> bool:
    """The source itself and what lies beside or below it, but no vendored header."""
    path = Path(file).resolve()
    return tree.name_of(file) is None and (path == source.resolve() or source.resolve().parent in path.parents)


def _sort_errors(
    diagnostics: list[Diagnostic], own: Collection[str], tree: HeaderTree
) -> tuple[tuple[Failure, ...], int, tuple[str, ...]]:
    """(errors that concern us, how many others, the includes that were not found)."""
    absent = tuple(match[1] for item in diagnostics if (match := _NOT_FOUND.search(item.message)))
    foreign_absent = [name for name in absent if not _is_header_of_ours(name)]
    found: dict[tuple[str, int, str], Failure] = {}
    others = 0
    for item in diagnostics:
        missing = _NOT_FOUND.search(item.message)
        if missing and missing[1] in foreign_absent:
            continue
        ours = _concerns(item, tree)
        if ours or (item.file in own and not foreign_absent):
            place = Location(file=item.file, line=item.line)
            failure = Failure(message=item.message, location=place, foreign=not (ours or missing))
            found.setdefault((item.file, item.line, item.message), failure)
        else:
            others += 1
    return tuple(found.values()), others, absent


def _concerns(item: Diagnostic, tree: HeaderTree) -> bool:
    if f"{_NAMESPACE}::" in item.message or f"'{_NAMESPACE}" in item.message:
        return True
    return any(tree.name_of(file) is not None for file in (item.file, *item.notes))


def _read_uses(unit: Unit, own: Collection[str], promised: Collection[SymbolName]) -> Mapping[SymbolName, Used]:
    """Each promised symbol that the consumer's files refer to, with the first place."""
    wanted = frozenset(promised)
    found: dict[SymbolName, Used] = {}
    for top in unit.top_level():
        if top.place()[0] not in own:
            continue
        for node in top.descend(_REFERENCES):
            meant = node.referenced
            if meant is None:
                continue
            file, line, _ = node.place()
            for symbol in symbols_of(meant):
                if symbol in wanted:
                    place = Location(file=file, line=line)
                    found.setdefault(symbol, Used(symbol=symbol, location=place, origin=file))
    return found


def _lines_of_uses(unit: Unit, own: Collection[str], tree: HeaderTree) -> Iterator[Location]:
    """The lines of the consumer's files that refer to anything that ``tree`` declares."""
    for top in unit.top_level():
        if top.place()[0] in own:
            for node in top.descend(_REFERENCES):
                meant = node.referenced
                if meant is not None and tree.name_of(meant.place()[0]) is not None:
                    file, line, _ = node.place()
                    yield Location(file=file, line=line)


def symbols_of(node: Node) -> Iterator[SymbolName]:
    """What a use of ``node`` makes the linker look for; who constructs an object also destroys it."""
    if node.kind == Kind.CONSTRUCTOR:
        yield from _complete(node, "C1")
        for sibling in node.parent.children() if node.parent is not None else ():
            if sibling.kind == Kind.DESTRUCTOR:
                yield from _complete(sibling, "D1")
    elif node.kind == Kind.DESTRUCTOR:
        yield from _complete(node, "D1")
    elif node.kind in FUNCTIONS or node.kind == Kind.VARIABLE:
        yield SymbolName(node.mangling)


def _complete(node: Node, variant: str) -> Iterator[SymbolName]:
    """The complete object's constructor or destructor (Itanium C++ ABI 5.1.4.3)."""
    return (SymbolName(symbol) for symbol in node.manglings() if f"{variant}E" in symbol or f"{variant}I" in symbol)
