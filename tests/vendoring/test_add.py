from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.upstream import HEADERS, LICENSE, Upstream, headers, serve

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError, StoreError, TagMovedError, UpstreamError
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME
from trtheaders.model.vendoring.vendored import Outcome
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.git import fetches as fetching
from trtheaders.verbs.add import add
from trtheaders.verbs.list_releases import list_releases
from trtheaders.verbs.status import status


def vendored(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` but ours."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != SNAPSHOT_NAME
    }


def test_bytes_are_upstreams_and_the_lock_agrees_with_git(upstream: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert answer.outcome is Outcome.ADDED
    assert vendored(answer.directory) == {**upstream.files("v1.0.0"), "LICENSE": LICENSE.encode()}
    locked = Store(consumer.destination).locked("1.0.0")
    assert locked.commit == upstream.git("rev-parse", "v1.0.0^{commit}")
    assert locked.tag_object == upstream.git("rev-parse", "v1.0.0")
    assert locked.tree == upstream.git("rev-parse", f"v1.0.0:{HEADERS}")
    assert (locked.license, locked.compared) == ("Apache-2.0", True)
    assert (answer.snapshot, answer.remarks) == (True, ())
    assert status(destination=consumer.destination).is_clean


def test_a_lightweight_tag_has_no_tag_object(upstream: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["v1.2.0rc3"], configuration=consumer, remote=str(upstream.path))
    assert answer.release.tag_object is None
    assert answer.release.commit == upstream.git("rev-parse", "v1.2.0rc3")


def test_several_releases_lie_side_by_side(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, traffic):
        add(["1.0.0", "1.2.0-rc.3", "v1.0.0"], configuration=consumer, remote=url)
        assert traffic.requests <= 12
    for version in ("1.0.0", "1.2.0rc3"):
        found = vendored(consumer.destination / version)
        assert found == {**upstream.files(f"v{version}"), "LICENSE": LICENSE.encode()}
        assert Store(consumer.destination).locked(version).remote == url


def test_only_headers_travel(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "big.git")
    noise = {f"f{number}.bin": os.urandom(200_000) for number in range(20)}
    repository.release("v1.0.0", headers(a="1"), rest={"LICENSE": LICENSE, "kernels": noise})
    with serve(repository.path) as (url, traffic):
        add(["v1.0.0"], configuration=consumer, remote=url)
        assert traffic.bytes < 20_000
        assert traffic.requests <= 8
        traffic.reset()
        add(["v1.0.0"], configuration=consumer, remote=url)
        assert traffic.requests <= 2, traffic.paths


def test_a_second_release_brings_only_what_is_new(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "upstream.git")
    ballast = os.urandom(300_000).hex()
    repository.release("v1.0.0", headers(ballast=ballast, a="1"))
    repository.release("v1.1.0", headers(ballast=ballast, a="2"))
    with serve(repository.path) as (url, traffic):
        add(["v1.0.0"], configuration=consumer, remote=url)
        traffic.reset()
        add(["v1.1.0"], configuration=consumer, remote=url)
        assert traffic.bytes < 20_000
    assert vendored(consumer.destination / "1.1.0")["tensorrt_llm/common/ballast.h"] == ballast.encode()


def test_offline_takes_what_was_fetched_before(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
    (consumer.destination / "1.0.0" / "LICENSE").unlink()
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=url, offline=True)
    assert answer.outcome is Outcome.RESTORED
    assert answer.remarks == ("upstream's `LICENSE` was not there, and was added",)
    with pytest.raises(ReleaseError, match=r"v1\.2\.0rc3"):
        add(["v1.2.0rc3"], configuration=consumer, remote=url, offline=True)


def test_a_clone_is_read_from_its_objects_not_from_its_work_tree(
    upstream: Upstream, consumer: Configuration, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--branch", "v1.0.0", upstream.path, clone], check=True)
    (clone / HEADERS / "executor" / "executor.h").write_text("edited\n")
    before = subprocess.run(["git", "-C", clone, "status", "--porcelain"], capture_output=True).stdout
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(clone))
    assert (
        vendored(answer.directory)["tensorrt_llm/executor/executor.h"]
        == upstream.files("v1.0.0")["tensorrt_llm/executor/executor.h"]
    )
    assert subprocess.run(["git", "-C", clone, "status", "--porcelain"], capture_output=True).stdout == before
    assert str(tmp_path) not in (consumer.destination / "trtheaders.lock").read_text()


@pytest.mark.parametrize("missing", ["blob:none", "tree:0"])
def test_a_partial_clone_is_not_completed_behind_its_back(
    upstream: Upstream, consumer: Configuration, tmp_path: Path, missing: str
) -> None:
    clone = tmp_path / "clone.git"
    with serve(upstream.path) as (url, traffic):
        subprocess.run(["git", "clone", "--quiet", "--bare", f"--filter={missing}", url, clone], check=True)
        traffic.reset()
        with pytest.raises(UpstreamError, match="partial clone"):
            add(["v1.0.0"], configuration=consumer, remote=str(clone))
        assert traffic.requests == 0
    assert not consumer.destination.exists()


@pytest.mark.faults
def test_a_server_that_ignores_filters_is_stopped(tmp_path: Path, consumer: Configuration) -> None:
    repository = Upstream(tmp_path / "big.git")
    noise = {f"f{number}.bin": os.urandom(500_000) for number in range(12)}
    repository.release("v1.0.0", headers(a="1"), rest={"LICENSE": LICENSE, "kernels": noise})
    with serve(repository.path, filters=False) as (url, traffic):
        with pytest.raises(UpstreamError, match="ignores filters") as caught:
            add(["v1.0.0"], configuration=consumer, remote=url)
        assert "--full" in caught.value.hint
        assert traffic.bytes < 3_000_000
        assert not consumer.destination.exists()
        (answer,) = add(["v1.0.0"], configuration=consumer, remote=url, full=True)
        assert traffic.bytes > 6_000_000
    assert answer.outcome is Outcome.ADDED


@pytest.mark.faults
def test_a_server_that_only_promises_to_filter_is_stopped(
    tmp_path: Path, consumer: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1_000_000)
    repository = Upstream(tmp_path / "big.git")
    noise = {f"f{number}.bin": os.urandom(500_000) for number in range(12)}
    repository.release("v1.0.0", headers(a="1"), rest={"LICENSE": LICENSE, "kernels": noise})
    with serve(repository.path, lies=True) as (url, traffic):
        with pytest.raises(UpstreamError, match="was stopped"):
            add(["v1.0.0"], configuration=consumer, remote=url)
        assert traffic.bytes < 5_000_000


def test_a_tag_moved_to_the_same_content_is_told_from_a_changed_one(
    upstream: Upstream, consumer: Configuration
) -> None:
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    lock = (consumer.destination / "trtheaders.lock").read_bytes()
    tree = upstream.git("rev-parse", f"v1.0.0:{HEADERS}")
    upstream.release_tree("v1.0.0", tree, rest={"LICENSE": LICENSE, "README.md": "moved"})
    with pytest.raises(TagMovedError, match="same content, other commit"):
        add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    upstream.release("v1.0.0", headers(assert_="changed"))
    with pytest.raises(TagMovedError, match="content changed: 1 file differs"):
        add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert (consumer.destination / "trtheaders.lock").read_bytes() == lock
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path), force=True)
    assert answer.outcome is Outcome.REPLACED
    assert "content changed" in answer.remarks[0]
    assert vendored(answer.directory)["tensorrt_llm/common/assert_.h"] == b"changed"


def test_a_tag_made_anew_on_the_same_commit_is_refused(upstream: Upstream, consumer: Configuration) -> None:
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    upstream.tag("v1.0.0", upstream.git("rev-parse", "v1.0.0^{commit}"), message="another")
    with pytest.raises(TagMovedError, match="same commit"):
        add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))


def test_a_moved_tag_is_noticed_over_http_and_with_a_cache(upstream: Upstream, consumer: Configuration) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
        upstream.release("v1.0.0", headers(assert_="changed"))
        with pytest.raises(TagMovedError, match="content changed"):
            add(["v1.0.0"], configuration=consumer, remote=url)


def test_local_changes_are_not_lost(upstream: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    header = answer.directory / "tensorrt_llm" / "executor" / "executor.h"
    header.write_text("mine\n")
    with pytest.raises(StoreError, match=r"executor\.h"):
        add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert header.read_text() == "mine\n"
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path), force=True)
    assert any("executor.h" in remark for remark in answer.remarks)
    assert status(destination=consumer.destination).is_clean


def test_a_folder_without_a_lock_is_refused_unless_identical(upstream: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    (consumer.destination / "trtheaders.lock").unlink()
    header = answer.directory / "tensorrt_llm" / "executor" / "executor.h"
    whole = header.read_bytes()
    header.write_text("mine\n")
    with pytest.raises(StoreError, match="without a lock"):
        add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    header.write_bytes(whole)
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert answer.outcome is Outcome.LOCKED
    assert status(destination=consumer.destination).is_clean


def test_the_hint_repeats_what_was_asked_for_not_the_tag(upstream: Upstream, consumer: Configuration) -> None:
    header = consumer.destination / "1.0.0.post2" / "tensorrt_llm" / "mine.h"
    header.parent.mkdir(parents=True)
    header.write_text("mine\n")
    with pytest.raises(StoreError) as caught:
        add(["1.0.0.post2"], configuration=consumer, remote=str(upstream.path))
    assert "`trtheaders add --force v1.0.0.post2`" in caught.value.hint
    add(["v1.0.0.post2"], configuration=consumer, remote=str(upstream.path), force=True)
    assert status(destination=consumer.destination).is_clean
    assert not header.exists()


def test_a_release_that_fails_leaves_those_before_it(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.3.0", {"link.h": ""}, rest={})
    upstream.git("tag", "v1.4.0", upstream.commit(upstream.tree({"README.md": ""})))
    with pytest.raises(ReleaseError, match="cpp/include/tensorrt_llm"):
        add(["v1.0.0", "v1.4.0"], configuration=consumer, remote=str(upstream.path))
    assert [release.version for release in list_releases(configuration=consumer)] == ["1.0.0"]


def test_a_release_without_the_executor_api_is_said_to_be(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.4.0", {"runtime/common.h": "#pragma once\n"})
    (answer,) = add(["v1.4.0"], configuration=consumer, remote=str(upstream.path))
    assert any("1.4.0 has no `tensorrt_llm/executor/executor.h`" in remark for remark in answer.remarks)
    assert not answer.snapshot


def test_without_a_compiler_headers_are_vendored_all_the_same(upstream: Upstream, consumer: Configuration) -> None:
    broken = Configuration(root=consumer.root, destination=consumer.destination, compiler="no-such-compiler")
    (answer,) = add(["v1.0.0"], configuration=broken, remote=str(upstream.path))
    assert not answer.snapshot
    assert any("no snapshot was recorded" in remark for remark in answer.remarks)
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert (answer.outcome, answer.snapshot) == (Outcome.UNCHANGED, True)
    assert status(destination=consumer.destination).is_clean


def test_a_gitignore_that_hides_vendored_files_is_reported(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.1.0", {**headers(), "build/made.h": "", "executor/version.h": ""})
    subprocess.run(["git", "init", "--quiet", consumer.root], check=True)
    (consumer.root / ".gitignore").write_text("build/\nversion.h\n")
    (answer,) = add(["v1.1.0"], configuration=consumer, remote=str(upstream.path))
    (remark,) = answer.remarks
    assert "hides 2 vendored files" in remark
    assert "tensorrt_llm/build/made.h" in remark


def test_one_hidden_file_is_counted_as_one(upstream: Upstream, consumer: Configuration) -> None:
    subprocess.run(["git", "init", "--quiet", consumer.root], check=True)
    (consumer.root / ".gitignore").write_text("LICENSE\n")
    (answer,) = add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert answer.remarks == ("your `.gitignore` hides a vendored file, which would not be committed: `LICENSE`",)


def test_an_entry_outside_the_tree_is_not_recorded(upstream: Upstream, consumer: Configuration) -> None:
    (consumer.root / "own.h").write_text("int f();\n")
    (answer,) = add(["v1.0.0"], configuration=replace(consumer, entries=("../../../own.h",)), remote=str(upstream.path))
    assert not answer.snapshot
    assert "the entry `../../../own.h` lies outside the header tree" in answer.remarks[0]


def test_git_is_told_to_keep_the_bytes(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.1.0", headers(crlf="one\r\ntwo\r\n"))
    subprocess.run(["git", "init", "--quiet", consumer.root], check=True)
    (answer,) = add(["v1.1.0"], configuration=consumer, remote=str(upstream.path))
    settings = ["-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["add", "."], ["commit", "--quiet", "-m", "x"], ["rm", "--quiet", "-r", "--cached", "."]):
        subprocess.run(["git", *settings, *words], cwd=consumer.root, check=True)
    before = vendored(answer.directory)
    subprocess.run(["git", *settings, "reset", "--quiet", "--hard"], cwd=consumer.root, check=True)
    assert vendored(answer.directory) == before
    assert status(destination=consumer.destination).is_clean


def test_a_gitattributes_of_the_consumers_own_stays(upstream: Upstream, consumer: Configuration) -> None:
    consumer.destination.mkdir(parents=True)
    (consumer.destination / ".gitattributes").write_text("mine\n")
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    assert (consumer.destination / ".gitattributes").read_text() == "mine\n"


def test_upstreams_releases_are_listed_newest_first(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.2.0rc10", headers())
    upstream.git("tag", "nightly", "v1.0.0")
    add(["v1.0.0"], configuration=consumer, remote=str(upstream.path))
    with serve(upstream.path) as (url, _):
        rows = list_releases(configuration=consumer, upstream=True, remote=url)
    assert [(row.tag, row.prerelease, row.vendored) for row in rows] == [
        ("v1.2.0rc10", True, False),
        ("v1.2.0rc3", True, False),
        ("v1.0.0", False, True),
    ]
    assert [row.commit for row in rows] == [upstream.git("rev-parse", f"{row.tag}^{{commit}}") for row in rows]


def test_without_a_cache_what_is_fetched_goes_when_it_is_vendored(
    upstream: Upstream, consumer: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the cache's folder should be: nobody, root included, can write below it."""
    (tmp_path / "cache").write_text("")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with serve(upstream.path) as (url, _):
        (answer,) = add(["v1.0.0"], configuration=consumer, remote=url)
    assert answer.release.version == "1.0.0"
    assert list((tmp_path / "temporary").iterdir()) == []
