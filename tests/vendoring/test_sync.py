from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.upstream import HEADERS, LICENSE, Upstream, headers, serve

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError, StoreError, TagMovedError, TrtHeadersError
from trtheaders.model.names import CommitId, TreeId
from trtheaders.model.vendoring.locks import LockedRelease
from trtheaders.model.vendoring.vendored import Outcome
from trtheaders.vendoring.folder.store import Store
from trtheaders.verbs.add import add
from trtheaders.verbs.list_releases import list_releases
from trtheaders.verbs.path import path
from trtheaders.verbs.remove import remove
from trtheaders.verbs.status import status
from trtheaders.verbs.sync import Synchronisation, sync


def tree_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def outcomes(answer: Synchronisation) -> dict[str, Outcome]:
    return {release.release.version: release.outcome for release in answer.releases}


def executor(consumer: Configuration, version: str = "1.0.0") -> Path:
    return consumer.destination / version / "tensorrt_llm" / "executor" / "executor.h"


@pytest.fixture
def both(upstream: Upstream, consumer: Configuration) -> Configuration:
    """A consumer that has both releases."""
    add(["v1.0.0", "v1.2.0rc3"], configuration=consumer, remote=str(upstream.path))
    return consumer


def test_sync_restores_everything_from_the_lock_alone(upstream: Upstream, both: Configuration) -> None:
    before = tree_of(both.destination)
    for version in ("1.0.0", "1.2.0rc3"):
        shutil.rmtree(both.destination / version)
    answer = sync(configuration=both, remote=str(upstream.path))
    assert outcomes(answer) == {"1.0.0": Outcome.RESTORED, "1.2.0rc3": Outcome.RESTORED}
    assert tree_of(both.destination) == before


def test_sync_of_a_whole_folder_touches_neither_network_nor_file(both: Configuration) -> None:
    before = {file: file.stat().st_mtime_ns for file in both.destination.rglob("*")}
    answer = sync(configuration=both, remote="https://no-such-host.invalid/x.git")
    assert set(outcomes(answer).values()) == {Outcome.UNCHANGED}
    assert {file: file.stat().st_mtime_ns for file in both.destination.rglob("*")} == before


def test_sync_puts_back_what_was_changed_and_says_so(upstream: Upstream, both: Configuration) -> None:
    before = tree_of(both.destination)
    executor(both).write_text("mine\n")
    answer = sync(configuration=both, remote=str(upstream.path))
    assert outcomes(answer)["1.0.0"] is Outcome.RESTORED
    assert "executor.h" in answer.releases[0].remarks[0]
    assert tree_of(both.destination) == before


def test_files_that_the_lock_does_not_name_go_only_on_request(upstream: Upstream, both: Configuration) -> None:
    extra = executor(both).with_name("mine.h")
    extra.write_text("mine\n")
    (both.destination / "9.9.9" / "tensorrt_llm").mkdir(parents=True)
    executor(both).unlink()
    sync(configuration=both, remote=str(upstream.path))
    assert extra.read_text() == "mine\n"
    assert executor(both).is_file()
    assert status(destination=both.destination).unlocked == ("9.9.9",)
    answer = sync(configuration=both, remote=str(upstream.path), prune=True)
    assert answer.pruned == ("9.9.9",)
    assert not extra.exists()
    assert status(destination=both.destination).is_clean


def test_prune_never_takes_what_is_no_release_folder(both: Configuration, upstream: Upstream) -> None:
    (both.destination / "notes").mkdir()
    (both.destination / "README.md").write_text("ours")
    sync(configuration=both, remote=str(upstream.path), prune=True)
    assert (both.destination / "notes").is_dir()
    assert (both.destination / "README.md").is_file()


