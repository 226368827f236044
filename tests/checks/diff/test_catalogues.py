"""Changes of headers, each with g++, ld and the program as judges.

A case is two headers, what each side's library defines, and a consumer that returns 0 as long as it is compiled and
linked with the old side. What then happens with the new one is the truth that `diff` must claim, and where nothing
happens nothing may be claimed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from support.catalogues import classes, declarations, names, overloads, peers, spellings, templates
from support.fates import Entry, claimed, happens
from support.recording import record_text

from trtheaders.checks.diff.comparison import compare_snapshots

CASES = [
    pytest.param(entry, id=f"{catalogue.__name__.rpartition('.')[2]}: {name}")
    for catalogue in (declarations, classes, names, overloads, templates, spellings, peers)
    for name, entry in catalogue.CATALOGUE.items()
]


# A few hundred programs are compiled, linked and run.
@pytest.mark.slow
@pytest.mark.parametrize("entry", CASES)
def test_what_happens_is_claimed_and_nothing_else(entry: Entry, tmp_path: Path) -> None:
    told, fate = claimed(entry, tmp_path), happens(entry)
    assert fate <= told
    assert bool(told) == bool(fate)


def test_a_snapshot_from_before_there_were_introductions_says_nothing_of_them(tmp_path: Path) -> None:
    text = "template <class T> struct A { T a; }; namespace n {} namespace m = n; int f();"
    recorded = record_text(tmp_path, text)
    assert recorded.introductions
    older = replace(recorded, introductions=None)
    assert compare_snapshots(recorded, older) == compare_snapshots(older, recorded) == ()


def test_what_a_template_tells_of_a_member_is_not_told_again_of_its_instances(tmp_path: Path) -> None:
    text = "template <class T> struct B {{ T a; {} T b; }}; int f(B<int>&);"
    old, new = (record_text(tmp_path / side, text.format(word)) for side, word in (("old", ""), ("new", "int c;")))
    told = {change.name: [detail.text for detail in change.details] for change in compare_snapshots(old, new)}
    assert told == {
        "B": ["member `int c` added"],
        "B<int>": ["has 12 bytes, had 8", "members moved: `b` from 4 to 8"],
    }
