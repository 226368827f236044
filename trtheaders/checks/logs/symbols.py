"""Undefined symbols of a failed link or start: each to its cause, judged by releases and by the installed library."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from trtheaders.checks.logs.known import (
    Known,
    OwedSymbol,
    is_table,
    is_versioned,
    qualified_name,
    spell,
    spell_neutrally,
    string_abi,
    tell_releases,
)
from trtheaders.checks.symbols.drift import explain_drift
from trtheaders.demangling import demangle, split_parameters
from trtheaders.model.answers.symptoms import Cause, InstalledLibrary, Symptom, SymptomKind
from trtheaders.model.library.exports import Answer, LibraryAnswers, Lookalike, Standing
from trtheaders.model.names import SymbolName
from trtheaders.spelling import read_cxx, short_name

NAMESPACE = "tensorrt_llm"
_MANGLED = "12tensorrt_llm"


class Judged(Struct, frozen=True, kw_only=True):
    """A symptom with its cause; ``evidence`` are lines about this symbol, ``releases`` those that declare it."""

    symptom: Symptom
    cause: Cause
    evidence: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    library: str = ""


class Scene(Struct, frozen=True, dict=True):
    """All that symbols are judged by. ``wanted`` are the spellings of everything undefined in the log."""

    known: Known
    installed: InstalledLibrary | None
    wanted: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def standings(self) -> Mapping[str, list[Answer]]:
        """What the library answered, by spelling."""
        found: dict[str, list[Answer]] = defaultdict(list)
        for answer in self.answers.answers.values() if self.answers is not None else ():
            found[spell(answer.symbol)].append(answer)
        return found

    @cached_property
    def exported(self) -> Mapping[str, list[SymbolName]]:
        """The exports that are known, by their neutral spelling, and by their name behind a `#`."""
        found: dict[str, list[SymbolName]] = defaultdict(list)
        if self.answers is None:
            return found
        rows = [item.symbol for item in self.answers.answers.values() if item.standing is Standing.EXPORTED]
        rows += [item.export.symbol for many in self.answers.lookalikes.values() for item in many]
        for symbol in dict.fromkeys(rows):
            found[spell_neutrally(symbol)].append(symbol)
            if not is_table(symbol):
                found[f"#{qualified_name(symbol)}"].append(symbol)
        return found

    @cached_property
    def lookalikes(self) -> Mapping[SymbolName, Lookalike]:
        """The exports that resemble something undefined."""
        rows = self.answers.lookalikes.values() if self.answers is not None else ()
        return {item.export.symbol: item for many in rows for item in many}

    @cached_property
    def all_alone(self) -> bool:
        """Whether all that is undefined depends on the string ABI; without any library other things would be, too."""
        return all(string_abi(item) is not None for item in self.wanted)

    @cached_property
    def scopes(self) -> frozenset[str]:
        """Every class or namespace that something undefined is a member of, spelt without blanks."""
        found: set[str] = set()
        for item in self.wanted:
            name = item.partition("(")[0]
            at = name.rfind("::")
            while at > 0:
                name = name[:at]
                found.add(name)
                at = name.rfind("::")
        return frozenset(found)

    @property
    def answers(self) -> LibraryAnswers | None:
        """What the installed library says, if one is known."""
        return self.installed.answers if self.installed is not None else None


def concerns(symptom: Symptom, known: Known) -> bool:
    """Whether a symbol is one of TensorRT-LLM's."""
    return (
        _MANGLED in symptom.subject
        or f"{NAMESPACE}::" in demangle(symptom.subject)
        or bool(known.exactly(symptom.subject))
    )


def symbols_to_ask(symptoms: Sequence[Symptom], known: Known) -> tuple[SymbolName, ...]:
    """The symbols that a library should be asked about: the undefined ones, and every other spelling that is known."""
    found: dict[SymbolName, None] = {}
    for symptom in symptoms:
        if symptom.cut:
            found.update(dict.fromkeys(known.completions(symptom.subject)))
            continue
        if symptom.subject.startswith("_Z"):
            found[SymbolName(symptom.subject)] = None
        for rows in (known.exactly(symptom.subject), known.neutrally(symptom.subject)):
            for owed in rows.values():
                found.update(dict.fromkeys(filter(None, (owed.symbol, owed.other_abi))))
        alike = known.namesakes(symptom.subject)
        for many in alike.values():
            found.update(dict.fromkeys(owed.symbol for owed in many))
        if not alike and not symptom.subject.startswith("_Z") and len(found) < _MOST_PROBES:
            found.update(dict.fromkeys(_probe(symptom.subject)))
    return tuple(found)


_MOST_PROBES = 2000
"""A log with more unknown names than this is not TensorRT-LLM's any more."""


def _probe(symbol: str) -> tuple[SymbolName, ...]:
    """A mangled name in the scope of ``symbol``, which is not: a library then tells what it has under that name."""
    parts = qualified_name(symbol).split("::")
    if len(parts) < 2 or not all(re.fullmatch(r"\w+", part) for part in parts):
        return ()
    scope = "".join(f"{len(part)}{part}" for part in parts[:-1])
    last = "C1" if parts[-1] == parts[-2] else f"{len(parts[-1])}{parts[-1]}"
    return (SymbolName(f"_ZN{scope}{last}Ev"),)


