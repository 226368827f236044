"""Headers parsed as the user's compiler reads them: conditions that come out differently for it are settled first.

Which conditions those are is told by the headers' words alone, so that a tree is preprocessed as often as need be,
which takes a tenth of a parse, and parsed once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from msgspec import Struct

from trtheaders.errors import ToolchainError
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.first_parse import Reading, include_all, judge_unit
from trtheaders.headers.parser.conditions import Settlement, may_differ, overlaid, reads_any, settle_conditions
from trtheaders.headers.parser.preprocessor import PreprocessedText, preprocess
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit

_ROUNDS = 3
"""A condition that was settled may lead to a header with another one."""


class Entries(Struct, frozen=True):
    """Which headers of which tree, read with which arguments, and the compiler that is asked about them."""

    tree: HeaderTree
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    compiler: Compiler

    def judge(self, preprocessed: PreprocessedText | None = None) -> Reading:
        """What one unit that includes them all tells; ``preprocessed`` is the compiler's text of them, if known."""
        unit = Unit.parse(include_all(self.names), self.arguments, declared_only=True)
        return judge_unit(unit, self.tree, list(self.arguments), lambda: preprocessed or self.preprocess(unit))

    def preprocess(self, unit: Unit) -> PreprocessedText:
        """The compiler's text of them, of which ``unit`` tells the includes that lead nowhere."""
        absent = Trust(unit, self.tree).absent()
        return preprocess(include_all(self.names), self.arguments, self.compiler, absent, self.tree)


@contextmanager
def settled(entries: Entries) -> Iterator[tuple[Entries, PreprocessedText | None]]:
    """``entries`` as the compiler has them, of use inside of the block, and the compiler's text if it was asked."""
    with ExitStack() as stack:
        conditions = _Conditions(entries)
        arguments = entries.arguments
        for _ in range(_ROUNDS):
            if not conditions.settle(Unit.lex(include_all(entries.names), arguments)):
                break
            overlay = stack.enter_context(overlaid(entries.tree, conditions.settled))
            arguments = (*entries.arguments, *overlay)
            if not conditions.leads_on:
                break
        yield Entries(entries.tree, entries.names, arguments, entries.compiler), conditions.text


class _Conditions:
    """Settles the conditions of one tree; the compiler is asked where one may differ, and once."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._tree = entries.tree
        self._asked = False
        self._kept: dict[str, set[int]] = {}
        self._suspects: dict[str, bool] = {}
        self.text: PreprocessedText | None = None
        self.settled: dict[str, bytes] = {}
        self.leads_on = False
        """Whether what was settled last may lead to a header or a condition that was not seen yet."""

    def settle(self, unit: Unit) -> bool:
        """Whether files of ``unit``, which was lexed, have conditions that differ; each is settled once."""
        files = _files_of(unit, self._tree)
        suspects = [name for name in files if name not in self.settled and self._may_differ(name)]
        if suspects and not self._asked:
            self._ask(unit)
        asked = {file: name for name in suspects if name in self._kept for file in files[name]}
        lines = {asked[file]: found for file, found in unit.skipped(asked).items()} if asked else {}
        settled = {
            name: settle_conditions(self._tree.text(name), lines.get(name, set()), self._kept[name])
            for name in dict.fromkeys(asked.values())
        }
        more = {name: found for name, found in settled.items() if found is not None}
        self.settled |= {name: found.text for name, found in more.items()}
        self.leads_on = self._lead_on(more.values(), files)
        return bool(more)

    def _lead_on(self, settlements: Collection[Settlement], files: Iterable[str]) -> bool:
        if any(item.stirred is None for item in settlements):
            return True
        stirred = {name for item in settlements for name in item.stirred or ()}
        return any(reads_any(self.settled.get(name) or self._tree.text(name), stirred) for name in files)

    def _may_differ(self, name: str) -> bool:
        if name not in self._suspects:
            self._suspects[name] = may_differ(self._tree.text(name))
        return self._suspects[name]

    def _ask(self, unit: Unit) -> None:
        """Note the lines of which the compiler makes something; none where it gives up."""
        self._asked = True
        try:
            self.text = self._entries.preprocess(unit)
        except ToolchainError:
            return
        self._kept = self.text.lines()


def _files_of(unit: Unit, tree: HeaderTree) -> dict[str, list[str]]:
    """The files of ``tree`` that ``unit`` read, in order, with the paths under which the parser knows them."""
    found: dict[str, list[str]] = {}
    for file in dict.fromkeys(item.file for item in unit.inclusions()):
        if (name := tree.name_of(file)) is not None:
            found.setdefault(name, []).append(file)
    return dict(sorted(found.items()))
