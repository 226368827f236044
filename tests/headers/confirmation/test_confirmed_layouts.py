"""Sizes, offsets and enumerators are the compiler's: programs that print them are the oracle."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cxx import build_library
from support.recording import record_text
from support.tools import tool

from trtheaders.checks.layout.judgement import check_layouts
from trtheaders.library.elf.image import open_image
from trtheaders.library.layout.dwarf import read_debug_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.model.headers.layouts import Record
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.evidence import DebugRecord

CLASSES = 400
_TYPES = ("char", "short", "int", "long", "double", "bool", "char*", "Odd", "Big", "short[3]")
_HEAD = """#include <string>
typedef int Odd __attribute__((aligned(1)));
typedef int Big __attribute__((aligned(16)));
class Value { public: constexpr explicit Value(long v) : v_(v) {} Value() = default; private: long v_; char c_ = 0; };
"""


def write_classes(seed: int, virtual: float = 0) -> str:
    """A header of random classes: bases (``virtual`` of 1 virtual), bit-fields, packing, alignment, members in tail
    padding.
    """
    chance = random.Random(seed)
    return _HEAD + "".join(_write_class(number, chance, virtual) for number in range(CLASSES))


def _write_class(number: int, chance: random.Random, virtual: float) -> str:
    bases = chance.sample(range(max(number - 30, 0), number), k=min(number, chance.choice((0, 0, 0, 1, 1, 2))))
    packed = chance.random() < 0.15
    mark = "__attribute__((packed)) " if packed else "alignas(16) " if chance.random() < 0.1 else ""
    inherited = ", ".join(f"{'virtual ' if chance.random() < virtual else ''}C{base}" for base in bases)
    members = " ".join(_write_member(index, number, chance) for index in range(chance.randint(0, 6)))
    special = chance.choice(("", "", f"C{number}() = default;", f"C{number}(int);", "virtual void call();"))
    return f"struct {mark}C{number}{f' : {inherited}' if bases else ''} {{ {special} {members} }};\n"


def _write_member(index: int, number: int, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.12:
        return f"{chance.choice(('int', 'unsigned char', 'Big', 'Odd'))} b{index} : {chance.randint(1, 7)};"
    mark = "[[no_unique_address]] " if chance.random() < 0.3 else ""
    if kind < 0.3 and number:
        return f"{mark}C{chance.randrange(max(number - 30, 0), number)} m{index};"
    if kind < 0.4:
        return f"{mark}Value m{index};"
    name = f"m{index}"
    type_ = chance.choice(_TYPES)
    return f"{mark}{type_.partition('[')[0]} {name}{'[3]' if '[' in type_ else ''};"


_PROBES = r"""#include "api.h"
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <type_traits>
template<class D, class B> long base_offset() {
    alignas(64) static char room[sizeof(D)];
    auto derived = reinterpret_cast<D*>(room);
    if constexpr (std::is_convertible_v<D*, B*>) return reinterpret_cast<char*>(static_cast<B*>(derived)) - room;
    return -1;
}
template<class C, class Fill> long first_bit(Fill fill) {
    alignas(64) static unsigned char room[sizeof(C)];
    std::memset(room, 0, sizeof(C));
    fill(*reinterpret_cast<C*>(room));
    for (unsigned long bit = 0; bit < 8 * sizeof(C); ++bit) if (room[bit / 8] >> bit % 8 & 1) return bit;
    return -1;
}
void show(char const* what, long value) { if (value >= 0) std::printf("%s %ld\n", what, value); }
"""


def print_layouts(folder: Path, compiler: str, records: list[Record]) -> dict[str, int]:
    """What a program says of every size, alignment and offset of ``records``; nothing of an ambiguous base."""
    lines = [f'show("{what}", {expression});' for what, expression, _ in figures(records)]
    (folder / "print.cpp").write_text(_PROBES + f"int main() {{ {' '.join(lines)} }}")
    command = [tool(compiler), "-std=c++20", "-w", "-ferror-limit=0" if "clang" in compiler else "-fmax-errors=0"]
    subprocess.run([*command, f"-I{folder}", "print.cpp", "-o", "print"], cwd=folder, check=True)
    said = subprocess.run([folder / "print"], capture_output=True, text=True, check=True).stdout
    return {what: int(value) for what, value in (line.split() for line in said.splitlines())}


def figures(records: list[Record]) -> Iterator[tuple[str, str, int | None]]:
    """(what, C++ for it, our figure) of everything that C++ can be asked for."""
    for record in records:
        yield f"{record.name}", f"sizeof({record.name})", record.size
        yield f"{record.name}.alignment", f"alignof({record.name})", record.alignment
        for base in record.bases:
            if not base.virtual:
                yield f"{record.name}:{base.name}", f"base_offset<{record.name}, {base.name}>()", base.offset
        for member in record.fields:
            if member.bits is not None:
                fill = f"[](auto& it) {{ it.{member.name} = -1; }}"
                yield f"{record.name}.{member.name}", f"first_bit<{record.name}>({fill})", member.offset
            elif member.offset is not None:
                expression = f"offsetof({record.name}, {member.name})"
                yield f"{record.name}.{member.name}", expression, member.offset // 8


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize(("seed", "virtual"), [(1, 0), (2, 0), (3, 0.2)])
def test_random_classes_lie_as_the_compiler_lays_them_out(
    tmp_path: Path, compiler: str, seed: int, virtual: float
) -> None:
    program = tool(compiler)
    text = write_classes(seed, virtual)
    snapshot = record_text(tmp_path, text, standard="c++20", compiler=program, confirmed=True)
    records = [record for record in snapshot.records if record.name.startswith("C")]
    assert snapshot.key.confirmed is not None, snapshot.unconfirmed
    assert len(records) == CLASSES
    said = print_layouts(tmp_path, compiler, records)
    ours = {what: figure for what, _, figure in figures(records)}
    assert {what: ours[what] for what in said} == said
    assert (sum(":" in what for what in said) > 200, len(ours) - len(said) < 20) == (True, True)


def confirmed(folder: Path, text: str, **question: object) -> AbiSnapshot:
    return record_text(folder, text, confirmed=True, **question)


def test_the_parser_alone_has_other_figures_for_some(tmp_path: Path) -> None:
    text = write_classes(1)
    alone, asked = (record_text(tmp_path, text, standard="c++20", confirmed=given) for given in (False, True))
    assert [item.size for item in alone.records] != [item.size for item in asked.records]


@pytest.mark.parametrize("given", [False, True], ids=["parser", "compiler"])
def test_enumerators_of_small_unsigned_types_have_their_values(tmp_path: Path, given: bool) -> None:
    text = """enum __attribute__((packed)) Small { sa, sc = 200 };
