"""The cause that an inline namespace came or went: `n::f` here, `n::_v1::f` there."""

from __future__ import annotations

import re

from msgspec import Struct

from trtheaders.checks.causes.open_findings import Case, CommonCause, UnkeptPromise, count, name_libraries
from trtheaders.checks.causes.releases import tell_release
from trtheaders.demangling import demangle
from trtheaders.rules.symbols import MOVED_INLINE_NAMESPACES
from trtheaders.spelling import last_component, read_cxx

_COMPONENT = re.compile(r"\b(\w+)::")
_VERSIONED = re.compile(r"_*[vV]?\d\w*\Z|_*[vV]\d+_*\Z")

_IDENTIFY = "headers and library are different releases: `trtheaders identify` says which release the library is"


class Move(Struct, frozen=True, kw_only=True):
    """The namespace in every name here and the one there; empty where there is none."""

    here: str
    there: str


def find_namespace(case: Case) -> CommonCause | None:
    """The commonest move among the symptoms, with all that it explains."""
    moves: dict[Move, list[UnkeptPromise]] = {}
    shown: dict[Move, str] = {}
    for symptom in case.symptoms:
        found = _find_move(symptom, case)
        if found:
            moves.setdefault(found[0], []).append(symptom)
            shown.setdefault(found[0], found[1])
    if not moves:
        return None
    move = max(moves, key=lambda item: len(moves[item]))
    return _tell(move, tuple(moves[move]), shown[move], case)


def _find_move(symptom: UnkeptPromise, case: Case) -> tuple[Move, str] | None:
    """The move that makes a missing symbol read as one that the library has, and how the library spells it."""
    inline = frozenset(last_component(name) for name in symptom.promise.declaration.inline_namespaces)
    wanted = read_cxx(demangle(symptom.finding.symbols[0]))
    for lookalike in case.lookalikes(symptom):
        found = read_cxx(lookalike.demangled)
        move = compare_scopes(wanted, found, inline)
        if move:
            return move, found
    return None


def compare_scopes(wanted: str, found: str, inline: frozenset[str]) -> Move | None:
    """The one inline namespace that tells ``wanted`` from ``found`` (both demangled); None if anything else does.

    ``inline`` holds the namespaces known to be inline; others count if they are named like a version.
    """
    ours, theirs = set(_COMPONENT.findall(wanted)), set(_COMPONENT.findall(found))
    here, there = sorted(ours - theirs), sorted(theirs - ours)
    if len(here) > 1 or len(there) > 1 or not (here or there):
        return None
    move = Move(here="".join(here), there="".join(there))
    if not all(not name or name in inline or _VERSIONED.match(name) for name in (move.here, move.there)):
        return None
    return move if _without(wanted, move.here) == _without(found, move.there) else None


def _without(text: str, namespace: str) -> str:
    return re.sub(rf"\b{re.escape(namespace)}::", "", text) if namespace else text


def _tell(move: Move, symptoms: tuple[UnkeptPromise, ...], spelt: str, case: Case) -> CommonCause:
    library = name_libraries(case.answers)
    if not move.there:
        words = f"the headers declare {count(symptoms)} in `inline namespace {move.here}`, {library} has none"
    elif not move.here:
        words = f"{library} has {count(symptoms)} in `inline namespace {move.there}`, the headers declare none"
    else:
        words = f"the headers declare {count(symptoms)} in `inline namespace {move.here}`, {library} has `{move.there}`"
    wanted = read_cxx(demangle(symptoms[0].finding.symbols[0]))
    return CommonCause(
        rule=MOVED_INLINE_NAMESPACES,
        message=words,
        symptoms=symptoms,
        lines=(f"wanted `{wanted}`, exported is `{spelt}`",),
        alike=True,
        hint=tell_release(case) or (_IDENTIFY if case.of_upstream else "headers and library are different releases"),
    )
