"""The recorded snapshot: pinned by the lock, written by `add`, `adopt` and `sync` alone, believed as far as it goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.clones import Attack, begin_attack, git, photograph
from support.upstream import Upstream

from trtheaders.headers.snapshot_files import digest_of, encode_snapshot, read_snapshot
from trtheaders.model.headers.snapshot import PROMISES_ENGINE, AbiSnapshot
from trtheaders.programs.kept_files import keep_file
from trtheaders.vendoring.folder.lockfile import read_lock, render_lock

HEADER = "#pragma once\nnamespace tensorrt_llm::executor\n{\nint tiny(int n);\nint other(int n);\n}\n"
FOLDER = Path("include") / "tensorrt-llm"
SNAPSHOT = FOLDER / "1.0.0" / "abi-snapshot.json.gz"


@pytest.fixture
def attack(tmp_path: Path, upstream: Upstream) -> Attack:
    """A stranger's repository with 1.0.0 vendored and recorded."""
    upstream.release("v1.0.0", {"executor/executor.h": HEADER})
    return begin_attack(tmp_path, upstream.path)


def edit(attack: Attack, snapshot: AbiSnapshot, *, pin: bool) -> None:
    """Let ``snapshot`` be the recorded one, and with ``pin`` the lock name it."""
    data = encode_snapshot(snapshot)
    (attack.made / SNAPSHOT).write_bytes(data)
    if pin:
        lock = read_lock(attack.made / FOLDER / "trtheaders.lock")
        edited = lock.having(replace(lock.releases["1.0.0"], snapshot=digest_of(data)))
        (attack.made / FOLDER / "trtheaders.lock").write_text(render_lock(edited))


def promises(attack: Attack, *words: str) -> list[str]:
    done = attack.run("promises", "1.0.0", "--format", "json", *words)
    return [item["name"] for item in json.loads(done.stdout)["promises"]]


def test_a_recorded_snapshot_is_pinned_by_the_lock(attack: Attack) -> None:
    data = (attack.made / SNAPSHOT).read_bytes()
    assert digest_of(data) in (attack.made / FOLDER / "trtheaders.lock").read_text()
    assert read_snapshot(attack.made / SNAPSHOT).key.engine == PROMISES_ENGINE


def test_a_promise_that_was_taken_out_of_the_record_is_missed_all_the_same(attack: Attack) -> None:
    honest = read_snapshot(attack.made / SNAPSHOT)
    edit(attack, replace(honest, promises=honest.promises[1:]), pin=False)
    attack.clone()
    done = attack.run("verify", "1.0.0", "--headers-only", "--strict", "--format", "json")
    assert json.loads(done.stdout)["counts"]["promises"] == 2
    assert "is not the snapshot that the lock names" in done.stdout
    for words in (["status"], ["hook", "files"], ["sync", "--check"]):
        done = attack.run(*words)
        assert done.returncode == 1, words
        assert "not the snapshot that the lock names" in done.stdout + done.stderr, words
    assert attack.run("sync").returncode == 0
    assert attack.run("status").returncode == 0


@pytest.mark.parametrize("words", [["verify", "1.0.0", "--headers-only"], ["sync", "--check"]], ids=" ".join)
def test_a_record_that_was_changed_with_its_lock_is_held_against_the_headers(attack: Attack, words: list[str]) -> None:
    honest = read_snapshot(attack.made / SNAPSHOT)
    edit(attack, replace(honest, promises=honest.promises[1:]), pin=True)
    attack.clone()
    assert attack.run("status").returncode == 0
    done = attack.run(*words)
    assert done.returncode == 1
    assert "1 of its promises are missing from it" in done.stdout + done.stderr
    assert f"delete its `{SNAPSHOT.name}`, and `trtheaders sync` records it anew" in done.stdout + done.stderr
    (attack.cloned / SNAPSHOT).unlink()
    assert attack.run("sync").returncode == 0
    assert attack.run("sync", "--check", "--quiet").returncode == 0