def judge_symbol(symptom: Symptom, scene: Scene) -> Judged:
    """The cause of one undefined symbol."""
    if symptom.cut:
        return _judge_cut(symptom, scene)
    having = tuple(scene.known.exactly(symptom.subject))
    judged = _judge_by_library(symptom, scene, having) if scene.answers is not None else None
    return judged or _judge_by_releases(symptom, scene, having)


def _judge_cut(symptom: Symptom, scene: Scene) -> Judged:
    """A symbol whose line was cut: what it can have been, less what the library exports, or its bare name."""
    whole = scene.known.completions(symptom.subject)
    missing = [symbol for symbol in whole if not _is_exported(symbol, scene)]
    subject = next(iter(missing or whole), None) or SymbolName(symptom.subject.partition("(")[0])
    judged = judge_symbol(replace(symptom, subject=subject, cut=False), scene)
    return replace(judged, symptom=symptom)


def _is_exported(symbol: SymbolName, scene: Scene) -> bool:
    return any(item.standing is Standing.EXPORTED for item in scene.standings.get(spell(symbol), ()))


def _judge_by_library(symptom: Symptom, scene: Scene, having: tuple[str, ...]) -> Judged | None:
    """The cause as far as the installed library tells it."""
    answers = scene.answers
    assert answers is not None, "asked only with a library"
    for answer in scene.standings.get(spell(symptom.subject), ()):
        standing = _judge_standing(symptom, answer, having)
        if standing is not None:
            return standing
    other = _exported_alike(symptom, scene)
    if other is None:
        return None
    label = read_cxx(demangle(other))
    if spell(other) == spell(symptom.subject):
        library = answers.libraries[0].name
        return _judge_standing(symptom, Answer(symbol=other, standing=Standing.EXPORTED, library=library), having)
    if spell_neutrally(other) == spell_neutrally(symptom.subject):
        if string_abi(other) is not string_abi(symptom.subject):
            old = "new" if string_abi(other) else "old"
            line = f"the library has `{_short(symptom.subject)}` with the {old} `std::string` (`{other}`)"
            return Judged(symptom=symptom, cause=Cause.STRING_ABI, evidence=(line,), releases=having)
        line = f"the library has it as `{label}`"
        return Judged(symptom=symptom, cause=Cause.INLINE_NAMESPACE, evidence=(line,), releases=having)
    return Judged(
        symptom=symptom, cause=Cause.OTHER_RELEASE, evidence=_tell_drift(symptom, other, scene), releases=having
    )


def _tell_drift(symptom: Symptom, other: SymbolName, scene: Scene) -> tuple[str, ...]:
    """What `verify` says to the same pair; the bare names where no release declares what is asked for."""
    having = scene.known.exactly(symptom.subject)
    found = scene.lookalikes.get(other)
    if not having or found is None:
        return (f"`{_short(symptom.subject)}`: the library has `{short_name(read_cxx(demangle(other)))}`",)
    release, owed = next(iter(having.items()))
    theirs = scene.known.exactly(other)
    declaration = list(theirs.values())[-1].promise.declaration if theirs else None
    drift = explain_drift(owed.promise.declaration, owed.symbol, found, release, declaration)
    return (drift.message, *(f"   {line}" for line in drift.lines))


def _judge_standing(symptom: Symptom, answer: Answer, having: tuple[str, ...]) -> Judged | None:
    library = answer.library
    if answer.standing is Standing.EXPORTED:
        late = symptom.kind is SymptomKind.UNDEFINED_AT_RUN_TIME
        cause = Cause.OTHER_LIBRARY if late else Cause.NOT_LINKED
        line = f"`{library}` exports `{_short(symptom.subject)}`"
    elif answer.standing is Standing.HIDDEN:
        cause, line = Cause.NOT_EXPORTED, f"`{library}` defines `{_short(symptom.subject)}` and keeps it to itself"
    elif answer.standing is Standing.OLD_VERSION:
        cause, line = Cause.NOT_EXPORTED, f"`{library}` has `{_short(symptom.subject)}` in an old version only"
    elif answer.standing is Standing.IN_NEEDED:
        cause, line = Cause.NOT_LINKED, f"only `{library}` has `{_short(symptom.subject)}`, which the library needs"
    else:
        return None
    return Judged(symptom=symptom, cause=cause, evidence=(line,), releases=having, library=library)


def _exported_alike(symptom: Symptom, scene: Scene) -> SymbolName | None:
    """An export under the same name: the same function first, then one with other parameters."""
    same = scene.exported.get(spell_neutrally(symptom.subject))
    if same:
        return next((item for item in same if spell(item) == spell(symptom.subject)), same[0])
    if is_table(symptom.subject):
        return None
    return next(iter(scene.exported.get(f"#{qualified_name(symptom.subject)}", ())), None)


