"""Conditions in headers that come out differently for compiler and parser: `#if defined(__clang__)`.

Lines are the common language: libclang tells which it skipped, the compiler's preprocessor which it kept (with its
`#define`s and `#include`s, `-dD -dI`). Where a branch was skipped by one of them alone, the condition is settled as the
compiler has it: the directive's text is replaced by `1` or `0` at equal length, so that every offset in the file stays.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
_CONDITION = re.compile(rb"^[ \t]*#[ \t]*(?:el)?if\w*\b((?:\\\r?\n|[^\n])*)", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_SUSPECT = re.compile(rb"__|\w*(?:GNU|GCC|CLANG|clang|MSC|COMPILER|BUILTIN|ATTRIBUTE)")
_SEED = (b"__GNUC", b"__GXX", b"__clang", b"__has_", b"__VERSION__")
"""How the names begin of what compilers define otherwise, and macros are made of."""
_DEFINITION = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\\r?\n|[^\n])*)", re.MULTILINE)
_DEFINED = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(__\w+)", re.MULTILINE)
_ALIKE = frozenset(
    b"""
    __cplusplus __linux__ __linux __unix__ __unix __APPLE__ __CUDACC__ __CUDA_ARCH__ __NVCC__ __x86_64__ __aarch64__
    _MSC_VER _MSC_FULL_VER _MSC_EXTENSIONS _MSVC_LANG __MINGW32__ __MINGW64__ __CYGWIN__ __BORLANDC__ __SUNPRO_CC
    __ANDROID__ __FreeBSD__ __OpenBSD__ __NetBSD__ __sun __EMSCRIPTEN__
    """.split()
)
"""What compiler and parser have in common, or neither of them has."""


_ANY = re.compile(rb"^[ \t]*#[ \t]*(?P<word>\w+)(?P<rest>(?:\\\r?\n|[^\n])*)", re.MULTILINE)
_HARMLESS = re.compile(
    rb"(?:else|endif|error|warning|line)\b.*|(?:el)?if[ \t]+[01]\s*|pragma\b(?!.*\b(?:once|\w+_macro)\b).*", re.DOTALL
)
_READING = re.compile(rb"^[ \t]*#[ \t]*(?:(?:el)?if\w*|include\w*|define[ \t]+\w+)\b((?:\\\r?\n|[^\n])*)", re.MULTILINE)
_BY_DEFAULT = re.compile(
    rb"^[ \t]*#[ \t]*ifndef[ \t]+(\w+)[ \t]*\r?\n[ \t]*#[ \t]*define[ \t]+\1\b[^\n\\]*\n[ \t]*#[ \t]*endif\b",
    re.MULTILINE,
)
"""A macro that is defined unless it is: that leads to nothing else, whichever it is."""


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
    """A file with its conditions settled. ``stirred`` are the macros that are defined otherwise by that; None where it
    may lead to another header, or to a condition that was not come by before.
    """

    text: bytes
    stirred: frozenset[bytes] | None


class _Branch(Struct):
    """One branch: where its directive stands (bytes), its kind, and its lines, directives excluded."""

    begin: int
    end: int
    word: bytes
    line: int
    first: int
    last: int = 0


class _Chain(Struct):
    branches: list[_Branch] = field(default_factory=list)


class Suspects:
    """Which of the headers that it was shown have conditions that may come out differently."""

    def __init__(self) -> None:
        self._texts: dict[str, bytes] = {}
        self._asked: dict[str, frozenset[bytes]] = {}
        self._tainted: set[bytes] = set()
        self._found: set[str] = set()

    def find(self, texts: Mapping[str, bytes]) -> frozenset[str]:
        """Those among ``texts`` and all that were shown before, by name: a condition in them asks for something that a
        compiler defines, or is named after one, or for a macro that is made of such.
        """
        fresh = {name: text for name, text in texts.items() if name not in self._texts}
        self._texts |= fresh
        for name, text in fresh.items():
            self._asked[name] = frozenset(
                word for match in _CONDITION.finditer(text) for word in _WORD.findall(match[1])
            )
            # Include guards are defined where they are asked for.
            asked = self._asked[name].difference(_ALIKE, _DEFINED.findall(text))
            if any(map(_SUSPECT.match, asked)):
                self._found.add(name)
        self._taint(fresh.values())
        self._found.update(name for name, asked in self._asked.items() if not asked.isdisjoint(self._tainted))
        return frozenset(self._found)

    def _taint(self, fresh: Iterable[bytes]) -> None:
        """Note the macros whose values a compiler's version, or the like, is a part of: `(__GNUC__ * 100)`."""
        more = set(_find_made_of(_SEED, fresh)) | set(_find_made_of(self._tainted, fresh))
        while more := more - self._tainted:
            self._tainted |= more
            more = set(_find_made_of(more, self._texts.values()))