def test_another_toolchain_is_no_fault_where_the_promises_are_the_same(attack: Attack) -> None:
    honest = read_snapshot(attack.made / SNAPSHOT)
    toolchain = replace(honest.key.toolchain, compiler="g++ 99") if honest.key.toolchain else None
    edit(attack, replace(honest, key=replace(honest.key, toolchain=toolchain)), pin=True)
    attack.clone()
    assert attack.run("sync", "--check").returncode == 0
    edit(attack, replace(honest, key=replace(honest.key, toolchain=toolchain), promises=()), pin=True)
    shutil.copytree(attack.made / FOLDER, attack.cloned / FOLDER, dirs_exist_ok=True)
    assert attack.run("sync", "--check").returncode == 1


def grow_old(attack: Attack) -> None:
    honest = read_snapshot(attack.made / SNAPSHOT)
    edit(attack, replace(honest, key=replace(honest.key, engine=PROMISES_ENGINE - 1)), pin=True)


def test_an_older_record_answers_where_no_compiler_is_there(attack: Attack) -> None:
    grow_old(attack)
    attack.clone()
    tools = attack.home / "bin"
    tools.mkdir()
    for name in ("git", "sh"):
        (tools / name).symlink_to(shutil.which(name) or "")
    done = attack.run("promises", "1.0.0", "--format", "json", PATH=str(tools))
    assert len(json.loads(done.stdout)["promises"]) == 2
    # Where there is one they are made anew, and that is said once.
    said = attack.run("verify", "1.0.0", "--headers-only", "--format", "json").stdout
    assert said.count("was recorded by an older trtheaders; run `trtheaders sync` and commit") == 1


def test_sync_and_add_renew_an_older_record_and_say_so(attack: Attack, upstream: Upstream) -> None:
    grow_old(attack)
    attack.clone()
    assert attack.run("sync", "--check").returncode == 1
    for words in (["sync", "--offline"], ["add", "v1.0.0", "--remote", str(upstream.path)]):
        shutil.copytree(attack.made / FOLDER, attack.cloned / FOLDER, dirs_exist_ok=True)
        done = attack.run(*words)
        assert done.returncode == 0, done.stderr
        assert "its snapshot was recorded anew" in done.stderr
        assert attack.run("sync", "--check").returncode == 0
        assert attack.run(*words).stderr == ""


def test_adopt_records_a_snapshot(attack: Attack) -> None:
    for name in ("trtheaders.lock", "1.0.0/abi-snapshot.json.gz", "1.0.0/LICENSE"):
        (attack.made / FOLDER / name).unlink()
    attack.clone()
    done = attack.run("adopt")
    assert done.returncode == 0, done.stderr
    assert (attack.cloned / SNAPSHOT).is_file()
    assert attack.run("sync", "--check").returncode == 0


@pytest.mark.parametrize(
    ("name", "defines"), [("abi-snapshot.json.gz.new", ""), ("abi-snapshot.json.gz", 'defines = ["OTHER"]\n')]
)
def test_a_link_in_the_snapshots_place_is_not_written_through(attack: Attack, name: str, defines: str) -> None:
    (attack.made / SNAPSHOT).unlink()
    attack.link(str(FOLDER / "1.0.0" / name), "../../../../../.bashrc")
    attack.write("trtheaders.toml", defines)
    (attack.home / ".bashrc").write_text("precious")
    attack.clone()
    before = photograph(attack.cloned)
    for words in (["verify", "1.0.0", "--headers-only"], ["hook", "verify"], ["promises", "1.0.0"]):
        attack.run(*words)
        assert (attack.home / ".bashrc").read_text() == "precious", words
        assert photograph(attack.cloned) == before, words
    attack.run("sync", "--offline")
    attack.run("adopt")
    assert (attack.home / ".bashrc").read_text() == "precious"


def test_another_configuration_lets_no_hook_change_the_record(attack: Attack) -> None:
    attack.write("trtheaders.toml", 'defines = ["OTHER"]\n')
    attack.clone()
    before = (attack.cloned / SNAPSHOT).read_bytes()
    for words in (("verify", "1.0.0", "--headers-only"), ("hook", "verify"), ("check",), ("cmake", "--headers-only")):
        attack.run(*words)
        assert (attack.cloned / SNAPSHOT).read_bytes() == before, words


