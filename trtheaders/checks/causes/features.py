"""The cause that a part was not compiled in: everything of one class, header, namespace or condition is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from trtheaders.checks.causes.open_findings import (
    Case,
    CommonCause,
    UnkeptPromise,
    count,
    hint_at_sibling,
    name_every_library,
)
from trtheaders.checks.symbols.faults import best_answer
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.layouts import Gate
from trtheaders.model.library.exports import Standing
from trtheaders.rules.symbols import UNCOMPILED_FEATURES
from trtheaders.spelling import short_name


class Part(Struct, frozen=True, kw_only=True, order=True):
    """A part of the headers; ``rank`` orders like ones, the most telling first. ``words`` name it in a sentence."""

    rank: int
    words: str
    macros: tuple[str, ...] = ()


def find_feature(case: Case) -> CommonCause | None:
    """The largest part of which nothing is in the library, while something else is."""
    if not case.kept:
        return None
    absent = {id(item.promise): item for item in case.symptoms if _is_absent(item, case)}
    classes = frozenset(filter(None, map(_class_of, (promise.declaration for promise in case.snapshot.promises))))
    members: dict[Part, list[int]] = {}
    for promise in case.snapshot.promises:
        for part in _parts(promise.declaration, case.snapshot.gates, classes):
            members.setdefault(part, []).append(id(promise))
    lost = {
        part: tuple(absent[item] for item in items)
        for part, items in members.items()
        if all(item in absent for item in items) and (len(items) > 1 or part.macros)
    }
    if not lost:
        return None
    part = min(lost, key=lambda item: (-len(lost[item]), item))
    return _tell(part, lost[part], case)


def _is_absent(symptom: UnkeptPromise, case: Case) -> bool:
    """Whether no symbol of it is there in any shape."""
    standings = {best_answer(item, case.answers).standing for item in symptom.promise.obligations}
    return standings == {Standing.ABSENT} and not case.lookalikes(symptom)


_MEMBERS = frozenset({DeclarationKind.METHOD, DeclarationKind.STATIC_METHOD})


def _class_of(declaration: Declaration) -> str:
    """The class that it is, or is a member of; an instance's member has its class in its name alone."""
    if declaration.kind is DeclarationKind.CLASS:
        return declaration.name
    return declaration.record or (declaration.name.rpartition("::")[0] if declaration.kind in _MEMBERS else "")


def _parts(declaration: Declaration, gates: Iterable[Gate], classes: Collection[str]) -> Iterable[Part]:
    """Every part that a declaration belongs to."""
    file, line = declaration.location.file, declaration.location.line
    for gate in gates:
        # `#ifndef` is how include guards look; names that begin with an underscore are the compiler's.
        mine = gate.location.file == file and gate.location.line <= line <= gate.end and gate.taken
        if mine and not gate.condition.startswith("ifndef") and not any(item.startswith("_") for item in gate.macros):
            yield Part(rank=0, words=f"below `#{gate.condition}` in `{file}`", macros=gate.macros)
    record = _class_of(declaration)
    if record:
        yield Part(rank=1, words=f"of class `{short_name(record)}`")
    yield Part(rank=2, words=f"of `{file}`")
    scope = (record or declaration.name).rpartition("::")[0]
    if scope in classes:
        yield Part(rank=1, words=f"of class `{short_name(scope)}`")
    elif scope:
        yield Part(rank=3, words=f"of namespace `{scope}`")


def _tell(part: Part, symptoms: tuple[UnkeptPromise, ...], case: Case) -> CommonCause:
    library = name_every_library(case.answers)
    macros = " and ".join(f"`{name}`" for name in part.macros)
    hint = (
        f"the library was built without {macros}: read the headers without (`--define`), or use a build that has it"
        if macros
        else hint_at_sibling([symbol for item in symptoms for symbol in item.finding.symbols], case.answers)
        or "it was not compiled into this build; do not use it, or use a build that has it"
    )
    others = "1 other is" if case.kept == 1 else f"{case.kept} others are"
    return CommonCause(
        rule=UNCOMPILED_FEATURES,
        message=f"nothing {part.words} is in {library}: {count(symptoms)}, while {others} kept",
        symptoms=symptoms,
        hint=hint,
    )
