"""The one place that starts a compiler, an interpreter or a binutils program, and ends it.

In a process group of its own, in an empty temporary folder that goes afterwards, under limits of time, memory and
output. git is started by :mod:`~.git` and :mod:`trtheaders.vendoring.git.upstream`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from trtheaders.programs import children
from trtheaders.programs.trust import find_program, find_refusal, path_for_children

if TYPE_CHECKING:
    import subprocess

MOST_MEMORY = 16 * 1024**3
MOST_WRITTEN = 1024**3
_LIMITS = "".join(
    f"ulimit {limit} 2>/dev/null; "
    for limit in ("-c 0", f"-f {MOST_WRITTEN // 512}", f"-v {MOST_MEMORY // 1024}", '-t "$1"')
)
"""Set by a shell, since Python could only do it in between fork and exec, which is not safe beside threads."""
_LIFELINE = '(exec 3<"/proc/self/fd/$1" || exit; read -r _ <&3; kill -s KILL 0) >/dev/null 2>&1 & shift; '
"""A child that waits for the other end of a pipe to close, as it does when we are gone, and then ends the group."""
_LOOK_SECONDS = 0.2
_NOT_INHERITED = ("DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "PYTHONSTARTUP", "BASH_ENV", "ENV", "DEBUGINFOD_URLS")
"""What lets a program write a file, read one first, or ask a server, unasked."""


class Finished(Struct, frozen=True, kw_only=True):
    """A program that ended: exit ``status`` (negative: by that signal), its ``output``, what it ``said`` on stderr."""

    status: int
    output: bytes
    said: str

    @property
    def text(self) -> str:
        """The output as text."""
        return self.output.decode(errors="replace")


def run_program(
    words: Sequence[str | os.PathLike[str]],
    *,
    seconds: float,
    given: bytes = b"",
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> Finished:
    """Run ``words`` with ``given`` on standard input, in ``folder`` (an empty one if None), for at most ``seconds``.

    ``variables`` go over the caller's; messages are in English. Raises :class:`PermissionError` for a program that may
    not be started (:mod:`~.trust`), :class:`TimeoutError`, and :class:`OSError` where it cannot be started.
    """
    # Most runs start no program, and these two modules load a dozen others.
    from tempfile import TemporaryDirectory

    program = find_program(os.fspath(words[0]))
    if program is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(words[0]))
    refused = find_refusal(program)
    if refused:
        raise PermissionError(errno.EACCES, f"not started, since it {refused}", str(program))
    command = [str(program.absolute()), *(os.fspath(word) for word in words[1:])]
    with TemporaryDirectory(prefix="trtheaders-") as private:
        return _run(command, seconds, given, folder or Path(private, "empty"), _surroundings(private, variables))


def _surroundings(private: str, variables: Mapping[str, str] | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**kept, "LC_ALL": "C", "TMPDIR": private, **(variables or {}), "PATH": path_for_children()}


def _run(command: list[str], seconds: float, given: bytes, folder: Path, environment: dict[str, str]) -> Finished:
    import subprocess
    from tempfile import TemporaryFile

    folder.mkdir(exist_ok=True)
    with _lifeline() as line, TemporaryFile() as source, TemporaryFile() as output, TemporaryFile() as said:
        source.write(given)
        source.seek(0)
        script = f'{_LIMITS} shift; {_LIFELINE} exec "$@"'
        process = subprocess.Popen(
            ["/bin/sh", "-c", script, "sh", str(int(seconds) + 1), str(line), *command],
            cwd=folder,
            env=environment,
            stdin=source,
            stdout=output,
            stderr=said,
            start_new_session=True,
            pass_fds=(line,),
        )
        try:
            children.note(process.pid, group=True)
            status = _wait(process, seconds, command[0])
        finally:
            _end(process)
        for file in (output, said):
            file.seek(0)
        return Finished(status=status, output=output.read(), said=said.read().decode(errors="replace"))


@contextlib.contextmanager
def _lifeline() -> Iterator[int]:
    """The end of a pipe that is for a child, and whose other end only we have."""
    theirs, ours = os.pipe()
    try:
        yield theirs
    finally:
        os.close(theirs)
        os.close(ours)


def _wait(process: subprocess.Popen[bytes], seconds: float, program: str) -> int:
    from subprocess import TimeoutExpired

    end = time.monotonic() + seconds
    watch = children.DeviceWatch(process.pid)
    while (left := end - time.monotonic()) > 0:
        try:
            return process.wait(min(left, _LOOK_SECONDS))
        except TimeoutExpired:
            device = watch.look()
        if device is not None:
            raise OSError(errno.EINVAL, f"stopped, since it reads the device `{device}`, which never ends", program)
    raise TimeoutError(errno.ETIMEDOUT, f"did not finish within {seconds:g} seconds", program)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the group, so that nothing outlives its answer."""
    children.end(process.pid)
    process.wait()
