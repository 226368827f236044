"""Two signatures of one function: which parameters were gained, lost, moved or retyped, by name and position."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from trtheaders.demangling import split_parameters
from trtheaders.model.declarations import Parameter
from trtheaders.spelling import read_cxx

_GAP, _RETYPED = 2, 3
"""A retyped parameter is likelier than one lost and one gained in its place (3 < 2 + 2)."""


class Step(Enum):
    """One step from the library's parameter list to the header's."""

    SAME = "same"
    GAINED = "gained"
    LOST = "lost"
    RETYPED = "retyped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """A pair of parameters, counted from 0; None on the side that has none."""

    step: Step
    here: int | None
    there: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
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


def explain_parameters(
    here: tuple[str, ...], there: tuple[str, ...], names: tuple[str, ...], since: str = ""
) -> tuple[str, ...]:
    """One line for each parameter that differs between the header's types ``here`` and the library's ``there``.

    ``names`` are the header's parameter names (as many as ``here``, empty where unnamed); ``since`` the release of the
    headers, empty if they are none.
    """
    swap = _swapped(here, there)
    if swap:
        return (f"parameters {_list(swap, names)} are the other way round in the library",)
    steps = align(here, there)
    moved = _pair_moves(steps, here, there)
    lines = [_tell_move(item, here, names) for item in moved]
    told = {item.here for item in moved if item.here is not None}, {item.there for item in moved}
    for step in steps:
        if step.step is Step.GAINED and step.here not in told[0]:
            lines.append(_tell_gained(step.here or 0, here, names, since))
        elif step.step is Step.LOST and step.there not in told[1]:
            lines.append(f"the library's parameter {(step.there or 0) + 1} `{there[step.there or 0]}` is gone here")
        elif step.step is Step.RETYPED:
            lines.append(_tell_retyped(step, here, there, names))
    return tuple(lines)


def align(here: tuple[str, ...], there: tuple[str, ...]) -> tuple[Aligned, ...]:
    """The cheapest way from ``there`` to ``here``, as steps in order (Needleman and Wunsch 1970)."""
    cost = _costs(here, there)
    row, column = len(here), len(there)
    steps: list[Aligned] = []
    while row or column:
        if (
            row
            and column
            and cost[row][column] == cost[row - 1][column - 1] + _pair_cost(here[row - 1], there[column - 1])
        ):
            row, column = row - 1, column - 1
            same = here[row] == there[column]
            steps.append(Aligned(step=Step.SAME if same else Step.RETYPED, here=row, there=column))
        elif row and cost[row][column] == cost[row - 1][column] + _GAP:
            row -= 1
            steps.append(Aligned(step=Step.GAINED, here=row, there=None))
        else:
            column -= 1
            steps.append(Aligned(step=Step.LOST, here=None, there=column))
    return tuple(reversed(steps))


def _costs(here: tuple[str, ...], there: tuple[str, ...]) -> list[list[int]]:
    cost = [[_GAP * (row + column) for column in range(len(there) + 1)] for row in range(len(here) + 1)]
    for row in range(1, len(here) + 1):
        for column in range(1, len(there) + 1):
            cost[row][column] = min(
                cost[row - 1][column - 1] + _pair_cost(here[row - 1], there[column - 1]),
                cost[row - 1][column] + _GAP,
                cost[row][column - 1] + _GAP,
            )
    return cost


def _pair_cost(here: str, there: str) -> int:
    return 0 if here == there else _RETYPED


def _pair_moves(steps: tuple[Aligned, ...], here: tuple[str, ...], there: tuple[str, ...]) -> list[Aligned]:
    """Parameters lost in one place and gained in another, with the same type: moved ones."""
    lost = [step.there for step in steps if step.step is Step.LOST and step.there is not None]
    moved = []
    for step in steps:
        if step.step is not Step.GAINED or step.here is None:
            continue
        source = next((index for index in lost if there[index] == here[step.here]), None)
        if source is not None:
            lost.remove(source)
            moved.append(Aligned(step=Step.SAME, here=step.here, there=source))
    return moved


def _swapped(here: tuple[str, ...], there: tuple[str, ...]) -> tuple[int, int] | None:
    """The two positions that, exchanged, make one list the other; None if it is not that simple."""
    if len(here) != len(there):
        return None
    differ = [index for index, (one, other) in enumerate(zip(here, there, strict=True)) if one != other]
    if len(differ) == 2 and here[differ[0]] == there[differ[1]] and here[differ[1]] == there[differ[0]]:
        return differ[0], differ[1]
    return None


def _tell_move(item: Aligned, here: tuple[str, ...], names: tuple[str, ...]) -> str:
    position, other = item.here or 0, item.there or 0
    what = _quote(here[position], names[position])
    return f"parameter {position + 1} {what} is number {other + 1} in the library"


def _tell_gained(position: int, here: tuple[str, ...], names: tuple[str, ...], since: str) -> str:
    new = f"is new in {since}" if since else "is not in the library"
    first, last = _run_around(position, here)
    if first == last:
        return f"parameter {position + 1} {_quote(here[position], names[position])} {new}"
    # Types alone cannot tell which of several like ones in a row was added.
    return f"one of parameters {_list(tuple(range(first, last + 1)), names)}, all `{here[position]}`, {new}"


def _run_around(position: int, here: tuple[str, ...]) -> tuple[int, int]:
    first = last = position
    while first and here[first - 1] == here[position]:
        first -= 1
    while last + 1 < len(here) and here[last + 1] == here[position]:
        last += 1
    return first, last


def _tell_retyped(step: Aligned, here: tuple[str, ...], there: tuple[str, ...], names: tuple[str, ...]) -> str:
    position, other = step.here or 0, step.there or 0
    name = f" `{names[position]}`" if names[position] else ""
    return f"parameter {position + 1}{name} is `{here[position]}` here, `{there[other]}` in the library"


def _quote(spelling: str, name: str) -> str:
    return f"`{spelling} {name}`" if name else f"`{spelling}`"


def _list(positions: tuple[int, ...], names: tuple[str, ...]) -> str:
    items = [f"{position + 1} `{names[position]}`" if names[position] else str(position + 1) for position in positions]
    return f"{', '.join(items[:-1])} and {items[-1]}"


def parameter_names(parameters: tuple[Parameter, ...], count: int) -> tuple[str, ...]:
    """The names of a declaration's parameters, padded or cut to ``count`` (a variadic `...` has none)."""
    names = [item.name for item in parameters][:count]
    return (*names, *[""] * (count - len(names)))
