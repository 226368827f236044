from __future__ import annotations

import string
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trtheaders.errors import StoreError
from trtheaders.model.names import CommitId, TreeId
from trtheaders.model.vendoring.locks import Lock, LockedFile, LockedRelease
from trtheaders.vendoring.folder.lockfile import parse_lock, read_lock, render_lock

ids = st.binary(min_size=20, max_size=20).map(bytes.hex)
names = st.text(string.ascii_letters + string.digits + '._- äß#"', min_size=1, max_size=12).filter(
    lambda name: name.strip() == name and name not in (".", "..")
)
paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: "/".join(["tensorrt_llm", *parts]))
files = st.builds(
    LockedFile, path=paths, blob=ids, size=st.integers(0, 2**40), mode=st.sampled_from(["100644", "100755"])
)
versions = st.builds(
    "{}.{}.{}{}".format, *[st.integers(0, 12)] * 3, st.sampled_from(["", "rc3", "rc12", ".post1", "rc6.post3"])
)
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
releases = st.builds(
    LockedRelease,
    version=versions,
    tag=st.text(max_size=20),
    remote=st.text(max_size=20),
    tag_object=st.none() | ids.map(CommitId),
    commit=st.none() | ids.map(CommitId),
    tree=st.none() | ids.map(TreeId),
    compared=st.booleans(),
    license=st.sampled_from(["", "Apache-2.0"]),
    files=st.lists(files, max_size=4).map(tuple),
)
locks = st.lists(releases, max_size=4).map(lambda items: Lock(releases={item.version: item for item in items}))


@patient
@given(locks)
def test_a_lock_survives_the_round_trip(lock: Lock) -> None:
    text = render_lock(lock)
    read = parse_lock(text, "lock")
    assert read == lock
    assert render_lock(read) == text


@patient
@given(st.lists(releases, max_size=4, unique_by=lambda release: release.version).flatmap(st.permutations))
def test_the_order_of_additions_does_not_show(items: list[LockedRelease]) -> None:
    lock = Lock()
    for item in items:
        lock = lock.having(item)
    assert render_lock(lock) == render_lock(Lock(releases={item.version: item for item in sorted(items, key=repr)}))


def release(version: str) -> LockedRelease:
    return LockedRelease(
        version=version,
        tag=f"v{version}",
        remote="",
        files=(LockedFile(path="tensorrt_llm/a.h", blob="0" * 40, size=1),),
        tree=TreeId("1" * 40),
    )


def test_two_branches_that_add_releases_apart_merge_without_a_conflict(tmp_path: Path) -> None:
    base = Lock().having(release("1.1.0"))
    sides = {"base": base, "ours": base.having(release("1.0.0")), "theirs": base.having(release("1.2.0"))}
    for name, lock in sides.items():
        (tmp_path / name).write_text(render_lock(lock))
    command = ["git", "merge-file", "-p", "ours", "base", "theirs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert sorted(parse_lock(done.stdout, "merged").releases) == ["1.0.0", "1.1.0", "1.2.0"]
    assert done.stdout == render_lock(sides["ours"].having(release("1.2.0")))


def test_no_lock_is_an_empty_one(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "trtheaders.lock") == Lock()


HEAD = "format = 1\n"
ROW = "100644 " + "0" * 40 + " 1 "


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "damaged: it has no `format`"),
        ("format = 2\n", "format 2"),
        ("format = \n", "damaged"),
        ("<<<<<<< ours\nformat = 1\n=======\n>>>>>>> theirs\n", "merge conflict"),
        (HEAD + "releases = 3\n", "damaged"),
        (HEAD + "[releases]\n'1.0.0' = 3\n", "damaged"),
        (HEAD + "[releases.'../../etc']\n", "not a release"),
        (HEAD + "[releases.'1.0.0-rc.1']\n", "not a release"),
        (HEAD + "[releases.'v1.0.0']\n", "not a release"),
        (HEAD + "[releases.'1.0.0']\ntree = 'xyz'\n", "object id"),
        (HEAD + "[releases.'1.0.0']\ntag = 3\n", "not a string"),
        (HEAD + f"[releases.'1.0.0']\nhashes = '''\n{ROW}/etc/passwd\n'''\n", "damaged"),
        (HEAD + f"[releases.'1.0.0']\nhashes = '''\n{ROW}tensorrt_llm/../../x\n'''\n", "damaged"),
        (HEAD + f"[releases.'1.0.0']\nhashes = '''\n{ROW}tensorrt_llm\n'''\n", "damaged"),
        (HEAD + "[releases.'1.0.0']\nhashes = '''\nnonsense\n'''\n", "damaged"),
    ],
)
def test_a_damaged_lock_is_one_clear_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "trtheaders.lock"
    path.write_text(text)
    with pytest.raises(StoreError, match=reason) as caught:
        read_lock(path)
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_lock_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "trtheaders.lock"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StoreError, match="cannot be read"):
        read_lock(path)
    with pytest.raises(StoreError, match="cannot be read"):
        read_lock(tmp_path)


def test_a_lock_of_more_releases_than_there_can_be_is_damaged() -> None:
    text = "format = 1\n" + "".join(f'[releases."9.{number}.0"]\n' for number in range(1001))
    with pytest.raises(StoreError, match="more than 1000 releases"):
        parse_lock(text, "trtheaders.lock")
