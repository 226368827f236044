"""`trtheaders` as a program that halts before every step that touches the disk or starts a process.

Run as `python -m support.stepping OUT IN ARGUMENTS…`: before each step a line goes to the descriptor OUT, and a byte is
awaited from IN. Whoever reads the lines may kill the program at any step; between two steps it runs freely.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

STEPS = frozenset(
    {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.chmod", "fcntl.flock", "subprocess.Popen"}
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def install(out: int, into: int, places: tuple[str, ...]) -> None:
    """Halt before each step that concerns one of the folders ``places``, or a process."""

    def halt(event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS or (event == "open" and not _is_writing(arguments)):
            return
        told = " ".join((*map(str, arguments[:2]), *_folders(event, arguments)))
        if event in ("subprocess.Popen", "fcntl.flock") or any(place in told for place in places):
            os.write(out, f"{event} {told}".replace("\n", " ").encode() + b"\n")
            os.read(into, 1)

    sys.addaudithook(halt)


def _folders(event: str, arguments: tuple[object, ...]) -> tuple[str, ...]:
    """The folders that a rename's or removal's names are relative to."""
    if event not in ("os.rename", "os.remove", "os.link"):
        return ()
    descriptors = [item for item in arguments[1:] if isinstance(item, int) and item >= 0]
    return tuple(str(Path(f"/proc/self/fd/{descriptor}").readlink()) for descriptor in descriptors)


def _is_writing(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & _WRITES)


if __name__ == "__main__":
    from trtheaders.cli.main import run

    install(int(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[3].split(os.pathsep)))
    sys.exit(run(sys.argv[4:]))