enum Wide : unsigned int { top = 0xFFFFFFFFu };
enum class Signed : signed char { least = -128 };
class Private { enum Inner { inner = 7 }; };"""
    found = record_text(tmp_path, text, confirmed=given).enumerations
    values = {item.name: {value.name: value.value for value in item.enumerators} for item in found}
    assert values == {
        "Small": {"sa": 0, "sc": 200},
        "Wide": {"top": 0xFFFFFFFF},
        "Signed": {"least": -128},
        "Private::Inner": {"inner": 7},
    }
    assert {item.name: item.underlying for item in found}["Small"] == "unsigned char"


def test_private_members_and_bases_are_asked_for(tmp_path: Path) -> None:
    text = """struct Empty {};
struct Base { char a; Base(); };
class Holder : Empty, Base { struct Inner { short s; }; [[no_unique_address]] Inner inner; int& other; long last;
union { int number; char letter; }; };"""
    holder = next(item for item in confirmed(tmp_path, text, standard="c++20").records if item.name == "Holder")
    assert {item.name: item.offset for item in holder.fields if item.name in ("inner", "other", "last")} == {
        "inner": 16,
        "other": 64,
        "last": 128,
    }
    assert [item.offset for item in holder.bases] == [0, 0]


DEBUG = ("-g", "-std=c++20", "-w", "-fno-eliminate-unused-debug-types", "-femit-class-debug-always")


def describe(text: str, snapshot: AbiSnapshot) -> dict[str, DebugRecord]:
    """What g++'s debug information says of the classes of the header ``text``."""
    library = build_library(f'# 1 "api.h"\n{text}\n', flags=DEBUG)
    with open_image(library) as image:
        return {item.name: item for item in read_debug_layouts(image, [snapshot]).records}


ODD = """typedef int Odd __attribute__((aligned(1)));
typedef int Big __attribute__((aligned(16)));
class Value { public: Value(); private: long v_; char c_; };
namespace n { class Bits { char c; Odd o : 5; Big b : 7; int& other; }; }
struct __attribute__((packed)) Packed { char a; Value v[2]; int b : 3; int c : 7; };
class Outer { struct Inner; struct Inner { [[no_unique_address]] Value v; char c; int z : 4; }; Inner inner; };
struct Holder { n::Bits bits; };
struct Plain { int x : 3; int y; };"""


