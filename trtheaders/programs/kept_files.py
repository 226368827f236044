"""Files in a cache's folder, named by a hash: written whole, and those let go that were not used for longest."""

from __future__ import annotations

import re
from pathlib import Path

from trtheaders.programs.files import write_whole

_DIGITS = 40


def keep_file(file: Path, data: bytes, most: int) -> None:
    """Let ``file`` (40 hexadecimal digits and a suffix) hold ``data``, and its folder at most ``most`` such files.

    What is named otherwise is not ours, and stays. Raises :class:`OSError`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, data)
    ours = re.compile(rf"[0-9a-f]{{{_DIGITS}}}{re.escape(file.name[_DIGITS:])}")
    kept = [path for path in file.parent.iterdir() if ours.fullmatch(path.name)]
    for old in sorted(kept, key=lambda path: path.lstat().st_mtime, reverse=True)[most:]:
        old.unlink()
