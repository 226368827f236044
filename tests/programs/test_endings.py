"""Whatever ends the program ends what it started, and leaves nothing half written."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.patience import PATIENCE, wait_for

from trtheaders.programs.start import run_program
from trtheaders.programs.trust import allow

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Path]:
    """A program that starts another one, notes both, and does not end by itself; the folder `tmp` is its reader's."""
    (tmp_path / "tmp").mkdir()
    script = tmp_path / "sleeper"
    script.write_text(f"#!/bin/sh\nsleep 600 &\necho $! $$ > {tmp_path}/new\nmv {tmp_path}/new {tmp_path}/pids\nwait\n")
    script.chmod(0o755)
    yield script
    with contextlib.suppress(OSError):
        for pid in (tmp_path / "pids").read_text().split():
            with contextlib.suppress(OSError):
                os.kill(int(pid), signal.SIGKILL)


def begin(folder: Path, *words: str, **variables: str) -> tuple[subprocess.Popen[str], list[int]]:
    """`trtheaders WORDS`, once the sleeper runs; and the sleeper's processes."""
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "cache"), **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "trtheaders", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert wait_for((folder / "pids").exists), process.communicate(timeout=PATIENCE)
    return process, [int(pid) for pid in (folder / "pids").read_text().split()]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_compiler_ends_with_us(tmp_path: Path, sleeper: Path, number: signal.Signals) -> None:
    (tmp_path / "api.h").write_text("int f();\n")
    words = ("promises", "--headers", str(tmp_path), "--entry", "api.h")
    process, pids = begin(tmp_path, *words, CXX=str(sleeper))
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == SIGNALS[number]
    assert wait_for(lambda: all(map(is_gone, pids)))
    assert "Traceback" not in said
    if number != signal.SIGKILL:
        assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_fetch_ends_with_us_and_nothing_is_half_written(
    tmp_path: Path, sleeper: Path, number: signal.Signals
) -> None:
    words = ("add", "v1.0.0", "--remote", "ssh://example.invalid/x.git")
    process, pids = begin(tmp_path, *words, GIT_SSH_COMMAND=str(sleeper), GIT_SSH_VARIANT="simple")
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == SIGNALS[number]
    assert f"error: ended by {number.name}" in said
    assert wait_for(lambda: all(map(is_gone, pids)))
    assert not (tmp_path / "include").exists()


def test_a_signal_that_is_to_be_ignored_is_ignored(tmp_path: Path, sleeper: Path) -> None:
    (tmp_path / "api.h").write_text("int f();\n")
    program = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from trtheaders.cli.entry import main; "
    program += f"import sys; sys.argv[1:] = ['promises', '--headers', '{tmp_path}', '--entry', 'api.h']; main()"
    environment = {**os.environ, "CXX": str(sleeper), "TMPDIR": str(tmp_path / "tmp")}
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE)
    assert wait_for((tmp_path / "pids").exists)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 143


def test_signals_that_come_twice_count_once(tmp_path: Path, sleeper: Path) -> None:
    """`timeout` sends them to the program, and to its group."""
    (tmp_path / "api.h").write_text("int f();\n")
    process, pids = begin(tmp_path, "promises", "--headers", str(tmp_path), "--entry", "api.h", CXX=str(sleeper))
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 143
    assert wait_for(lambda: all(map(is_gone, pids)))


def test_what_a_device_is_read_by_is_stopped(tmp_path: Path) -> None:
    script = tmp_path / "reader"
    script.write_text("#!/bin/sh\ncat /dev/zero > /dev/null &\nwait\n")
    script.chmod(0o755)
    allow(script)
    with pytest.raises(OSError, match="reads the device `/dev/zero`, which never ends"):
        run_program([script], seconds=PATIENCE)


def test_what_closes_a_device_again_goes_on(tmp_path: Path) -> None:
    """As compilers do, which take a number from /dev/urandom."""
    script = tmp_path / "reader"
    script.write_text("#!/bin/sh\nfor i in 1 2 3; do head -c 8 /dev/urandom > /dev/null; sleep 0.2; done; echo done\n")
    script.chmod(0o755)
    allow(script)
    assert run_program([script], seconds=PATIENCE).text == "done\n"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_a_header_that_includes_a_device_is_refused_soon(tmp_path: Path, device: str) -> None:
    (tmp_path / "api.h").write_text(f'#include "{device}"\nint f();\n')
    words = ["promises", "--headers", str(tmp_path), "--entry", "api.h"]
    done = subprocess.run(
        [sys.executable, "-m", "trtheaders", *words], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: an `#include` of the headers leads to the device `{device}`")