def test_bit_fields_and_references_lie_where_debug_information_has_them(tmp_path: Path) -> None:
    records = {item.name: item for item in confirmed(tmp_path, ODD, standard="c++20").records}
    described = describe(ODD, confirmed(tmp_path, ODD, standard="c++20"))
    assert described.keys() == records.keys()
    for item in described.values():
        ours = {member.name: member.offset for member in records[item.name].fields}
        assert ours == {member.name: member.offset for member in item.members}
        assert records[item.name].size == item.size


def test_what_compilers_differ_on_is_in_doubt_until_one_confirms_it(tmp_path: Path) -> None:
    alone, asked = (record_text(tmp_path, ODD, standard="c++20", confirmed=given) for given in (False, True))
    assert {item.name for item in alone.records if item.doubt} == {
        "n::Bits",
        "Packed",
        "Outer",
        "Outer::Inner",
        "Holder",
    }
    assert not any(item.doubt for item in asked.records)


def test_the_tail_of_a_base_is_in_doubt_since_the_standard_differs(tmp_path: Path) -> None:
    text = """struct Base { Base() = default; int width; char kind; }; struct Derived : Base { char extra; };
struct Full { Full() = default; int width; }; struct Other : Full { char extra; };"""
    doubted = [
        {item.name for item in record_text(tmp_path, text, standard=standard).records if item.doubt}
        for standard in ("c++17", "c++20")
    ]
    assert doubted == [set(), {"Derived"}]


def test_sizes_of_objects_are_the_compilers(tmp_path: Path) -> None:
    text = """struct Pair { [[no_unique_address]] int wide; [[no_unique_address]] char narrow; };
struct Options { [[no_unique_address]] Pair pair; [[no_unique_address]] bool flag; short limit; int count; };
extern Options options; extern int numbers[3]; extern int& other;"""
    snapshot = confirmed(tmp_path, text, standard="c++20")
    assert {item.declaration.name: item.obligations[0].size for item in snapshot.promises} == {
        "options": 12,
        "numbers": 12,
        "other": None,
    }


TABLES = """
namespace n {
struct Root { virtual ~Root(); virtual int root(); };
struct Left : virtual Root { Left(); virtual int left(); int l; };
struct Right : virtual Root { Right(); virtual int right(); int r; };
template <class T> struct Box : Left { Box(); virtual T get() const; T t; };
extern template struct Box<int>;
struct Both final : Box<int>, Right { Both(); int root() override; };
}
"""
TABLES_BODIES = """
namespace n {
Root::~Root() {} int Root::root() { return 1; } Left::Left() {} int Left::left() { return 1; }
Right::Right() {} int Right::right() { return 1; } Both::Both() {} int Both::root() { return 1; }
template <class T> Box<T>::Box() {} template <class T> T Box<T>::get() const { return t; }
template struct Box<int>;
}
"""


def test_vtables_of_instances_and_with_virtual_bases_are_as_large_as_the_compiler_has_them(tmp_path: Path) -> None:
    made = record_text(tmp_path, TABLES, confirmed=True)
    library = build_library(TABLES + TABLES_BODIES)
    listed = subprocess.run([tool("nm"), "-DS", library], capture_output=True, text=True, check=True).stdout
    sizes = {words[3]: int(words[1], 16) // 8 for line in listed.splitlines() if len(words := line.split()) == 4}
    tables = {record.name: (record.vtable, record.vtable_words) for record in made.records if record.polymorphic}
    assert len(tables) == 5
    assert all(words == sizes[str(symbol)] for symbol, words in tables.values())


def test_another_vtable_of_an_instance_or_with_a_virtual_base_is_an_error(tmp_path: Path) -> None:
    made = record_text(tmp_path, TABLES, confirmed=True)
    changed = (TABLES + TABLES_BODIES).replace("virtual T get()", "virtual T more() { return t; } virtual T get()")
    further = "virtual int further() { return 1; } virtual int right();"
    library = build_library(changed.replace("virtual int right();", further))
    found = check_layouts(made, read_evidence([library], made))
    assert {(item.rule, item.name) for item in found} == {
        ("reordered-vtable-slots", name) for name in ("n::Box<int>", "n::Right", "n::Both")
    }
