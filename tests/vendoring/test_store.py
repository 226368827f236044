"""Changes of the vendored folder: two runs at once, a full disk, what may not be written."""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tools import not_run, tool
from support.upstream import Upstream, headers, serve

from trtheaders.cli.main import run
from trtheaders.configuration import Configuration
from trtheaders.errors import StoreError
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.folder.transactions import STAGING_PREFIX
from trtheaders.verbs.add import add
from trtheaders.verbs.status import status

RUN = "from trtheaders.cli.entry import main; main()"


def photograph(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.faults
@pytest.mark.parametrize("releases", [("v1.0.0", "v1.0.0"), ("v1.0.0", "v1.2.0rc3")])
def test_runs_at_once_do_not_mix(upstream: Upstream, consumer: Configuration, releases: tuple[str, str]) -> None:
    with serve(upstream.path) as (url, _):
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", RUN, "add", release, "--remote", url],
                cwd=consumer.root,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for release in (*releases, *releases)
        ]
        said = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, said
    answer = status(destination=consumer.destination)
    assert answer.is_clean
    assert [f"v{item.release.version}" for item in answer.releases] == sorted(set(releases))
    assert not list(consumer.destination.glob(f"{STAGING_PREFIX}*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own with room for about one release."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run([tool("mount"), "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        not_run("root", "may not mount a file system here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.faults
def test_a_full_disk_loses_nothing(upstream: Upstream, consumer: Configuration, small_disk: Path) -> None:
    upstream.release("v1.1.0", headers(big="x" * 200_000))
    upstream.release("v1.3.0", headers(big="y" * 200_000))
    destination = small_disk / "vendored"
    add(["v1.1.0"], configuration=consumer, remote=str(upstream.path), destination=destination)
    before = photograph(destination)
    with pytest.raises(StoreError, match="No space left") as caught:
        add(["v1.3.0"], configuration=consumer, remote=str(upstream.path), destination=destination)
    assert "make room" in caught.value.hint
    assert photograph(destination) == before
    assert status(destination=destination).is_clean
    assert not list(destination.glob(f"{STAGING_PREFIX}*"))


@pytest.mark.faults
def test_a_write_that_fails_loses_nothing(upstream: Upstream, consumer: Configuration) -> None:
    """The same without root: the kernel refuses files larger than a limit."""
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    upstream.release("v1.3.0", headers(big="y" * 200_000))
    before = photograph(consumer.destination)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "add", "v1.3.0", "--remote", upstream.path],
        cwd=consumer.root,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode == 2, done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert photograph(consumer.destination) == before
    assert status(destination=consumer.destination).is_clean


def test_a_kill_between_two_folders_of_one_change_is_undone(upstream: Upstream, consumer: Configuration) -> None:
    """Removing several releases is one change."""
    add(["v1.0.0", "v1.2.0rc3"], configuration=consumer, remote=str(upstream.path))
    before = photograph(consumer.destination)
    store = Store(consumer.destination)
    staging = consumer.destination / f"{STAGING_PREFIX}dead"
    for name in ("new", "old", "install", "remove"):
        (staging / name).mkdir(parents=True)
    for version in ("1.0.0", "1.2.0rc3"):
        (staging / "remove" / version).touch()
    (staging / "lock").write_text("format = 1\n")
    (consumer.destination / "1.0.0").rename(staging / "old" / "1.0.0")
    assert sorted(store.lock().releases) == ["1.0.0", "1.2.0rc3"]
    assert status(destination=consumer.destination).interrupted == (staging,)
    assert photograph(consumer.destination) != before
    store.recover()
    assert photograph(consumer.destination) == before


def test_a_staging_folder_of_a_finished_change_is_swept_up(upstream: Upstream, consumer: Configuration) -> None:
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    before = photograph(consumer.destination)
    staging = consumer.destination / f"{STAGING_PREFIX}dead"
    for name in ("install", "remove"):
        (staging / name).mkdir(parents=True)
    (staging / "install" / "1.0.0").touch()
    shutil.copytree(consumer.destination / "1.0.0", staging / "old" / "1.0.0")
    assert status(destination=consumer.destination).is_clean
    Store(consumer.destination).recover()
    assert photograph(consumer.destination) == before


def test_a_child_of_a_killed_run_that_is_still_dying_is_waited_for(upstream: Upstream, consumer: Configuration) -> None:
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    staging = consumer.destination / f"{STAGING_PREFIX}dead"
    staging.mkdir()
    # It has the open file, and with it the lock, until the kernel has taken it apart.
    held = os.open(consumer.destination, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    timer = threading.Timer(0.3, os.close, [held])
    timer.start()
    Store(consumer.destination).recover()
    timer.join()
    assert not staging.exists()


def test_what_only_looks_like_a_staging_folder_is_left_alone(upstream: Upstream, consumer: Configuration) -> None:
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    (consumer.destination / f"{STAGING_PREFIX}file").write_text("")
    (consumer.destination / f"{STAGING_PREFIX}link").symlink_to(consumer.root)
    Store(consumer.destination).recover()
    assert status(destination=consumer.destination).is_clean
    assert consumer.root.is_dir()


def test_what_a_killed_git_left_in_the_cache_is_no_obstacle(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
        (cache,) = Path(os.environ["XDG_CACHE_HOME"]).glob("trtheaders/upstream/*.git")
        for name in ("shallow.lock", "config.lock", "packed-refs.lock", "refs/tags/v1.2.0rc3.lock"):
            (cache / name).write_text("")
        (cache / "objects" / "pack").mkdir(exist_ok=True)
        (cache / "objects" / "pack" / "tmp_pack_dead").write_text("half")
        add(["v1.2.0rc3"], configuration=consumer, remote=url)
    assert not (cache / "objects" / "pack" / "tmp_pack_dead").exists()


def test_a_damaged_cache_is_made_anew(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
        (cache,) = Path(os.environ["XDG_CACHE_HOME"]).glob("trtheaders/upstream/*.git")
        for file in (cache / "objects").rglob("*"):
            if file.is_file():
                file.chmod(0o644)
                file.write_bytes(b"rotten")
        shutil.rmtree(consumer.destination)
        add(["v1.0.0"], configuration=consumer, remote=url)
    assert status(destination=consumer.destination).is_clean


def test_nothing_secret_in_the_cache_is_for_others(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url.replace("//", "//user:sesame@"))
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "trtheaders" / "upstream"
    holders = [file for file in folder.rglob("*") if file.is_file() and b"sesame" in file.read_bytes()]
    assert holders
    assert all(file.stat().st_mode & 0o077 == 0 for file in holders)


@pytest.fixture
def unreadable(upstream: Upstream) -> Iterator[Path]:
    """A vendored folder whose one release nobody but root may enter; the test runs as somebody else."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        add(["v1.0.0"], destination=folder, remote=str(upstream.path))
        (folder / "1.0.0").chmod(0)
        mine = os.geteuid()
        if mine == 0:
            os.seteuid(65534)
        yield folder
        os.seteuid(mine)
        (folder / "1.0.0").chmod(0o755)


@pytest.mark.parametrize("arguments", [["status"], ["path", "1.0.0"], ["sync", "--offline"]], ids=" ".join)
def test_a_release_that_may_not_be_entered_is_no_answer(
    unreadable: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run([*arguments, "--destination", str(unreadable)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: `")
    assert f"{unreadable.name}/1.0.0`" in said.splitlines()[0], said
    assert "cannot be read: Permission denied" in said