def test_a_moved_tag_does_not_keep_the_pinned_commit_from_being_restored(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
        before = tree_of(consumer.destination)
        upstream.release("v1.0.0", headers(assert_="changed"))
        shutil.rmtree(consumer.destination / "1.0.0")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
        answer = sync(configuration=consumer, remote=url)
    assert any("now; the pinned commit" in remark for remark in answer.releases[0].remarks)
    assert tree_of(consumer.destination) == before


def test_what_a_lock_calls_a_tag_is_no_tag_of_the_cache(
    upstream: Upstream, consumer: Configuration, tmp_path: Path
) -> None:
    """Servers give commits of forks by id, so a lock may pin what upstream never released as a tag of upstream's."""
    genuine = upstream.git("rev-parse", "v1.0.0")
    with serve(upstream.path) as (url, _):
        upstream.release("v1.0.0", headers(assert_="a fork's"))
        add(["v1.0.0"], configuration=consumer, remote=url)
        upstream.git("update-ref", "refs/tags/v1.0.0", genuine)
        other = Configuration(root=tmp_path / "other", destination=tmp_path / "other" / "include" / "tensorrt-llm")
        other.root.mkdir()
        add(["v1.0.0"], configuration=other, remote=url)
        shutil.rmtree(consumer.destination / "1.0.0")
        answer = sync(configuration=consumer, remote=url)
        assert "no tag of" in answer.releases[0].remarks[0]
    shutil.rmtree(other.destination)
    (offline,) = add(["v1.0.0"], configuration=other, remote=url, offline=True)
    assert offline.release.commit == upstream.git("rev-parse", "v1.0.0^{commit}")
    assert offline.release.tag_object == genuine


def test_a_tag_on_a_commit_that_was_fetched_by_its_id_is_there_offline(
    upstream: Upstream, consumer: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = upstream.git("rev-parse", "v1.0.0")
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
        upstream.release("v1.0.0", headers(assert_="changed"))
        shutil.rmtree(consumer.destination / "1.0.0")
        sync(configuration=consumer, remote=url)
        upstream.git("update-ref", "refs/tags/v1.0.0", first)
        other = Configuration(root=tmp_path / "other", destination=tmp_path / "other" / "include" / "tensorrt-llm")
        other.root.mkdir()
        add(["v1.0.0"], configuration=other, remote=url)
    shutil.rmtree(other.destination)
    (offline,) = add(["v1.0.0"], configuration=other, remote=url, offline=True)
    assert offline.release.tag_object == first


def test_a_pinned_commit_that_is_gone_is_a_moved_tag(
    upstream: Upstream, consumer: Configuration, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve(upstream.path) as (url, _):
        add(["v1.0.0"], configuration=consumer, remote=url)
        upstream.release("v1.0.0", headers(assert_="changed"))
        upstream.git("gc", "--quiet", "--prune=now")
        shutil.rmtree(consumer.destination / "1.0.0")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
        with pytest.raises(TagMovedError, match="cannot be had"):
            sync(configuration=consumer, remote=url)


def test_a_release_that_cannot_be_restored_does_not_keep_the_others(upstream: Upstream, both: Configuration) -> None:
    for version in ("1.0.0", "1.2.0rc3"):
        shutil.rmtree(both.destination / version)
    upstream.git("tag", "-d", "v1.0.0")
    upstream.git("gc", "--quiet", "--prune=now")
    with pytest.raises(TagMovedError, match=r"v1\.0\.0"):
        sync(configuration=both, remote=str(upstream.path))
    assert executor(both, "1.2.0rc3").is_file()


def pin(consumer: Configuration, upstream: Upstream, *, commit: str | None, tree: str | None) -> None:
    """A lock that nobody compared with upstream yet."""
    release = LockedRelease(
        version="1.0.0",
        tag="v1.0.0",
        remote=upstream.path.as_uri(),
        commit=CommitId(commit) if commit else None,
        tree=TreeId(tree) if tree else None,
    )
    with Store(consumer.destination).changing() as change:
        change.record(release)


@pytest.mark.parametrize("known", ["nothing", "commit", "tree", "both"])
def test_an_uncompared_lock_is_completed_by_the_first_sync(
    upstream: Upstream, consumer: Configuration, known: str
) -> None:
    commit = upstream.git("rev-parse", "v1.0.0^{commit}") if known in ("commit", "both") else None
    tree = upstream.git("rev-parse", f"v1.0.0:{HEADERS}") if known in ("tree", "both") else None
    pin(consumer, upstream, commit=commit, tree=tree)
    assert not status(destination=consumer.destination).releases[0].present
    answer = sync(configuration=consumer)
    assert outcomes(answer) == {"1.0.0": Outcome.RESTORED}
    locked = Store(consumer.destination).locked("1.0.0")
    assert locked.compared
    assert locked.commit == upstream.git("rev-parse", "v1.0.0^{commit}")
    assert status(destination=consumer.destination).is_clean
    assert tree_of(consumer.destination)["1.0.0/LICENSE"] == LICENSE.encode()


def test_an_uncompared_lock_of_another_commit_is_refused(upstream: Upstream, consumer: Configuration) -> None:
    pin(consumer, upstream, commit="1" * 40, tree=None)
    with pytest.raises(TagMovedError, match="111111111111"):
        sync(configuration=consumer)
    assert not (consumer.destination / "1.0.0").exists()


def test_an_uncompared_lock_of_another_tree_is_corrected_with_a_word(
    upstream: Upstream, consumer: Configuration
) -> None:
    pin(consumer, upstream, commit=None, tree="1" * 40)
    answer = sync(configuration=consumer)
    assert "1111111111" in answer.releases[0].remarks[0]
    assert Store(consumer.destination).locked("1.0.0").tree == upstream.git("rev-parse", f"v1.0.0:{HEADERS}")


def test_the_licence_of_each_release_is_its_own(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.3.0", headers(), rest={"LICENSE": "MIT License\nPermission is hereby granted, free of charge"})
    upstream.release("v1.4.0", headers(), rest={"README.md": ""})
    answers = add(["v1.3.0", "v1.4.0"], configuration=consumer, remote=str(upstream.path))
    assert [answer.release.license for answer in answers] == ["MIT", ""]
    assert "`v1.4.0` has no `LICENSE`" in answers[1].remarks


def test_remove_takes_folder_and_entry(both: Configuration) -> None:
    assert [release.version for release in remove(["v1.0.0"], destination=both.destination)] == ["1.0.0"]
    assert not (both.destination / "1.0.0").exists()
    assert [release.version for release in list_releases(configuration=both)] == ["1.2.0rc3"]
    assert status(destination=both.destination).is_clean
    with pytest.raises(ReleaseError):
        remove(["v1.0.0"], destination=both.destination)


def test_remove_is_all_or_nothing(both: Configuration) -> None:
    with pytest.raises(ReleaseError, match=r"9\.9"):
        remove(["v1.0.0", "v9.9"], destination=both.destination)
    assert status(destination=both.destination).is_clean


def test_remove_does_not_lose_local_changes(both: Configuration) -> None:
    executor(both).write_text("mine\n")
    with pytest.raises(StoreError, match=r"executor\.h"):
        remove(["v1.0.0"], destination=both.destination)
    assert executor(both).read_text() == "mine\n"
    remove(["v1.0.0"], destination=both.destination, force=True)
    assert not executor(both).exists()


def test_remove_does_not_take_what_the_lock_knows_nothing_of(upstream: Upstream, both: Configuration) -> None:
    pin(both, upstream, commit=None, tree=None)
    with pytest.raises(StoreError, match="no hash"):
        remove(["v1.0.0"], destination=both.destination)
    assert executor(both).is_file()


def test_path_is_what_the_compiler_needs(both: Configuration) -> None:
    folder = path("v1.2.0-rc.3", destination=both.destination)
    source = "#include <tensorrt_llm/executor/executor.h>\n"
    subprocess.run(["g++", "-fsyntax-only", f"-I{folder}", "-x", "c++", "-"], input=source.encode(), check=True)
    with pytest.raises(ReleaseError) as caught:
        path("9.9", destination=both.destination)
    assert caught.value.hint == "run `trtheaders add v9.9.0` (vendored are 1.0.0, 1.2.0rc3)"


def test_status_names_what_is_wrong(both: Configuration) -> None:
    assert status(destination=both.destination).is_clean
    executor(both).write_text("mine\n")
    shutil.rmtree(both.destination / "1.2.0rc3")
    answer = status(destination=both.destination)
    assert not answer.is_clean
    assert [(item.present, item.is_clean) for item in answer.releases] == [(True, False), (False, False)]


def test_a_destination_that_is_a_file_is_one_clear_line(upstream: Upstream, consumer: Configuration) -> None:
    consumer.destination.parent.mkdir()
    consumer.destination.write_text("")
    for call in (
        lambda: add(["v1.0.0"], configuration=consumer, remote=str(upstream.path)),
        lambda: status(destination=consumer.destination),
    ):
        with pytest.raises(TrtHeadersError, match="include/tensorrt-llm"):
            call()
