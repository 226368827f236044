"""Variants for vectors that `__attribute__((simd))` and `#pragma omp declare simd` promise beside a function (x86-64
vector function ABI, "Vector Function Name Mangling"): a loop calls `_ZGVbN2v__Z4fastd` in place of `fast(double)`.

Libclang passes over both, so the text tells, as the user's compiler preprocesses it. Consumers refer to the variant of
the instructions that they are compiled for; those of every x86-64, SSE2, are named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from trtheaders.headers.declarations.sketches import Sketch
from trtheaders.headers.parser.kinds import POINTERS_AND_REFERENCES, REFERENCES, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.preprocessor import PreprocessedText
from trtheaders.headers.parser.toolchain import Compiler
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location

_REGISTER = 16
_INT = 4
_LARGEST = 8
"""Bytes; for wider numbers g++ makes no variants."""
ASKED = re.compile(rb"(?:attribute|gnu\s*::|declare|\(\(|,)[^;\n]{0,80}?\b(?:__)?simd(?:__)?\b")
_PRAGMA = re.compile(rb"^[ \t]*#[ \t]*pragma[ \t]+omp[ \t]+declare[ \t]+simd\b([^\n]*)", re.MULTILINE)
_ATTRIBUTES = re.compile(
    rb"__attribute(?:__)?\s*\(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\)|\[\[(?:[^\]]|\](?!\]))*\]\]"
)
_ATTRIBUTE = re.compile(
    rb"""(?:\(\(|,|gnu\s*::)\s*(?:__)?simd(?:__)?\b\s*(?:\(\s*"(\w+)"\s*\))?|omp\s*::.*?\bdeclare\s+simd\b(.*)\)""",
    re.DOTALL,
)
_LINE = re.compile(rb"^[ \t]*#[^\n]*", re.MULTILINE)
_BETWEEN = re.compile(rb"[;{}]")
_NAME = re.compile(rb"([A-Za-z_]\w*)\s*\((?!\()")
_NO_NAMES = frozenset({b"alignas", b"decltype", b"noexcept", b"explicit", b"__declspec", b"requires"})
_CLAUSE = re.compile(r"(\w+)\s*(?:\(((?:[^()]|\([^()]*\))*)\))?")
_LINEAR = re.compile(r"\s*([\w\s,]+?)\s*(?::\s*(-?\w+)\s*)?\Z")
_OPENMP = re.compile(r"-f(no-)?openmp(?:-simd)?(?:=.*)?\Z")


class _Unclear(Exception):
    """What this module cannot name."""


class _Request(Struct, frozen=True):
    """What asks for variants of a function: where its name stands, and the clauses as they are written."""

    location: Location
    name: str
    clauses: str


_Key = tuple[Location, str]
"""Where a function's name stands, and the name."""


class VectorVariants:
    """The variants that functions of one tree promise to ``compiler``; none where it passes over both forms."""

    def __init__(self, requests: Iterable[_Request]) -> None:
        self._requests: dict[_Key, list[str]] = defaultdict(list)
        for item in requests:
            self._requests[item.location, item.name].append(item.clauses)
        self._unclear: dict[_Key, str] = {}

    @property
    def asked(self) -> bool:
        """Whether the tree asks for any."""
        return bool(self._requests)

    def find(self, sketch: Sketch, tree: HeaderTree) -> tuple[SymbolName, ...]:
        """Those of a function, for SSE2."""
        if not self._requests:
            return ()
        keys = ((node, _key_of(node, tree)) for node in sketch.nodes)
        return tuple(dict.fromkeys(name for node, key in keys for name in self._name(node, key)))

    def _name(self, node: Node, key: _Key) -> Iterator[SymbolName]:
        try:
            for clauses in self._requests.get(key, ()):
                yield from map(SymbolName, _name_variants(node, clauses))
        except _Unclear as reason:
            self._unclear[key] = str(reason)

    def find_open(self, functions: Iterable[Sketch], tree: HeaderTree) -> Iterator[Unverifiable]:
        """What asks for variants that could not be named, once all ``functions`` of the tree were judged."""
        met = {_key_of(node, tree) for sketch in functions for node in sketch.nodes} if self._requests else set()
        for key in self._requests:
            reason = self._unclear.get(key, "" if key in met else "the parser shows no such function")
            if reason:
                yield Unverifiable(
                    name=f"variants for vectors of {key[1]}",
                    location=key[0],
                    reason=reason,
                    remedy="`nm -D` lists what the library exports: look for `_ZGV` in front of the function's symbol",
                )


def _key_of(node: Node, tree: HeaderTree) -> _Key:
    file, line, _ = node.place()
    return tree.locate(file, line) or Location(file="", line=0), node.spelling


def find_request(tree: HeaderTree, files: Iterable[str], compiler: Compiler) -> Location | None:
    """The first place in ``files`` that may ask ``compiler`` for variants. Clang calls none."""
    if compiler.family == "clang":
        return None
    for name in files:
        text = tree.text(name)
        match = ASKED.search(text) if b"simd" in text else None
        if match is not None:
            return Location(file=name, line=text.count(b"\n", 0, match.start()) + 1)
    return None


def find_vector_variants(headers: PreprocessedText, compiler: Compiler) -> VectorVariants:
    """What ``headers`` ask for, given the flags in the compiler's command."""
    told = [match[1] is None for flag in compiler.flags if (match := _OPENMP.match(flag))]
    return VectorVariants(_find_requests(headers, openmp=any(told[-1:])))


def _find_requests(headers: PreprocessedText, *, openmp: bool) -> Iterator[_Request]:
    text = headers.code()
    # Of equal length, so that offsets stay.
    bare = _ATTRIBUTES.sub(_blank, _LINE.sub(_blank, text))
    for match in _PRAGMA.finditer(text) if openmp else ():
        yield from _read_request(headers, bare, match.end(), match[1])
    for match in _ATTRIBUTES.finditer(text):
        asked = _ATTRIBUTE.search(match[0])
        if asked is not None and (openmp or asked[2] is None):
            before = list(_BETWEEN.finditer(bare, max(0, match.start() - 1000), match.start()))
            yield from _read_request(headers, bare, before[-1].end() if before else 0, asked[1] or asked[2] or b"")


def _blank(match: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^\n]", b" ", match[0])


def _read_request(headers: PreprocessedText, bare: bytes, start: int, clauses: bytes) -> Iterator[_Request]:
    """The request for the function whose declaration begins at ``start``; none outside the tree."""
    names = (item for item in _NAME.finditer(bare, start) if item[1] not in _NO_NAMES)
    name = next(names, None)
    location = None if name is None else headers.locate(name.start(1))
    if name is not None and location is not None:
        yield _Request(location, name[1].decode(), clauses.decode(errors="replace"))


def _name_variants(function: Node, written: str) -> Iterator[str]:
    clauses = [(word, inside or "") for word, inside in _CLAUSE.findall(written)]
    masks = [mask for word, mask in (("notinbranch", "N"), ("inbranch", "M")) if (word, "") in clauses] or ["M", "N"]
    parameters = _Parameters(function, clauses)
    lanes = parameters.lanes()
    if lanes:
        kinds = parameters.spell()
        yield from (f"_ZGVb{mask}{lanes}{kinds}_{function.mangling}" for mask in masks)


class _Parameters:
    """The parameters of a function, the object of a member function among them, and what the clauses say of each."""

    def __init__(self, function: Node, clauses: list[tuple[str, str]]) -> None:
        self._function = function
        member = function.kind in (Kind.METHOD, Kind.CONVERSION) and not function.is_static_method
        self._types: dict[str, TypeNode | None] = {"this": None} if member else {}
        for number, item in enumerate(function.parameters()):
            self._types[item.spelling or f"#{number}"] = item.type.canonical
        self._uniform = {name.strip() for word, inside in clauses if word == "uniform" for name in inside.split(",")}
        self._linear = dict(step for word, inside in clauses if word == "linear" for step in _read_linear(inside))
        self._aligned = dict(item for word, inside in clauses if word == "aligned" for item in _read_linear(inside))
        self._lanes = next((inside for word, inside in clauses if word == "simdlen"), "")

    def lanes(self) -> int:
        """How many values a variant takes at once; 0 where g++ makes none. The type of the result decides, else that
        of the first parameter that is a vector, else `int`.
        """
        sizes = [_LARGEST if type_ is None else _size_of(type_) for type_ in self._types.values()]
        result = self._function.result.canonical
        whole = _size_of(result) if result.kind != TypeKind.VOID else None
        if 0 in sizes or whole == 0:
            return 0
        vectors = (size for name, size in zip(self._types, sizes, strict=True) if not self._is_scalar(name))
        if self._lanes:
            if not self._lanes.strip().isdigit():
                raise _Unclear(f"how many values `simdlen({self._lanes})` stands for is not told")
            return int(self._lanes)
        return _REGISTER // (whole or next(vectors, _INT))

    def spell(self) -> str:
        """One letter for each parameter, with the step and the alignment behind it."""
        return "".join(self._spell(name) + self._align(name) for name in self._types)

    def _is_scalar(self, name: str) -> bool:
        return name in self._uniform or name in self._linear

    def _spell(self, name: str) -> str:
        if name in self._uniform:
            return "u"
        if name not in self._linear:
            return "v"
        type_, step = self._types[name], self._linear[name]
        if type_ is None or type_.kind in REFERENCES:
            raise _Unclear(f"how a variant names a reference that is `linear` (`{name}`) is not known")
        if step in self._types:
            return f"ls{list(self._types).index(step)}"
        if not re.fullmatch(r"-?\d+", step):
            raise _Unclear(f"the step `{step}` of `linear({name}:{step})` is no plain number")
        count = int(step) * ((type_.pointee.size or 1) if type_.kind == TypeKind.POINTER else 1)
        return "l" if count == 1 else f"l{count}" if count >= 0 else f"ln{-count}"

    def _align(self, name: str) -> str:
        if name not in self._aligned:
            return ""
        if not self._aligned[name].isdigit() or self._aligned[name] == "1":
            raise _Unclear(f"the alignment of `aligned({name})` is not told as a number")
        return f"a{self._aligned[name]}"


def _read_linear(inside: str) -> Iterator[tuple[str, str]]:
    """`a, b: 2` as (name, step) pairs; 1 where none is written."""
    match = _LINEAR.match(inside)
    if match is None:
        raise _Unclear(f"`{inside}` in a clause is not understood")
    for name in match[1].split(","):
        yield name.strip(), match[2] or "1"


def _size_of(type_: TypeNode) -> int:
    """In bytes, of the numbers and pointers for which g++ makes variants; 0 of anything else."""
    if type_.kind in POINTERS_AND_REFERENCES:
        return _LARGEST
    size = (type_.size or 0) if type_.is_scalar else 0
    return size if size <= _LARGEST else 0
