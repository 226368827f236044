"""Foreign lists of `ITEM(name)`: what a macro of the tree makes of them is the tree's, as the linker has it."""

from __future__ import annotations

from pathlib import Path

from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

LISTS = {
    "list.def": """#ifndef ITEM
#define ITEM(type, name)
#endif
ITEM(int, one)
namespace inner { ITEM(char*, two) }
""",
    "further.def": '#include "rest.def"\nITEM(int, one)\n',
    "rest.def": "ITEM(char*, two)\nITEM(long, three)\n",
    "members.inc": "void plain(); static int count;\nstruct Inside { void run(); };\n",
    "own.def": """#pragma once
FOREIGN int theirs(int), theirs_too;
#define NAMED(name) int named_##name();
NAMED(theirs)
struct Theirs { Theirs(); ~Theirs(); void run(); };
WHOLE(int ours())
""",
}
HEADER = """#define ITEM(type, name) type get_##name(); extern type var_##name;
#include <list.def>
#undef ITEM
namespace tree {
#define ITEM(type, name) struct Class_##name { void run(); }; \\
    int name##_of(type);
#include <further.def>
#undef ITEM
struct Holder {
#define ITEM(type, name) type make_##name(); static type last_##name;
#include <further.def>
#undef ITEM
#include <members.inc>
};
}
#define FOREIGN extern
#define WHOLE(declaration) declaration;
#include <own.def>
"""
USE = """void use(tree::Class_one& one, tree::Class_two& two, tree::Class_three& three, tree::Holder& held) {
    get_one(); inner::get_two(); var_one = 1; inner::var_two = nullptr;
    one.run(); two.run(); three.run(); tree::one_of(1); tree::two_of(nullptr); tree::three_of(1);
    held.make_one(); held.make_two(); held.make_three();
    held.last_one = 1; held.last_two = nullptr; held.last_three = 1;
    held.plain(); held.count = 1; tree::Holder::Inside().run();
    ours();
}
"""


def test_what_macros_of_the_tree_make_of_foreign_lists_is_owed(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    for name, text in LISTS.items():
        (foreign / name).write_text(text)
    unit = compile_cxx(HEADER + USE, flags=("-c", "-O0", "-w"), include=(foreign,))
    assert unit.status == 0, unit.messages
    snapshot = record_text(tmp_path / "tree", HEADER, include_directories=(foreign,), confirmed=True)
    assert promised(snapshot) == undefined_symbols(unit.path)
    assert not any(promise.unconfirmed for promise in snapshot.promises)
    places = {item.declaration.name: item.declaration.location for item in snapshot.promises}
    assert {place.file for place in places.values()} == {"api.h"}
    lines = {"get_one": 1, "inner::var_two": 1, "tree::three_of": 5, "tree::Class_two::run": 5, "ours": 17}
    lines |= {"tree::Holder::make_one": 10, "tree::Holder::last_two": 10, "tree::Holder::plain": 9}
    assert {name: places[name].line for name in lines} == lines
