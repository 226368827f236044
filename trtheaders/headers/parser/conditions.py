"""Conditions of the headers' own that come out differently for compiler and parser: `#if defined(__clang__)`.

Lines are the common language: libclang tells which it skipped, the compiler's preprocessor which it kept (with its
`#define`s, `-dD`). Where a branch was skipped by one of them alone, the condition is settled as the compiler has it:
the directive's text is replaced by `1` or `0` at equal length, so that every offset in the file stays.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field

from trtheaders.headers.parser.probes import make_folder
from trtheaders.headers.parser.tree import HeaderTree

_DIRECTIVE = re.compile(
    rb"^[ \t]*#[ \t]*(?P<word>if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b(?P<rest>(?:\\\r?\n|[^\n])*)",
    re.MULTILINE,
)
_SILENT = re.compile(rb"^[ \t]*(?:#[ \t]*(?:include|error|warning|line|if|elif|else|endif)\b.*|//.*)?$")
_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CONDITION = re.compile(rb"^[ \t]*#[ \t]*(?:el)?if\w*\b((?:\\\r?\n|[^\n])*)", re.MULTILINE)
_SUSPECT = re.compile(rb"\b(?:__\w+|\w*(?:GNU|GCC|CLANG|clang|MSC|COMPILER|BUILTIN|ATTRIBUTE)\w*)")
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
_WORD = re.compile(rb"[A-Za-z_]\w*")
_BY_DEFAULT = re.compile(
    rb"^[ \t]*#[ \t]*ifndef[ \t]+(\w+)[ \t]*\r?\n[ \t]*#[ \t]*define[ \t]+\1\b[^\n\\]*\n[ \t]*#[ \t]*endif\b",
    re.MULTILINE,
)
"""A macro that is defined unless it is: that leads to nothing else, whichever it is."""


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
    first: int
    last: int = 0


class _Chain(Struct):
    branches: list[_Branch] = field(default_factory=list)


def may_differ(text: bytes) -> bool:
    """Whether a condition in ``text`` asks for something that a compiler defines, or is named after one."""
    names = {name for match in _CONDITION.finditer(text) for name in _SUSPECT.findall(match[1])}
    # Include guards are defined where they are asked for.
    return bool(names - _ALIKE - set(_DEFINED.findall(text)))


def settle_conditions(text: bytes, skipped: Collection[int], kept: Collection[int]) -> Settlement | None:
    """``text`` with the conditions settled as the compiler has them; None if the parser has them so already.

    ``skipped`` are the lines that the parser passed over, ``kept`` those of which the compiler made something.
    """
    telling = _find_telling(text)
    left, read_ = [number in kept for number in telling], [number not in skipped for number in telling]
    settled, turned = bytearray(text), list[_Branch]()
    for chain in _find_chains(text):
        lines = [_lines_of(branch, telling) for branch in chain.branches]
        taken = [any(left[piece]) if left[piece] else None for piece in lines]
        read = [any(read_[piece]) if read_[piece] else None for piece in lines]
        if any(one is not None and two is not None and one != two for one, two in zip(taken, read, strict=True)):
            _settle(settled, chain, taken)
            turned += [
                branch for branch, one, two in zip(chain.branches, taken, read, strict=True) if bool(one) != bool(two)
            ]
    return Settlement(bytes(settled), _find_stirred(bytes(settled), turned)) if settled != text else None


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
            open_[-1].branches.append(_Branch(match.start("word"), match.end(), word, line + length + 1))


def _find_telling(text: bytes) -> list[int]:
    """The lines of ``text`` that leave something behind when they are read, in order."""
    lines = _COMMENT.sub(lambda match: b" " + b"\n" * match[0].count(b"\n"), text).split(b"\n")
    return [number for number, line in enumerate(lines, 1) if not _SILENT.match(line.rstrip())]


def _lines_of(branch: _Branch, telling: list[int]) -> slice:
    """Where those of ``telling`` stand that are in ``branch``; where there are none, nothing can tell."""
    return slice(bisect_left(telling, branch.first), bisect_right(telling, branch.last))


def _settle(text: bytearray, chain: _Chain, taken: list[bool | None]) -> None:
    for branch, answer in zip(chain.branches, taken, strict=True):
        if branch.word != b"else":
            words = (b"if " if branch.word.startswith(b"if") else b"elif ") + (b"1" if answer else b"0")
            rest = text[branch.begin + len(words) : branch.end]
            text[branch.begin : branch.end] = words + re.sub(rb"[^\n]", b" ", rest)


@contextmanager
def overlaid(tree: HeaderTree, files: Mapping[str, bytes]) -> Iterator[list[str]]:
    """Arguments with which the parser reads ``files`` of ``tree`` as given here, under their own paths."""
    with make_folder() as folder:
        roots = []
        for number, (name, text) in enumerate(files.items()):
            stand_in = Path(folder) / f"{number}.h"
            stand_in.write_bytes(text)
            roots.append({"type": "file", "name": str(tree.root / name), "external-contents": str(stand_in)})
        overlay = Path(folder) / "overlay.yaml"
        overlay.write_text(json.dumps({"version": 0, "use-external-names": False, "roots": roots}))
        yield [f"-ivfsoverlay{overlay}"]
