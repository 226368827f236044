"""Headers parsed as the user's compiler reads them: conditions that come out differently for it are settled first.

Nothing is judged before they are, so that a tree with such conditions is parsed twice and judged once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.first_parse import include_all
from trtheaders.headers.parser.conditions import may_differ, overlaid, settle_conditions
from trtheaders.headers.parser.preprocessor import preprocess
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit

_ROUNDS = 3
"""A condition that was settled may lead to a header with another one."""


class Entries(Struct, frozen=True):
    """Which headers of which tree, read with which arguments, as which compiler has them."""

    tree: HeaderTree
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    compiler: Compiler

    def parse(self, *more: str) -> Unit:
        """One unit that includes them all, with ``more`` arguments."""
        return Unit.parse(include_all(self.names), [*self.arguments, *more], declared_only=True)


@contextmanager
def settled(entries: Entries) -> Iterator[tuple[Unit, list[str]]]:
    """The unit, and the arguments that it was parsed with; both are of use inside of the block."""
    with ExitStack() as stack:
        unit, arguments = entries.parse(), list(entries.arguments)
        conditions = _Conditions(entries)
        for _ in range(_ROUNDS):
            if not conditions.settle(unit):
                break
            overlay = stack.enter_context(overlaid(entries.tree, conditions.settled))
            unit, arguments = entries.parse(*overlay), [*entries.arguments, *overlay]
        yield unit, arguments


class _Conditions:
    """Settles the conditions of one tree; the compiler is asked where one may differ, and once."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._tree = entries.tree
        self._kept: dict[str, set[int]] | None = None
        self.settled: dict[str, bytes] = {}

    def settle(self, unit: Unit) -> bool:
        """Whether files of ``unit`` have conditions that differ; each is settled once."""
        suspects = [name for name in _files_of(unit, self._tree) if name not in self.settled and self._may_differ(name)]
        if suspects and self._kept is None:
            self._kept = self._ask(unit)
        skipped = unit.skipped() if suspects else {}
        lines = {name: found for file, found in skipped.items() if (name := self._tree.name_of(file)) is not None}
        kept = self._kept or {}
        texts = {
            name: settle_conditions(self._tree.text(name), lines.get(name, set()), kept[name])
            for name in suspects
            if name in kept
        }
        more = {name: text for name, text in texts.items() if text is not None}
        self.settled |= more
        return bool(more)

    def _may_differ(self, name: str) -> bool:
        return may_differ(self._tree.text(name))

    def _ask(self, unit: Unit) -> dict[str, set[int]]:
        """The lines of which the compiler makes something; none where it gives up."""
        absent = Trust(unit, self._tree).absent()
        asked = self._entries
        try:
            text = preprocess(
                include_all(asked.names), list(asked.arguments), asked.compiler, absent, asked.tree, definitions=True
            )
        except ToolchainError:
            return {}
        return text.lines()


def _files_of(unit: Unit, tree: HeaderTree) -> list[str]:
    return sorted({name for item in unit.inclusions() if (name := tree.name_of(item.file)) is not None})
