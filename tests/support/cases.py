"""The case corpus: each folder of `tests/fixtures/cases` as a value, and what g++ and ld say about it.

`case.toml` states what is expected. For the header: ``promised`` (every symbol that is owed), ``unoptimised`` (those of
them that only -O0 refers to), ``exempt`` (name → reason), ``unverifiable`` (names), ``referenced`` (symbol → why the
consumer refers to it though nobody owes it), ``unused`` (owed symbol → why no consumer can refer to it). Each
``[[broken]]`` is a library that breaks a promise: ``findings`` (rule → symbols), and what the linker must say.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from support.cxx import Compiled, build_library, compile_cxx, exported_symbols
from support.tools import tool

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = Path(__file__).resolve().parents[1] / "fixtures" / "cases"
LEVELS = ("-O0", "-O2")
_RUNTIME = ("libstdc++.so.6", "libc.so.6", "libgcc_s.so.1", "libm.so.6", "ld-linux-x86-64.so.2")
_START = frozenset({"_GLOBAL_OFFSET_TABLE_", "__dso_handle"})
_UNDEFINED = re.compile(r"undefined reference to (?:symbol )?[`']([^'@]+)")


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A library that does not keep the header's promises.

    ``undefined`` is what ld names, by default the symbols of every finding that are of use to the consumer.
    ``mismatch`` is what ld says where it fails without an undefined reference; with ``links`` the link succeeds, and
    with ``dies`` the program does not end well.
    """

    name: str = "the library"
    libraries: tuple[str, ...]
    flags: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    findings: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    undefined: frozenset[str] | None = None
    mismatch: str = ""
    links: bool = False
    dies: bool = False
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fixture: a header, the library that keeps its promises, and a consumer that uses all of it."""

    folder: Path
    broken: tuple[Broken, ...]
    promised: frozenset[str]
    unoptimised: frozenset[str] = frozenset()
    exempt: dict[str, str] = field(default_factory=dict)
    unverifiable: tuple[str, ...] = ()
    blame: str = ""
    referenced: dict[str, str] = field(default_factory=dict)
    unused: dict[str, str] = field(default_factory=dict)
    honest: dict[str, list[str]] = field(default_factory=dict)
    standard: str = "c++17"
    compiler: str = "g++"
    entries: tuple[str, ...] = ("header.h",)
    defines: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ("library.cpp",)
    library_flags: tuple[str, ...] = ()
    provided: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name: the number in the list of cases, and the subject."""
        return self.folder.name

    @property
    def include(self) -> tuple[Path, ...]:
        """Folders for `-I`: the case's own, and what only the consumer has."""
        return (self.folder, *(self.folder / folder for folder in self.provided))


def read_case(folder: Path) -> Case:
    """The case in ``folder``; an unknown key is an error."""
    data = {key.replace("-", "_"): value for key, value in tomllib.loads((folder / "case.toml").read_text()).items()}
    variants = [_read_broken(item) for item in data.pop("broken", [])]
    return Case(folder=folder, broken=tuple(variants), **{key: _freeze(Case, key, data[key]) for key in data})


def _read_broken(data: dict[str, Any]) -> Broken:
    libraries = data.pop("libraries", [data.pop("source", "broken.cpp")])
    frozen = {key: _freeze(Broken, key, value) for key, value in data.items()}
    return Broken(libraries=tuple(libraries), **frozen)


def _freeze(kind: type, key: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return frozenset(value) if "frozenset" in kind.__annotations__[key] else tuple(value)


def all_cases() -> list[Case]:
    """Every case, in the order of the list."""
    return [read_case(folder) for folder in sorted(CASES.iterdir()) if folder.is_dir()]


def build_libraries(
    case: Case, sources: tuple[str, ...], flags: tuple[str, ...], needed: tuple[str, ...]
) -> list[Path]:
    """The shared libraries made of ``sources``; the first one needs those made of ``needed``."""
    others = [_build(case, source, flags, ()) for source in needed]
    first = _build(case, sources[0], flags, others)
    return [first, *(_build(case, source, flags, ()) for source in sources[1:])]


def _build(case: Case, source: str, flags: tuple[str, ...], inputs: Any) -> Path:
    placed = [flag.replace("script=", f"script={case.folder}/") for flag in flags]
    runs = [f"-Wl,-rpath,{path.parent}" for path in inputs]
    return build_library(
        (case.folder / source).read_text(),
        name=f"lib{Path(source).stem}.so",
        flags=("-O2", f"-std={case.standard}", *placed, *runs),
        compiler=case.compiler,
        inputs=inputs,
        include=(case.folder,),
    )


@cache
def runtime_symbols() -> frozenset[str]:
    """What the compiler's own libraries provide."""
    found = set(_START)
    for name in _RUNTIME:
        place = subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout
        found |= exported_symbols(Path(place.strip()))
    return frozenset(found)


def compile_consumer(case: Case, level: str) -> Path:
    """The object of the handwritten consumer."""
    flags = ("-c", level, "-fPIE", f"-std={case.standard}", "-w", *(f"-D{define}" for define in case.defines))
    text = (case.folder / "consumer.cpp").read_text()
    done = compile_cxx(text, name="consumer.o", flags=flags, compiler=case.compiler, include=case.include)
    assert done.status == 0, done.messages
    return done.path


def referenced_symbols(case: Case) -> set[str]:
    """What the consumer leaves undefined at any level of optimisation and the compiler's libraries do not provide.

    Weak references do not count: they never keep a program from being linked.
    """
    objects = (compile_consumer(case, level) for level in LEVELS)
    return {symbol for path in objects for symbol in strong_references(path)} - runtime_symbols()


def strong_references(path: Path) -> set[str]:
    """The symbols that the object ``path`` cannot be linked without."""
    lines = subprocess.run(
        [tool("nm"), "-u", "--format=posix", path], capture_output=True, text=True, check=True
    ).stdout
    return {line.split()[0] for line in lines.splitlines() if line.split()[1] == "U"}


def link_consumer(case: Case, level: str, libraries: list[Path]) -> Compiled:
    """The consumer's program linked with ``libraries`` by the compiler's own linker."""
    folders = dict.fromkeys(f"-Wl,-rpath,{path.parent}" for path in libraries)
    # Every library stays in the program, used or not: what a library lacks itself counts.
    flags = ("-Wl,--no-demangle", "-Wl,--no-as-needed", *folders)
    inputs = (compile_consumer(case, level), *libraries)
    return compile_cxx("", name="program", flags=flags, inputs=inputs)


def undefined_references(messages: str) -> set[str]:
    """The symbols that ld calls undefined in ``messages`` (of `--no-demangle`)."""
    return set(_UNDEFINED.findall(messages))
