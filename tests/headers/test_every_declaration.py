"""Every declaration is promised, exempt or unverifiable, and no symbol is owed twice: g++'s own dump has the list."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from support.cases import Case, all_cases
from support.recording import record_case

_ENTRY = re.compile(r"^@(\d+)\s+(\w+)\s+(.*?)(?=^@\d+\s|\Z)", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(\w{4}): @?(\S+)")
_NAMED = re.compile(r"strg: (.*?)\s+lngt:", re.DOTALL)
_DECLARED = ("function_decl", "var_decl")
_INSIDE = ("function_decl", "block")


def dump(folder: Path, case: Case) -> str:
    """What g++ has made of the case's headers (`-fdump-lang-raw`); empty where it refuses them."""
    (folder / "unit.cpp").write_text("".join(f'#include "{entry}"\n' for entry in case.entries))
    flags = [f"-std={case.standard}", *(f"-D{item}" for item in case.defines), *(f"-I{item}" for item in case.include)]
    command = ["g++", "-w", *flags, "-fsyntax-only", "-fdump-lang-raw=dump", "unit.cpp"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    return (folder / "dump").read_text(errors="replace") if done.returncode == 0 else ""


def declared(text: str, files: set[str]) -> set[str]:
    """The names of functions and variables that ``files`` declare, but for what the compiler writes by itself."""
    entries = {number: (kind, body) for number, kind, body in _ENTRY.findall(text)}
    found = set()
    for kind, body in entries.values():
        fields = dict(_FIELD.findall(body))
        scope = entries.get(fields.get("scpe", ""), ("", ""))[0]
        ours = fields.get("srcp", "").rpartition(":")[0] in files
        if kind in _DECLARED and ours and "note: artificial" not in body and scope not in _INSIDE:
            name = _NAMED.search(entries.get(fields.get("name", ""), ("", ""))[1])
            found.add(name[1] if name is not None else "")
    return {name for name in found if name and not name.startswith("__") and " " not in name}


@pytest.mark.slow
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_whatever_the_compiler_has_is_judged_once(tmp_path: Path, case: Case):
    snapshot = record_case(case)
    judged = [item.declaration.name for item in (*snapshot.promises, *snapshot.exempt)]
    judged += [item.name for item in snapshot.unverifiable]
    names = {re.sub(r"<.*>\Z", "", name).rpartition("::")[2] for name in judged}
    missing = declared(dump(tmp_path, case), {Path(file).name for file in snapshot.files}) - names
    assert missing == set()
    owed = Counter(symbol for promise in snapshot.promises for symbol in promise.symbols)
    assert [symbol for symbol, times in owed.items() if times > 1] == []


def test_the_dump_names_what_headers_declare(tmp_path: Path):
    case = next(item for item in all_cases() if item.name == "65-inline-body-calls-private")
    found = declared(dump(tmp_path, case), {"header.h"})
    assert {"make", "via_template", "initial", "dead", "inside"} <= found
