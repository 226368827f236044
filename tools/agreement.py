"""Whether promises are the linker's word on libraries that nobody was tuned to: `python tools/agreement.py [NAME…]`.

Twenty libraries of Debian 12, fetched by name into `.cache/packages` (apt-get and dpkg-deb; nothing is installed). For
each: what is found missing against what ld misses in a consumer that uses every declaration, with the library as it is
and with 60 of the promised exports taken out of it. Writes the rows that were run into
`docs/agreement.md`, and leaves the others.
"""

from __future__ import annotations

import os
import random
import re
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from packages.fetch import PACKAGES, fetch_debian
from support.oracle import link_uses

from trtheaders.checks.symbols.unkept_promises import check_symbols
from trtheaders.errors import TrtHeadersError
from trtheaders.headers.entrance import HeaderQuestion, parser_arguments, record_snapshot
from trtheaders.headers.first_parse import include_all
from trtheaders.headers.parser.toolchain import find_compiler
from trtheaders.headers.parser.unit import Unit
from trtheaders.model.answers.findings import Severity
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.steps.verdict.symbol_queries import ask_about

DOCUMENT = ROOT / "docs" / "agreement.md"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
MUTANTS = 60
SEED = 20


@dataclass(frozen=True, kw_only=True)
class Row:
    """A library: its `-dev` package and the one with the file, the header, and packages of headers that it includes.

    ``folders`` are further ones of the `-dev` package to search.
    """

    development: str
    runtime: str
    library: str
    entry: str
    folder: str = "usr/include"
    further: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


