"""Headers parsed as the user's compiler reads them: conditions that come out differently for it are settled first.

Which conditions those are is told by the headers' words alone, so that a tree is preprocessed as often as need be,
which takes a tenth of a parse, and parsed once. Headers of others count too, as far as the user named their folders:
what they define under such a condition may be what the tree asks for.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.errors import ToolchainError
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.first_parse import CompilerText, Reading, include_all, judge_unit
from trtheaders.headers.origins import Origins
from trtheaders.headers.parser.conditions import (
    Settlement,
    Suspects,
    overlaid,
    reads_any,
    settle_conditions,
    write_version,
)
from trtheaders.headers.parser.preprocessor import PreprocessedText, preprocess
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import UNIT_NAME, Unit
from trtheaders.programs.files import MOST_SOURCE, is_file, read_bytes

_ROUNDS = 3
"""A condition that was settled may lead to a header with another one."""


class Entries(Struct, frozen=True):
    """Which headers of which tree, read with which arguments, and the compiler that is asked about them.

    ``origins`` tells the machine's headers, which are taken as the parser has them. ``settled`` are the absolute paths
    of foreign headers that are read otherwise than they stand.
    """

    tree: HeaderTree
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    compiler: Compiler
    origins: Origins
    settled: frozenset[str] = frozenset()

    def parse(self) -> Unit:
        """One unit that includes them all."""
        return Unit.parse(include_all(self.names), self.arguments, declared_only=True)

    def judge(self, unit: Unit, preprocessed: PreprocessedText | None = None) -> Reading:
        """What their ``unit`` tells; ``preprocessed`` is the compiler's text of them, if known."""
        files = dict.fromkeys(os.path.normpath(item.file) for item in unit.inclusions() if item.file != UNIT_NAME)
        foreign = [file for file in files if self.tree.name_of(file) is None and not self.origins.is_of_machine(file)]
        text = CompilerText(self.compiler, lambda: preprocessed or self.preprocess(unit), foreign)
        return judge_unit(unit, self.tree, list(self.arguments), text)

    def preprocess(self, unit: Unit) -> PreprocessedText:
        """The compiler's text of them, of which ``unit`` tells the includes that lead nowhere."""
        absent = Trust(unit, self.tree).absent()
        return preprocess(include_all(self.names), self.arguments, self.compiler, absent, self.tree)


@contextmanager
def settled(entries: Entries) -> Iterator[tuple[Entries, Unit, PreprocessedText | None]]:
    """``entries`` as the compiler has them, of use inside of the block, their unit, and the compiler's text if it was
    asked.
    """
    with ExitStack() as stack:
        conditions = _Conditions(entries)
        read = _settle_all(entries, conditions, stack)
        unit = read.parse()
        refused = _find_refused(unit, read)
        if refused:
            # What only the compiler reads, the parser takes as it did before.
            conditions.leave(refused)
            read = _settle_all(entries, conditions, stack)
            unit = read.parse()
        yield read, unit, conditions.text


def _settle_all(entries: Entries, conditions: _Conditions, stack: ExitStack) -> Entries:
    read = _overlay(entries, conditions, stack)
    for _ in range(_ROUNDS):
        if not conditions.settle(Unit.lex(include_all(entries.names), read.arguments)):
            break
        read = _overlay(entries, conditions, stack)
        if not conditions.leads_on:
            break
    return read


def _overlay(entries: Entries, conditions: _Conditions, stack: ExitStack) -> Entries:
    if not conditions.settled:
        return entries
    overlay = stack.enter_context(overlaid(conditions.settled))
    foreign = frozenset(file for file in conditions.settled if entries.tree.name_of(file) is None)
    return replace(entries, arguments=(*entries.arguments, *overlay), settled=foreign)


def _find_refused(unit: Unit, entries: Entries) -> set[str]:
    """The foreign headers whose conditions were settled and which the parser refuses so, they or what they include."""
    if not entries.settled:
        return set()
    includers = {os.path.normpath(item.file): item.includer for item in reversed(unit.inclusions())}
    found = set()
    for file in Trust(unit, entries.tree).refused():
        while file and os.path.normpath(file) not in entries.settled:
            file = includers.get(os.path.normpath(file), "")
        found.add(os.path.normpath(file))
    return found & entries.settled