def test_what_had_to_be_made_is_kept_in_the_cache(attack: Attack) -> None:
    (attack.made / SNAPSHOT).unlink()
    attack.clone()
    attack.run("verify", "1.0.0", "--library", "/nonexistent")
    library = attack.home / "liba.so"
    subprocess.run(["g++", "-shared", "-x", "c++", "-", "-o", library], input="int x;", text=True, check=True)
    attack.run("verify", "1.0.0", "--library", str(library))
    (kept,) = (attack.home / ".cache" / "trtheaders" / "snapshots").iterdir()
    once = kept.read_bytes()
    # It is believed: one that promises less is told by less.
    snapshot = read_snapshot(kept)
    kept.write_bytes(encode_snapshot(replace(snapshot, promises=snapshot.promises[1:])))
    done = attack.run("verify", "1.0.0", "--library", str(library), "--format", "json")
    assert json.loads(done.stdout)["counts"]["promises"] == 1
    # Headers that are not what the lock says are read, and not kept.
    shutil.rmtree(kept.parent)
    header = attack.cloned / FOLDER / "1.0.0" / "tensorrt_llm" / "executor" / "executor.h"
    header.write_text(HEADER.replace("other", "changed"))
    attack.run("verify", "1.0.0", "--library", str(library))
    assert not kept.exists()
    assert once


@pytest.mark.parametrize(
    ("shadow", "compiler"),
    [
        ("1.0.0/optional", ""),
        ("1.0.0/generated/optional", ""),
        ("optional", "g++ -Iinclude/tensorrt-llm"),
    ],
)
def test_what_was_made_with_a_strangers_files_is_not_kept_for_other_projects(
    tmp_path: Path, upstream: Upstream, shadow: str, compiler: str
) -> None:
    """The headers are the release's, and a file that is found before the standard library's is not."""
    upstream.release("v1.0.0", {"executor/executor.h": f"#include <optional>\n{HEADER}"})
    attack = begin_attack(tmp_path, upstream.path)
    (attack.made / SNAPSHOT).unlink()
    honest = tmp_path / "honest"
    shutil.copytree(attack.made, honest)
    text = "#pragma once\n#include_next <optional>\n#define tiny forged\n"
    attack.write(f"include/tensorrt-llm/{shadow}", text)
    if "generated" in shadow:
        attack.write("include/tensorrt-llm/1.0.0/generated/tensorrt_llm/other.h", "")
    attack.clone()
    environment = {"CXX": compiler} if compiler else {}
    library = attack.home / "liba.so"
    subprocess.run(["g++", "-shared", "-x", "c++", "-", "-o", library], input="int x;", text=True, check=True)
    words = ("verify", "1.0.0", "--library", str(library))
    assert "forged" in attack.run(*words, **environment).stdout
    done = attack.run(*words, folder=str(honest), **environment)
    assert "tiny" in done.stdout
    assert "forged" not in done.stdout


@pytest.mark.parametrize("tracked", [True, False])
def test_a_cache_in_the_repository_is_used_unless_it_came_with_it(attack: Attack, tracked: bool) -> None:
    (attack.made / SNAPSHOT).unlink()
    if tracked:
        attack.write(".cache/trtheaders/snapshots/.keep", "")
    attack.clone()
    cache = attack.cloned / ".cache"
    before = photograph(cache)
    library = attack.home / "liba.so"
    subprocess.run(["g++", "-shared", "-x", "c++", "-", "-o", library], input="int x;", text=True, check=True)
    done = attack.run("verify", "1.0.0", "--library", str(library), XDG_CACHE_HOME=str(cache))
    assert done.returncode == 1, done.stderr
    assert (photograph(cache) == before) is tracked


def test_a_cache_that_is_a_link_of_the_clone_s_is_not_used(attack: Attack) -> None:
    (attack.made / SNAPSHOT).unlink()
    attack.link(".cache", "../../victim")
    (attack.home / "victim").mkdir()
    attack.clone()
    library = attack.home / "liba.so"
    subprocess.run(["g++", "-shared", "-x", "c++", "-", "-o", library], input="int x;", text=True, check=True)
    attack.run("verify", "1.0.0", "--library", str(library), XDG_CACHE_HOME=str(attack.cloned / ".cache"))
    assert photograph(attack.home / "victim") == {}


