"""A recorded snapshot that came with a repository can be code where a name should be, or lead out of its tree."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.promised import promise, snapshot

from trtheaders.errors import SnapshotError
from trtheaders.headers.snapshot_files import decode_snapshot, encode_snapshot
from trtheaders.model.library.exports import Machine
from trtheaders.model.places import Location
from trtheaders.steps.verdict.excerpt import read_line
from trtheaders.stubs.assembly import write_assembly

CODE = '_Z1fv"; .incbin "/etc/passwd'


@pytest.mark.parametrize(
    "unsound",
    [
        snapshot(promise(CODE)),
        snapshot(promise("_Z1fv\n.incbin")),
        replace(snapshot(promise("_Z1fv")), release='1.1.0"\n#include "/etc/passwd"\n//'),
        replace(snapshot(promise("_Z1fv")), release="1.1"),
    ],
    ids=["quote", "newline", "release", "another spelling of a release"],
)
def test_code_in_place_of_a_name_is_no_snapshot(unsound):
    with pytest.raises(SnapshotError, match="is not a recorded snapshot"):
        decode_snapshot(encode_snapshot(unsound), "committed.json.gz")
    with pytest.raises(SnapshotError, match="no library can be made"):
        write_assembly(unsound, Machine.X86_64)


def test_names_of_every_alphabet_are_names():
    sound = snapshot(promise("_Z1fv"), promise("_ZN3straße1gEv"), promise("f$1.cold"))
    assert decode_snapshot(encode_snapshot(sound), "x") == sound


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", "link"])
def test_no_line_outside_of_the_tree_is_shown(tmp_path, file):
    (tmp_path / "secret").write_text("secret\n")
    root = tmp_path / "tree"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")
    assert read_line(root, Location(file=file, line=1)) == ""