class _Conditions:
    """Settles the conditions of one tree; the compiler is asked where one may differ, and once."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._tree = entries.tree
        self._asked = False
        self._suspects = Suspects()
        self._left: set[str] = set()
        self._texts: dict[str, bytes] = {}
        self._alike: dict[str, tuple[set[int], set[int]]] = {}
        """How the parser read a header, the lines that it skipped and those that it refused, when nothing differed."""
        self.text: PreprocessedText | None = None
        self.settled: dict[str, bytes] = {}
        """The text of each header with such conditions, by its absolute path."""
        self.leads_on = False
        """Whether what was settled last may lead to a header or a condition that was not seen yet."""

    def settle(self, unit: Unit) -> bool:
        """Whether files of ``unit``, which was lexed, have conditions that differ; they are settled."""
        paths = {item.file: os.path.normpath(item.file) for item in unit.inclusions() if item.file != UNIT_NAME}
        before = len(self.settled)
        self._read(set(paths.values()))
        suspects = self._suspects.find(self._texts).intersection(paths.values()) - self._left
        if suspects and not self._asked:
            self._ask(unit)
        found = self._settle({file: path for file, path in paths.items() if path in suspects}, unit)
        found |= self._settle_ahead()
        self.settled |= {path: item.text for path, item in found.items()}
        self.leads_on = self._lead_on(found.values())
        return bool(found) or len(self.settled) > before

    def _settle(self, suspects: Mapping[str, str], unit: Unit) -> dict[str, Settlement]:
        """Those of ``suspects``, paths by the parser's names for them, that have conditions to settle."""
        text = self.text
        if text is None:
            return {}
        skipped = {suspects[file]: lines for file, lines in unit.skipped(suspects).items()}
        refused = defaultdict[str, set[int]](set)
        for item in unit.diagnostics():
            refused[suspects.get(item.file, "")].add(item.line)
        found: dict[str, Settlement] = {}
        for path in sorted(set(suspects.values())):
            read = skipped.get(path, set()), refused[path]
            kept = text.lines(path)
            if kept is None or self._alike.get(path) == read:
                continue
            settlement = settle_conditions(self._now(path), read[0], kept, read[1])
            if settlement is None:
                self._alike[path] = read
            else:
                found[path] = settlement
        return found

    def _settle_ahead(self) -> dict[str, Settlement]:
        """Those of the headers that the compiler alone has read so far, as it has them: with half of a configuration
        settled, the parser would read what nobody ever reads.
        """
        text = self.text
        if text is None:
            return {}
        # What stood in for an include that leads nowhere is gone.
        ahead = {file for file in text.files() - self._texts.keys() if is_file(Path(file))}
        self._read(ahead)
        suspects = self._suspects.find(self._texts).intersection(ahead) - self._left
        settled = {
            path: settle_conditions(self._now(path), (), text.lines(path) or (), unread=True)
            for path in sorted(suspects)
        }
        return {path: item for path, item in settled.items() if item is not None}

    def _lead_on(self, settlements: Collection[Settlement]) -> bool:
        if any(item.stirred is None for item in settlements):
            return True
        stirred = {name for item in settlements for name in item.stirred or ()}
        return any(reads_any(self._now(path), stirred) for path in self._texts)

    def _now(self, path: str) -> bytes:
        return self.settled.get(path, self._texts[path])

    def leave(self, files: set[str]) -> None:
        """Take ``files`` as they stand."""
        self._left |= files
        self.settled = {file: text for file, text in self.settled.items() if file not in files}

    def _read(self, files: set[str]) -> None:
        """Read those of ``files`` that are not the machine's, with the compiler's version in place of the parser's."""
        fresh = files - self._texts.keys()
        for file in fresh:
            name = self._tree.name_of(file)
            if name is not None:
                self._texts[file] = self._tree.text(name)
            elif not self._entries.origins.is_of_machine(file):
                # What stood in for an include that leads nowhere is gone by now.
                with suppress(OSError):
                    self._texts[file] = read_bytes(Path(file), MOST_SOURCE)
        family, version = self._entries.compiler.family, self._entries.compiler.version
        written = {file: write_version(self._texts[file], family, version) for file in fresh & self._texts.keys()}
        self.settled |= {file: text for file, text in written.items() if text != self._texts[file]}

    def _ask(self, unit: Unit) -> None:
        """The compiler's text; none where it gives up."""
        self._asked = True
        try:
            self.text = self._entries.preprocess(unit)
        except ToolchainError:
            return
