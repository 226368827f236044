"""Facts about three releases, measured apart from this program, against the snapshots that ship."""

from functools import cache

import pytest

from trtheaders.checks.diff.comparison import compare_snapshots, find_unjudged
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.model.answers.changes import Change, Impact
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.snapshots import FOLDER, shipped_releases, shipped_snapshot

E = "tensorrt_llm::executor::"

# Parameters of the constructor and sizeof, for x86-64 and the new std::string.
TABLE = {
    "SamplingConfig": ((19, 192), (19, 192), (20, 200)),
    "Request": ((36, 8), (37, 8), (37, 8)),
    "KvCacheConfig": ((14, 120), (16, 128), (16, 128)),
    "ExecutorConfig": ((29, 1024), (29, 1032), (29, 1048)),
    "CacheTransceiverConfig": ((2, 24), (2, 24), (4, 40)),
    "KVCacheEvent": ((3, 64), (4, 72), (4, 72)),
}
RELEASES = ("1.0.0", "1.1.0", "1.2.0rc3")


@cache
def snapshot(release: str) -> AbiSnapshot:
    path = shipped_snapshot(release)
    assert path is not None
    return read_snapshot(path)


@cache
def changes(old: str, new: str) -> tuple[Change, ...]:
    return compare_snapshots(snapshot(old), snapshot(new))


def symbols(release: str) -> set[str]:
    return {symbol for promise in snapshot(release).promises for symbol in promise.symbols}


def test_three_releases_ship_in_less_than_a_megabyte() -> None:
    assert shipped_releases() == RELEASES
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json.gz")) < 1_000_000


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize(("old", "new"), [(0, 1), (1, 2), (0, 2)])
def test_constructors_and_sizes_of_the_table(name: str, old: int, new: int) -> None:
    found = {
        change.kind: change for change in changes(RELEASES[old], RELEASES[new]) if change.name.startswith(E + name)
    }
    (old_count, old_size), (new_count, new_size) = TABLE[name][old], TABLE[name][new]
    built = [change for change in changes(RELEASES[old], RELEASES[new]) if change.name == f"{E}{name}::{name}"]
    if old_count == new_count:
        assert built == []
    else:
        assert [change.impact for change in built] == [Impact.LINK]
        assert f"takes {new_count} parameters, took {old_count}" in [detail.text for detail in built[0].details]
    laid_out = [
        item for item in changes(RELEASES[old], RELEASES[new]) if item.name == E + name and item.kind == "class-changed"
    ]
    if old_size == new_size:
        assert laid_out == []
    else:
        assert [change.impact for change in laid_out] == [Impact.SILENT]
        assert laid_out[0].details[0].text == f"has {new_size} bytes, had {old_size}"
    assert found or (old_count, old_size) == (new_count, new_size)


def test_a_class_that_shrank_and_a_result_that_is_a_reference_now() -> None:
    found = {change.name: change for change in changes("1.0.0", "1.2.0rc3") if change.impact is Impact.SILENT}
    assert found[f"{E}KvCacheRetentionConfig"].details[0].text == "has 88 bytes, had 96"
    assert found[f"{E}KvCacheRetentionConfig::getDirectory"].kind == "method-changed"


def test_every_promise_that_differs_is_named_and_no_other() -> None:
    told = changes("1.0.0", "1.2.0rc3")
    old, new = symbols("1.0.0"), symbols("1.2.0rc3")
    assert {symbol for change in told for symbol in change.removed_symbols} == old - new
    assert {symbol for change in told for symbol in change.added_symbols} == new - old


def test_seven_removed_and_twenty_four_added() -> None:
    """As undefined symbols count them: the class's vtable apart, a private static function among them."""
    told = [change for change in changes("1.0.0", "1.2.0rc3") if change.kind != "class-symbols-added"]
    assert len([change for change in told if change.removed_symbols]) == 7
    added = {change.new for change in told if change.added_symbols}
    added |= {change.new for change in told if change.name.endswith("::checkPromptIgnoreLength")}
    assert len(added) == 24
    assert len([change for change in told if change.added_symbols and "::common::" in change.name]) == 4


def test_the_other_direction_swaps_both() -> None:
    told = changes("1.2.0rc3", "1.0.0")
    assert len([change for change in told if change.added_symbols]) == 7
    # The constructors and destructors of a class that is gone are told with it: four functions less.
    assert len([change for change in told if change.removed_symbols]) == 20


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_is_equal_to_itself_and_fully_judged(release: str) -> None:
    assert compare_snapshots(snapshot(release), snapshot(release)) == ()
    assert find_unjudged(snapshot(release), snapshot(release)) == ()


@pytest.mark.parametrize("release", RELEASES)
def test_snapshots_hold_no_path_of_a_machine(release: str) -> None:
    held = snapshot(release)
    assert held.release == release
    assert all(not file.startswith("/") for file in held.files)
    assert all(text[:1] != "/" for text in held.key.include_directories)
