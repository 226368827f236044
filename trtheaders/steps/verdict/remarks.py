"""What the reader of a verdict should know besides the findings."""

from __future__ import annotations

from collections.abc import Sequence

from trtheaders.checks.symbols.providers import providers_by_header
from trtheaders.counting import count_of
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers
from trtheaders.model.library.installations import Installation
from trtheaders.steps.question.library_choice import tell_installation


def arrange_remarks(
    *,
    broken: Sequence[str] = (),
    disagreeing: Sequence[str] = (),
    unchecked: Sequence[Unverifiable] = (),
    unconfirmed: Sequence[str] = (),
    layouts: Sequence[str] = (),
    needs: Sequence[str] = (),
    rest: Sequence[str] = (),
) -> tuple[str, ...]:
    """All remarks, the weightiest first; a short screen shows no other.

    ``broken`` are snapshots without use and changes that were interrupted, ``disagreeing`` is doubt about which
    installation is meant, ``unchecked`` what was not judged, ``unconfirmed`` what no compiler has confirmed,
    ``layouts`` how far the evidence of layouts reaches, ``needs`` what was not judged of the libraries' own needs.
    """
    return tuple(dict.fromkeys((*broken, *disagreeing, *_unchecked(unchecked), *unconfirmed, *layouts, *needs, *rest)))


def _unchecked(items: Sequence[Unverifiable]) -> list[str]:
    """What was not judged in one sentence, with the first cause and its remedy."""
    if not items:
        return []
    first = items[0]
    place = first.blame or first.location
    remedy = f"; {first.remedy}" if first.remedy else ""
    whose = f"`{first.name}`" if len(items) == 1 else f"first `{first.name}`"
    return [f"{count_of(len(items), 'declaration')} not checked ({whose}): {first.reason} ({place}){remedy}"]


def remark_on(snapshot: AbiSnapshot, answers: LibraryAnswers | None, found: Installation | None) -> tuple[str, ...]:
    """Which library was taken and why, which keeps what, stand-ins used, and the toolchain behind the promises."""
    return (
        *(tell_installation(found) if found else ()),
        *_stubs(answers),
        *_providers(snapshot, answers),
        *_stand_ins(snapshot),
        *_toolchain(snapshot),
    )


def tell_unconfirmed(snapshot: AbiSnapshot) -> tuple[str, ...]:
    """What no compiler has confirmed, and why; nothing where all of it is confirmed."""
    if snapshot.key.confirmed is None:
        reason = f" ({snapshot.unconfirmed})" if snapshot.unconfirmed else ""
        return (f"not confirmed by a compiler{reason}: names and layouts are as the parser has them",)
    open_ = [item for item in snapshot.promises if item.unconfirmed]
    if not open_:
        return ()
    first = open_[0]
    example = f"first `{first.declaration.name}`: {first.unconfirmed}"
    return (f"{len(open_)} of {len(snapshot.promises)} promises are not confirmed by the compiler ({example})",)


def _stubs(answers: LibraryAnswers | None) -> list[str]:
    facts = answers.libraries if answers else ()
    return [
        f"`{item.name}` is a stub that imitates {item.stub_of}, not TensorRT-LLM itself"
        for item in facts
        if item.stub_of
    ]


def _providers(snapshot: AbiSnapshot, answers: LibraryAnswers | None) -> list[str]:
    """Which library keeps which header, where there is a choice."""
    if answers is None or len(answers.libraries) < 2:
        return []
    keeps: dict[str, list[str]] = {}
    for header, libraries in sorted(providers_by_header(snapshot, answers).items()):
        for name in libraries:
            keeps.setdefault(name, []).append(header)
    if len(keeps) == 1:
        return [f"`{name}` keeps every header" for name in keeps]
    return [f"`{name}` keeps {', '.join(f'`{header}`' for header in headers)}" for name, headers in keeps.items()]


def _stand_ins(snapshot: AbiSnapshot) -> list[str]:
    names = snapshot.key.stand_ins
    return [f"stand-ins of trtheaders were read for {', '.join(f'`{name}`' for name in names)}"] if names else []


def _toolchain(snapshot: AbiSnapshot) -> list[str]:
    used = snapshot.key.toolchain
    if used is None:
        return []
    return [f"the promises rest on {used.compiler}, {used.standard_library}, parsed by {used.parser}"]
