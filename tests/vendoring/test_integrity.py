from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.upstream import Upstream, headers

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError
from trtheaders.model.answers.findings import Severity
from trtheaders.model.vendoring.locks import LockedRelease
from trtheaders.report.evidence import spell_evidence
from trtheaders.vendoring.folder.integrity import check_release
from trtheaders.vendoring.folder.store import Store
from trtheaders.verbs.add import add


@pytest.fixture
def store(upstream: Upstream, consumer: Configuration) -> Store:
    add(["v1.2.0rc3"], configuration=consumer, remote=str(upstream.path))
    return Store(consumer.destination)


def header(store: Store) -> Path:
    return store.release_directory("1.2.0rc3") / "tensorrt_llm" / "executor" / "executor.h"


def told(store: Store) -> list[tuple[str, str]]:
    return [
        (finding.rule, finding.location.file if finding.location else "")
        for finding in check_release(store, "1.2.0rc3")
    ]


def test_an_honest_release_has_no_finding(store: Store) -> None:
    assert check_release(store, "v1.2.0-rc.3") == ()


def test_every_difference_is_named_by_file(store: Store) -> None:
    header(store).write_text("changed\n")
    (header(store).parents[1] / "common" / "logger.h").unlink()
    header(store).with_name("executor.h.orig").write_text("")
    (store.release_directory("1.2.0rc3") / "LICENSE").write_text("mine")
    assert told(store) == [
        ("changed-files", "LICENSE"),
        ("changed-files", "tensorrt_llm/executor/executor.h"),
        ("missing-files", "tensorrt_llm/common/logger.h"),
        ("extra-files", "tensorrt_llm/executor/executor.h.orig"),
    ]
    findings = check_release(store, "1.2.0rc3")
    assert {finding.severity for finding in findings} == {Severity.ERROR}
    assert all(finding.symbols == () and finding.hint and finding.message for finding in findings)


def test_one_bit_counts(store: Store) -> None:
    data = bytearray(header(store).read_bytes())
    data[-2] ^= 1
    header(store).write_bytes(data)
    assert told(store) == [("changed-files", "tensorrt_llm/executor/executor.h")]


def test_line_ends_alone_are_said_to_be_that(store: Store) -> None:
    path = header(store)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (finding,) = check_release(store, "1.2.0rc3")
    assert "only in its line ends (CRLF)" in finding.message
    assert ".gitattributes" in finding.hint
    other = path.parents[1] / "common" / "assert_.h"
    other.write_bytes(other.read_bytes().replace(b"\n", b"\r\n"))
    (finding,) = check_release(store, "1.2.0rc3")
    assert finding.message.startswith("2 files")
    assert "tensorrt_llm/common/assert_.h" in spell_evidence(finding.evidence)
    assert finding.explains == 2


def test_line_ends_and_an_edit_are_an_edit(store: Store) -> None:
    header(store).write_bytes(header(store).read_bytes().replace(b"\n", b"\r\n") + b"x")
    (finding,) = check_release(store, "1.2.0rc3")
    assert "CRLF" not in finding.message


def test_a_link_in_place_of_a_file_is_a_change(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy.h"
    shutil.copy(header(store), copy)
    header(store).unlink()
    header(store).symlink_to(copy)
    (finding,) = check_release(store, "1.2.0rc3")
    assert finding.rule == "changed-files"
    assert "no plain file" in finding.message


def test_a_folder_that_is_a_link_is_not_followed(store: Store, tmp_path: Path) -> None:
    shutil.move(header(store).parent, tmp_path / "executor")
    header(store).parent.symlink_to(tmp_path / "executor")
    assert told(store) == [
        ("missing-files", "tensorrt_llm/executor/executor.h"),
        ("extra-files", "tensorrt_llm/executor"),
    ]


def test_our_own_snapshot_is_not_extra(store: Store) -> None:
    assert store.snapshot_path("1.2.0rc3").is_file()
    assert check_release(store, "1.2.0rc3") == ()


def test_a_lock_that_does_not_add_up_is_a_finding(store: Store) -> None:
    path = store.destination / "trtheaders.lock"
    blob = store.locked("1.2.0rc3").files[-1].blob
    path.write_text(path.read_text().replace(blob, "0" * 40))
    assert ("inconsistent-locks", "") in told(store)


def test_what_was_never_compared_is_a_note(store: Store) -> None:
    path = store.destination / "trtheaders.lock"
    path.write_text(path.read_text().replace("compared = true", "compared = false"))
    (finding,) = check_release(store, "1.2.0rc3")
    assert (finding.rule, finding.severity) == ("uncompared-releases", Severity.NOTE)


def test_a_tree_without_hashes_still_tells_that_something_differs(store: Store) -> None:
    locked = store.locked("1.2.0rc3")
    bare = LockedRelease(version="1.2.0rc3", tag="v1.2.0rc3", remote="", tree=locked.tree)
    with store.changing() as change:
        change.record(bare)
    assert [rule for rule, _ in told(store)] == ["uncompared-releases"]
    header(store).write_text("changed\n")
    assert [rule for rule, _ in told(store)] == ["changed-files", "uncompared-releases"]


def test_a_release_that_is_not_there_is_no_answer(store: Store) -> None:
    with pytest.raises(ReleaseError) as caught:
        check_release(store, "1.0.0")
    assert caught.value.hint == "run `trtheaders add v1.0.0` (vendored are 1.2.0rc3)"
    shutil.rmtree(store.destination / "1.2.0rc3")
    with pytest.raises(ReleaseError) as caught:
        check_release(store, "1.2.0rc3")
    assert "trtheaders sync" in caught.value.hint


def test_a_folder_without_a_lock_is_no_answer_but_adopt(store: Store) -> None:
    (store.destination / "trtheaders.lock").unlink()
    with pytest.raises(ReleaseError) as caught:
        check_release(store, "1.2.0rc3")
    assert "trtheaders adopt" in caught.value.hint


def test_checking_needs_neither_git_nor_its_library(store: Store) -> None:
    program = (
        "import sys; started = [];"
        "sys.addaudithook(lambda event, _: started.append(event) if event == 'subprocess.Popen' else None);"
        "from pathlib import Path; from trtheaders.vendoring.folder.integrity import check_release;"
        "from trtheaders.vendoring.folder.store import Store;"
        f"assert check_release(Store(Path({str(store.destination)!r})), '1.2.0rc3') == ();"
        "assert 'git' not in sys.modules and not started"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PATH": "/nonexistent"})


def test_checking_a_release_of_114_files_takes_milliseconds(upstream: Upstream, consumer: Configuration) -> None:
    upstream.release("v1.3.0", headers(**{f"h{number}": "x" * 10_000 for number in range(113)}))
    add(["v1.3.0"], configuration=consumer, remote=str(upstream.path))
    store = Store(consumer.destination)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        assert check_release(store, "1.3.0") == ()
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02
