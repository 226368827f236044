"""What tells a candidate release from the others, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trtheaders.counting import count_of
from trtheaders.demangling import demangle, split_parameters
from trtheaders.model.answers.candidates import Fingerprint, Owed
from trtheaders.spelling import read_cxx

_SHOWN = 3
_LONGEST = 100


def describe_evidence(
    kept: Sequence[Owed], broken: Sequence[Owed], surplus: Sequence[Owed], rival: Fingerprint | None
) -> tuple[str, ...]:
    """Lines about a release: what tells it from ``rival`` and is as this one has it, then what is not as it has it.

    ``kept`` and ``broken`` are its promises, ``surplus`` what is exported though only other releases promise it.
    """
    theirs = frozenset(rival.owed) if rival else frozenset()
    name = rival.release if rival else ""
    present = {*kept, *broken, *surplus}
    rightly_absent = [item for item in (rival.owed if rival else ()) if item not in present]
    return (
        *_list("exports", [item for item in kept if item not in theirs], f", which {name} does not promise"),
        *_list("does not export", rightly_absent, f", which {name} promises"),
        *_list("does not export", broken, ", which it promises"),
        *_list("exports", surplus, ", which it does not promise and another release does"),
    )


def _list(verb: str, owed: Sequence[Owed], why: str) -> Iterable[str]:
    if owed:
        # "And 1 more" would take the room of the one.
        named = len(owed) if len(owed) == _SHOWN + 1 else _SHOWN
        shown = ", ".join(f"`{_spell(item)}`" for item in owed[:named])
        more = f" and {len(owed) - named} more" if len(owed) > named else ""
        yield f"{verb} {shown}{more}{why}"


def _spell(owed: Owed) -> str:
    """The first symbol as C++, parameters only counted where they are long."""
    text = read_cxx(demangle(owed.symbols[0])).replace("tensorrt_llm::", "")
    if len(text) <= _LONGEST:
        return text
    name, parameters, qualifiers = split_parameters(text)
    return f"{name}({count_of(len(parameters), 'parameter')}){' ' if qualifiers else ''}{qualifiers}"
