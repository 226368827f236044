"""When each declaration appeared, changed and left: the releases that ship, whose figures are known."""

from __future__ import annotations

import pytest

from trtheaders.checks.diff.comparison import compare_snapshots
from trtheaders.checks.diff.histories import tell_histories
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.model.answers.changes import Impact
from trtheaders.model.answers.pages import Mark
from trtheaders.snapshots import shipped_snapshot

RELEASES = ("1.0.0", "1.1.0", "1.2.0rc3")
EXECUTOR = "tensorrt_llm::executor"


@pytest.fixture(name="snapshots", scope="module")
def shipped():
    return [read_snapshot(shipped_snapshot(release)) for release in RELEASES]


@pytest.fixture(name="histories", scope="module")
def told(snapshots):
    return {history.name: history for history in tell_histories(snapshots)}


@pytest.mark.parametrize(
    ("name", "sizes", "marks"),
    [
        ("SamplingConfig", (192, 192, 200), (Mark.FIRST, Mark.SAME, Mark.CHANGED)),
        ("KvCacheConfig", (120, 128, 128), (Mark.FIRST, Mark.CHANGED, Mark.SAME)),
        ("CacheTransceiverConfig", (24, 24, 40), (Mark.FIRST, Mark.SAME, Mark.CHANGED)),
    ],
)
def test_a_class_has_its_size_in_each_release(histories, name, sizes, marks):
    history = histories[f"{EXECUTOR}::{name}"]
    assert history.sizes == sizes
    assert tuple(moment.mark for moment in history.moments) == marks


def test_a_function_is_absent_until_it_is_new(histories):
    history = histories[f"{EXECUTOR}::CacheTransceiverConfig::getKvTransferTimeoutMs"]
    assert tuple(moment.mark for moment in history.moments) == (Mark.ABSENT, Mark.ABSENT, Mark.NEW)
    assert history.owner == f"{EXECUTOR}::CacheTransceiverConfig"


def test_what_changed_is_what_diff_says(histories, snapshots):
    changes = compare_snapshots(snapshots[1], snapshots[2])
    for change in changes:
        history = histories.get(change.name)
        if history is not None and change.impact is not Impact.NONE and history.moments[1].mark is not Mark.ABSENT:
            assert change in history.moments[2].changes


def test_members_stand_behind_their_class(histories):
    names = list(histories)
    owner = f"{EXECUTOR}::SamplingConfig"
    members = [name for name in names if histories[name].owner == owner]
    first = names.index(owner)
    assert names[first + 1 : first + 1 + len(members)] == members
