"""Sizes, offsets, bases and vtables are those of g++: programs print the former, `-fdump-lang-class` the latter."""

from __future__ import annotations

import re
import subprocess

import pytest
from support.cxx import compile_cxx
from support.recording import record_text

API = """
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>
struct Empty {};
struct Plain { int a; char b; };
struct Root { virtual int first(); virtual ~Root(); virtual int second(int); int root; char tail; };
struct Other { virtual void other(); virtual ~Other(); int o; };
struct Extra { virtual void extra() = 0; };
struct Middle : Root { int second(int) override; virtual void added(); char c; };
struct Leaf : Empty, Middle, Other, Extra {
    Leaf(); ~Leaf() override; void other() override; void extra() override; virtual void last(); long leaf;
};
struct Config {
    std::optional<int> top; std::vector<int> items; std::string name; std::shared_ptr<int> shared;
    std::variant<int, std::string> either; Plain plain; unsigned bits : 3; unsigned more : 7; bool flag = true;
};
struct Trivial { int a; std::optional<float> b; };
struct Nontrivial { Nontrivial(Nontrivial const&); int a; };
"""
RECORDS = ("Plain", "Root", "Other", "Middle", "Leaf", "Config")


@pytest.fixture
def snapshot(tmp_path):
    return record_text(tmp_path, API)


def run(text: str, folder) -> str:
    built = compile_cxx(text, name="program", flags=("-fno-access-control", "-Wno-invalid-offsetof"), include=[folder])
    objects = compile_cxx(text, flags=("-c", "-w"), include=[folder])
    assert objects.status == 0, objects.messages
    assert built.status == 0, built.messages
    return subprocess.run([built.path], capture_output=True, text=True, check=True).stdout


def test_sizes_and_offsets_are_what_a_program_prints(snapshot, tmp_path):
    lines, expected = [], []
    for record in snapshot.records:
        lines.append(f'std::printf("%zu %zu\\n", sizeof({record.name}), alignof({record.name}));')
        expected.append(f"{record.size} {record.alignment}")
        for field in record.fields:
            if field.bits is None:
                lines.append(f'std::printf("%zu\\n", offsetof({record.name}, {field.name}));')
                expected.append(f"{field.offset // 8}")
    program = f'#include "api.h"\n#include <cstddef>\n#include <cstdio>\nint main() {{ {" ".join(lines)} }}'
    assert run(program, tmp_path).split("\n")[:-1] == expected


def test_base_offsets_are_what_a_cast_adds(snapshot, tmp_path):
    pairs = [(record, base) for record in snapshot.records for base in record.bases]
    assert pairs
    lines = [
        f"{{ auto* d = reinterpret_cast<{record.name}*>(64); "
        f'std::printf("%ld\\n", (long) static_cast<{base.name}*>(d) - 64); }}'
        for record, base in pairs
    ]
    program = f'#include "api.h"\n#include <cstdio>\nint main() {{ {" ".join(lines)} }}'
    assert run(program, tmp_path).split() == [str(base.offset) for _, base in pairs]


def dumped_vtables(folder) -> dict[str, list[str]]:
    """The vtable groups as g++ prints them: every entry of each class, thunks as written."""
    text = '#include "api.h"\nLeaf* use() { return new Leaf; }\nvoid o(Root* r, Other* p, Middle* m) {}'
    compiled = compile_cxx(text, flags=("-c", "-fdump-lang-class=dump.txt"), include=[folder])
    dump = next(compiled.path.parent.glob("*dump.txt*")).read_text()
    found = {}
    for block in re.split(r"\n(?=Vtable for )", dump):
        if match := re.match(r"Vtable for (\w+)\n", block):
            found[match.group(1)] = re.findall(r"^\d+ +(.*)$", block.split("\n\n")[0], re.MULTILINE)
    return found


def test_vtables_have_the_words_and_the_order_of_gcc(snapshot, tmp_path):
    dumped = dumped_vtables(tmp_path)
    for record in snapshot.records:
        if record.polymorphic:
            entries = dumped[record.name]
            assert record.vtable_words == len(entries), record.name
            functions = [entry for entry in entries if "::" in entry or "pure" in entry]
            assert len(functions) == len(record.slots)
            for slot, entry in zip(record.slots, functions, strict=True):
                name = slot.symbols[0].removeprefix("_ZN") if "_ZThn" not in slot.symbols[0] else slot.symbols[0]
                plain = slot.function.rpartition("::")[2].replace("~", "")
                assert plain in entry or "pure" in entry or name in entry, (record.name, slot, entry)


def test_results_travel_as_the_abi_says(snapshot):
    trivial = {record.name: record.trivial for record in snapshot.records}
    assert trivial["Plain"] is True
    assert trivial["Trivial"] is True
    assert trivial["Nontrivial"] is False
    assert trivial["Config"] is False
    assert trivial["Leaf"] is False
