"""The sizes of variables whose class no declaration completes: `extern Table<int> table;` leaves `Table<int>` unmade.

A unit on top of the headers asks for them, as every consumer's code does. Without a size, a library whose object has
another one would pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from msgspec.structs import replace

from trtheaders.headers.declarations.descriptions import Describer
from trtheaders.headers.declarations.sketches import Collection, Sketch
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.probes import Probing, find_answers
from trtheaders.headers.promises.verdicts import Verdict, has_open_end
from trtheaders.model.headers.promises import Promise, SymbolKind

_ENUM = "trtheaders_size_"
# Overload resolution passes over a type that cannot be completed: its size is 0, which no object has.
_HELPERS = """
template <class trtheaders_type, unsigned long trtheaders_bytes = sizeof(trtheaders_type)>
constexpr unsigned long trtheaders_size(int) { return trtheaders_bytes; }
template <class trtheaders_type> constexpr unsigned long trtheaders_size(...) { return 0; }
"""


def read_sizes(collection: Collection, describer: Describer, probing: Probing) -> dict[str, int]:
    """The sizes in bytes of variables of ``collection`` whose class no declaration completes, by name; 0 where nothing
    can tell.

    Raises :class:`~trtheaders.errors.ToolchainError` if the parser cannot be asked.
    """
    return _ask([sketch.name for sketch in collection.variables.values() if _is_unknown(sketch, describer)], probing)


def fill_sizes(
    verdicts: Sequence[Verdict], collection: Collection, probing: Probing, sizes: Mapping[str, int]
) -> list[Verdict]:
    """``verdicts`` on ``collection`` with the sizes of data that can be told after all; ``sizes`` are known already.

    Raises :class:`~trtheaders.errors.ToolchainError` if the parser cannot be asked.
    """
    open_ = (item.declaration.name for item in verdicts if _is_open(item))
    names = [name for name in open_ if name not in sizes]
    varying = {sketch.name for sketch in collection.variables.values() if has_open_end(sketch.node)} if names else ()
    told = {**sizes, **_ask([name for name in dict.fromkeys(names) if name not in varying], probing)}
    return [_fill(item, told) for item in verdicts]


def _is_unknown(sketch: Sketch, describer: Describer) -> bool:
    """Whether a variable is an object of a class, by a name that C++ can say, and of unknown size."""
    if sketch.template or "(" in sketch.name:
        return False
    use = describer.types.read(sketch.node.type, sketch.node)
    return use.size is None and use.record is not None and not has_open_end(sketch.node)


def _is_open(item: Verdict) -> TypeGuard[Promise]:
    """Whether ``item`` is a promise of an object of a class, by a name that C++ can say, and of unknown size."""
    if not isinstance(item, Promise) or item.declaration.result is None or "(" in item.declaration.name:
        return False
    owed = item.obligations[0]
    return owed.kind is not SymbolKind.FUNCTION and owed.size is None and item.declaration.result.record is not None


def _ask(names: Sequence[str], probing: Probing) -> dict[str, int]:
    """The size in bytes of each variable of ``names``, 0 where its type cannot be completed."""
    found = _ask_once(names, probing)
    private = [name for name in names if name not in found]
    return dict.fromkeys(names, 0) | found | _ask_once(private, probing, unchecked=True)


def _ask_once(names: Sequence[str], probing: Probing, *, unchecked: bool = False) -> dict[str, int]:
    if not names:
        return {}
    # One enumeration each: after an error an enumerator follows on from the one before it.
    asked = (
        f"enum {_ENUM}{index} : unsigned long {{ trtheaders_value{index} = trtheaders_size<decltype(::{name})>(0) }};\n"
        for index, name in enumerate(names)
    )
    unit = probing.ask(f"{_HELPERS}{''.join(asked)}", unchecked=unchecked)
    answers = find_answers(unit, _ENUM)
    sizes = {
        name: child.enum_value
        for index, name in enumerate(names)
        if (node := answers.get(f"{_ENUM}{index}")) is not None
        for child in node.children()
        if child.kind == Kind.ENUMERATOR
    }
    return {name: size for name, size in sizes.items() if size > 0}


def _fill(item: Verdict, sizes: Mapping[str, int]) -> Verdict:
    size = sizes.get(item.declaration.name) if _is_open(item) else None
    if not size or not isinstance(item, Promise):
        return item
    first, *others = item.obligations
    return replace(item, obligations=(replace(first, size=size), *others))
