from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from support.upstream import HEADERS, Entry, Upstream, headers, serve

from trtheaders.configuration import Configuration
from trtheaders.errors import HostileContentError, ReleaseError, StoreError
from trtheaders.model.vendoring.vendored import ReleaseStanding
from trtheaders.vendoring.folder.store import Store
from trtheaders.verbs.adopt import adopt
from trtheaders.verbs.status import status
from trtheaders.verbs.sync import sync


def bundle(consumer: Configuration, upstream: Upstream, tag: str, *, name: str = "") -> Path:
    """Put the headers of ``tag`` where a consumer bundled them before there was a lock."""
    folder = consumer.destination / (name or tag.removeprefix("v"))
    for file, data in upstream.files(tag).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
    return folder / "tensorrt_llm"


def photograph(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file's content and time of change, but of those that `adopt` writes beside the releases."""
    return {
        str(file): (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file() and file.name not in ("trtheaders.lock", ".gitattributes", "abi-snapshot.json.gz")
    }


def test_folders_get_a_lock_and_not_a_byte_changes(upstream: Upstream, consumer: Configuration) -> None:
    bundle(consumer, upstream, "v1.0.0")
    bundle(consumer, upstream, "v1.2.0rc3")
    before = photograph(consumer.destination)
    answers = adopt(configuration=consumer)
    assert [(answer.release.version, answer.standing) for answer in answers] == [
        ("1.0.0", ReleaseStanding.UNCOMPARED),
        ("1.2.0rc3", ReleaseStanding.UNCOMPARED),
    ]
    assert photograph(consumer.destination) == before
    assert "* -text" in (consumer.destination / ".gitattributes").read_text()
    locked = Store(consumer.destination).locked("1.0.0")
    assert (locked.compared, locked.commit) == (False, None)
    assert locked.tree == upstream.git("rev-parse", f"v1.0.0:{HEADERS}")
    assert status(destination=consumer.destination).is_clean


@pytest.mark.parametrize("over_http", [True, False])
def test_with_a_remote_the_same_content_is_pinned(
    upstream: Upstream, consumer: Configuration, *, over_http: bool
) -> None:
    bundle(consumer, upstream, "v1.0.0")
    before = photograph(consumer.destination)
    with serve(upstream.path) as (url, _):
        (answer,) = adopt(configuration=consumer, remote=url if over_http else str(upstream.path))
    assert answer.standing is ReleaseStanding.SAME
    assert photograph(consumer.destination) == before
    locked = Store(consumer.destination).locked("1.0.0")
    assert (locked.compared, locked.license) == (True, "Apache-2.0")
    assert locked.commit == upstream.git("rev-parse", "v1.0.0^{commit}")
    assert status(destination=consumer.destination).is_clean


def test_file_modes_that_were_lost_on_the_way_are_no_change(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.3.0", {**headers(), "tool.h": Entry("100755", b"x")})
    bundle(consumer, upstream, "v1.3.0")
    (answer,) = adopt(configuration=consumer, remote=str(upstream.path))
    assert answer.standing is ReleaseStanding.SAME
    assert answer.release.tree == upstream.git("rev-parse", f"v1.3.0:{HEADERS}")
    assert status(destination=consumer.destination).is_clean


def test_local_changes_are_named_by_file(upstream: Upstream, consumer: Configuration) -> None:
    folder = bundle(consumer, upstream, "v1.2.0rc3")
    (folder / "executor" / "executor.h").write_text("mine\n")
    (folder / "common" / "logger.h").unlink()
    (folder / "common" / "mine.h").write_text("")
    (answer,) = adopt(configuration=consumer, remote=str(upstream.path))
    assert answer.standing is ReleaseStanding.CHANGED
    assert answer.changes.changed == ("tensorrt_llm/executor/executor.h",)
    assert answer.changes.missing == ("tensorrt_llm/common/logger.h",)
    assert answer.changes.extra == ("tensorrt_llm/common/mine.h",)
    assert not Store(consumer.destination).locked("1.2.0rc3").compared
    assert status(destination=consumer.destination).is_clean


@pytest.mark.parametrize("over_http", [True, False])
def test_another_releases_content_is_recognised(
    upstream: Upstream, consumer: Configuration, *, over_http: bool
) -> None:
    bundle(consumer, upstream, "v1.0.0", name="1.2.0rc3")
    with serve(upstream.path) as (url, _):
        (answer,) = adopt(configuration=consumer, remote=url if over_http else str(upstream.path))
    assert (answer.standing, answer.really) == (ReleaseStanding.OTHER, "v1.0.0")
    assert answer.changes.count == 2


def test_a_commit_between_tags_is_recognised_in_a_clone(
    upstream: Upstream, consumer: Configuration, tmp_path: Path
) -> None:
    """A bundled copy of `main` that already says the next version, before the tag exists, has been seen in the wild."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--branch", "v1.0.0", upstream.path, clone], check=True)
    header = clone / HEADERS / "executor" / "executor.h"
    header.write_text("// on main\n")
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-am", "x"]
    subprocess.run(["git", "switch", "--quiet", "-c", "main"], cwd=clone, check=True)
    subprocess.run(commit, cwd=clone, check=True)
    oid = subprocess.run(["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True).stdout.strip()
    folder = bundle(consumer, upstream, "v1.0.0", name="1.2.0rc3")
    (folder / "executor" / "executor.h").write_text("// on main\n")
    (answer,) = adopt(configuration=consumer, remote=str(clone))
    assert answer.standing is ReleaseStanding.OTHER
    assert answer.really.startswith(f"commit {oid[:12]} (v1.0.0-1-g")


def test_a_folder_without_a_tag_is_compared_with_the_nearest(upstream: Upstream, consumer: Configuration) -> None:
    bundle(consumer, upstream, "v1.0.0", name="1.0.1")
    (answer,) = adopt(configuration=consumer, remote=str(upstream.path))
    assert (answer.standing, answer.really) == (ReleaseStanding.NO_TAG, "v1.0.0")


def test_what_was_adopted_offline_is_compared_later(upstream: Upstream, consumer: Configuration) -> None:
    folder = bundle(consumer, upstream, "v1.0.0")
    adopt(configuration=consumer)
    assert adopt(configuration=consumer) == ()
    (answer,) = adopt(configuration=consumer, remote=str(upstream.path))
    assert answer.standing is ReleaseStanding.SAME
    (folder / "executor" / "executor.h").write_text("mine\n")
    assert adopt(["1.0.0"], configuration=consumer) == ()


def test_sync_completes_an_adopted_folder_without_losing_changes(upstream: Upstream, consumer: Configuration) -> None:
    folder = bundle(consumer, upstream, "v1.0.0")
    adopt(configuration=consumer)
    sync(configuration=consumer, remote=str(upstream.path))
    assert Store(consumer.destination).locked("1.0.0").compared
    assert (folder.parent / "LICENSE").is_file()


def test_sync_does_not_replace_an_adopted_folder_that_differs(upstream: Upstream, consumer: Configuration) -> None:
    header = bundle(consumer, upstream, "v1.0.0") / "executor" / "executor.h"
    header.write_text("mine\n")
    adopt(configuration=consumer)
    with pytest.raises(StoreError, match=r"is not `v1\.0\.0`") as caught:
        sync(configuration=consumer, remote=str(upstream.path))
    assert "adopt --remote" in caught.value.hint
    assert header.read_text() == "mine\n"
    sync(configuration=consumer, remote=str(upstream.path), force=True)
    assert header.read_bytes() == upstream.files("v1.0.0")["tensorrt_llm/executor/executor.h"]


def test_a_link_in_a_folder_is_not_adopted(upstream: Upstream, consumer: Configuration) -> None:
    folder = bundle(consumer, upstream, "v1.0.0")
    (folder / "link.h").symlink_to("/etc/passwd")
    with pytest.raises(HostileContentError, match="no plain file"):
        adopt(configuration=consumer)
    assert not (consumer.destination / "trtheaders.lock").exists()


def test_a_folder_that_is_misspelt_or_no_release_is_said_to_be(upstream: Upstream, consumer: Configuration) -> None:
    bundle(consumer, upstream, "v1.0.0", name="v1.0.0")
    with pytest.raises(ReleaseError) as caught:
        adopt(configuration=consumer)
    assert "rename it to `1.0.0`" in caught.value.hint


def test_a_file_beside_the_headers_is_named(upstream: Upstream, consumer: Configuration) -> None:
    folder = bundle(consumer, upstream, "v1.0.0")
    (folder.parent / "notes.txt").write_text("")
    with pytest.raises(ReleaseError, match=r"notes\.txt"):
        adopt(configuration=consumer)


def test_headers_of_a_longer_history_need_no_contents(consumer: Configuration, tmp_path: Path) -> None:
    repository = Upstream(tmp_path / "long.git")
    for number in range(6):
        repository.release(f"v1.{number}.0", headers(a=str(number) * 50_000))
    bundle(consumer, repository, "v1.0.0", name="1.5.0")
    with serve(repository.path) as (url, _):
        (answer,) = adopt(configuration=consumer, remote=url)
    assert (answer.standing, answer.really) == (ReleaseStanding.OTHER, "v1.0.0")
