"""Sizes of variables whose type is complete only for who uses them; g++ is the judge."""

from __future__ import annotations

import subprocess

from support.cxx import build_library
from support.recording import record_text
from support.tools import tool

API = """
#include <memory>
struct Open;
template <class T> struct Table { T values[5]; };
extern Table<int> table;
extern Open open;
struct A {
    static std::unique_ptr<int> owner;
    static Table<char>& reach() { return hidden; }
    static Open unknown;
private:
    static Table<char> hidden;
};
"""
BODIES = """
#include "api.h"
struct Open { int i; };
Table<int> table;
std::unique_ptr<int> A::owner;
Table<char> A::hidden;
"""


def test_sizes_are_those_of_the_library_s_objects(tmp_path):
    snapshot = record_text(tmp_path, API)
    sizes = {item.symbols[0]: item.obligations[0].size for item in snapshot.promises}
    library = build_library(BODIES, include=[tmp_path])
    listed = subprocess.run(
        [tool("nm"), "-DS", "--defined-only", library], capture_output=True, text=True, check=True
    ).stdout
    objects = {words[3]: int(words[1], 16) for words in map(str.split, listed.splitlines()) if words[2] in "BD"}
    assert sizes == {**objects, "open": None, "_ZN1A7unknownE": None}
    assert set(objects.values()) == {20, 8, 5}
