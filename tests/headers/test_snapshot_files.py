"""A snapshot survives its file, the same bytes each time; anything else is refused in one sentence."""

from __future__ import annotations

import gzip
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recording import record_text

from trtheaders.errors import SnapshotError
from trtheaders.headers.snapshot_files import (
    MOST_PACKED,
    decode_snapshot,
    encode_snapshot,
    read_snapshot,
    write_snapshot,
)
from trtheaders.model.codec import decode, encode
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Parameter, Trait, TypeUse
from trtheaders.model.packing import MOST_UNPACKED, pack, unpack
from trtheaders.model.places import Location

API = """
#include <string>
#define LIMIT 3
enum class Mode { kA = 1, kB = -2 };
using Text = std::string;
class A { public: A(Text const& name = "x", int = 3); virtual void f() = 0; virtual ~A(); private: Mode mMode; };
#ifdef FEATURE
int gated();
#endif
"""


def test_a_snapshot_survives_its_file(tmp_path):
    snapshot = record_text(tmp_path, API, both_string_abis=True, release="1.2.3")
    write_snapshot(snapshot, tmp_path / "snapshot.json.gz")
    assert read_snapshot(tmp_path / "snapshot.json.gz") == snapshot
    assert encode_snapshot(snapshot) == encode_snapshot(
        record_text(tmp_path, API, both_string_abis=True, release="1.2.3")
    )


def test_it_holds_what_the_header_says(tmp_path):
    snapshot = record_text(tmp_path, API)
    (enumeration,) = snapshot.enumerations
    assert [(item.name, item.value) for item in enumeration.enumerators] == [("kA", 1), ("kB", -2)]
    assert [(item.name, item.type.spelling) for item in snapshot.aliases] == [("Text", "std::string")]
    assert [item.name for item in snapshot.macros] == ["LIMIT"]
    assert [(item.condition, item.macros, item.end - item.location.line) for item in snapshot.gates] == [
        ("ifdef FEATURE", ("FEATURE",), 2)
    ]
    (constructor,) = [item for item in snapshot.promises if item.declaration.kind is DeclarationKind.CONSTRUCTOR]
    assert [(item.name, item.default) for item in constructor.declaration.parameters] == [("name", '"x"'), ("", "3")]
    assert constructor.symbols == ("_ZN1AC2ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEi",)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"not gzip at all",
        lambda data: gzip.compress(b"[1, 2"),
        lambda data: gzip.compress(b"[]"),
        lambda data: gzip.compress(json.dumps({"format": 999, "snapshot": []}).encode()),
        lambda data: gzip.compress(json.dumps({"format": 1, "snapshot": [1, 2, 3]}).encode()),
        lambda data: gzip.compress(json.dumps({"format": 1}).encode()),
    ],
)
def test_a_damaged_snapshot_is_no_answer(tmp_path, damage):
    data = encode_snapshot(record_text(tmp_path, "int f();"))
    with pytest.raises(SnapshotError) as caught:
        decode_snapshot(damage(data), "some file")
    assert caught.value.hint


def test_a_snapshot_that_is_too_large_is_no_answer(tmp_path):
    path = tmp_path / "abi-snapshot.json.gz"
    path.touch()
    os.truncate(path, MOST_PACKED + 1)
    with pytest.raises(SnapshotError, match="cannot be read: larger than 64 MB"):
        read_snapshot(path)
    os.truncate(path, MOST_PACKED)
    with pytest.raises(SnapshotError, match="is not a recorded snapshot"):
        read_snapshot(path)


def test_no_more_is_unpacked_than_a_snapshot_may_hold():
    most = 3 * 1024**2
    packed = pack(bytes(most))
    assert len(packed) < most // 500
    assert unpack(packed, most) == bytes(most)
    with pytest.raises(ValueError, match="more than 2 MB"):
        unpack(packed, most - 1)
    assert (MOST_PACKED, MOST_UNPACKED) == (64 * 1024**2, 512 * 1024**2)


words = st.text(max_size=8)
types = st.builds(
    TypeUse,
    spelling=words,
    canonical=words,
    size=st.none() | st.integers(0, 4096),
    in_memory=st.none() | st.booleans(),
    record=st.none() | words,
)
declarations = st.builds(
    Declaration,
    name=words,
    kind=st.sampled_from(DeclarationKind),
    location=st.builds(Location, file=words, line=st.integers(0, 9)),
    signature=words,
    parameters=st.lists(st.builds(Parameter, name=words, type=types, default=st.none() | words), max_size=3).map(tuple),
    result=st.none() | types,
    access=st.sampled_from(Access),
    traits=st.frozensets(st.sampled_from(Trait)),
)


@given(declarations)
def test_values_survive_json(declaration):
    assert decode(Declaration, encode(declaration)) == declaration
