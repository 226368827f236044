"""`trtheaders verify` over stripped libraries whose only fault is a layout: what a linker cannot see."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from msgspec.structs import replace
from support.cxx import build_library
from support.layout_builds import Member, header_of, large_class, nested_class, source_of, stripped_library
from support.recording import record_text

from trtheaders.model.answers.findings import LayoutCounts
from trtheaders.steps.memory.layout_cache import LayoutVerdict, recall_layouts


def _verify(folder, header, library, *options):
    path = folder / "include" / "tensorrt_llm" / "executor" / "executor.h"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header)
    entry = "import sys; from trtheaders.cli.entry import main; sys.argv[0] = 'trtheaders'; main()"
    arguments = ["verify", "--headers", "include", "--library", str(library), "--format", "json", *options]
    command = [sys.executable, "-c", entry, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def classes():
    return nested_class(), large_class(30)


def test_a_matching_pair_is_verified_and_the_reach_of_the_evidence_told(tmp_path, classes):
    status, document = _verify(tmp_path, header_of(classes), stripped_library(source_of(classes)))
    assert (status, document["verdict"]) == (0, "verified")
    assert any("2 of 2 classes have evidence of layout" in remark for remark in document["remarks"])
    reach = {"classes": 2, "judged": 2, "confirmed": 2, "contradicted": 0, "doubted": 0}
    assert document["counts"]["layouts"] == reach


def test_layouts_are_counted_and_strictness_minds_a_doubt(tmp_path):
    header = "#pragma once\nstruct A { A(); long a, b; };\nstruct B { int x; };\n"
    beyond = "struct A { A(); long a, b, c; }; A::A() : a(1), b(2), c(3) {}\n"
    library = stripped_library(beyond)
    status, document = _verify(tmp_path, header, library)
    reach = {"classes": 2, "judged": 1, "confirmed": 0, "contradicted": 0, "doubted": 1}
    assert (status, document["counts"]["layouts"]) == (0, reach)
    status, document = _verify(tmp_path, header, library, "--strict")
    assert (status, document["error"]) == (2, "the layout of 1 class is in doubt")
    assert _verify(tmp_path, header, stripped_library(header + "A::A() : a(1), b(2) {}\n"), "--strict")[0] == 0


def test_one_inserted_member_fails_with_class_offsets_and_function(tmp_path, classes):
    nested, large = classes
    grown = (nested, large.with_member(4, Member("mNewcomer", "std::optional<std::uint64_t>", getter=False)))
    status, document = _verify(tmp_path, header_of(classes), stripped_library(source_of(grown)))
    assert (status, document["verdict"]) == (1, "mismatch")
    (finding,) = document["findings"]
    text = json.dumps(finding)
    assert "tensorrt_llm::executor::LargeConfig" in text
    assert "mItem04x`: offset 24 in the headers, 40 in the library" in text
    assert "_ZNK12tensorrt_llm8executor11LargeConfig10getItem04xB5cxx11Ev" in text


def test_a_virtual_function_inserted_in_the_middle_fails(tmp_path):
    shape = (
        "#pragma once\nnamespace tensorrt_llm::executor {{ struct Decoder {{ virtual ~Decoder(); virtual void setup();"
        " {} virtual void step(); }}; }}\n"
    )
    # The bodies differ, since identical functions become one that has all their names.
    body = (
        "namespace tensorrt_llm::executor { int state; Decoder::~Decoder() {} void Decoder::setup() { state = 1; }"
        " void Decoder::step() { state = 2; } }\n"
    )
    more = "namespace tensorrt_llm::executor { void Decoder::reset() { state = 3; } }\n"
    library = stripped_library(shape.format("virtual void reset();") + body + more, "-O2", "-Wl,-Bsymbolic")
    status, document = _verify(tmp_path, shape.format(""), library)
    assert (status, document["verdict"]) == (1, "mismatch")
    assert "Decoder::step" in json.dumps(document["findings"])


def test_a_verdict_is_kept_as_long_as_the_separate_file_that_it_rests_on_is(tmp_path, tools):
    objcopy = str(tools("objcopy"))
    header = "#pragma once\nstruct A { A(); int a; long b; };\n"
    body = f'# 1 "tensorrt_llm/executor/executor.h"\n{header.replace("long b", "long c, b")}A::A() {{}}\n'
    library, separate = tmp_path / "libown.so", tmp_path / "libown.debug"
    shutil.copy(build_library(body, flags=("-g", "-O1", "-Wl,--build-id=none")), library)
    subprocess.run([objcopy, "--only-keep-debug", library, separate], check=True)
    subprocess.run([objcopy, "--strip-debug", f"--add-gnu-debuglink={separate}", library], check=True)
    assert _verify(tmp_path, header, library)[0] == 1
    separate.rename(tmp_path / "kept")
    status, document = _verify(tmp_path, header, library)
    assert status == 0
    assert any("`libown.debug`" in remark for remark in document["remarks"])
    separate.write_bytes((tmp_path / "kept").read_bytes() + b"of another checksum")
    assert _verify(tmp_path, header, library)[0] == 0
    (tmp_path / "kept").rename(separate)
    assert _verify(tmp_path, header, library)[0] == 1


def test_a_verdict_on_edited_promises_is_not_the_one_on_the_genuine(tmp_path, monkeypatch):
    """What somebody may pin in a lock of his own: the key and the classes of a release, and as many other promises."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    genuine = record_text(tmp_path / "tree", "struct A { int one() const; int two() const; int x; };")
    edited = replace(genuine, promises=genuine.promises[:1] * len(genuine.promises))
    library = build_library("int x;")

    def judged(snapshot, count):
        counts = LayoutCounts(judged=count)
        return recall_layouts(snapshot, [library], lambda: LayoutVerdict(findings=(), counts=counts, told=()))

    assert judged(edited, 1).counts.judged == 1
    assert judged(genuine, 2).counts.judged == 2
    assert judged(edited, 3).counts.judged == 1
