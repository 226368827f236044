"""The parameters of one function on both sides: added, removed, reordered, retyped, renamed, other defaults."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from trtheaders.checks.diff.spelt.conversions import converts, parameter_type, tell_retyped
from trtheaders.checks.diff.spelt.starts import Start, is_one_start
from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Detail, Impact
from trtheaders.model.headers.declarations import Parameter

_Plain = Callable[[str], str]
_Same = Callable[[str, str], bool]
"""Whether two types in comparable form are one."""


class _Spot(Struct, frozen=True):
    """A parameter at its place, its type in comparable form."""

    index: int
    parameter: Parameter
    type: str

    @property
    def title(self) -> str:
        return f"{self.parameter.type.spelling} {self.parameter.name}".strip()


_Pairs = list[tuple[_Spot, _Spot]]


def compare_parameters(
    old: Sequence[Parameter],
    new: Sequence[Parameter],
    plain_old: _Plain,
    plain_new: _Plain,
    same: _Same = operator.eq,
) -> tuple[Detail, ...]:
    """How two parameter lists of one function differ, for callers; what it does to symbols is not decided here.

    * added without a default, or removed: calls do not compile;
    * added with a default: harmless at the end; in the middle, arguments given by position move to other parameters;
    * reordered, or same types under swapped names: a call that still compiles passes values to the wrong parameters;
    * retyped: breaks calls unless the old argument converts;
    * a default removed breaks calls; a default changed changes what callers pass; a default added, or another name: no
      one notices.
    """
    before = [_Spot(index, item, plain_old(parameter_type(item.type.canonical))) for index, item in enumerate(old)]
    after = [_Spot(index, item, plain_new(parameter_type(item.type.canonical))) for index, item in enumerate(new)]
    pairs = _pair(before, after, same)
    return (
        *_count(before, after),
        *_removed(before, pairs),
        *_added(before, after, pairs),
        *_reordered(pairs),
        *(detail for pair in pairs for detail in _compare_pair(*pair, same)),
    )


def _pair(before: list[_Spot], after: list[_Spot], same: _Same) -> _Pairs:
    """The same parameter on both sides: by name; else by type, or place where unnamed, between its neighbours."""
    by_name = {slot.parameter.name: slot for slot in after if slot.parameter.name}
    pairs = [(slot, by_name[slot.parameter.name]) for slot in before if slot.parameter.name in by_name]
    taken = {slot.index for _, slot in pairs}
    for slot in before:
        if slot.parameter.name in by_name:
            continue
        left = (other for other in after if other.index not in taken)
        partner = next((other for other in left if _may_be(slot, other, pairs, same)), None)
        if partner is not None:
            pairs.append((slot, partner))
            taken.add(partner.index)
    return sorted(pairs, key=lambda pair: pair[0].index)


def _may_be(slot: _Spot, other: _Spot, pairs: _Pairs, same: _Same) -> bool:
    """Whether ``other`` can be ``slot`` under another name: of one type, or both at one place; nothing crosses."""
    crossing = any((slot.index < old.index) != (other.index < new.index) for old, new in pairs)
    unnamed = not (slot.parameter.name and other.parameter.name)
    return not crossing and (same(slot.type, other.type) or (unnamed and slot.index == other.index))


def _count(before: list[_Spot], after: list[_Spot]) -> list[Detail]:
    if len(before) == len(after):
        return []
    return [Detail(text=f"takes {count_of(len(after), 'parameter')}, took {len(before)}")]


def _removed(before: list[_Spot], pairs: _Pairs) -> list[Detail]:
    kept = {old.index for old, _ in pairs}
    return [
        Detail(text=f"parameter {slot.index + 1} `{slot.title}` removed", impact=Impact.COMPILE)
        for slot in before
        if slot.index not in kept
    ]


def _added(before: list[_Spot], after: list[_Spot], pairs: _Pairs) -> list[Detail]:
    kept = {new.index for _, new in pairs}
    details = []
    for slot in after:
        if slot.index in kept:
            continue
        details.append(_describe_added(slot))
        if slot.parameter.default is not None and slot.index + 1 in kept:
            # Several that stand together take the place of what came behind them together.
            first = max((index for index in kept if index < slot.index), default=-1) + 1
            details += _describe_shifted(first, before, after)
    return details


def _describe_added(slot: _Spot) -> Detail:
    text = f"parameter {slot.index + 1} `{slot.title}` added"
    if slot.parameter.default is None:
        return Detail(text=text, impact=Impact.COMPILE)
    return Detail(text=f"{text} (default `{slot.parameter.default}`)")


def _describe_shifted(first: int, before: list[_Spot], after: list[_Spot]) -> Iterator[Detail]:
    """A call may stop behind any argument: those that the parameters at their places take are passed to these."""
    taken = [converts(old.type, new.type) for old, new in zip(before[first:], after[first:], strict=False)]
    fitting = taken.index(False) if False in taken else len(taken)
    if fitting:
        text = f"arguments after the {_ordinal(first)}" if first else "arguments"
        yield Detail(text=f"{text} go to other parameters", impact=Impact.SILENT)
    if fitting < len(taken):
        least = count_of(first + fitting + 1, "argument")
        more = " or more" if fitting + 1 < len(taken) else ""
        yield Detail(text=f"calls with {least}{more} do not compile", impact=Impact.COMPILE)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _reordered(pairs: _Pairs) -> list[Detail]:
    order = [new.index for _, new in pairs]
    if order == sorted(order):
        return []
    moved = [(old, new) for (old, new), target in zip(pairs, sorted(order), strict=True) if new.index != target]
    at_place = {new.index: new for _, new in pairs}
    # A call that passes them by position still compiles if each argument suits the parameter now at its place.
    places = [(old, at_place[target]) for (old, _), target in zip(pairs, sorted(order), strict=True)]
    quiet = all(converts(old.type, new.type) for old, new in places)
    names = ", ".join(f"`{old.parameter.name}` from {old.index + 1} to {new.index + 1}" for old, new in moved)
    return [Detail(text=f"parameters reordered: {names}", impact=Impact.SILENT if quiet else Impact.COMPILE)]


def _compare_pair(old: _Spot, new: _Spot, same: _Same) -> list[Detail]:
    title = f"parameter {new.index + 1} `{new.parameter.name}`" if new.parameter.name else f"parameter {new.index + 1}"
    details = []
    if not same(old.type, new.type):
        impact = Impact.NONE if converts(old.type, new.type) else Impact.COMPILE
        types = tell_retyped(old.parameter.type, new.parameter.type)
        details.append(Detail(text=f"{title} retyped from {types}", impact=impact))
    if old.parameter.name and new.parameter.name and old.parameter.name != new.parameter.name:
        details.append(
            Detail(text=f"parameter {new.index + 1} `{old.parameter.name}` is now named `{new.parameter.name}`")
        )
    return details + _compare_defaults(title, old, new)


def _compare_defaults(title: str, before: _Spot, after: _Spot) -> list[Detail]:
    old, new = before.parameter.default, after.parameter.default
    if old is None and new is None:
        return []
    if old is None:
        return [Detail(text=f"{title} has a default now: `{new}`")]
    if new is None:
        return [Detail(text=f"{title} lost its default `{old}`", impact=Impact.COMPILE)]
    if is_one_start(Start(old, before.parameter.value, before.type), Start(new, after.parameter.value, after.type)):
        return []
    return [Detail(text=f"{title} has another default: `{old}` became `{new}`", impact=Impact.SILENT)]
