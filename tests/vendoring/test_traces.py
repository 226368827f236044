"""What commands that read do to the disk, as the kernel sees it: strace over all of them, in a clone that attacks."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.clones import ALSO_READING, READING, Attack, begin_attack, surroundings
from support.upstream import Upstream, headers

from trtheaders.cli.main import COMMANDS

pytestmark = pytest.mark.slow

WRITING = (
    "open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat"
)
MORE = "chmod,fchmodat,chown,truncate,utimensat,mknod,mknodat,execve"
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) = (-?\d+)")
_FLAGS = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")


def attack_everywhere(attack: Attack) -> None:
    """One clone with every attack at once that leaves the commands running."""
    dead = "include/tensorrt-llm/.trtheaders-dead"
    for name in ("install/1.0.0", "remove/1.0.0", "new/.keep", "old/.keep", "lock"):
        attack.write(f"{dead}/{name}", "")
    attack.link("include/tensorrt-llm/1.0.0/abi-snapshot.json.gz.new", "../../../../../.bashrc")
    (attack.vendored / "1.0.0" / "abi-snapshot.json.gz").unlink()
    attack.write("table.md", "<!-- trtheaders:matrix -->\n<!-- /trtheaders:matrix -->\n")
    attack.write("build.log", f"/usr/bin/ld: {attack.cloned}/evil/a.o: undefined reference to `tensorrt_llm::f(int)'\n")
    attack.write(".python-version", "../../evil\n")
    attack.write("build/CMakeCache.txt", f"CMAKE_CXX_COMPILER:FILEPATH={attack.cloned}/evil/g++\n")
    attack.program("evil/nvcc")
    attack.program("evil/python3")
    attack.program("evil/g++")
    attack.write(".venv/pyvenv.cfg", f"home = {attack.cloned}/evil\ninclude-system-site-packages = true\n")
    attack.write(".cache/trtheaders/hooks/.keep", "")
    attack.write(
        "compile_commands.json",
        f'[{{"directory": "{attack.cloned}", "file": "a.cpp", "command": "evil/g++ -save-temps -MF x -c a.cpp"}}]',
    )
    attack.write("a.cpp", "#include <tensorrt_llm/executor/assert_.h>\n")
    attack.write(
        "trtheaders.toml",
        f'compiler = "g++ -save-temps -fdump-tree-all -o {attack.cloned}/x"\nsources = ["a.cpp"]\ndefines = ["X"]\n'
        'python = "evil/python3"\nentries = ["all"]\n',
    )


def trace(strace: str, attack: Attack, words: tuple[str, ...], where: Path) -> list[tuple[str, str]]:
    """The calls of ``words``, and all that they start, that change or start something and succeed."""
    command = [strace, "-f", "-qq", "-s", "4096", "-o", where, "-e", f"trace={WRITING},{MORE}"]
    environment = {**os.environ, **surroundings(attack.home), "TMPDIR": str(attack.home / "tmp")}
    lines: list[str] = []
    for cache in (attack.home / ".cache", attack.cloned / ".cache"):
        environment["XDG_CACHE_HOME"] = str(cache)
        subprocess.run(
            [*command, sys.executable, "-m", "trtheaders", *words],
            cwd=attack.cloned,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        lines += where.read_text(errors="replace").splitlines()
    calls = map(_CALL.match, lines)
    return [(call[1], call[2]) for call in calls if call and int(call[3]) >= 0]


def changed(name: str, arguments: str) -> list[str]:
    """The paths that a call changes; relative ones are of the working folder unless a descriptor says otherwise."""
    if name in ("open", "openat", "creat") and not any(flag in arguments for flag in _FLAGS):
        return []
    return [shlex.split(f'"{path}"')[0] for path in re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)]


def test_reading_changes_nothing_but_caches_and_temporary_folders(tmp_path: Path, upstream: Upstream, tools) -> None:
    strace = tools("strace")
    upstream.release("v1.0.0", headers(assert_="#pragma once\nint f(int);\n"))
    attack = begin_attack(tmp_path, upstream.path)
    attack_everywhere(attack)
    attack.clone()
    (attack.home / "tmp").mkdir()
    allowed = tuple(f"{attack.home}/{name}/" for name in ("tmp", ".cache"))
    programs: set[str] = set()
    written: set[str] = set()
    for words in (*READING, *ALSO_READING):
        words = tuple(word.format(tmp=attack.home / "tmp") for word in words)
        calls = trace(strace, attack, words, tmp_path / "trace")
        programs |= {arguments.split('"')[1] for name, arguments in calls if name == "execve"}
        started = [
            arguments for name, arguments in calls if name == "execve" and str(attack.cloned) in arguments.split(",")[0]
        ]
        assert started == [], words
        paths = [path for name, arguments in calls if name != "execve" for path in changed(name, arguments)]
        written |= {path for path in paths if path.startswith(allowed)}
        foreign = [
            path
            for path in paths
            if not path.startswith(allowed) and not path.startswith(("/dev/", "/proc/self")) and ".pyc" not in path
        ]
        # A relative name is of a private folder: compilers run there, and Python removes trees by descriptors.
        outside = [
            path for path in foreign if path.startswith("/") and not path.endswith(("__pycache__", "/tmp", "/.cache"))
        ]
        assert outside == [], words
        assert (
            subprocess.run(
                ["git", "status", "--porcelain", "--ignored"], cwd=attack.cloned, capture_output=True, text=True
            ).stdout
            == ""
        ), words
    assert not attack.mark.exists()
    # Something was done at all.
    assert {"g++", "git"} <= {Path(program).name for program in programs}
    assert written
    for name in ("page.html", "guard.cpp", "stub.so"):
        assert (attack.home / "tmp" / name).is_file()


def test_every_command_is_among_those_that_are_traced_or_is_one_that_changes_the_store() -> None:
    assert {words[0] for words in (*READING, *ALSO_READING)} | {"add", "adopt", "remove"} == set(COMMANDS)
