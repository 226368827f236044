"""The compiler's opinion of a whole header tree: what a consumer that uses every declaration leaves undefined.

Each use stands on a line of its own; lines that the compiler refuses are replaced by their next candidate or left out
and named, so that one oddity does not spoil the rest. Beside the uses, every inline function of the headers is
compiled (`-fkeep-inline-functions`), without any list of ours.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.cases import runtime_symbols, strong_references, undefined_references
from support.uses import NAMESPACE, PRELUDE, uses_of, uses_of_record
from trtheaders.demangling import demangle
from trtheaders.headers.entrance import STAND_INS
from trtheaders.model.headers.promises import Exemption
from trtheaders.model.headers.snapshot import AbiSnapshot

_APART = frozenset(
    {Exemption.PRIVATE, Exemption.INITIALISED_IN_CLASS, Exemption.PURE, Exemption.GNU_INLINE, Exemption.HIDDEN}
)
_NO_USE = frozenset(
    {Exemption.TEMPLATE, Exemption.DELETED, Exemption.PRIVATE, Exemption.HIDDEN, Exemption.DEVICE, Exemption.REFUSED}
)
_SYSTEM = ("/usr/include/c++", "/usr/include/x86_64-linux-gnu", "/usr/lib/gcc")
# Reached through vtables that lie in the library, or passed on only where bases have virtual bases.
_BEYOND_REACH = re.compile(r"^_ZTT|D0Ev$|^_ZT[hv].*D1Ev$")
_ERROR = re.compile(r"^consumer\.cpp:(\d+):.*?(?:error|required from here)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleReport:
    """Promises against the compiler; ``agrees`` where nothing is ``missed`` and nothing is ``excessive``.

    ``missed`` are symbols that g++ refers to and nobody promises; ``excessive`` are promised ones that it never refers
    to, ``beyond_reach`` those of them that no consumer can refer to (deleting destructors, VTTs). ``foreign`` belong to
    other headers than the tree's. ``unused`` are lines that the compiler refused, ``uses`` counts those it took.
    """

    missed: tuple[str, ...]
    excessive: tuple[str, ...]
    beyond_reach: tuple[str, ...]
    foreign: tuple[str, ...]
    unused: tuple[str, ...]
    uses: int

    @property
    def agrees(self) -> bool:
        """Whether promises and references are the same."""
        return not self.missed and not self.excessive


def compare_with_compiler(root: Path, entry: str, snapshot: AbiSnapshot) -> OracleReport:
    """What g++ makes of everything that ``entry`` under ``root`` declares, against what ``snapshot`` promises."""
    with tempfile.TemporaryDirectory() as folder:
        work, flags = Path(folder), _flags(root, snapshot)
        uses, refused = _settle(work, entry, flags, _all_uses(snapshot))
        referenced = {symbol for level in ("-O0", "-O2") for symbol in _references(work, [*flags, level])}
        (work / "consumer.cpp").write_text(f'#include "{entry}"\n')
        referenced |= set(_references(work, [*flags, "-O0", "-fkeep-inline-functions"]))
        ours = {symbol for symbol in referenced - runtime_symbols() if NAMESPACE not in symbol}
        foreign = _foreign(work, root, flags, ours)
    return _compare(snapshot, ours - foreign, foreign, refused, uses)


def linker_misses(root: Path, entry: str, snapshot: AbiSnapshot, libraries: Sequence[Path]) -> set[str]:
    """The symbols that ld calls undefined where a consumer that uses every declaration is linked with ``libraries``."""
    return link_uses(root, entry, snapshot, [libraries])[0]


def link_uses(root: Path, entry: str, snapshot: AbiSnapshot, choices: Sequence[Sequence[Path]]) -> tuple[set[str], ...]:
    """For each of ``choices``, libraries, the symbols that ld calls undefined where that consumer is linked so."""
    with tempfile.TemporaryDirectory() as folder:
        work, flags = Path(folder), _flags(root, snapshot)
        _settle(work, entry, flags, _all_uses(snapshot))
        assert _compile(work, [*flags, "-O0"]).returncode == 0
        return tuple(_link(work, libraries) - _apart(snapshot) for libraries in choices)


def _link(work: Path, libraries: Sequence[Path]) -> set[str]:
    command = ["g++", "-shared", "-Wl,-z,defs", "-Wl,--no-demangle", "consumer.o", *map(str, libraries), "-o", "out.so"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    return {symbol for symbol in undefined_references(done.stderr) if NAMESPACE not in symbol}


def _apart(snapshot: AbiSnapshot) -> set[str]:
    """What only our consumer refers to: it looks past `private` and calls pure virtual functions by name."""
    return {symbol for item in snapshot.exempt if item.reason in _APART for symbol in item.symbols}


def _flags(root: Path, snapshot: AbiSnapshot) -> list[str]:
    key = snapshot.key
    return [
        *(f"-std={key.standard}", "-w", "-fno-access-control", "-fPIC", "-fmax-errors=0", "-fdiagnostics-color=never"),
        *(f"-D{define}" for define in key.defines),
        f"-D_GLIBCXX_USE_CXX11_ABI={int(key.new_string_abi)}",
        f"-I{root.resolve()}",
        *(f"-isystem{folder}" for folder in key.include_directories),
        f"-idirafter{STAND_INS}",
    ]


def _all_uses(snapshot: AbiSnapshot) -> list[list[str]]:
    owing = [item.declaration for item in snapshot.promises]
    owing += [item.declaration for item in snapshot.exempt if item.reason not in _NO_USE]
    uses = [use for declaration in dict.fromkeys(owing) for use in uses_of(declaration)]
    records = (record for record in snapshot.records if not re.search(r"[({ ]|<", record.name))
    return [*uses, *(use for record in records for use in uses_of_record(record))]


def _settle(work: Path, entry: str, flags: list[str], uses: list[list[str]]) -> tuple[int, tuple[str, ...]]:
    """Write the consumer with the first candidate of each use that compiles; how many uses, and what was refused."""
    choice = [0] * len(uses)
    everything = set(range(len(uses)))
    while wrong := _wrong_uses(work, entry, flags, _chosen(uses, choice), everything):
        for place in wrong:
            choice[place] += 1
    refused = tuple(use[0] for use, pick in zip(uses, choice, strict=True) if pick >= len(use))
    return len(uses) - len(refused), refused


def _chosen(uses: list[list[str]], choice: list[int]) -> list[str]:
    return [use[pick] if pick < len(use) else "" for use, pick in zip(uses, choice, strict=True)]


def _wrong_uses(work: Path, entry: str, flags: list[str], lines: list[str], among: set[int]) -> set[int]:
    """Those ``among`` the lines that keep the consumer from being compiled.

    A default member that cannot be made is reported where the header declares it, not where it is used: then halves
    of the consumer tell which use it was.
    """
    start = _write(work / "consumer.cpp", entry, [line if at in among else "" for at, line in enumerate(lines)])
    done = _compile(work, [*flags, "-O0", "-fsyntax-only"])
    if done.returncode == 0:
        return set()
    wrong = {int(number) - start for number in _ERROR.findall(done.stderr)} & among
    wrong = wrong or _makers(done.stderr, lines, among)
    if wrong or len(among) == 1:
        return wrong or among
    assert among, done.stderr[:3000]
    order = sorted(at for at in among if lines[at])
    halves = set(order[: len(order) // 2]), set(order[len(order) // 2 :])
    return {at for half in halves for at in _wrong_uses(work, entry, flags, lines, half)}


def _write(path: Path, entry: str, lines: Iterable[str]) -> int:
    """The consumer; back comes the number of the line where the first use stands."""
    head = f'#include "{entry}"\n{PRELUDE}'
    body = (f"void u{index}() {{ {_number(line, index)} }}\n" for index, line in enumerate(lines))
    path.write_text(f"{head}{''.join(body)}}}\n")
    return head.count("\n") + 1


def _number(line: str, index: int) -> str:
    return line.replace("@D", f"D{index}").replace("@E", f"e{index}")


def _makers(messages: str, lines: list[str], among: set[int]) -> set[int]:
    """The lines that move an object of the class whose default member is in ``messages``."""
    records = set(re.findall(r"\[with _Tp = ([\w:]+)::\w+\]", messages))
    moves = [f"any<{record}{rest}>" for record in records for rest in ("", " &&")]
    return {at for at in among if any(move in lines[at] for move in moves)}


def _compile(work: Path, flags: list[str]) -> subprocess.CompletedProcess[str]:
    command = ["g++", *flags, "-c", "consumer.cpp", "-o", "consumer.o"]
    return subprocess.run(command, cwd=work, capture_output=True, text=True)


def _references(work: Path, flags: list[str]) -> set[str]:
    done = _compile(work, flags)
    assert done.returncode == 0, done.stderr[:3000]
    return strong_references(work / "consumer.o")


def _foreign(work: Path, root: Path, flags: list[str], symbols: set[str]) -> set[str]:
    """Those of ``symbols`` that the standard library or other headers than the tree's declare."""
    command = ["g++", *flags, "-E", "consumer.cpp"]
    text = subprocess.run(command, cwd=work, capture_output=True, text=True, check=True).stdout
    words: set[str] = {"std"}
    outside = False
    for line in text.splitlines():
        if marker := re.match(r'# \d+ "([^"]+)"', line):
            outside = marker[1].startswith("/") and not marker[1].startswith((str(root.resolve()), *_SYSTEM))
        elif outside:
            words.update(re.findall(r"\w+", line))
    return {item for item in symbols if not item.startswith("_ZT") and _home(demangle(item)) in words}


def _home(name: str) -> str:
    """The outermost name of a qualified one: a plain function's own, else its namespace or class."""
    return next(iter(re.findall(r"\w+", name.split("(")[0])), name)


def _compare(
    snapshot: AbiSnapshot, referenced: set[str], foreign: set[str], refused: tuple[str, ...], uses: int
) -> OracleReport:
    owed = [item for promise in snapshot.promises for item in promise.obligations]
    either = {symbol for item in owed for symbol in (item.symbol, *item.alternatives)}
    optional = {symbol for promise in snapshot.promises for symbol in promise.optional}
    unused = {item.symbol for item in owed if not referenced & {item.symbol, *item.alternatives}}
    beyond = {symbol for symbol in unused if _BEYOND_REACH.search(symbol)}
    return OracleReport(
        missed=tuple(sorted(referenced - either - optional - _apart(snapshot))),
        excessive=tuple(sorted(unused - beyond - foreign)),
        beyond_reach=tuple(sorted(beyond)),
        foreign=tuple(sorted(foreign)),
        unused=refused,
        uses=uses,
    )
