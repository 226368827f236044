"""What the kernel refuses in the middle of a change, 64 runs at once, and a cache that goes away.

The kernel's part is played by strace, which lets single system calls of the real program and of its git fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.changes import CHANGES, Change, Halting, photograph
from support.tools import not_run, tool
from support.upstream import Upstream, serve

from trtheaders.configuration import Configuration
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX
from trtheaders.verbs.status import status

pytestmark = [pytest.mark.slow, pytest.mark.faults]

RENAMES, LINKS = "rename,renameat,renameat2", "link,linkat"
CHANGING = f"{RENAMES},{LINKS},mkdir,mkdirat,unlink,unlinkat,rmdir,symlink,symlinkat,ftruncate,fchmod,fchmodat"
FAULTS = {
    "another file system behind every rename": (RENAMES, "EXDEV", "1+"),
    "another file system behind the second rename": (RENAMES, "EXDEV", "2"),
    "no hard links": (LINKS, "EPERM", "1+"),
    "a disk that may only be read": (CHANGING, "EROFS", "1+"),
    "a disk that may only be read from some time on": (CHANGING, "EROFS", "25+"),
    "no room for another name": (f"{RENAMES},{LINKS},mkdir,mkdirat,symlink,symlinkat", "ENOSPC", "12+"),
    "a disk that is broken": ("fsync,fdatasync,sync_file_range", "EIO", "1+"),
    "one removal that is refused": ("unlink,unlinkat,rmdir", "EBUSY", "3"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CHANGES)
def test_what_the_kernel_refuses_leaves_the_old_or_the_new_state(
    name: str, fault: str, upstream: Upstream, consumer: Configuration, tell: Callable[[str], None]
) -> None:
    calls, error, when = FAULTS[fault]
    inject = ["-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={when}"]
    with serve(upstream.path) as (url, _):
        change = Change(name, upstream, consumer, url)
        change.start_again()
        command = [tool("strace"), "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, *inject]
        done = run([*command, *program(*change.arguments)], consumer.root)
        if "ptrace" in done.stderr and "not permitted" in done.stderr:
            not_run("strace", "may not trace here")
        assert done.returncode in (0, 2), done.stderr
        assert "Traceback" not in done.stderr
        assert done.returncode == 0 or done.stderr.startswith("error: ") or "\nerror: " in done.stderr, done.stderr
        state = change.judge()
        assert (state == "new") is (done.returncode == 0), done.stderr
        assert run(program(*change.arguments), consumer.root).returncode in (0, 2)
        assert change.judge() == "new"
    tell(f"{name}, {fault}: exit code {done.returncode}, {state}")


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "trtheaders", *arguments]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_64_runs_at_once_do_not_mix(upstream: Upstream, consumer: Configuration, tell: Callable[[str], None]) -> None:
    with serve(upstream.path) as (url, _):
        words = (
            ("add", "v1.0.0", "--remote", url),
            ("add", "v1.2.0rc3", "--remote", url),
            ("sync", "--remote", url),
            ("status",),
            ("remove", "1.0.0"),
            ("list",),
            ("add", "v1.0.0", "v1.2.0rc3", "--remote", url),
            ("verify", "--headers-only"),
        )
        runs = [
            subprocess.Popen(
                program(*words[number % len(words)]), cwd=consumer.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for number in range(64)
        ]
        said = [process.communicate()[1].decode() for process in runs]
    ends = Counter(process.returncode for process in runs)
    tell(f"64 runs at once: exit codes {dict(ends)}")
    assert set(ends) <= {0, 1, 2}, [text for process, text in zip(runs, said, strict=True) if process.returncode > 2]
    assert [text for text in said if "Traceback" in text] == []
    # `remove` may be the last or not: whatever is there is whole, and is what the lock says.
    assert status(destination=consumer.destination).is_clean
    assert not list(consumer.destination.glob(f"{STAGING_PREFIX}*"))


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.6])
def test_a_cache_that_goes_away_is_made_again_or_missed(
    upstream: Upstream, consumer: Configuration, share: float
) -> None:
    with serve(upstream.path) as (url, _):
        change = Change("add", upstream, consumer, url)
        change.start_again()
        going = Halting(consumer, change.arguments)
        for number, _ in enumerate(going.steps()):
            if number == int(share * len(change.phases)):
                shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)
        assert going.process.wait() in (0, 2)
        going.kill()
        assert change.judge() in change.states
        assert run(program(*change.arguments), consumer.root).returncode == 0
        assert change.judge() == "new"
        assert photograph(consumer.destination) == change.states["new"]
