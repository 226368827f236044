"""What upstream's build makes and no tag has: supplied, locked as ours, and known to whoever compiles or compares."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.cxx import build_library
from support.recording import promised
from support.upstream import Upstream, headers

from trtheaders.cmake import directory
from trtheaders.configuration import Configuration
from trtheaders.model.vendoring.releases import DEFAULT_ENTRY
from trtheaders.model.vendoring.vendored import Outcome
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, obtain_snapshot
from trtheaders.vendoring.folder.lockfile import parse_lock, render_lock
from trtheaders.vendoring.folder.store import Store
from trtheaders.verbs.add import add
from trtheaders.verbs.check import check
from trtheaders.verbs.path import path, paths
from trtheaders.verbs.status import status
from trtheaders.verbs.sync import sync
from trtheaders.verbs.verify import verify

ENTRY = """#pragma once
#include "tensorrt_llm/executor/version.h"
namespace tensorrt_llm::executor { char const* version() noexcept; int kept(int); }
"""
SOURCE = """#include "tensorrt_llm/executor/executor.h"
static_assert(*tensorrt_llm::executor::kTensorRtLlmVersion == 49);
"""
MADE = "generated/tensorrt_llm/executor/version.h"


@pytest.fixture(name="later")
def later_upstream(tmp_path: Path) -> Upstream:
    repository = Upstream(tmp_path / "later.git")
    repository.release("v1.2.0", headers(a="1"))
    repository.release("v1.3.0rc22", {"executor/executor.h": ENTRY})
    return repository


def compiles(*folders: Path) -> bool:
    flags = [f"-I{folder}" for folder in folders]
    command = ["g++", "-std=c++17", "-fsyntax-only", *flags, "-x", "c++", "-"]
    return subprocess.run(command, input=SOURCE.encode(), capture_output=True).returncode == 0


def test_a_tag_that_needs_it_gets_it_and_says_so(later: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    assert any(MADE in remark and "--flags" in remark for remark in answer.remarks)
    release = Store(consumer.destination).locked("1.3.0rc22")
    assert [file.path for file in release.generated] == [MADE]
    assert [file.path for file in release.headers] == [DEFAULT_ENTRY]
    assert 'kTensorRtLlmVersion = "1.3.0rc22"' in (answer.directory / MADE).read_text()
    assert not compiles(answer.directory)
    assert compiles(*paths("1.3.0rc22", destination=consumer.destination))
    assert path("1.3.0rc22", destination=consumer.destination) == answer.directory


def test_a_tag_that_does_not_need_it_gets_nothing(later: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["1.2.0"], configuration=consumer, remote=str(later.path))
    assert not (answer.directory / "generated").exists()
    assert paths("1.2.0", destination=consumer.destination) == (answer.directory,)


def test_the_lock_names_it_apart_from_upstreams_files(later: Upstream, consumer: Configuration) -> None:
    add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    lock = Store(consumer.destination).lock()
    text = render_lock(lock)
    assert MADE in text.partition("generated = '''")[2]
    assert MADE not in text.partition("generated = '''")[0]
    assert parse_lock(text, "lock") == lock
    assert status(destination=consumer.destination).is_clean


def test_it_is_watched_and_restored_as_the_others_are(later: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    made = (answer.directory / MADE).read_bytes()
    (answer.directory / MADE).write_text("#pragma once\n")
    assert not status(destination=consumer.destination).is_clean
    sync(configuration=consumer, remote=str(later.path))
    assert (answer.directory / MADE).read_bytes() == made
    (again,) = add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    assert again.outcome is Outcome.UNCHANGED


def test_headers_are_verified_with_it_and_refused_without(later: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    include = [answer.directory, answer.directory / "generated"]
    body = "char const* tensorrt_llm::executor::version() noexcept { return kTensorRtLlmVersion; }"
    library = build_library(f"{SOURCE}{body} int tensorrt_llm::executor::kept(int) {{ return 1; }}", include=include)
    whole = verify(headers=answer.directory, libraries=[library], start=consumer.root)
    assert (whole.findings, whole.unverifiable, whole.counts.missing) == ((), (), 0)
    (answer.directory / MADE).unlink()
    (answer.directory / MADE).parent.rmdir()
    (answer.directory / "generated" / "tensorrt_llm").rmdir()
    torn = verify(headers=answer.directory, libraries=[library], start=consumer.root)
    assert [item.rule for item in torn.findings] == ["uncompilable-headers"]
    assert torn.findings[0].location is not None
    assert torn.findings[0].location.line == 2


def test_a_source_is_checked_with_it(later: Upstream, consumer: Configuration) -> None:
    add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    source = consumer.root / "main.cpp"
    source.write_text(f"{SOURCE}int f() {{ return tensorrt_llm::executor::kept(1); }}\n")
    answer = check([source], start=consumer.root)
    assert answer.good, answer
    (row,) = answer.rows
    assert (row.compiles, row.partial, row.used) == (True, False, 1)


def test_cmake_brings_both_folders(
    later: Upstream, consumer: Configuration, tools: Callable[[str], str], tmp_path: Path
) -> None:
    builder = tools("cmake")
    add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    (consumer.root / "main.cpp").write_text(SOURCE)
    (consumer.root / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.18)\nproject(app LANGUAGES CXX)\nfind_package(trtheaders REQUIRED)\n"
        "trtheaders_import(HEADERS_ONLY RELEASE 1.3.0rc22)\nadd_library(app STATIC main.cpp)\n"
        "target_link_libraries(app PRIVATE tensorrt_llm::headers)\n"
    )
    program = Path(sys.executable).with_name("trtheaders")
    given = [f"-Dtrtheaders_DIR={directory()}", f"-DTRTHEADERS_EXECUTABLE={program}"]
    for words in (["-S", consumer.root, "-B", tmp_path / "build", *given], ["--build", tmp_path / "build"]):
        done = subprocess.run([builder, *map(str, words)], cwd=consumer.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_prints_one_folder_or_all_flags(later: Upstream, consumer: Configuration) -> None:
    (answer,) = add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "trtheaders",
            "path",
            "1.3.0rc22",
            "--destination",
            str(consumer.destination),
            *words,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=True)

    plain, flags = run(), run("--flags")
    assert plain.stdout == f"{answer.directory}\n"
    assert str(answer.directory / "generated") in plain.stderr
    assert flags.stdout.split() == [f"-I{answer.directory}", f"-I{answer.directory}/generated"]
    assert flags.stderr == ""


def test_status_tells_it_to_machines(later: Upstream, consumer: Configuration) -> None:
    add(["1.3.0rc22"], configuration=consumer, remote=str(later.path))
    command = [
        sys.executable,
        "-m",
        "trtheaders",
        "status",
        "--format",
        "json",
        "--destination",
        str(consumer.destination),
    ]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["releases"][0]["generated"] == [MADE]


def test_export_macros_are_stood_in_for(tmp_path: Path, consumer: Configuration) -> None:
    text = """#pragma once
#include "tensorrt_llm/common/tllm_export.h"
namespace tensorrt_llm::executor { class TRTLLM_API Debug { public: Debug(); }; TRTLLM_NO_EXPORT int inside(); }
"""
    repository = Upstream(tmp_path / "api.git")
    repository.release("v1.4.0", {"executor/executor.h": text})
    (answer,) = add(["1.4.0"], configuration=consumer, remote=str(repository.path))
    assert [file.path for file in answer.release.generated] == ["generated/tensorrt_llm/common/tllm_export.h"]
    snapshot = obtain_snapshot(HeaderRequest(root=answer.directory, configuration=consumer))
    assert (promised(snapshot), snapshot.unverifiable) == (
        {f"_ZN12tensorrt_llm8executor5DebugC{kind}Ev" for kind in "12"},
        (),
    )
