"""Functions that anybody may name: their verdicts do not wait for what code refers to, and can be made in a process of
their own. What refers to them is added afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.declarations.sketches import Sketch
from trtheaders.headers.promises.verdicts import Judge, Verdict
from trtheaders.headers.reach.references import Reach
from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable


class OpenVerdicts(Struct, frozen=True, array_like=True):
    """Verdicts of each kind, with the number of the function that they are on."""

    promises: tuple[tuple[int, Promise], ...]
    exempt: tuple[tuple[int, Exempt], ...]
    unverifiable: tuple[tuple[int, Unverifiable], ...]

    def by_function(self) -> dict[int, list[Verdict]]:
        """The verdicts on each function by its number: on one all are of one kind."""
        found: dict[int, list[Verdict]] = {}
        every: tuple[tuple[int, Verdict], ...] = (*self.promises, *self.exempt, *self.unverifiable)
        for number, verdict in every:
            found.setdefault(number, []).append(verdict)
        return found


def judge_open(functions: Iterable[Sketch], judge: Judge) -> OpenVerdicts:
    """The verdicts on those of ``functions`` that are open, numbered as they come; ``judge`` knows of no references,
    which friends wait for.
    """
    found = [
        (number, verdict)
        for number, sketch in enumerate(functions)
        if not sketch.closed and not sketch.friend
        for verdict in judge.functions(sketch)
    ]
    return OpenVerdicts(
        promises=tuple((number, item) for number, item in found if isinstance(item, Promise)),
        exempt=tuple((number, item) for number, item in found if isinstance(item, Exempt)),
        unverifiable=tuple((number, item) for number, item in found if isinstance(item, Unverifiable)),
    )


def add_use(verdicts: Sequence[Verdict], reach: Reach | None) -> Sequence[Verdict]:
    """``verdicts`` on a function that code refers to as ``reach`` says; its thunks nothing but vtables name."""
    return verdicts if reach is None else [_add_use(item, reach) for item in verdicts]


def _add_use(verdict: Verdict, reach: Reach) -> Verdict:
    if not isinstance(verdict, Promise) or verdict.declaration.kind is DeclarationKind.THUNK:
        return verdict
    return replace(verdict, uses=verdict.uses | {reach.use})
