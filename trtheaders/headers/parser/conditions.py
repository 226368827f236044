"""Conditions in headers that come out differently for compiler and parser: `#if defined(__clang__)`.

Lines are the common language: libclang tells which it skipped, the compiler's preprocessor which it kept (with its
`#define`s and `#include`s, `-dD -dI`). Where a branch was skipped by one of them alone, the condition is settled as the
compiler has it: the directive's text is replaced by `1` or `0` at equal length, so that every offset in the file stays.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field

from trtheaders.headers.parser.probes import make_folder

_DIRECTIVE = re.compile(
    rb"^[ \t]*#[ \t]*(?P<word>if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b(?P<rest>(?:\\\r?\n|[^\n])*)",
    re.MULTILINE,
)
_SILENT = re.compile(
    rb"^[ \t]*(?:#[ \t]*(?:error|warning|line|(?:el)?if\w*|else|endif"
    rb"|pragma[ \t]+(?:once|GCC[ \t]+(?:system_header|poison)))\b.*|//.*)?$"
)
_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_SUSPECT = re.compile(rb"__|\w*(?:GNU|GCC|CLANG|clang|MSC|COMPILER|BUILTIN|ATTRIBUTE)")
_SEED = (b"__GNUC", b"__GXX", b"__clang", b"__has_", b"__VERSION__")
"""How the names begin of what compilers define otherwise, and macros are made of."""
_ASKING = re.compile(rb"\n[ \t]*#[ \t]*(?:define[ \t]+(\w+)|(?:el)?if\w*\b)([^\\\n]*(?:\\\r?\n?[^\\\n]*)*)")
"""A condition, or the definition of a macro and its value; begun so that each line is looked at once."""
_ALIKE = frozenset(
    b"""
    __cplusplus __linux__ __linux __unix__ __unix __APPLE__ __CUDACC__ __CUDA_ARCH__ __NVCC__ __x86_64__ __aarch64__
    _MSC_VER _MSC_FULL_VER _MSC_EXTENSIONS _MSVC_LANG __MINGW32__ __MINGW64__ __CYGWIN__ __BORLANDC__ __SUNPRO_CC
    __ANDROID__ __FreeBSD__ __OpenBSD__ __NetBSD__ __sun __EMSCRIPTEN__
    """.split()
)
"""What compiler and parser have in common, or neither of them has."""


_VERSION = re.compile(
    rb"^[ \t]*#[ \t]*(?:(?:el)?if\w*|undef|define[ \t]+__(?:GNUC|clang)\w*)\b(?:\\\r?\n|[^\n])*"
    rb"|defined[ \t]*\(?[ \t]*\w+|\b__(?:GNUC(?:_MINOR|_PATCHLEVEL)?|clang_(?:major|minor|patchlevel))__\b",
    re.MULTILINE,
)
_PARTS = {
    "gcc": (b"__GNUC__", b"__GNUC_MINOR__", b"__GNUC_PATCHLEVEL__"),
    "clang": (b"__clang_major__", b"__clang_minor__", b"__clang_patchlevel__"),
}


def write_version(text: bytes, family: str, version: str) -> bytes:
    """``text`` with the numbers of a compiler's ``version`` line in place of its macros, of equal length.

    Conditions are left. Types may be made of them (`Tag<__GNUC__>`), and the parser has numbers of its own there.
    """
    found = re.search(r" version (\d+)\.(\d+)\.(\d+)", version)
    names = _PARTS[family]
    if found is None or not any(name in text for name in names):
        return text
    numbers = {name: number.encode().ljust(len(name)) for name, number in zip(names, found.groups(), strict=True)}
    return _VERSION.sub(lambda match: numbers.get(match[0], match[0]), text)


class Settlement(Struct, frozen=True):
    """A file with its conditions settled; ``differs`` where the parser had one of them otherwise."""

    text: bytes
    differs: bool


class _Branch(Struct):
    """One branch: where its directive stands (bytes), its kind, and its lines, directives excluded."""

    begin: int
    end: int
    word: bytes
    line: int
    first: int
    last: int = 0
    inside: list[_Chain] = field(default_factory=list)


class _Chain(Struct):
    around: _Branch | None
    branches: list[_Branch] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.branches[0].first

    @property
    def last(self) -> int:
        return self.branches[-1].last


class Suspects:
    """What conditions in the headers that it was shown ask for that may come out differently."""

    def __init__(self) -> None:
        self._asked: dict[str, frozenset[bytes]] = {}
        self._named: dict[str, frozenset[bytes]] = {}
        """Of what is asked, that which is named as what a compiler defines."""
        self._made = defaultdict[bytes, set[bytes]](set)
        """The macros in whose values a word stands, by word."""

    def find(self, texts: Mapping[str, bytes]) -> dict[str, frozenset[bytes]]:
        """Words in conditions of ``texts`` and all that were shown before, by name: what a compiler defines, or is
        named as if, and macros that are made of such. What has none is left out.
        """
        for name in texts.keys() - self._asked.keys():
            self._show(name, texts[name])
        tainted = self._find_tainted()
        found = {name: self._named[name] | (asked & tainted) for name, asked in self._asked.items()}
        return {name: words for name, words in found.items() if words}

    def _show(self, name: str, text: bytes) -> None:
        asked, defined = set[bytes](), set[bytes]()
        for macro, words in _ASKING.findall(b"\n" + text):
            if macro:
                defined.add(macro)
                for word in _WORD.findall(words):
                    self._made[word].add(macro)
            else:
                asked.update(_WORD.findall(words))
        self._asked[name] = frozenset(asked)
        # Include guards are defined where they are asked for.
        self._named[name] = frozenset(filter(_SUSPECT.match, asked - defined - _ALIKE))

    def _find_tainted(self) -> set[bytes]:
        """The macros whose values a compiler's version, or the like, is a part of: `(__GNUC__ * 100)`."""
        waiting = {macro for word, made in self._made.items() if word.startswith(_SEED) for macro in made}
        found = set[bytes]()
        while waiting:
            found |= waiting
            waiting = {macro for word in waiting for macro in self._made.get(word, ())} - found
        return found


