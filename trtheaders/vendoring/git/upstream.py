"""Git commands in, their output out: the one module that knows GitPython, which starts git and reads its progress.

Every command runs isolated (:mod:`trtheaders.programs.isolation`) and with a time-out; it is stopped when the time
is up, when a watcher objects, or when we are interrupted. It stays in our process group, so that a signal from outside
reaches it as well.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from trtheaders.errors import TrtHeadersError, UpstreamError
from trtheaders.programs.git import find_git
from trtheaders.programs.isolation import OFFLINE, SETTINGS, variables_to_add, variables_to_drop
from trtheaders.programs.trust import path_for_children

if TYPE_CHECKING:
    from git import Git

READ_SECONDS = 120.0
MOST_OUTPUT = 256 * 1024**2
"""Bytes of standard output: all headers of a release are a hundredth of it, unpacked."""
_MOST_LINES = 1000
_LONGEST_LINE = 4096
_TICK_SECONDS = 0.2
_PATIENCE_SECONDS = 3.0
_OLDEST_GIT = (2, 29)
"""`git fetch --stdin` came with git 2.29."""

Progress = Callable[[str], None]
"""Is told one line each time that there is something to show on a terminal."""


class GitOutput(Struct, frozen=True, kw_only=True):
    """A finished git command: exit status, standard output as bytes, what it said."""

    status: int
    output: bytes
    messages: str


class Watcher:
    """Looks on while git runs; raises a :class:`TrtHeadersError` to stop it."""

    def hear(self, line: str) -> None:
        """Git said ``line`` on standard error."""

    def tick(self) -> None:
        """Some tenths of a second have passed."""


def run_git(
    git_dir: Path,
    arguments: Sequence[str],
    *,
    given: bytes = b"",
    variables: Mapping[str, str] = OFFLINE,
    seconds: float = READ_SECONDS,
    watcher: Watcher | None = None,
    held: int | None = None,
) -> GitOutput:
    """Run `git ARGUMENTS` on the repository ``git_dir`` with ``given`` on standard input.

    ``variables`` are :data:`~trtheaders.programs.isolation.OFFLINE` or ``ONLINE``. A failing command is a value.
    ``held`` is the descriptor of a lock that the command shares: should it outlive us, the lock does so, too.
    Raises :class:`UpstreamError` where git cannot be run or takes longer than ``seconds``, and what ``watcher`` raises.
    """
    git = _import_git()
    added = {**variables_to_add(os.environ), **variables, "PATH": path_for_children()}
    # What is added under a dropped name stays: `env` runs last.
    dropped = [word for name in variables_to_drop(os.environ) if name not in added for word in ("-u", name)]
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    # GitPython can add variables to ours but take none away, so `env -u` does that.
    command = [
        *(["env", *dropped] if dropped else []),
        str(find_git(Path.cwd()) or "git"),
        *settings,
        f"--git-dir={git_dir}",
        *arguments,
    ]
    shared = () if held is None else (held,)
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        started = git.execute(
            command, istream=source, as_process=True, env=added, pass_fds=shared, start_new_session=True
        )
        process = started.proc
        assert process is not None
        # GitPython's handle kills at garbage collection; this function answers for the process itself.
        started.proc = None
        return _Conversation(process, arguments[0], watcher or Watcher()).finish(seconds)


def _import_git() -> Git:
    """GitPython's launcher, imported only now: the import itself runs git."""
    program = find_git(Path.cwd())
    if program is None:
        raise UpstreamError("there is no `git` on the PATH", hint="install git (Debian: `apt-get install git`)")
    os.environ.setdefault("GIT_PYTHON_GIT_EXECUTABLE", str(program))
    try:
        from git import Git
    except ImportError as error:
        raise UpstreamError(f"GitPython cannot run git: {error}", hint="install git, so that it is on PATH") from error
    return Git(os.sep)


class _Conversation:
    """One running git command and the threads that listen to it."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, watcher: Watcher) -> None:
        self._process = process
        self._name = name
        self._watcher = watcher
        self._output = bytearray()
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)
        self._objection: TrtHeadersError | None = None
        self._threads = [
            threading.Thread(target=self._listen, args=(process.stdout, self._take), daemon=True),
            threading.Thread(target=self._listen, args=(process.stderr, _Lines(self._hear).feed), daemon=True),
        ]

    def finish(self, seconds: float) -> GitOutput:
        """Wait for the end, at most ``seconds``; leaves no process behind."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.start()
        try:
            for thread in self._threads:
                while thread.is_alive():
                    thread.join(_TICK_SECONDS)
                    self._check(end, seconds)
            self._process.wait()
        finally:
            self._kill()
        if self._objection is not None:
            raise self._objection
        return GitOutput(status=self._process.returncode, output=bytes(self._output), messages="\n".join(self._lines))

    def _check(self, end: float, seconds: float) -> None:
        if self._objection is not None:
            raise self._objection
        if time.monotonic() > end:
            message = f"`git {self._name}` did not finish within {seconds:g} seconds and was stopped"
            raise UpstreamError(message, hint="try again; what has arrived is kept in the cache")
        self._watcher.tick()

    def _listen(self, stream: IO[bytes], take: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            for data in iter(lambda: os.read(stream.fileno(), 65536), b""):
                take(data)

    def _take(self, data: bytes) -> None:
        self._output += data
        if len(self._output) > MOST_OUTPUT and self._objection is None:
            message = f"`git {self._name}` gave more than {MOST_OUTPUT // 1024**2} MiB and was stopped"
            self._objection = UpstreamError(message, hint="no release is as large: look at what the remote holds")
            self._kill()

    def _hear(self, line: str) -> None:
        self._lines.append(line)
        try:
            self._watcher.hear(line)
        except TrtHeadersError as objection:
            self._objection = self._objection or objection
            self._kill()

    def _kill(self) -> None:
        if self._process.poll() is not None:
            return
        # On SIGTERM git puts away what it has begun; what is left then is a transport that does not end by itself.
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_SECONDS)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class _Lines:
    """Chunks of bytes to lines; git ends a line of progress with a carriage return."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, rest = re.split(rb"[\r\n]", self._rest + data)
        self._rest = rest[:_LONGEST_LINE]
        for line in lines:
            if line.strip():
                self._take(line[:_LONGEST_LINE].decode(errors="replace").strip())


def progress_reader(progress: Progress) -> Callable[[str], None]:
    """A function that takes git's progress lines and tells ``progress`` short ones; GitPython reads them."""
    from git import RemoteProgress

    class Reader(RemoteProgress):
        def update(
            self, op_code: int, cur_count: str | float, max_count: str | float | None = None, message: str = ""
        ) -> None:
            if op_code & self.RECEIVING:
                progress(f"receiving {cur_count} of {max_count} objects {message}".strip())

    take = Reader().new_message_handler()
    return lambda line: take(line)


def require_git(git_dir: Path) -> None:
    """Raise :class:`UpstreamError` where git is missing or too old."""
    words = run_git(git_dir, ["version"]).output.decode(errors="replace").strip()
    found = re.search(r"(\d+)\.(\d+)", words)
    if found is None or (int(found[1]), int(found[2])) < _OLDEST_GIT:
        oldest = ".".join(map(str, _OLDEST_GIT))
        raise UpstreamError(
            f"`{words}` is too old to fetch parts of a repository", hint=f"install git {oldest} or newer"
        )
