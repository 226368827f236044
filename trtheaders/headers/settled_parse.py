"""Headers parsed as the user's compiler reads them: conditions that come out differently for it are settled first.

Which conditions those are is told by the headers' words alone, so that a tree is preprocessed once, which takes a tenth
of a parse, and parsed once. Headers of others count too, as far as the user named their folders: what they define under
such a condition may be what the tree asks for.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.errors import ToolchainError
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.first_parse import Reading, include_all, judge_unit
from trtheaders.headers.origins import Origins
from trtheaders.headers.parser.conditions import FileConditions, Suspects, overlaid, write_version
from trtheaders.headers.parser.preprocessor import PreprocessedText, preprocess
from trtheaders.headers.parser.toolchain import Compiler, has_rtti
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import UNIT_NAME, Unit
from trtheaders.headers.wording import WordingReader
from trtheaders.programs.files import MOST_SOURCE, is_file, read_bytes


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

    def judge(self, unit: Unit, wording: WordingReader | None = None) -> Reading:
        """What their ``unit`` tells; ``wording`` knows their words, if they were read before."""
        wording = wording or self.wording(lambda: self.preprocess(unit))
        words = wording.read(_paths_of(unit).values())
        return judge_unit(unit, self.tree, list(self.arguments), words, rtti=has_rtti(self.compiler))

    def wording(self, ask: Callable[[], PreprocessedText]) -> WordingReader:
        """Reads their words; ``ask`` gives the compiler's text of them."""
        return WordingReader(self.tree, self.origins, self.compiler, ask)

    def preprocess(self, unit: Unit | None = None, *, expanded: bool = True) -> PreprocessedText:
        """The compiler's text of them, of which ``unit`` tells the includes that lead nowhere; without, all lead to
        something. What conditions leave of it needs no ``expanded`` macros.
        """
        absent = Trust(unit, self.tree).absent() if unit is not None else ()
        names = include_all(self.names)
        return preprocess(names, self.arguments, self.compiler, absent, self.tree, expanded=expanded)


def _paths_of(unit: Unit) -> dict[str, str]:
    """The absolute path of each file that ``unit`` was read from, by the parser's name for it."""
    return {item.file: os.path.normpath(item.file) for item in unit.inclusions() if item.file != UNIT_NAME}


@contextmanager
def settled(entries: Entries) -> Iterator[tuple[Entries, Unit, WordingReader]]:
    """``entries`` as the compiler has them, of use inside of the block, their unit, and their words.

    The compiler follows their directives while they are lexed, and their words are read while they are parsed. No
    thread is left inside of the block.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ExitStack() as stack:
        with ThreadPoolExecutor(1) as pool:
            lexing = pool.submit(Unit.lex, include_all(entries.names), entries.arguments)
            conditions = _Conditions(entries)
            lexed = lexing.result()
            conditions.settle(lexed)
            read = _overlay(entries, conditions.settled, stack)
            parsing = pool.submit(read.parse)
            wording = entries.wording(cache(lambda: entries.preprocess(lexed)))
            wording.read(conditions.files)
            unit = parsing.result()
        refused = _find_refused(unit, read)
        if refused:
            # What only the compiler reads, the parser takes as it did before.
            read = _overlay(entries, conditions.without(refused), stack)
            unit = read.parse()
        yield read, unit, wording


def _overlay(entries: Entries, texts: Mapping[str, bytes], stack: ExitStack) -> Entries:
    """``entries`` with ``texts`` in place of what stands in these files, by their absolute paths."""
    if not texts:
        return entries
    foreign = frozenset(file for file in texts if entries.tree.name_of(file) is None)
    return replace(entries, arguments=(*entries.arguments, *stack.enter_context(overlaid(texts))), settled=foreign)


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
    """The conditions of what ``entries`` lead to, as the compiler has them."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._texts: dict[str, bytes] = {}
        self._suspects = Suspects()
        self._asked: dict[str, frozenset[bytes]] = {}
        self._found: dict[str, FileConditions] = {}
        self._left: PreprocessedText | None = None
        self.files: set[str] = set()
        """The absolute paths of all that is read in the end."""
        self.settled: dict[str, bytes] = {}
        """The text of each header with such conditions, by its absolute path."""
        self._ask()

    def _ask(self, lexed: Unit | None = None) -> None:
        """What conditions leave for the compiler; nothing is known where it gives up."""
        with suppress(ToolchainError):
            self._left = self._entries.preprocess(lexed, expanded=False)
            # What stood in for an include that leads nowhere is gone.
            self.files = {file for file in self._left.files() if is_file(Path(file))}
            self._look_into(self.files)

    def _look_into(self, files: set[str]) -> None:
        self._read(files)
        self._asked = self._suspects.find(self._texts)
        for path in self._asked.keys() - self._found.keys():
            self._found[path] = FileConditions(self._now(path))

    def settle(self, lexed: Unit) -> None:
        """Settle nothing where nothing differs for ``lexed``, the unit of the entries as they stand. Else all that may,
        so that none hangs on what another one leads to: with half of a configuration settled, the parser would read
        what nobody ever reads.
        """
        paths = _paths_of(lexed)
        if self._left is None and Trust(lexed, self._entries.tree).absent():
            self._ask(lexed)
        self._look_into(set(paths.values()))
        if self._left is None:
            self.files = set(paths.values())
        elif self._asked:
            self._compare(lexed, paths, self._left)

    def _compare(self, lexed: Unit, paths: Mapping[str, str], left: PreprocessedText) -> None:
        suspects = {name: path for name, path in paths.items() if path in self._asked}
        skipped = {path: set[int]() for path in suspects.values()}
        skipped |= {suspects[name]: lines for name, lines in lexed.skipped(suspects).items()}
        refused = defaultdict[str, set[int]](set)
        for item in lexed.diagnostics():
            refused[suspects.get(item.file, "")].add(item.line)
        found = [
            (path, self._found[path].settle(skipped.get(path), left.readings(path), refused[path], self._asked[path]))
            for path in sorted(self._asked.keys() & self.files)
        ]
        if any(item is not None and item.differs for _, item in found):
            self.settled |= {path: item.text for path, item in found if item is not None}

    def without(self, files: Collection[str]) -> dict[str, bytes]:
        """What is settled, with ``files`` as they stand."""
        return {file: text for file, text in self.settled.items() if file not in files}

    def _now(self, path: str) -> bytes:
        return self.settled.get(path, self._texts[path])

    def _read(self, files: set[str]) -> None:
        """Read those of ``files`` that are not the machine's, with the compiler's version in place of the parser's."""
        fresh = files - self._texts.keys()
        for file in fresh:
            name = self._entries.tree.name_of(file)
            if name is not None:
                self._texts[file] = self._entries.tree.text(name)
            elif not self._entries.origins.is_of_machine(file):
                # What stood in for an include that leads nowhere is gone by now.
                with suppress(OSError):
                    self._texts[file] = read_bytes(Path(file), MOST_SOURCE)
        family, version = self._entries.compiler.family, self._entries.compiler.version
        written = {file: write_version(self._texts[file], family, version) for file in fresh & self._texts.keys()}
        self.settled |= {file: text for file, text in written.items() if text != self._texts[file]}