class FileConditions:
    """The conditions of a file, found in its ``text``."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._telling = _find_telling(text)
        self._chains = _find_chains(text)

    def settle(
        self,
        skipped: Collection[int] | None,
        readings: Collection[Collection[int]],
        refused: Collection[int] = (),
        wholly: Collection[bytes] = (),
    ) -> Settlement | None:
        """The file with the conditions settled as the compiler has them that differ, or that ask for one of the words
        ``wholly`` and always came out alike; None where there are none.

        ``skipped`` are the lines that the parser passed over, None if it has not read the file; ``refused`` those where
        it reports an error; ``readings`` those of which the compiler made something, for each time that it read it.
        """
        text, telling = self._text, self._telling
        each = [[number in kept for number in telling] for kept in readings]
        left = [any(marks) for marks in zip(*each, strict=True)]
        read = left if skipped is None else [number not in skipped for number in telling]
        settled, differs = bytearray(text), skipped is None
        for chain in self._chains:
            taken = _find_taken(chain, telling, left)
            differ = list(map(bool, taken)) != list(map(bool, _find_taken(chain, telling, read)))
            differ |= any(branch.line in refused for branch in chain.branches)
            if differ or (
                _asks_for(wholly, text, chain) and _is_told(chain, taken) and _is_alike(chain, telling, each)
            ):
                _settle(settled, chain, taken)
            differs |= differ
        return Settlement(bytes(settled), differs) if settled != text else None


def _find_taken(chain: _Chain, telling: list[int], left: list[bool]) -> list[bool | None]:
    """Which branches were taken, by what is ``left`` of the lines ``telling``; None of those that may leave nothing."""
    return [_is_taken(branch, telling, left) for branch in chain.branches]


def _is_taken(branch: _Branch, telling: list[int], left: list[bool]) -> bool | None:
    lines = left[_lines_of(branch, telling)]
    if any(lines):
        return True
    inside = sum(len(left[_lines_of(chain, telling)]) for chain in branch.inside)
    return False if len(lines) > inside else None


def _is_told(chain: _Chain, taken: list[bool | None]) -> bool:
    """Whether it is known which of the branches was taken, or that none of them was."""
    seen = any(taken) or chain.branches[-1].word != b"else" or None in taken[:-1]
    return seen and set(taken) != {None}


def _is_alike(chain: _Chain, telling: list[int], each: list[list[bool]]) -> bool:
    """Whether ``chain`` came out alike each time that it was come by: not so, what a guard guards from the second."""
    met = [left for left in each if chain.around is None or _is_taken(chain.around, telling, left)]
    return all(_find_taken(chain, telling, left) == _find_taken(chain, telling, met[0]) for left in met[1:])


def _asks_for(words: Collection[bytes], text: bytes, chain: _Chain) -> bool:
    asked = (word for branch in chain.branches for word in _WORD.findall(text, branch.begin, branch.end))
    return any(word in words for word in asked)


def _find_chains(text: bytes) -> list[_Chain]:
    found: list[_Chain] = []
    open_: list[_Chain] = []
    line, position = 1, 0
    for match in _DIRECTIVE.finditer(text):
        line += text.count(b"\n", position, match.start())
        position = match.start()
        word, length = match["word"], match.group().count(b"\n")
        if word.startswith(b"if"):
            around = open_[-1].branches[-1] if open_ else None
            open_.append(_Chain(around))
            if around is not None:
                around.inside.append(open_[-1])
        elif not open_:
            continue
        else:
            open_[-1].branches[-1].last = line - 1
        if word == b"endif":
            found.append(open_.pop())
        else:
            open_[-1].branches.append(_Branch(match.start("word"), match.end(), word, line, line + length + 1))
    return found


def _find_telling(text: bytes) -> list[int]:
    """The lines of ``text`` that leave something behind when they are read, in order."""
    lines = _COMMENT.sub(lambda match: b" " + b"\n" * match[0].count(b"\n"), text).split(b"\n")
    return [number for number, line in enumerate(lines, 1) if not _SILENT.match(line.rstrip())]


def _lines_of(part: _Branch | _Chain, telling: list[int]) -> slice:
    """Where those of ``telling`` stand that are in ``part``; where there are none, nothing can tell."""
    return slice(bisect_left(telling, part.first), bisect_right(telling, part.last))


def _settle(text: bytearray, chain: _Chain, taken: list[bool | None]) -> None:
    if chain.branches[-1].word == b"else" and not any(taken) and None in taken[:-1]:
        # One of those that leave nothing behind was taken.
        taken[taken.index(None)] = True
    for branch, answer in zip(chain.branches, taken, strict=True):
        if branch.word != b"else":
            words = (b"if " if branch.word.startswith(b"if") else b"elif ") + (b"1" if answer else b"0")
            rest = text[branch.begin + len(words) : branch.end]
            text[branch.begin : branch.end] = words + re.sub(rb"[^\n]", b" ", rest)


@contextmanager
def overlaid(files: Mapping[str, bytes]) -> Iterator[list[str]]:
    """Arguments with which the parser reads ``files``, by their absolute paths, as given here."""
    with make_folder() as folder:
        roots = []
        for number, (name, text) in enumerate(files.items()):
            stand_in = Path(folder) / f"{number}.h"
            stand_in.write_bytes(text)
            roots.append({"type": "file", "name": name, "external-contents": str(stand_in)})
        overlay = Path(folder) / "overlay.yaml"
        overlay.write_text(json.dumps({"version": 0, "use-external-names": False, "roots": roots}))
        yield [f"-ivfsoverlay{overlay}"]
