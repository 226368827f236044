"""What `-S -O0` writes, to values: the words behind a label, the symbols in a body, and how each symbol stands."""

from __future__ import annotations

import re
from collections import defaultdict
from enum import Enum

from msgspec import Struct, field

from trtheaders.headers.confirmation.debug_lines import ASKED, read_places


class SymbolState(Enum):
    """What the unit makes of a symbol."""

    UNDEFINED = "undefined"
    DEFINED = "defined"
    HIDDEN = "hidden"
    WEAK = "weak"


Word = int | str
Label = tuple[str, int, int]
"""(what for, the item's number, a second number or -1): `trtheaders_member<12, 3, …>` is ("member", 12, 3)."""


class Assembly(Struct, frozen=True):
    """``words`` of eight bytes behind each of our labels: numbers, or symbols; ``references`` of each item's code.

    ``hidden`` are the items whose own symbol is: a hidden class is part of the type that they ask about. ``exported``
    are symbols of theirs that have a visibility of their own all the same. ``versions``
    are the symbols that a resolver, which g++ writes for functions with target versions, chooses from, by function.
    ``places`` are the offsets in bits of the members of the classes that debug information was asked about, by item;
    ``dumped`` those of all members of a class in order, as clang++ dumps them, by its name.
    ``vtables`` are the words of each vtable that g++ dumps, by its symbol.
    ``users`` are undefined symbols with what was looked for inside, each with the first function that refers to it.
    """

    words: dict[Label, tuple[Word, ...]] = field(default_factory=dict)
    references: dict[int, frozenset[str]] = field(default_factory=dict)
    states: dict[str, SymbolState] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    versions: dict[str, frozenset[str]] = field(default_factory=dict)
    places: dict[int, dict[str, int]] = field(default_factory=dict)
    dumped: dict[str, tuple[int, ...]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    exported: frozenset[str] = frozenset()
    vtables: dict[str, int] = field(default_factory=dict)

    def state(self, symbol: str) -> SymbolState:
        """How ``symbol`` stands, if the unit refers to it."""
        return self.states.get(symbol, SymbolState.UNDEFINED)


_LABEL = re.compile(r"^([A-Za-z_$][\w$.]*):")
_OURS = re.compile(r"_ZN\d+trtheaders_([a-z]+)ILi(\d+)E(?:Li(\d+)E)?|trtheaders_(body)_(\d+)$")
_NAMED = frozenset({"function", "object", "class", "maker", "derived"})
_WORD = re.compile(r"^\t\.(?:quad|xword|8byte)\t([^\s#/]+)")
_ZEROS = re.compile(r"^\t\.(?:zero|skip|space)\t(\d+)")
_SYMBOL = re.compile(r"(?<![%\w$.@])[A-Za-z_$][\w$.]*")
_MARK = re.compile(r"^\t\.(hidden|internal|weak)\t([\w$.]+)")
_RESOLVER = ".resolver"
_RESOLVED = re.compile(r"^\.set ([\w$.]+)\.ifunc, (\1\.resolver)$")
"""clang before 15 leaves the resolver of `target_clones` to who defines the function."""
_DUMPED = re.compile(
    r"^\*\*\* Dumping AST Record Layout\nType: (?:struct|class|union) (.+)\n"
    r"(?:.*\n){1,9}? *FieldOffsets: \[([\d, ]+)\]>$",
    re.MULTILINE,
)
_VTABLE = re.compile(r"^\S.*::(_ZTV\w+): (\d+) entries$", re.MULTILINE)
_DEFINED = re.compile(r"^\t\.(?:comm|set)\t([\w$.]+)")


def read_assembly(text: str, sought: str = "") -> Assembly:
    """Read the compiler's whole output; ``sought`` is a regular expression for what ``users`` have in their symbols."""
    lines = _Listing()
    for line in text.splitlines():
        lines.take(line)
    hidden = lines.marked["hidden"] | lines.marked["internal"]
    own = lines.defined | lines.marked["weak"] | hidden
    users = _find_users(text, sought) if sought else {}
    return Assembly(
        {label: tuple(found) for label, found in lines.words.items()},
        {number: frozenset(found) for number, found in lines.references.items()},
        _settle(lines.defined, lines.marked["weak"], hidden),
        frozenset(ours[1] for name in hidden if (ours := _read_label(name)) is not None and ours[0] in _NAMED),
        {name: frozenset(found) for name, found in lines.versions.items()},
        read_places(text) if ASKED in text else {},
        {name: tuple(map(int, offsets.split(", "))) for name, offsets in _DUMPED.findall(text)},
        {name: user for name, user in users.items() if name not in own},
        vtables={symbol: int(words) for symbol, words in _VTABLE.findall(text)},
    )


class _Listing:
    """What the lines so far tell, and the label that the next one stands behind."""

    def __init__(self) -> None:
        self.words: dict[Label, list[Word]] = defaultdict(list)
        self.references: dict[int, set[str]] = defaultdict(set)
        self.versions: dict[str, set[str]] = defaultdict(set)
        self.defined: set[str] = set()
        self.marked: dict[str, set[str]] = defaultdict(set)
        self._current: Label | None = None
        self._resolved = ""

    def take(self, line: str) -> None:
        """Read one more line."""
        if (label := _LABEL.match(line)) is not None:
            self._begin(label[1])
        elif (mark := _MARK.match(line)) is not None:
            self.marked[mark[1]].add(mark[2])
        elif (common := _DEFINED.match(line)) is not None:
            self.defined.add(common[1])
        elif (resolved := _RESOLVED.match(line)) is not None:
            self.versions[resolved[1]] |= {resolved[2]} - self.defined
        elif self._current is not None:
            _read_line(line, self.words[self._current], self.references[self._current[1]])
        elif self._resolved and not line.startswith("\t."):
            names = _SYMBOL.findall(line)
            self.versions[self._resolved].update(name for name in names if _is_version(name, self._resolved))

    def _begin(self, name: str) -> None:
        self.defined.add(name)
        self._current = _read_label(name)
        self._resolved = name.removesuffix(_RESOLVER) if name.endswith(_RESOLVER) else ""


def _find_users(text: str, sought: str) -> dict[str, str]:
    """The symbols with ``sought`` inside, each with the first function that refers to it."""
    symbol = rf"(?<![\w$.])(\w*(?:{sought})[\w$.]*)"
    wanted = re.compile(rf"^([A-Za-z_$][\w$.]*):|^\t(?:\.quad\t|[a-z]).*?{symbol}", re.MULTILINE)
    found: dict[str, str] = {}
    user = ""
    for match in wanted.finditer(text):
        user = match[1] or user
        if match[2]:
            found.setdefault(match[2], user)
    return found


def _is_version(name: str, function: str) -> bool:
    """The default version has the function's own name; so has the resolver's result, but in no instruction."""
    return name == function or (name.startswith(f"{function}.") and not name.endswith(_RESOLVER))


def _read_label(name: str) -> Label | None:
    ours = _OURS.match(name)
    if ours is None:
        return None
    return (ours[4], int(ours[5]), -1) if ours[4] else (ours[1], int(ours[2]), int(ours[3] or -1))


def _read_line(line: str, words: list[Word], references: set[str]) -> None:
    if (word := _WORD.match(line)) is not None:
        words.append(int(word[1], 0) if word[1].lstrip("-")[:1].isdigit() else word[1])
    elif (zeros := _ZEROS.match(line)) is not None:
        words.extend([0] * (int(zeros[1]) // 8))
    elif not line.startswith("\t."):
        references.update(_SYMBOL.findall(line.partition("\t")[2].partition("\t")[2]))


def _settle(defined: set[str], weak: set[str], hidden: set[str]) -> dict[str, SymbolState]:
    found = dict.fromkeys(weak, SymbolState.WEAK)
    found |= dict.fromkeys(defined, SymbolState.DEFINED)
    return found | dict.fromkeys(hidden, SymbolState.HIDDEN)