def _find_made_of(names: Collection[bytes], texts: Iterable[bytes]) -> Iterator[bytes]:
    """The macros in ``texts`` in whose values a word stands that begins with one of ``names``."""
    if names:
        value = re.compile(rb"\b(?:" + rb"|".join(map(re.escape, names)) + rb")")
        for text in texts:
            if any(name in text for name in names):
                yield from (match[1] for match in _DEFINITION.finditer(text) if value.search(match[2]))


def settle_conditions(
    text: bytes,
    skipped: Collection[int],
    kept: Collection[int],
    refused: Collection[int] = (),
    *,
    unread: bool = False,
) -> Settlement | None:
    """``text`` with the conditions settled as the compiler has them; None if the parser has them so already.

    ``skipped`` are the lines that the parser passed over, ``refused`` those where it reports an error, ``kept`` those
    of which the compiler made something. Of a file that the parser has ``unread`` all are settled that the compiler
    tells.
    """
    telling = _find_telling(text)
    left, read_ = [number in kept for number in telling], [number not in skipped for number in telling]
    settled, turned = bytearray(text), list[_Branch]()
    for chain in _find_chains(text):
        lines = [_lines_of(branch, telling) for branch in chain.branches]
        taken = [any(left[piece]) if left[piece] else None for piece in lines]
        read = [any(read_[piece]) if read_[piece] else None for piece in lines]
        differ = (one is not None and two is not None and one != two for one, two in zip(taken, read, strict=True))
        known = unread and any(one is not None for one in taken)
        if known or any(differ) or any(branch.line in refused for branch in chain.branches):
            _settle(settled, chain, taken)
            turned += [
                branch for branch, one, two in zip(chain.branches, taken, read, strict=True) if bool(one) != bool(two)
            ]
    stirred = None if unread else _find_stirred(bytes(settled), turned)
    return Settlement(bytes(settled), stirred) if settled != text else None


def reads_any(text: bytes, names: Collection[bytes]) -> bool:
    """Whether a directive of ``text`` makes something of one of the macros ``names``."""
    if not any(name in text for name in names):
        return False
    read = _READING.finditer(_BY_DEFAULT.sub(b"", text))
    return any(not set(_WORD.findall(match[1])).isdisjoint(names) for match in read)


def _find_stirred(settled: bytes, turned: Sequence[_Branch]) -> frozenset[bytes] | None:
    """The macros that branches define or undefine which are read now and were not before, or the other way round."""
    lines, found = settled.split(b"\n"), set[bytes]()
    for branch in turned:
        for match in _ANY.finditer(b"\n".join(lines[branch.first - 1 : branch.last])):
            if match["word"] in (b"define", b"undef"):
                found.update(_WORD.findall(match["rest"])[:1])
            elif _HARMLESS.fullmatch(match["word"] + match["rest"]) is None:
                return None
    return frozenset(found)


def _find_chains(text: bytes) -> Iterator[_Chain]:
    open_: list[_Chain] = []
    line, position = 1, 0
    for match in _DIRECTIVE.finditer(text):
        line += text.count(b"\n", position, match.start())
        position = match.start()
        word, length = match["word"], match.group().count(b"\n")
        if word.startswith(b"if"):
            open_.append(_Chain())
        elif not open_:
            continue
        else:
            open_[-1].branches[-1].last = line - 1
        if word == b"endif":
            yield open_.pop()
        else:
            open_[-1].branches.append(_Branch(match.start("word"), match.end(), word, line, line + length + 1))


def _find_telling(text: bytes) -> list[int]:
    """The lines of ``text`` that leave something behind when they are read, in order."""
    lines = _COMMENT.sub(lambda match: b" " + b"\n" * match[0].count(b"\n"), text).split(b"\n")
    return [number for number, line in enumerate(lines, 1) if not _SILENT.match(line.rstrip())]


def _lines_of(branch: _Branch, telling: list[int]) -> slice:
    """Where those of ``telling`` stand that are in ``branch``; where there are none, nothing can tell."""
    return slice(bisect_left(telling, branch.first), bisect_right(telling, branch.last))


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
