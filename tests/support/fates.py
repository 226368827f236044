"""Two headers, two libraries and a consumer: what comes of a change, as g++, ld and the program tell."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.cxx import build_library, compile_cxx
from support.recording import record_text
from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.model.answers.changes import Impact

FLAGS = ("-std=c++17", "-w", "-O0")


@dataclass(frozen=True)
class Entry:
    """``old`` and ``new`` are headers, ``main`` is what the consumer does, with what stands ``outside`` of it.

    ``before`` and ``after`` are the bodies in the libraries, ``body`` is in both.
    """

    old: str
    new: str
    main: str
    body: str = ""
    before: str = ""
    after: str = ""
    outside: str = ""
    flags: tuple[str, ...] = ()


def _object(header: str, entry: Entry, name: str) -> Path | None:
    source = f"{header}\n{entry.outside}\nint main() {{ {entry.main} }}\n"
    made = compile_cxx(source, name=name, flags=(*FLAGS, "-c", *entry.flags))
    return made.path if made.status == 0 else None


def _run(made: Path, library: Path) -> int | None:
    """What the program returns; None if it does not link."""
    flags = (f"-Wl,-rpath,{library.parent}",)
    linked = compile_cxx("", name="program", flags=flags, inputs=(made, library))
    return subprocess.run([linked.path], capture_output=True, check=False).returncode if linked.status == 0 else None


def happens(entry: Entry) -> set[Impact]:
    """What comes of the change, as the compiler, the linker and the program tell.

    The consumer returns 0 as long as it is compiled and linked with the old side.
    """
    old, new = _object(entry.old, entry, "old.o"), _object(entry.new, entry, "new.o")
    was = build_library(f"{entry.old}\n{entry.body}{entry.before}\n", name="libwas.so", flags=(*FLAGS, *entry.flags))
    becomes = build_library(f"{entry.new}\n{entry.body}{entry.after}\n", name="libis.so", flags=(*FLAGS, *entry.flags))
    assert old is not None
    assert _run(old, was) == 0
    crossed = _run(old, becomes)
    anew = _run(new, becomes) if new is not None else 0
    found = {Impact.COMPILE} if new is None else set()
    found |= {Impact.LINK} if crossed is None else set()
    return found | ({Impact.SILENT} if crossed or anew else set())


def claimed(entry: Entry, folder: Path) -> set[Impact]:
    """What `diff` says comes of it."""
    standard = next((flag.removeprefix("-std=") for flag in entry.flags if flag.startswith("-std=")), "c++17")
    before = record_text(folder / "old", entry.old, standard=standard)
    after = record_text(folder / "new", entry.new, standard=standard)
    return {impact for change in compare_snapshots(before, after) for impact in change.impacts} - {Impact.NONE}
