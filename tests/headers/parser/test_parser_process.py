"""libclang in a process of its own: what it dies of, hangs at or devours takes nothing else with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.recording import promised, record_text

from trtheaders.errors import HeaderError, ToolchainError
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.headers.parser.child import ParserDeathError, run_apart
from trtheaders.model.headers.snapshot import AbiSnapshot

DEADLY = "inline int deep() { return " + "(" * 3800 + "1" + ")" * 3800 + "; }\nint lost();\n"
"""g++ takes it; libclang's stack does not hold so many levels."""


def record(folder: Path, *entries: str, **question: object) -> AbiSnapshot:
    return record_snapshot(HeaderQuestion(root=folder, entries=entries, defines=(), **question))


def test_the_header_that_kills_is_named_and_every_other_one_judged(tmp_path: Path) -> None:
    (tmp_path / "deadly.h").write_text(DEADLY)
    (tmp_path / "good.h").write_text("int good(int);\n")
    (tmp_path / "outer.h").write_text('#include "deadly.h"\n#include "good.h"\nint outer();\n')
    (tmp_path / "apart.h").write_text('#include "good.h"\nint apart();\n')
    snapshot = record(tmp_path, "all", confirmed=True)
    assert promised(snapshot) == {"_Z4goodi", "_Z5apartv"}
    assert {item.name: item.reason for item in snapshot.unverifiable} == {
        "deadly.h": "libclang died of it (SIGSEGV)",
        "outer.h": "it includes `deadly.h`, of which libclang died",
    }


def test_what_a_deadly_entry_includes_is_judged(tmp_path: Path) -> None:
    (tmp_path / "good.h").write_text("int good(int);\n")
    snapshot = record_text(tmp_path, f'#include "good.h"\n{DEADLY}')
    assert promised(snapshot) == {"_Z4goodi"}
    assert [item.name for item in snapshot.unverifiable] == ["api.h"]


def test_nothing_but_a_deadly_header_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"libclang died of `api\.h` \(SIGSEGV\)"):
        record_text(tmp_path, DEADLY)


def test_three_hundred_nested_classes_are_ordinary_input(tmp_path: Path) -> None:
    depth = 300
    text = "".join(f"struct S{number} {{ int m{number}(); " for number in range(depth)) + "};" * depth
    assert len(promised(record_text(tmp_path, text))) == depth


@pytest.mark.slow
def test_three_thousand_nested_classes_are_named_and_every_other_header_judged(tmp_path: Path) -> None:
    depth = 3000
    nested = "".join(f"struct S{number} {{ int m{number}(); " for number in range(depth)) + "};" * depth
    (tmp_path / "nested.h").write_text(nested)
    (tmp_path / "good.h").write_text("int good(int);\n")
    snapshot = record(tmp_path, "all")
    assert "_Z4goodi" in promised(snapshot)
    if len(promised(snapshot)) != depth + 1:
        ((name, reason),) = {(item.name, item.reason) for item in snapshot.unverifiable}
        assert (name, "libclang died of it" in reason) == ("nested.h", True)


def test_what_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.h")
    monkeypatch.setenv("TRTHEADERS_PARSER_SECONDS", "0.5")
    with pytest.raises(ToolchainError, match=r"the parser did not finish within 0\.5 seconds") as caught:
        record_text(tmp_path, '#include "pipe.h"\nint f();\n')
    assert "TRTHEADERS_PARSER_SECONDS" in caught.value.hint


def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRTHEADERS_PARSER_GIB", "1")
    with pytest.raises(ParserDeathError, match=r"died of the headers"):
        run_apart(lambda: len(bytearray(1 << 30)), int)


def test_errors_come_back_as_they_were_raised(tmp_path: Path) -> None:
    def fail() -> int:
        raise HeaderError("what is wrong", hint="what to do")

    with pytest.raises(HeaderError, match="what is wrong") as caught:
        run_apart(fail, int)
    assert caught.value.hint == "what to do"


def test_a_fault_of_ours_comes_back_with_its_place() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run_apart(lambda: 1 // 0, int)


def test_a_child_that_ends_by_itself_gives_no_answer() -> None:
    with pytest.raises(ParserDeathError, match="exit status 7"):
        run_apart(lambda: os._exit(7), int)


def test_ctrl_c_ends_the_parser_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.h")
    (tmp_path / "api.h").write_text('#include "pipe.h"\nint f();\n')
    command = [sys.executable, "-m", "trtheaders", "promises", "--headers", str(tmp_path), "--entry", "api.h"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 20
    while not children.read_text().split() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    (child,) = children.read_text().split()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert not Path(f"/proc/{child}").exists()


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    program = "from trtheaders.headers.parser.child import run_apart; import os, time\n"
    program += "run_apart(lambda: (print(os.getpid(), flush=True), time.sleep(60)), tuple)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.kill()
    process.communicate()
    end = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not Path(f"/proc/{child}").exists()
