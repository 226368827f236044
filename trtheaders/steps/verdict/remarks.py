"""What the reader of a verdict should know besides the findings."""

from __future__ import annotations

from trtheaders.checks.symbols.providers import providers_by_header
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers
from trtheaders.model.library.installations import Installation
from trtheaders.steps.question.library_choice import tell_installation


def remark_on(snapshot: AbiSnapshot, answers: LibraryAnswers | None, found: Installation | None) -> tuple[str, ...]:
    """Which library was taken and why, which keeps what, stand-ins used, and the toolchain behind the promises."""
    return (
        *(tell_installation(found) if found else ()),
        *_stubs(answers),
        *_providers(snapshot, answers),
        *_stand_ins(snapshot),
        *_toolchain(snapshot),
    )


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
