"""Two signatures of one function: which parameters were gained, lost, moved or retyped, by name and position."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from trtheaders.demangling import split_parameters
from trtheaders.model.headers.declarations import Parameter
from trtheaders.spelling import read_cxx

_GAP, _RETYPED, _RENAMED = 2, 3, 1
"""A retyped parameter is likelier than one lost and one gained in its place (3 < 2 + 2)."""


class SignatureStep(Enum):
    """One step from the library's parameter list to the header's."""

    SAME = "same"
    GAINED = "gained"
    LOST = "lost"
    RETYPED = "retyped"


class Aligned(Struct, frozen=True, kw_only=True):
    """A pair of parameters, counted from 0; None on the side that has none."""

    step: SignatureStep
    here: int | None
    there: int | None


class Signature(Struct, frozen=True, kw_only=True):
    """A demangled function taken apart: scope and name, parameter types and trailing qualifiers as C++ is written."""

    name: str
    parameters: tuple[str, ...]
    qualifiers: str

    @property
    def is_const(self) -> bool:
        """Whether it is a const member function."""
        return "const" in self.qualifiers.split()


def read_signature(demangled: str) -> Signature:
    """The signature that ``demangled`` spells."""
    name, parameters, qualifiers = split_parameters(demangled)
    kept = tuple(read_cxx(item) for item in parameters if item != "void")
    return Signature(name=read_cxx(name), parameters=kept, qualifiers=qualifiers)


class Slot(Struct, frozen=True):
    """One parameter as an alignment sees it; ``name`` is empty where it is not known."""

    type: str
    name: str = ""

    def __str__(self) -> str:
        return f"`{self.type} {self.name}`" if self.name else f"`{self.type}`"


Slots = tuple[Slot, ...]


def explain_parameters(here: Slots, there: Slots, since: str = "") -> tuple[str, ...]:
    """One line for each parameter that differs between the header's list ``here`` and the library's ``there``.

    ``since`` is the release of the headers, empty if they are none.
    """
    swap = _swapped(here, there)
    if swap:
        return (f"parameters {_list(swap, here)} are the other way round in the library",)
    steps = align(here, there)
    moved = _pair_moves(steps, here, there)
    lines = [f"parameter {mine + 1} {here[mine]} is number {other + 1} in the library" for mine, other in moved]
    there_moved, here_moved = {other for _, other in moved}, {mine for mine, _ in moved}
    new = [step.here for step in steps if step.step is SignatureStep.GAINED and step.here not in here_moved]
    gone = [step.there for step in steps if step.step is SignatureStep.LOST and step.there not in there_moved]
    for step in steps:
        if step.here in new and step.here is not None:
            lines.append(_tell_gained(step.here, new, here, since, sure=bool(there and there[0].name)))
        elif step.there in gone and step.there is not None:
            lines.append(_tell_lost(step.there, gone, there))
        elif step.step is SignatureStep.RETYPED and step.here is not None and step.there is not None:
            mine, other = here[step.here], there[step.there]
            name = f" `{mine.name}`" if mine.name else ""
            lines.append(f"parameter {step.here + 1}{name} is `{mine.type}` here, `{other.type}` in the library")
    # What was added to, or taken from, one row of like parameters is told once for all of them.
    return tuple(dict.fromkeys(lines))


def align(here: Slots, there: Slots) -> tuple[Aligned, ...]:
    """The cheapest way from ``there`` to ``here``, as steps in order (Needleman and Wunsch 1970)."""
    cost = _costs(here, there)
    row, column = len(here), len(there)
    steps: list[Aligned] = []
    while row or column:
        now = cost[row][column]
        if row and column and now == cost[row - 1][column - 1] + _pair_cost(here[row - 1], there[column - 1]):
            row, column = row - 1, column - 1
            same = here[row].type == there[column].type
            steps.append(Aligned(step=SignatureStep.SAME if same else SignatureStep.RETYPED, here=row, there=column))
        elif row and now == cost[row - 1][column] + _GAP:
            row -= 1
            steps.append(Aligned(step=SignatureStep.GAINED, here=row, there=None))
        else:
            column -= 1
            steps.append(Aligned(step=SignatureStep.LOST, here=None, there=column))
    return tuple(reversed(steps))


def _costs(here: Slots, there: Slots) -> list[list[int]]:
    cost = [[_GAP * (row + column) for column in range(len(there) + 1)] for row in range(len(here) + 1)]
    for row in range(1, len(here) + 1):
        for column in range(1, len(there) + 1):
            cost[row][column] = min(
                cost[row - 1][column - 1] + _pair_cost(here[row - 1], there[column - 1]),
                cost[row - 1][column] + _GAP,
                cost[row][column - 1] + _GAP,
            )
    return cost


def _pair_cost(here: Slot, there: Slot) -> int:
    renamed = bool(here.name and there.name and here.name != there.name)
    if here.type == there.type:
        return _RENAMED if renamed else 0
    # A name that stays speaks for the same parameter with another type.
    return _RETYPED - 1 if here.name and here.name == there.name else _RETYPED


def _pair_moves(steps: tuple[Aligned, ...], here: Slots, there: Slots) -> list[tuple[int, int]]:
    """Parameters gained in one place and lost in another, with the same type: moved ones, as pairs of positions."""
    lost = [step.there for step in steps if step.step is SignatureStep.LOST and step.there is not None]
    moved = []
    for mine in (step.here for step in steps if step.step is SignatureStep.GAINED and step.here is not None):
        source = next((index for index in lost if _pair_cost(here[mine], there[index]) == 0), None)
        if source is not None:
            lost.remove(source)
            moved.append((mine, source))
    return moved


def _swapped(here: Slots, there: Slots) -> tuple[int, int] | None:
    """The two positions that, exchanged, make one list the other; None if it is not that simple."""
    if len(here) != len(there):
        return None
    differ = [index for index, (one, other) in enumerate(zip(here, there, strict=True)) if one.type != other.type]
    if len(differ) != 2:
        return None
    first, second = differ
    crossed = here[first].type == there[second].type and here[second].type == there[first].type
    return (first, second) if crossed else None


def _tell_gained(position: int, gained: Sequence[int | None], here: Slots, since: str, *, sure: bool) -> str:
    new = f"new in {since}" if since else "not in the library"
    row = range(position, position + 1) if sure else _row_around(position, here)
    if len(row) == 1:
        return f"parameter {position + 1} {here[position]} is {new}"
    some, verb = _some_of(row, gained)
    return f"{some}parameters {_list(tuple(row), here)}, all `{here[position].type}`, {verb} {new}"


def _tell_lost(position: int, lost: Sequence[int | None], there: Slots) -> str:
    row = range(position, position + 1) if there[position].name else _row_around(position, there)
    if len(row) == 1:
        return f"the library's parameter {position + 1} {there[position]} is gone here"
    some, verb = _some_of(row, lost)
    return (
        f"{some}the library's parameters {row[0] + 1} to {row[-1] + 1}, all `{there[position].type}`, {verb} gone here"
    )


_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _some_of(row: range, changed: Sequence[int | None]) -> tuple[str, str]:
    """`one of `, and the verb: types alone cannot tell which of several like parameters in a row were added."""
    count = sum(position in row for position in changed)
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return "" if count == len(row) else f"{number} of ", "is" if count == 1 else "are"


def _row_around(position: int, slots: Slots) -> range:
    first = last = position
    while first and slots[first - 1].type == slots[position].type:
        first -= 1
    while last + 1 < len(slots) and slots[last + 1].type == slots[position].type:
        last += 1
    return range(first, last + 1)


def _list(positions: tuple[int, ...], slots: Slots) -> str:
    items = [f"{index + 1} `{slots[index].name}`" if slots[index].name else str(index + 1) for index in positions]
    return f"{', '.join(items[:-1])} and {items[-1]}"


def name_slots(types: tuple[str, ...], parameters: tuple[Parameter, ...]) -> Slots:
    """``types`` with the names of a declaration's ``parameters`` (a variadic `...` has none)."""
    names = [*(item.name for item in parameters), *[""] * len(types)]
    return tuple(Slot(type=spelling, name=name) for spelling, name in zip(types, names, strict=False))
