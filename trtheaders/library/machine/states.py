"""What registers and the stack frame hold at one point of a function, as far as that follows from its arguments."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, TypeVar

from trtheaders.library.machine.steps import Deed, Effect, Memory


class Held(Enum):
    """What a value is."""

    ARGUMENT = "an argument plus offset"
    INSIDE = "an address somewhere in what an argument points to"
    LOADED = "what lay at an argument plus offset"
    FRAME = "an address in the stack frame"
    CONSTANT = "a number or an address in the image"
    FETCHED = "what lies at a constant address"
    ALLOCATED = "the result of operator new, plus offset"
    THREAD = "an address in thread-local storage"


class Value(NamedTuple):
    """``number`` is the argument, constant, address or allocated size; ``offset`` and ``width`` in bytes."""

    kind: Held
    number: int
    offset: int = 0
    width: int = 0


_MOVABLE = (Held.ARGUMENT, Held.INSIDE, Held.FRAME, Held.ALLOCATED, Held.THREAD)
_INTO = frozenset({Held.ARGUMENT, Held.INSIDE})


class State:
    """Known values by register, and by offset in the frame; what is not there is unknown."""

    __slots__ = ("frame", "registers")

    def __init__(self, registers: dict[str, Value], frame: dict[int, Value]) -> None:
        self.registers = registers
        self.frame = frame

    def copy(self) -> State:
        """Another state with the same values."""
        return State(dict(self.registers), dict(self.frame))

    def meet(self, other: State) -> bool:
        """Keep only what ``other`` agrees with; True if something was lost."""
        before = self.registers, self.frame
        self.registers = _agreed(self.registers, other.registers)
        self.frame = _agreed(self.frame, other.frame)
        return (self.registers, self.frame) != before

    def put(self, register: str, value: Value | None) -> None:
        """Set a register, or forget it."""
        if value is None:
            self.registers.pop(register, None)
        else:
            self.registers[register] = value

    def address(self, memory: Memory) -> Value | None:
        """The address that a memory operand means."""
        if memory.indexed:
            known = (self.registers.get(register) for register in (memory.base, memory.second) if register)
            return next((Value(Held.INSIDE, value.number) for value in known if value and value.kind in _INTO), None)
        if memory.base is None:
            return Value(Held.CONSTANT, memory.displacement)
        return shift(self.registers.get(memory.base), memory.displacement)

    def fetch(self, address: Value | None, width: int) -> Value | None:
        """What lies at ``address``."""
        if address is None:
            return None
        if address.kind is Held.ARGUMENT:
            return Value(Held.LOADED, address.number, address.offset, width)
        if address.kind is Held.FRAME:
            return self.frame.get(address.offset)
        return Value(Held.FETCHED, address.number) if address.kind is Held.CONSTANT else None

    def store(self, address: Value | None, value: Value | None, width: int) -> None:
        """Remember what is written to the frame; overlapping older values are forgotten."""
        if address is None or address.kind is not Held.FRAME:
            return
        for place in [place for place in self.frame if address.offset - 8 < place < address.offset + max(width, 1)]:
            del self.frame[place]
        if value is not None and width >= 4:
            self.frame[address.offset] = value

    def apply(self, effect: Effect) -> None:
        """Do what ``effect`` says, as far as it can be known."""
        if effect.deed is Deed.STORE:
            self.store(self.address(_memory(effect)), self.registers.get(effect.source), effect.width)
        elif effect.register:
            self.put(effect.register, self._result(effect))

    def _result(self, effect: Effect) -> Value | None:
        if effect.deed is Deed.COPY:
            return self.registers.get(effect.source)
        if effect.deed is Deed.SET:
            return Value(Held.CONSTANT, effect.amount)
        if effect.deed is Deed.ADD:
            return shift(self.registers.get(effect.source), effect.amount)
        if effect.deed is Deed.ADDRESS:
            return self.address(_memory(effect))
        return self.fetch(self.address(_memory(effect)), effect.width) if effect.deed is Deed.LOAD else None


_Key = TypeVar("_Key", str, int)


def _agreed(one: dict[_Key, Value], other: dict[_Key, Value]) -> dict[_Key, Value]:
    """What both hold; two places in what one argument points to are some place in it."""
    agreed = {}
    for key, value in one.items():
        there = other.get(key)
        if value == there:
            agreed[key] = value
        elif there is not None and value.number == there.number and {value.kind, there.kind} <= _INTO:
            agreed[key] = Value(Held.INSIDE, value.number)
    return agreed


def _memory(effect: Effect) -> Memory:
    return effect.memory or Memory(None, 0, indexed=True)


def shift(value: Value | None, amount: int) -> Value | None:
    """``value + amount`` where that still has a meaning."""
    if value is None or amount == 0:
        return value
    if value.kind is Held.CONSTANT:
        return Value(value.kind, value.number + amount)
    if value.kind is Held.INSIDE:
        return value
    return Value(value.kind, value.number, value.offset + amount) if value.kind in _MOVABLE else None
