"""Stripped evidence against its own DWARF: what the accessors' machine code says, and what the compiler knew.

    python tools/judge_own_debug.py INCLUDE BUILD HEADER…

Every shared library below BUILD is judged twice with the layouts of INCLUDE's HEADERs: with its debug information (no
contradiction, or the headers were parsed otherwise than compiled) and stripped (a contradiction is a false alarm).
Exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec.structs import replace

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.answers.findings import Finding


def libraries_below(folder: Path) -> list[Path]:
    """Every shared library below ``folder``, each once."""
    return sorted({path.resolve() for path in folder.rglob("*.so*") if path.is_file()})


def strip_all(libraries: list[Path], folder: Path) -> list[Path]:
    """Copies of ``libraries`` without debug information and local symbols."""
    copies = [Path(shutil.copy(path, folder / path.name)) for path in libraries]
    for copy in copies:
        subprocess.run(["strip", "--strip-unneeded", "--remove-section=.comment", str(copy)], check=True)
    return copies


def tell(title: str, findings: tuple[Finding, ...]) -> None:
    """One line for each finding, its evidence below."""
    for finding in findings:
        print(f"  {title}: {finding.severity.value}[{finding.rule}] {finding.message}")
        for line in finding.evidence[:4]:
            print(f"      {line}")


def main() -> int:
    """Judge, print, and say by the exit code whether anything contradicts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="the folder for -I")
    parser.add_argument("build", type=Path, help="the folder below which the libraries lie")
    parser.add_argument("headers", nargs="+", help="headers, relative to the folder")
    parser.add_argument("--include", type=Path, action="append", default=[], help="further folders for -I")
    arguments = parser.parse_args()
    question = HeaderQuestion(
        root=arguments.root, entries=tuple(arguments.headers), defines=(), include_directories=tuple(arguments.include)
    )
    snapshot, libraries = record_snapshot(question), libraries_below(arguments.build)
    known = read_evidence(libraries, snapshot)
    by_debug = judge_layouts(snapshot, replace(known, functions=(), vtables=(), typeinfos=()))
    with tempfile.TemporaryDirectory() as folder:
        by_code = judge_layouts(snapshot, read_evidence(strip_all(libraries, Path(folder)), snapshot))
    print(f"{arguments.build.name}: {len(libraries)} libraries")
    print(f"  DWARF: {len(known.debug_records)} classes compared, {len(by_debug.findings)} contradictions")
    tell("DWARF", by_debug.findings)
    print(f"  machine code: {by_code.coverage}; {len(by_code.findings)} contradictions")
    tell("machine code", by_code.findings)
    for remark in (*by_debug.remarks, *by_code.remarks):
        print(f"  {remark}")
    return 1 if by_code.findings else 0


if __name__ == "__main__":
    sys.exit(main())
