"""A repository that somebody else wrote, cloned: what is in it was committed, and nothing of it may act on its reader.

A test writes into :attr:`Attack.made`, then lets :meth:`Attack.clone` commit and clone that, and runs commands in the
clone as its reader would.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

from trtheaders.configuration import Configuration
from trtheaders.verbs.add import add

_GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
READING = (
    ("status",),
    ("list",),
    ("path", "1.0.0"),
    ("verify",),
    ("verify", "1.0.0", "--headers-only"),
    ("identify",),
    ("diff", "1.0.0", "1.1.0"),
    ("promises", "1.0.0"),
    ("check",),
    ("hook", "files"),
    ("hook", "verify"),
    ("cmake", "--headers-only"),
)
"""Commands that read. Whether they have an answer is not the question here."""
ALSO_READING = (
    ("doctor",),
    ("doctor", "--for", "build", "--format", "json"),
    ("matrix",),
    ("matrix", "--fits"),
    ("matrix", "--markdown", "table.md", "--check"),
    ("explain", "build.log"),
    ("guard", "1.0.0"),
    ("report",),
    ("init", "--help"),
    ("init", "--release", "1.1.0"),
    ("sync", "--check"),
    ("list", "--format", "json"),
    ("check", "a.cpp"),
    ("verify", "--format", "sarif"),
    ("cmake",),
    ("cmake-dir",),
    ("rules",),
    # What these write, they write where they are told to.
    ("report", "--html", "{tmp}/page.html"),
    ("guard", "1.0.0", "-o", "{tmp}/guard.cpp"),
    ("stub", "1.0.0", "-o", "{tmp}/stub.so"),
    ("cmake", "--answers", "{tmp}/answers.cmake", "--release", "1.0.0", "--headers-only"),
)
"""What else reads; `{tmp}` is a folder of the reader's."""


class Attack(Struct):
    """What a stranger commits (``made``), and where its reader clones it to (``home``, ``cloned``)."""

    made: Path
    home: Path

    @property
    def cloned(self) -> Path:
        """The clone's folder."""
        return self.home / "src" / "project"

    @property
    def mark(self) -> Path:
        """A file that is there once something of the clone's ran."""
        return self.home / "executed"

    @property
    def vendored(self) -> Path:
        """The vendored folder that the stranger commits."""
        return self.made / "include" / "tensorrt-llm"

    def write(self, name: str, text: str) -> Path:
        """A file of the stranger's."""
        path = self.made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def program(self, name: str, end: int = 1) -> Path:
        """A program of the stranger's that leaves its mark."""
        path = self.write(name, f"#!/bin/sh\ntouch '{self.mark}'\nexit {end}\n")
        path.chmod(0o755)
        return path

    def link(self, name: str, target: str) -> None:
        """A link of the stranger's."""
        path = self.made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    def clone(self) -> Path:
        """Everything committed, and cloned."""
        git(self.made, "add", "--all", "--force")
        git(self.made, "commit", "--quiet", "-m", "x")
        self.cloned.parent.mkdir(parents=True)
        git(self.home, "clone", "--quiet", str(self.made), str(self.cloned))
        return self.cloned

    def run(self, *words: str, folder: str = ".", **variables: str) -> subprocess.CompletedProcess[str]:
        """`trtheaders WORDS` in the clone, or a ``folder`` of it, as its reader."""
        return subprocess.run(
            [sys.executable, "-m", "trtheaders", *words],
            cwd=self.cloned / folder,
            env={**os.environ, **surroundings(self.home), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=120,
        )


def git(folder: Path, *words: str) -> str:
    """What `git WORDS` in ``folder`` says."""
    return subprocess.run([*_GIT, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def surroundings(home: Path) -> dict[str, str]:
    """A reader's environment of his own."""
    return {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def begin_attack(folder: Path, upstream: Path) -> Attack:
    """A stranger's repository that has 1.0.0 of ``upstream`` vendored as anybody would, and a reader's empty home."""
    made, home = folder / "made", folder / "home"
    for path in (made, home):
        path.mkdir()
    git(made, "init", "--quiet")
    add(
        ["v1.0.0"],
        configuration=Configuration(root=made, destination=made / "include" / "tensorrt-llm"),
        remote=str(upstream),
    )
    return Attack(made=made, home=home)


def photograph(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Every file and link below ``folder``, by name; git's own counters aside."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", os.fsencode(path.readlink()))
        elif path.is_file():
            found[name] = ("file", path.read_bytes())
    return found
