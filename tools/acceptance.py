"""Whether add, promises and verify are true on real headers: `python tools/acceptance.py CLONE [RELEASE…]`.

CLONE is a git clone of TensorRT-LLM (or of anything shaped like it); nothing is fetched and nothing of it is kept. The
oracles are git for the bytes, g++ for the promises, and a stub library of each release for the verdicts.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.oracle import compare_with_compiler

from trtheaders.demangling import demangle
from trtheaders.errors import ReleaseError, TrtHeadersError
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.model.answers.findings import Verdict
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.vendoring.releases import DEFAULT_ENTRY, HEADER_DIRECTORY, SNAPSHOT_NAME, parse_release
from trtheaders.verbs.add import add
from trtheaders.verbs.status import status
from trtheaders.verbs.stub import stub
from trtheaders.verbs.verify import verify

USUAL = ("1.0.0", "1.1.0", "1.2.0rc3", "1.2.0rc4")
"""Taken from a clone that has many releases; all are taken from one that has few."""
FEW = 6


class Acceptance:
    """The checks over one clone; ``failures`` collects what was not true."""

    def __init__(self, clone: Path, folder: Path) -> None:
        self.clone = clone
        self.folder = folder
        self.destination = folder / "include" / "tensorrt-llm"
        self.failures: list[str] = []

    def judge(self, good: bool, text: str) -> None:
        """One line a check."""
        print(f"{'ok  ' if good else 'FAIL'} {text}", flush=True)
        if not good:
            self.failures.append(text)

    def check_bytes(self, release: str) -> None:
        """The vendored folder makes the same git tree as the tag has."""
        wanted = git(self.clone, "rev-parse", f"v{release}:{HEADER_DIRECTORY}")
        index = {"GIT_INDEX_FILE": str(self.folder / "index"), "GIT_DIR": str(self.folder / "objects.git")}
        git(self.folder, "init", "--quiet", "--bare", str(self.folder / "objects.git"))
        tree = self.destination / release / "tensorrt_llm"
        (self.folder / "index").unlink(missing_ok=True)
        git(tree, f"--work-tree={tree}", "-c", "core.autocrlf=false", "add", "--all", "--force", ".", **index)
        found = git(tree, "write-tree", **index)
        self.judge(found == wanted, f"{release}: vendored byte for byte (tree {wanted})")

    def check_promises(self, release: str, snapshot: AbiSnapshot) -> None:
        """What is promised is what g++ leaves undefined in a consumer of every declaration."""
        report = compare_with_compiler(self.destination / release, DEFAULT_ENTRY, snapshot)
        # What the standard library keeps for itself belongs to no release.
        missed = [symbol for symbol in report.missed if not demangle(symbol).startswith("std::")]
        text = f"{release}: {len(snapshot.promises)} promises, {report.uses} uses compiled by g++"
        text += f", {len(missed)} missed, {len(report.excessive)} too many"
        self.judge(not missed and not report.excessive, text)
        for symbol in (*missed, *report.excessive):
            print(f"       {symbol} {demangle(symbol)}")

    def check_verdicts(self, snapshots: dict[str, AbiSnapshot]) -> None:
        """A library of one release's promises verifies with that release, and with none that promises more."""
        owed = {name: {s for p in snapshot.promises for s in p.symbols} for name, snapshot in snapshots.items()}
        for library in snapshots:
            output = self.folder / library / "libtensorrt_llm.so"
            output.parent.mkdir()
            stub(library, output=output, start=self.folder)
            for headers in snapshots:
                verdict = verify(headers, libraries=[output], start=self.folder).verdict
                wanted = Verdict.VERIFIED if owed[headers] <= owed[library] else Verdict.MISMATCH
                self.judge(verdict is wanted, f"headers {headers}, library {library}: {verdict.value}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("releases", nargs="*")
    options = parser.parse_args()
    clone = options.clone.expanduser().resolve()
    if not (clone / ".git").exists() and not (clone / "HEAD").is_file():
        print(f"error: `{clone}` is no git clone", file=sys.stderr)
        return 2
    releases = options.releases or choose_releases(clone)
    with tempfile.TemporaryDirectory(prefix="trtheaders-acceptance-") as folder, contextlib.chdir(folder):
        return run(Acceptance(clone, Path(folder)), releases)


def run(acceptance: Acceptance, releases: Sequence[str]) -> int:
    try:
        add([f"v{release}" for release in releases], remote=str(acceptance.clone))
        acceptance.judge(status().is_clean, "the store is what its lock says")
        snapshots = {name: read_snapshot(acceptance.destination / name / SNAPSHOT_NAME) for name in releases}
        for release, snapshot in snapshots.items():
            acceptance.check_bytes(release)
            acceptance.check_promises(release, snapshot)
        acceptance.check_verdicts(snapshots)
    except TrtHeadersError as error:
        acceptance.judge(False, f"{error.message} ({error.hint})")
    print(f"{len(acceptance.failures)} of the checks above failed" if acceptance.failures else "all of it is true")
    return 1 if acceptance.failures or not releases else 0


def choose_releases(clone: Path) -> list[str]:
    """Releases whose tag has an executor API: all of a few, else the usual ones."""
    tags = git(clone, "tag", "--list", "v*", "--sort=v:refname").split()
    known = [tag.removeprefix("v") for tag in tags if is_release(tag) and has_executor(clone, tag)]
    return known if len(known) <= FEW else [name for name in USUAL if name in known]


def is_release(tag: str) -> bool:
    try:
        return f"v{parse_release(tag)}" == tag
    except ReleaseError:
        return False


def has_executor(clone: Path, tag: str) -> bool:
    path = f"{HEADER_DIRECTORY.rpartition('/')[0]}/{DEFAULT_ENTRY}"
    return bool(git(clone, "ls-tree", "--name-only", tag, "--", path))


def git(folder: Path, *arguments: str, **variables: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env={**clean, **variables}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: `{' '.join(command)}`: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
