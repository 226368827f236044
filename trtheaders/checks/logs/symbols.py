"""Undefined symbols of a failed link or start: each to its cause, judged by releases and by the installed library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

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
from trtheaders.demangling import demangle, split_parameters
from trtheaders.model.answers.symptoms import Cause, InstalledLibrary, Symptom, SymptomKind
from trtheaders.model.library.exports import Answer, LibraryAnswers, Standing
from trtheaders.model.names import SymbolName
from trtheaders.spelling import read_cxx, short_name

NAMESPACE = "tensorrt_llm"


class Judged(Struct, frozen=True, kw_only=True):
    """A symptom with its cause; ``evidence`` are lines about this symbol, ``releases`` those that declare it."""

    symptom: Symptom
    cause: Cause
    evidence: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    library: str = ""


class Scene(Struct, frozen=True):
    """All that symbols are judged by. ``wanted`` are the spellings of everything undefined in the log."""

    known: Known
    installed: InstalledLibrary | None
    wanted: frozenset[str] = field(default_factory=frozenset)

    @property
    def answers(self) -> LibraryAnswers | None:
        """What the installed library says, if one is known."""
        return self.installed.answers if self.installed is not None else None


def concerns(symptom: Symptom, known: Known) -> bool:
    """Whether an undefined symbol is one of TensorRT-LLM's."""
    return f"{NAMESPACE}::" in demangle(symptom.subject) or bool(known.exactly(symptom.subject))


def symbols_to_ask(symptoms: Sequence[Symptom], known: Known) -> tuple[SymbolName, ...]:
    """The symbols that a library should be asked about: the undefined ones, and every other spelling that is known."""
    found: dict[SymbolName, None] = {}
    for symptom in symptoms:
        if symptom.subject.startswith("_Z"):
            found[SymbolName(symptom.subject)] = None
        for rows in (known.exactly(symptom.subject), known.neutrally(symptom.subject)):
            for owed in rows.values():
                found.update(dict.fromkeys(filter(None, (owed.symbol, owed.other_abi))))
        for many in known.namesakes(symptom.subject).values():
            found.update(dict.fromkeys(owed.symbol for owed in many))
    return tuple(found)


def judge_symbol(symptom: Symptom, scene: Scene) -> Judged:
    """The cause of one undefined symbol."""
    having = tuple(scene.known.exactly(symptom.subject))
    judged = _judge_by_library(symptom, scene, having) if scene.answers is not None else None
    return judged or _judge_by_releases(symptom, scene, having)


def _judge_by_library(symptom: Symptom, scene: Scene, having: tuple[str, ...]) -> Judged | None:
    """The cause as far as the installed library tells it."""
    answers = scene.answers
    assert answers is not None, "asked only with a library"
    own = [answer for answer in answers.answers.values() if spell(answer.symbol) == spell(symptom.subject)]
    for answer in own:
        standing = _judge_standing(symptom, answer, having)
        if standing is not None:
            return standing
    other = _exported_alike(symptom, answers)
    if other is None:
        return None
    label = read_cxx(demangle(other))
    if spell_neutrally(other) == spell_neutrally(symptom.subject):
        if string_abi(other) is not string_abi(symptom.subject):
            old = "new" if string_abi(other) else "old"
            line = f"the library has `{_short(symptom.subject)}` with the {old} `std::string` (`{other}`)"
            return Judged(symptom=symptom, cause=Cause.STRING_ABI, evidence=(line,), releases=having)
        line = f"the library has it as `{label}`"
        return Judged(symptom=symptom, cause=Cause.INLINE_NAMESPACE, evidence=(line,), releases=having)
    line = f"`{_short(symptom.subject)}`: the library has `{short_name(label)}`"
    return Judged(symptom=symptom, cause=Cause.OTHER_RELEASE, evidence=(line,), releases=having)


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


def _exported_alike(symptom: Symptom, answers: LibraryAnswers) -> SymbolName | None:
    """An export under the same name: the same function first, then one with other parameters."""
    exported = [answer.symbol for answer in answers.answers.values() if answer.standing is Standing.EXPORTED]
    exported += [item.export.symbol for items in answers.lookalikes.values() for item in items]
    neutral, name = spell_neutrally(symptom.subject), qualified_name(symptom.subject)
    same = [symbol for symbol in exported if spell_neutrally(symbol) == neutral]
    if same:
        return same[0]
    if is_table(symptom.subject):
        return None
    return next((item for item in exported if qualified_name(item) == name and not is_table(item)), None)


def _judge_by_releases(symptom: Symptom, scene: Scene, having: tuple[str, ...]) -> Judged:
    """The cause as far as the releases' declarations tell it, with or without an installed library."""
    alike = scene.known.neutrally(symptom.subject)
    alone = _stands_alone(symptom, scene)
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


def _stands_alone(symptom: Symptom, scene: Scene) -> bool:
    """Whether all that is undefined depends on the string ABI; without any library other things would be, too."""
    return all(string_abi(item) is not None for item in scene.wanted) or not scene.wanted


def _class_is_wanted(symptom: Symptom, scene: Scene) -> bool:
    """Whether functions of the same class are undefined as well: then the class is not the only thing missing."""
    prefix = "".join(f"{qualified_name(symptom.subject)}::".split())
    return any(item.startswith(prefix) for item in scene.wanted)


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
