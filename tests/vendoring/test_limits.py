"""Locks and configurations that are damaged, hostile or absurd: one clear line each, exit code 2, within bounds."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

LOCK = "include/tensorrt-llm/trtheaders.lock"
UNKNOWN = """
import pwd
def unknown(uid):
    raise KeyError(uid)
pwd.getpwuid = unknown
from trtheaders.cli.entry import main
main()
"""
RELEASE = '[releases."1.0.0"]\ntag = "v1.0.0"\n'


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_folder(path: Path) -> None:
    path.mkdir()


def writes(text: str | bytes):
    def write(path: Path) -> None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


DAMAGE = {
    "pipe": make_pipe,
    "zeros": link_to_zero,
    "folder": make_folder,
    "brackets": writes("a = " + "[" * 50_000),
    "tables": writes("[" + ".".join("a" * 20_000) + "]"),
    "digits": writes(f"format = {'9' * 5000}"),
    "NUL": writes("format = 1\n\0"),
    "Latin-1": writes(b"caf\xe9 = 1"),
    "large": writes("# " + "x" * 1_100_000),
    "long key": writes(f"{'k' * 500_000} = 1"),
}
LOCKS = {
    "true": writes(f"format = true\n{RELEASE}"),
    "float": writes(f"format = 1.0\n{RELEASE}"),
    "many digits": writes(f"format = {'9' * 4000}\n"),
    "absurd size": writes(f"format = 1\n{RELEASE}hashes = '''\n100644 {'a' * 40} {'9' * 4000} tensorrt_llm/a.h\n'''\n"),
    "list": writes("format = 1\nreleases = []\n"),
    "long version": writes(f'format = 1\n[releases."{"1" * 100_000}"]\n'),
    "outside": writes(f"format = 1\n{RELEASE}hashes = '''\n100644 {'a' * 40} 1 tensorrt_llm/../../x\n'''\n"),
    "snapshot": writes(f"format = 1\n{RELEASE}snapshot = 1\n"),
}
CONFIGURATIONS = {
    "NUL in a path": writes('destination = "a\\u0000b"\n'),
    "line in an entry": writes('entries = ["a.h>\\n#include <b.h"]\n'),
    "escape in a define": writes('defines = ["\\u001b[2J"]\n'),
    "long path": writes(f'destination = "{"d/" * 5000}"\n'),
    "long name": writes(f'library = ["{"x" * 5000}"]\n'),
    "no such home": writes('python = "~nobody-of-that-name/bin/python"\n'),
    "number": writes(f"destination = {'9' * 4000}\n"),
    "table": writes("tool = 1\nstandard = {a = 1}\n"),
}


def run(folder: Path, *words: str, limit: int = 1_200_000_000) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from trtheaders.cli.entry import main; main()", *words],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )


def assert_refused(folder: Path, words: tuple[str, ...]) -> None:
    done = run(folder, *words)
    assert done.returncode == 2, (words, done)
    assert done.stderr.startswith("error: "), done.stderr[:2000]
    assert "\n\nhint: " in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 2000


@pytest.mark.parametrize("name", [*DAMAGE, *LOCKS])
def test_a_lock_that_is_none_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    lock = tmp_path / LOCK
    lock.parent.mkdir(parents=True)
    {**DAMAGE, **LOCKS}[name](lock)
    for words in (("status",), ("hook", "files")):
        assert_refused(tmp_path, words)


@pytest.mark.parametrize("name", [*DAMAGE, *CONFIGURATIONS])
def test_a_configuration_that_is_none_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    {**DAMAGE, **CONFIGURATIONS}[name](tmp_path / "trtheaders.toml")
    for words in (("list",), ("hook", "files")):
        assert_refused(tmp_path, words)


@pytest.mark.parametrize("words", [("status",), ("list",), ("identify",), ("hook", "files")], ids=" ".join)
def test_without_a_home_there_is_no_cache(tmp_path: Path, words: tuple[str, ...]) -> None:
    """As in a container that runs with any number as its user."""
    kept = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME", "USER")}
    done = subprocess.run(
        [sys.executable, "-c", UNKNOWN, *words],
        cwd=tmp_path,
        env=kept,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr, done.stderr