def _judge_by_releases(symptom: Symptom, scene: Scene, having: tuple[str, ...]) -> Judged:
    """The cause as far as the releases' declarations tell it, with or without an installed library."""
    alike = scene.known.neutrally(symptom.subject)
    alone = scene.all_alone
    new = string_abi(symptom.subject)
    if is_versioned(symptom.subject) and len(having) < len(scene.known.names):
        return Judged(
            symptom=symptom, cause=Cause.INLINE_NAMESPACE, releases=having, evidence=_tell_versioned(alike, scene)
        )
    if new is False and not having:
        return Judged(symptom=symptom, cause=Cause.STRING_ABI, releases=tuple(alike))
    if new is True and scene.answers is None and alone and len(alike) == len(scene.known.names):
        return Judged(symptom=symptom, cause=Cause.STRING_ABI, releases=having)
    if is_table(symptom.subject) and not _class_is_wanted(symptom, scene):
        return Judged(symptom=symptom, cause=Cause.NOT_BUILT_IN, releases=having)
    if alike and not having:
        spelt = next(iter(alike.values())).symbol
        line = f"{tell_releases(tuple(alike), scene.known.names)} spell it `{read_cxx(demangle(spelt))}`"
        return Judged(symptom=symptom, cause=Cause.INLINE_NAMESPACE, evidence=(line,), releases=tuple(alike))
    return _judge_release(symptom, scene, having)


def _judge_release(symptom: Symptom, scene: Scene, having: tuple[str, ...]) -> Judged:
    late = symptom.kind is SymptomKind.UNDEFINED_AT_RUN_TIME
    if having and len(having) == len(scene.known.names) and scene.answers is None:
        cause = Cause.OTHER_LIBRARY if late else Cause.NOT_LINKED
        return Judged(symptom=symptom, cause=cause, releases=having)
    if having:
        return Judged(
            symptom=symptom, cause=Cause.OTHER_RELEASE, evidence=_tell_having(symptom, scene), releases=having
        )
    if scene.known.namesakes(symptom.subject):
        return Judged(symptom=symptom, cause=Cause.OTHER_RELEASE, evidence=_tell_namesakes(symptom, scene))
    cause = Cause.OTHER_LIBRARY if late else Cause.UNKNOWN_DECLARATION
    return Judged(symptom=symptom, cause=cause)


def _class_is_wanted(symptom: Symptom, scene: Scene) -> bool:
    """Whether functions of the same class are undefined as well: then the class is not the only thing missing."""
    return "".join(qualified_name(symptom.subject).split()) in scene.scopes


def _tell_versioned(alike: Mapping[str, OwedSymbol], scene: Scene) -> tuple[str, ...]:
    names = tuple(name for name in scene.known.names if name in alike)
    return (f"declared, but for the namespace, by {tell_releases(names, scene.known.names)}",) if names else ()


def _tell_having(symptom: Symptom, scene: Scene) -> tuple[str, ...]:
    having = scene.known.exactly(symptom.subject)
    label, names = _label(symptom), scene.known.names
    count = _parameters(next(iter(having.values())).symbol)
    lines = [f"`{label}`{_takes(count)} is declared by {tell_releases(tuple(having), names)}"]
    others = {
        release: sorted({_parameters(owed.symbol) for owed in rows if not is_table(owed.symbol)})
        for release, rows in scene.known.namesakes(symptom.subject).items()
        if release not in having
    }
    for counts in {tuple(value) for value in others.values() if value}:
        names_of = tuple(release for release, value in others.items() if tuple(value) == counts)
        takes = _takes(*counts) if counts != (count,) else " with other types"
        lines.append(f"{tell_releases(names_of, names)}: it is there{takes}")
    gone = tuple(name for name in names if name not in having and name not in others)
    return (*lines, f"{tell_releases(gone, names)}: not declared") if gone else tuple(lines)


def _tell_namesakes(symptom: Symptom, scene: Scene) -> tuple[str, ...]:
    rows = scene.known.namesakes(symptom.subject)
    count = _parameters(symptom.subject)
    lines = [f"no known release declares `{_label(symptom)}`{_takes(count)}"]
    for release, many in rows.items():
        counts = sorted({_parameters(owed.symbol) for owed in many})
        lines.append(f"{release}: it is there{_takes(*counts)}" if counts != [count] else f"{release}: other types")
    return tuple(lines)


def _label(symptom: Symptom) -> str:
    plain = read_cxx(demangle(symptom.subject))
    name, opening, _ = plain.partition("(")
    return f"{short_name(name)}(…)" if opening and len(plain) > 100 else short_name(plain)


def _short(symbol: str) -> str:
    plain = read_cxx(demangle(symbol))
    return short_name(plain.partition("(")[0]) if len(plain) > 100 else short_name(plain)


def _parameters(symbol: str) -> int:
    return len([item for item in split_parameters(demangle(symbol))[1] if item != "void"])


def _takes(*counts: int) -> str:
    words = " or ".join(map(str, counts))
    return f" with {words} parameter{'' if counts == (1,) else 's'}"
