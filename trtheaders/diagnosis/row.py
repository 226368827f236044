"""What a check is: a question, how to look, how to judge, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from trtheaders.diagnosis.site import Site
from trtheaders.model.setup.checkup import Purpose, SetupState


class Judgement(Struct, frozen=True, kw_only=True):
    """What one look came to; a check may have several. ``title`` is the check's own where it is empty.

    ``fix`` is what the check's remedy makes of it; a judgement may bring its own where only it knows.
    """

    state: SetupState
    found: str = ""
    needed: str = ""
    why: str = ""
    fix: str = ""
    title: str = ""
    details: tuple[str, ...] = ()


BOTH = frozenset(Purpose)
BUILDING = frozenset({Purpose.BUILD})
RUNNING = frozenset({Purpose.RUN})


class SetupCheck(Struct, frozen=True, kw_only=True):
    """A row: ``probe`` looks (and may be slow), ``judge`` is pure, ``remedy`` gives the line to paste for a judgement
    that is not well.

    ``id`` is kebab-case, ``question`` what the check answers, ``source`` where its rule comes from. ``purposes`` are
    those of a machine that it concerns; a machine for one other purpose is not asked.
    """

    id: str
    title: str
    question: str
    source: str
    probe: Callable[[Site], Any]
    judge: Callable[[Any], Iterable[Judgement]]
    remedy: Callable[[Any, Judgement], str] = lambda seen, judgement: judgement.fix
    purposes: frozenset[Purpose] = BOTH
