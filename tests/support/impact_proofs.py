"""Impacts that `diff` claims between two header trees, each turned into lines of C++ that show it or do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trtheaders.model.answers.changes import Change, Detail, Impact, Subject
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.headers.snapshot import AbiSnapshot


@dataclass(frozen=True)
class Proof:
    """``line`` is compiled behind the headers of one side, the old one's or the new one's (``anew``).

    It must be refused or not as ``refused`` says.
    """

    line: str
    anew: bool = False
    refused: bool = False


class Unproved(AssertionError):
    """An impact is claimed for which nobody wrote down what shows it."""


def use_declaration(declaration: Declaration, name: str) -> str:
    """Source named ``name`` that uses ``declaration`` as a consumer does, and leaves its symbols undefined."""
    taken = [f"{item.type.canonical} p{index}" for index, item in enumerate(declaration.parameters)]
    given = ", ".join(f"static_cast<decltype(p{index})&&>(p{index})" for index, _ in enumerate(declaration.parameters))
    owner, last = declaration.record or "", declaration.name.rpartition("::")[2]
    constant = "const " if Trait.CONST in declaration.traits else ""
    if declaration.kind is DeclarationKind.CLASS:
        return f"void {name}({declaration.name} const& it) {{ throw it; }}"
    if declaration.kind is DeclarationKind.CONSTRUCTOR:
        base = f"struct {name}_t : {owner} {{ {name}_t({', '.join(taken)}) : {owner}({given}) {{}} }};"
        whole = f"void {name}({', '.join(taken)}) {{ {owner} it({given}); {name}_t derived({given}); }}"
        return f"{base} {whole}"
    if declaration.kind is DeclarationKind.DESTRUCTOR:
        derived = f"struct {name}_t : {owner} {{}};"
        return f"{derived} void {name}({owner}& it, {name}_t* derived) {{ it.{last}(); delete derived; }}"
    if declaration.kind in (DeclarationKind.METHOD, DeclarationKind.CONVERSION):
        return f"void {name}({', '.join([f'{constant}{owner}& it', *taken])}) {{ it.{last}({given}); }}"
    if declaration.kind in (DeclarationKind.FUNCTION, DeclarationKind.STATIC_METHOD):
        return f"void {name}({', '.join(taken)}) {{ {declaration.name}({given}); }}"
    if declaration.kind in (DeclarationKind.VARIABLE, DeclarationKind.STATIC_MEMBER):
        return f"auto const* {name} = &{declaration.name};"
    raise Unproved(declaration)


def uses_of(change: Change, old: AbiSnapshot) -> list[str]:
    """What consumers of the ``old`` headers do with whatever ``change`` takes symbols from, one line each."""
    gone = set(change.removed_symbols)
    owing = [item.declaration for item in old.promises if gone.intersection(item.symbols)]
    word = re.sub(r"\W+", "_", change.name)
    lines = [use_declaration(item, f"use_{word}_{item.location.line}_{index}") for index, item in enumerate(owing)]
    return [_without_inline_namespaces(line, old) for line in lines]


def _without_inline_namespaces(line: str, snapshot: AbiSnapshot) -> str:
    """Consumers leave them out."""
    spaces = {space for item in snapshot.promises for space in item.declaration.inline_namespaces}
    for space in sorted(spaces, key=len, reverse=True):
        line = line.replace(f"{space}::", f"{space.rpartition('::')[0]}::")
    return line


def prove_layout(change: Change, detail: Detail) -> Iterator[Proof]:
    """The lines that show a silent ``detail`` of a class: the compiler's sizes and offsets on both sides."""
    for pattern, proofs in _LAYOUT.items():
        found = re.fullmatch(pattern, detail.text)
        if found and change.subject is Subject.CLASS and detail.impact is Impact.SILENT:
            yield from proofs(change.name, *found.groups())
            return
    raise Unproved(f"{change.kind} {change.name}: {detail.text}")


def _two(what: str, after: str, before: str) -> Iterator[Proof]:
    yield Proof(f"static_assert({what} == {before});")
    yield Proof(f"static_assert({what} == {after});", anew=True)


def _offset(owner: str, member: str) -> str:
    return f"__builtin_offsetof({owner}, {member})"


def _added(owner: str, member: str, offset: str) -> Iterator[Proof]:
    yield Proof(f"static_assert({_offset(owner, member)} >= 0);", refused=True)
    yield Proof(f"static_assert({_offset(owner, member)} == {offset});", anew=True)


def _removed(owner: str, member: str) -> Iterator[Proof]:
    yield Proof(f"static_assert({_offset(owner, member)} >= 0);")
    yield Proof(f"static_assert({_offset(owner, member)} >= 0);", anew=True, refused=True)


def _moved(owner: str, moves: str) -> Iterator[Proof]:
    for member, before, after in re.findall(r"`(\w+)` from (\d+) to (\d+)", moves):
        yield from _two(_offset(owner, member), after, before)


_LAYOUT: dict[str, Callable[..., Iterator[Proof]]] = {
    r"has (\d+) bytes?, had (\d+)": lambda owner, after, before: _two(f"sizeof({owner})", after, before),
    r"is aligned to (\d+) bytes?, was to (\d+)": lambda owner, after, before: _two(f"alignof({owner})", after, before),
    r"member `.*?(\w+)` added at byte (\d+)": _added,
    r"member `.*?(\w+)` removed": _removed,
    r"member `(\w+)` (?:grew|shrank) from (\d+) to (\d+) bytes": lambda owner, member, before, after: _two(
        f"sizeof({owner}::{member})", after, before
    ),
    r"members moved: (.*)": _moved,
}
