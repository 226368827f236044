"""Frozen values to JSON-ready data and back: compact, versionless, driven by the types alone.

A dataclass becomes a list of its fields in order, trailing fields at their defaults dropped; an enum becomes its value;
a frozenset a sorted list. Nothing is guessed: what does not fit its type is a :class:`SnapshotError`.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from trtheaders.errors import SnapshotError

T = TypeVar("T")
_Converter = Callable[[Any], Any]


def encode(value: Any) -> Any:
    """``value`` (of frozen dataclasses, enums, tuples, frozensets, strings, numbers, None) as JSON-ready data."""
    if dataclasses.is_dataclass(value):
        return _encode_fields(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(encode(item) for item in value)
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return value


def _encode_fields(value: Any) -> list[Any]:
    cls: Any = type(value)
    defaults = _defaults(cls)
    items = [getattr(value, name) for name in defaults]
    ends = list(defaults.values())
    while items and ends[len(items) - 1] is not dataclasses.MISSING and items[-1] == ends[len(items) - 1]:
        items.pop()
    return [encode(item) for item in items]


@functools.cache
def _defaults(cls: Any) -> dict[str, Any]:
    return {item.name: item.default for item in dataclasses.fields(cls)}


def decode(cls: type[T], data: Any) -> T:
    """The value of type ``cls`` that :func:`encode` turned into ``data``; raises :class:`SnapshotError`."""
    try:
        value: T = _converter_of(cls)(data)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise SnapshotError(f"not a recorded {cls.__name__}: {error}", hint="record it again") from error
    return value


def _converter_of(kind: Any) -> _Converter:
    return _converter(kind)


@functools.cache
def _converter(kind: Any) -> _Converter:
    """A function that turns data into a value of type ``kind``; made once for each type, since there are thousands."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(next(item for item in arguments if item is not type(None)))
    if origin is tuple:
        return _many(arguments[0], tuple)
    if origin is frozenset:
        return _many(arguments[0], frozenset)
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    return _plain(getattr(kind, "__supertype__", kind))


def _optional(kind: Any) -> _Converter:
    inner = _converter(kind)
    return lambda data: None if data is None else inner(data)


def _many(kind: Any, collect: Callable[[Any], Any]) -> _Converter:
    inner = _converter(kind)

    def convert(data: Any) -> Any:
        if type(data) is not list:
            raise TypeError(f"expected a list, found {type(data).__name__}")
        return collect([inner(item) for item in data])

    return convert


def _plain(kind: type) -> _Converter:
    def convert(data: Any) -> Any:
        if type(data) is not kind:
            raise TypeError(f"expected {kind.__name__}, found {type(data).__name__}")
        return data

    return convert


def _record(cls: Any) -> _Converter:
    """A function written for ``cls`` alone: slots are set directly, since a frozen class's own constructor takes thrice
    as long and a snapshot holds thousands of values.
    """
    hints = get_type_hints(cls)
    columns = dataclasses.fields(cls)
    names: dict[str, Any] = {"new": cls.__new__, "cls": cls}
    lines = [
        "def convert(data):",
        f"    if type(data) is not list or not {_required(columns)} <= len(data) <= {len(columns)}:",
        f"        raise TypeError('expected the fields of {cls.__name__}')",
        "    value, size = new(cls), len(data)",
    ]
    for index, column in enumerate(columns):
        names |= {f"set{index}": getattr(cls, column.name).__set__, f"read{index}": _converter(hints[column.name])}
        names[f"default{index}"] = column.default
        read = f"read{index}(data[{index}])"
        wanted = read if column.default is dataclasses.MISSING else f"{read} if size > {index} else default{index}"
        lines.append(f"    set{index}(value, {wanted})")
    exec("\n".join([*lines, "    return value"]), names)
    convert: _Converter = names["convert"]
    return convert


def _required(columns: tuple[dataclasses.Field[Any], ...]) -> int:
    return sum(column.default is dataclasses.MISSING for column in columns)