ROWS = {
    "fmt": Row(development="libfmt-dev", runtime="libfmt9", library="libfmt.so.9", entry="fmt/format.h"),
    "Poco Foundation": Row(
        development="libpoco-dev",
        runtime="libpocofoundation80",
        library="libPocoFoundation.so.80",
        entry="Poco/FileChannel.h",
    ),
    "yaml-cpp": Row(
        development="libyaml-cpp-dev", runtime="libyaml-cpp0.7", library="libyaml-cpp.so.0.7", entry="yaml-cpp/yaml.h"
    ),
    "jsoncpp": Row(
        development="libjsoncpp-dev",
        runtime="libjsoncpp25",
        library="libjsoncpp.so.25",
        entry="json/json.h",
        folder="usr/include/jsoncpp",
    ),
    "tinyxml2": Row(
        development="libtinyxml2-dev", runtime="libtinyxml2-9", library="libtinyxml2.so.9", entry="tinyxml2.h"
    ),
    "pugixml": Row(
        development="libpugixml-dev", runtime="libpugixml1v5", library="libpugixml.so.1", entry="pugixml.hpp"
    ),
    "gflags": Row(
        development="libgflags-dev", runtime="libgflags2.2", library="libgflags.so.2.2", entry="gflags/gflags.h"
    ),
    "RE2": Row(development="libre2-dev", runtime="libre2-9", library="libre2.so.9", entry="re2/re2.h"),
    "snappy": Row(development="libsnappy-dev", runtime="libsnappy1v5", library="libsnappy.so.1", entry="snappy.h"),
    "LevelDB": Row(
        development="libleveldb-dev", runtime="libleveldb1d", library="libleveldb.so.1d", entry="leveldb/db.h"
    ),
    "protobuf": Row(
        development="libprotobuf-dev",
        runtime="libprotobuf32",
        library="libprotobuf.so.32",
        entry="google/protobuf/message.h",
    ),
    "ICU": Row(development="libicu-dev", runtime="libicu72", library="libicuuc.so.72", entry="unicode/unistr.h"),
    "Xerces-C": Row(
        development="libxerces-c-dev",
        runtime="libxerces-c3.2",
        library="libxerces-c-3.2.so",
        entry="xercesc/parsers/SAXParser.hpp",
    ),
    "Crypto++": Row(
        development="libcrypto++-dev", runtime="libcrypto++8", library="libcrypto++.so.8", entry="cryptopp/sha.h"
    ),
    "SFML system": Row(
        development="libsfml-dev", runtime="libsfml-system2.5", library="libsfml-system.so.2.5", entry="SFML/System.hpp"
    ),
    "log4cplus": Row(
        development="liblog4cplus-dev",
        runtime="liblog4cplus-2.0.5",
        library="liblog4cplus-2.0.so.3",
        entry="log4cplus/logger.h",
    ),
    "Box2D": Row(development="libbox2d-dev", runtime="libbox2d2", library="libbox2d.so.2", entry="box2d/box2d.h"),
    "assimp": Row(
        development="libassimp-dev", runtime="libassimp5", library="libassimp.so.5", entry="assimp/Importer.hpp"
    ),
    "CppUnit": Row(
        development="libcppunit-dev",
        runtime="libcppunit-1.15-0",
        library="libcppunit-1.15.so.1",
        entry="cppunit/TestCase.h",
    ),
    "sigc++": Row(
        development="libsigc++-2.0-dev",
        runtime="libsigc++-2.0-0v5",
        library="libsigc-2.0.so.0",
        entry="sigc++/sigc++.h",
        folder="usr/include/sigc++-2.0",
        folders=("usr/lib/x86_64-linux-gnu/sigc++-2.0/include",),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What one library gave: counts of symbols, and seconds."""

    promises: int
    missing: int
    confirmed: int
    false: int
    unseen: int
    removed: int
    referred: int
    found: int
    seconds: float
    bare: float


def judge(row: Row) -> Agreement:
    """The library of ``row`` and a copy without some exports, each held against the linker."""
    for package in (row.development, row.runtime, *row.further):
        fetch_debian(package)
    root = PACKAGES / row.development / row.folder
    include = tuple(PACKAGES / package / "usr/include" for package in (row.development, *row.further))
    further = [PACKAGES / row.development / name for name in ("usr/include/x86_64-linux-gnu", *row.folders)]
    question = HeaderQuestion(
        root=root,
        entries=(row.entry,),
        defines=(),
        include_directories=tuple(folder for folder in (*include, *further) if folder.is_dir() and folder != root),
    )
    bare = seconds_of(lambda: parse(question))
    started = time.perf_counter()
    snapshot = record_snapshot(question)
    seconds = time.perf_counter() - started
    library = PACKAGES / row.runtime / LIBRARIES / row.library
    mutant = library.with_name(f"mutant-{library.name}")
    removed = remove_exports(library.resolve(), mutant, snapshot)
    as_it_is, without = link_uses(root, row.entry, snapshot, [[library], [mutant]])
    here, there = missing(snapshot, library), missing(snapshot, mutant, warnings=True)
    referred = removed & without
    return Agreement(
        promises=len(snapshot.promises),
        missing=len(here),
        confirmed=len(here & as_it_is),
        false=len(here - as_it_is),
        unseen=len(as_it_is - here),
        removed=len(removed),
        referred=len(referred),
        found=len(referred & there),
        seconds=seconds,
        bare=bare,
    )


def parse(question: HeaderQuestion) -> Unit:
    """The bare parse that a snapshot begins with."""
    return Unit.parse(include_all(question.entries), parser_arguments(question, find_compiler()), declared_only=True)


def seconds_of(run: object) -> float:
    """How long a call of ``run`` takes."""
    started = time.perf_counter()
    run()  # type: ignore[operator]
    return time.perf_counter() - started


def missing(snapshot: AbiSnapshot, library: Path, *, warnings: bool = False) -> set[str]:
    """The symbols that errors name, and ``warnings`` of what only code at -O0 refers to, as that of the consumer is."""
    findings = check_symbols(snapshot, ask_about(snapshot, [library]))
    told = (Severity.ERROR, Severity.WARNING) if warnings else (Severity.ERROR,)
    return {symbol for item in findings if item.severity in told for symbol in item.symbols}


def remove_exports(library: Path, mutant: Path, snapshot: AbiSnapshot) -> set[str]:
    """Copy ``library`` to ``mutant`` without some promised exports: their rows of `.dynsym` call them undefined."""
    data = bytearray(library.read_bytes())
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, place) for place in section_rows(data)]
    table = next(item for item in sections if item[1] == 11)
    strings = sections[table[6]]
    places = {}
    for row in range(table[4], table[4] + table[5], 24):
        name, _, _, index = struct.unpack_from("<IBBH", data, row)
        start = strings[4] + name
        if index:
            places[data[start : data.index(0, start)].decode(errors="replace")] = row
    promised = sorted({symbol for item in snapshot.promises for symbol in item.symbols} & places.keys())
    chosen = random.Random(SEED).sample(promised, min(MUTANTS, len(promised)))
    for symbol in chosen:
        struct.pack_into("<H", data, places[symbol] + 6, 0)
    mutant.write_bytes(data)
    return set(chosen)


def section_rows(data: bytearray) -> list[int]:
    """Where the section headers begin."""
    (start,) = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    return [start + size * number for number in range(count)]


TITLE = "## Symbols: libraries against the linker\n"
HEADING = """
`make agreement`: libraries of Debian 12 that nobody here was tuned to, with their own headers. A consumer that
uses every declaration of the header is compiled and linked by g++ and ld. *Missing* are the symbols that errors name,
*confirmed* those of them that ld misses too, *false* the others; *unseen* are those that ld misses and nothing names.
Then 60 promised exports (chosen with the seed 20) are taken out of a copy of the library: of those that ld misses,
*found* are named. The factor is the time of a snapshot over that of the bare parse by libclang, on a machine that had
other work to do.

| library | promises | missing | confirmed | false | unseen | removed | missed by ld | found | snapshot | factor |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def write(found: dict[str, Agreement], failed: dict[str, str]) -> None:
    """The table; rows that were not run stay as they are, those that could not be run are named below it."""
    before, _, after = DOCUMENT.read_text(encoding="utf-8").partition(TITLE)
    others = re.search(r"^## ", after, re.MULTILINE)
    rest_of_document = after[others.start() :] if others is not None else ""
    section = after[: others.start()] if others is not None else after
    known = {name: row for name, row in _read_rows(section).items() if name not in failed}
    known |= {name: _write_row(name, item) for name, item in found.items()}
    rows = [known[name] for name in ROWS if name in known]
    open_ = [f"- {name}: {reason}" for name, reason in failed.items()]
    rest = [name for name in ROWS if name not in known and name not in failed]
    open_ += [f"- not run: {', '.join(rest)}"] if rest else []
    below = "\n".join(["", "", *open_]) if open_ else ""
    section = f"{TITLE}{HEADING}{chr(10).join(rows)}{below}\n"
    text = f"{before.rstrip()}\n\n{section}" + (f"\n{rest_of_document}" if rest_of_document else "")
    DOCUMENT.write_text(text, encoding="utf-8")


def _read_rows(section: str) -> dict[str, str]:
    """The rows that a table has, by their library."""
    rows = (line for line in section.splitlines() if line.startswith("| "))
    return {row.split("|")[1].strip(): row for row in rows}


def _write_row(name: str, item: Agreement) -> str:
    counts = (item.promises, item.missing, item.confirmed, item.false, item.unseen, item.removed, item.referred)
    cells = (name, *counts, item.found, f"{item.seconds:.1f} s", f"{item.seconds / item.bare:.1f}")
    return f"| {' | '.join(map(str, cells))} |"


def main(names: list[str]) -> int:
    """Judge the libraries ``names``, or all; 1 where linker and findings differ."""
    os.nice(10)
    found: dict[str, Agreement] = {}
    failed: dict[str, str] = {}
    for name in names or list(ROWS):
        try:
            found[name] = judge(ROWS[name])
            print(name, found[name], flush=True)
        except (TrtHeadersError, subprocess.CalledProcessError, AssertionError, OSError) as error:
            failed[name] = f"could not be judged: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
            print(name, failed[name], flush=True)
        write(found, failed)
    return int(any(item.false or item.found < item.referred for item in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