@pytest.fixture
def elsewhere(attack: Attack) -> Attack:
    """A repository whose `trtheaders/` leads to a folder of the reader's, and 1.0.0 without a recorded snapshot."""
    (attack.made / SNAPSHOT).unlink()
    other = attack.made.parent / "other"
    for name in ("snapshots", "confirmations", "layouts", "hooks"):
        attack.link(f"../other/trtheaders/{name}", str(attack.home / "victim"))
    git(other, "init", "--quiet")
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "-m", "x")
    (attack.home / "victim").mkdir()
    return attack


def test_a_cache_in_a_submodule_is_not_used(elsewhere: Attack) -> None:
    other = elsewhere.made.parent / "other"
    # As `git submodule add` and `update` leave it; those are scripts that want more programs than git does.
    git(elsewhere.made, "clone", "--quiet", str(other), ".cache")
    elsewhere.write(".gitmodules", f'[submodule ".cache"]\n\tpath = .cache\n\turl = {other}\n')
    cache = elsewhere.clone() / ".cache"
    assert git(elsewhere.cloned, "ls-files", "--stage", ".cache").startswith("160000 ")
    git(elsewhere.cloned, "clone", "--quiet", str(other), ".cache")
    look_everywhere(elsewhere, cache)
    assert photograph(elsewhere.home / "victim") == {}
    # One that brings nothing of the cache's is still the repository's.
    shutil.rmtree(cache / "trtheaders")
    git(cache, "rm", "--quiet", "-r", "--cached", "trtheaders")
    look_everywhere(elsewhere, cache)
    assert not (cache / "trtheaders").exists()


def test_a_cache_in_another_clone_than_the_one_that_is_looked_at_is_not_used(elsewhere: Attack) -> None:
    elsewhere.clone()
    git(elsewhere.home, "clone", "--quiet", str(elsewhere.made.parent / "other"), "cloned")
    look_everywhere(elsewhere, elsewhere.home / "cloned")
    assert photograph(elsewhere.home / "victim") == {}


def test_a_link_among_the_cache_s_own_folders_is_not_followed(elsewhere: Attack) -> None:
    elsewhere.clone()
    unpacked = elsewhere.home / "unpacked"
    shutil.copytree(elsewhere.made.parent / "other", unpacked, symlinks=True)
    shutil.rmtree(unpacked / ".git")
    look_everywhere(elsewhere, unpacked)
    assert photograph(elsewhere.home / "victim") == {}


def look_everywhere(attack: Attack, cache: Path) -> None:
    library = attack.home / "liba.so"
    subprocess.run(["g++", "-shared", "-x", "c++", "-", "-o", library], input="int x;", text=True, check=True)
    for words in (["verify", "1.0.0", "--library", str(library)], ["hook", "files"]):
        done = attack.run(*words, XDG_CACHE_HOME=str(cache))
        assert done.returncode in (0, 1), done.stderr


def test_a_cache_lets_only_its_own_files_go(tmp_path: Path) -> None:
    names = [f"{number}.json" for number in range(4)] + [f"{'c' * 40}.json.gz", f"{'d' * 41}.json"]
    for name in names:
        (tmp_path / name).write_text("")
    for digit in "0123":
        keep_file(tmp_path / f"{digit * 40}.json", b"x", 2)
        os.utime(tmp_path / f"{digit * 40}.json", (int(digit), int(digit)))
    assert {path.name for path in tmp_path.iterdir()} == {*names, f"{'2' * 40}.json", f"{'3' * 40}.json"}


def test_a_bomb_is_refused_within_bounds(attack: Attack) -> None:
    """3 MB that unpack to more than a gigabyte."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with (attack.made / SNAPSHOT).open("wb") as file:
        for _ in range(1100):
            file.write(packer.compress(b"[" * 1024**2))
        file.write(packer.flush())
    attack.clone()
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1500 * 2**20, 1500 * 2**20)); "
        "from trtheaders.headers.snapshot_files import read_snapshot; from pathlib import Path; "
        "read_snapshot(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(attack.cloned / SNAPSHOT)], capture_output=True, text=True, env={**os.environ}
    )
    assert "it unpacks to more than 512 MB" in done.stderr
