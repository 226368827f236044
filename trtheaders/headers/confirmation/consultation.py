"""A proposed snapshot and a compiler in, the confirmed snapshot out: the door of this room."""

from __future__ import annotations

from msgspec.structs import replace

from trtheaders.headers.confirmation.application import apply_answer, leave_open, write_question
from trtheaders.headers.confirmation.assembly import Assembly
from trtheaders.headers.confirmation.compilation import DEBUG, DUMP, TABLES, CompilerCommand, ask_compiler
from trtheaders.headers.confirmation.layouts import (
    apply_places,
    apply_vtables,
    lacks_vtables,
    list_places,
    write_layouts,
)
from trtheaders.headers.confirmation.memory import AnswerMemory
from trtheaders.headers.confirmation.unit import UnitQuestion
from trtheaders.headers.instances.parts import Parts
from trtheaders.model.headers.snapshot import AbiSnapshot


def consult(
    snapshot: AbiSnapshot, entries: tuple[str, ...], parts: Parts, command: CompilerCommand, memory: AnswerMemory
) -> AbiSnapshot:
    """``snapshot``, proposed by the parser, as the compiler of ``command`` confirms it, with what ``parts`` owe.

    Where the compiler makes nothing of the unit, the proposal stays as it is, and says why in ``unconfirmed``.
    """
    entries = _compilable(snapshot, entries)
    question = write_question(snapshot, entries, parts, clang=command.clang)
    answer = memory.recall(question, command, lambda: ask_compiler(question, command))
    if answer.failure:
        return leave_open(replace(snapshot, unconfirmed=answer.failure))
    answered = apply_answer(snapshot, question, answer, memory.confirmer, parts)
    if not command.clang and lacks_vtables(answered):
        answered = apply_vtables(
            answered, _ask_further(UnitQuestion(entries=entries, items={}), TABLES, command, memory)
        )
    items = list_places(snapshot, answered)
    if not items:
        return answered
    open_ = UnitQuestion(entries=entries, items=write_layouts(items, 0))
    return apply_places(answered, items, _ask_further(open_, DUMP if command.clang else DEBUG, command, memory))


def _ask_further(
    question: UnitQuestion, flags: tuple[str, ...], command: CompilerCommand, memory: AnswerMemory
) -> Assembly:
    """What the compiler tells with ``flags``; nothing where it refuses."""
    telling = replace(command, flags=(*command.flags, *flags))
    return memory.recall(question, telling, lambda: ask_compiler(question, telling)).assembly


def _compilable(snapshot: AbiSnapshot, entries: tuple[str, ...]) -> tuple[str, ...]:
    """``entries`` without those that miss an include: the compiler stops there, and loses what follows."""
    broken = {item.location.file for item in snapshot.unverifiable if item.blame is not None}
    return tuple(entry for entry in entries if entry not in broken) or entries
