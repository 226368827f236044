"""One machine instruction as what it does to registers and memory: the same words for every architecture."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Flow(Enum):
    """Where control goes after an instruction."""

    ON = "on"
    JUMP = "jump"
    BRANCH = "branch"
    CALL = "call"
    RETURN = "return"
    STOP = "stop"
    """A trap: control never comes back (`ud2`, `brk`)."""


class Memory(NamedTuple):
    """A memory operand: ``base`` register plus ``displacement``; ``base`` is None for an absolute address.

    ``indexed``: something further is added, so that the address is not known: ``second`` where that is a register.
    """

    base: str | None
    displacement: int
    indexed: bool = False
    second: str = ""


class Deed(Enum):
    """What an effect does; the words name :class:`Effect`'s fields."""

    COPY = "register = source"
    SET = "register = amount"
    ADD = "register = source + amount"
    ADDRESS = "register = address of memory"
    LOAD = "register = memory"
    STORE = "memory = source"
    CLOBBER = "register = something"


class Effect(NamedTuple):
    """One thing that an instruction does; ``width`` in bytes. ``register`` or ``source`` is empty where none is."""

    deed: Deed
    register: str = ""
    source: str = ""
    memory: Memory | None = None
    width: int = 0
    amount: int = 0


class Step(NamedTuple):
    """One instruction, from ``address`` up to ``end``. ``target`` is where a jump, branch or call goes, None where that
    is computed; ``through`` is then the memory or register that holds the address.
    """

    address: int
    end: int
    flow: Flow
    effects: tuple[Effect, ...] = ()
    target: int | None = None
    through: Memory | str | None = None
