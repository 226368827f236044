"""A recorded snapshot and another version of its compiler: asked is only what compilers name differently."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec.structs import replace
from support.recording import promised, record_text
from support.tools import tool

from trtheaders.configuration import Configuration
from trtheaders.headers.entrance import HeaderQuestion, reconfirm
from trtheaders.headers.snapshot_files import write_snapshot
from trtheaders.model.headers.snapshot import AbiSnapshot, Confirmer
from trtheaders.model.names import SymbolName
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, obtain_snapshot

TEXT = """__attribute__((abi_tag("x"))) __attribute__((abi_tag("y"))) int two(int);
int plain(int);
"""
NAMES = {"_Z3twoB1yi", "_Z5plaini"}


def recorded_by_another(folder: Path) -> AbiSnapshot:
    """What an older g++ could have recorded: every name is another one there."""
    made = record_text(folder, TEXT, confirmed=True, content="tree", environment=False)
    assert promised(made) == NAMES
    promises = tuple(
        replace(
            item, obligations=tuple(replace(owed, symbol=SymbolName(f"{owed.symbol}x")) for owed in item.obligations)
        )
        for item in made.promises
    )
    return replace(made, promises=promises, key=replace(made.key, confirmed=Confirmer(family="gcc", abi=1002)))


def test_only_names_that_differ_are_asked_for(tmp_path):
    older = recorded_by_another(tmp_path)
    assert {item.declaration.name for item in older.promises if item.dependent} == {"two"}
    question = HeaderQuestion(root=tmp_path, entries=("api.h",), defines=(), compiler=tool("g++"))
    newer = reconfirm(older, question)
    assert promised(newer) == {"_Z3twoB1yi", "_Z5plainix"}
    assert newer.key.toolchain is not None
    assert "1 name on your g++ (C++ ABI " in newer.key.toolchain.compiler


def test_the_compiler_that_recorded_them_is_not_asked(tmp_path):
    made = record_text(tmp_path, TEXT, confirmed=True)
    (tmp_path / "api.h").write_text("#error never read\n")
    assert reconfirm(made, HeaderQuestion(root=tmp_path, entries=("api.h",), defines=(), compiler=tool("g++"))) is made


def test_what_cannot_be_asked_stays_as_it_is_recorded(tmp_path):
    older = recorded_by_another(tmp_path)
    (tmp_path / "api.h").write_text("#error no header\n")
    question = HeaderQuestion(root=tmp_path, entries=("api.h",), defines=(), compiler=tool("g++"))
    assert promised(reconfirm(older, question)) == promised(older)


def test_a_recorded_snapshot_is_read_so(tmp_path, monkeypatch):
    for name in ("CXX", "CXXFLAGS"):
        monkeypatch.delenv(name, raising=False)
    older = recorded_by_another(tmp_path / "tree")
    file = tmp_path / "snapshot.json.gz"
    write_snapshot(older, file)
    request = HeaderRequest(
        root=tmp_path / "tree",
        configuration=Configuration(root=tmp_path, entries=("api.h",), defines=(), compiler=tool("g++")),
        content="tree",
        recorded=file,
        pinned=hashlib.sha256(file.read_bytes()).hexdigest(),
    )
    before = file.read_bytes()
    assert promised(obtain_snapshot(request)) == {"_Z3twoB1yi", "_Z5plainix"}
    assert file.read_bytes() == before
