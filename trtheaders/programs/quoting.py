"""Which files' words may be shown when a compiler complains of them: those of sources and headers.

A header can `#include` whatever its reader may read, a private key or a token, and a compiler quotes what it does not
understand. In a build's log everybody would read it.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path, PurePath

from trtheaders.programs.files import UnfitFileError, read_text
from trtheaders.programs.trust import leads_out

NOT_SHOWN = "what a compiler says of a file that is not called as a header is not shown"
_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in "h hh hpp hxx h++ inl inc ipp ixx tpp txx tcc def cuh cu c cc cpp cxx c++ cppm".split()  # noqa: SIM905
)
_FOLDERS = frozenset({"include", "c++"})
"""Below one of these a header may have no suffix: `<vector>`, `<cuda/std/array>`."""
_COMPLAINT = re.compile(r"(?:(?P<file>[^\n:]+):\d+:(?:\d+:)? )?(?:fatal )?error: (?P<words>.*)")


def read_quotable(path: Path) -> str:
    """The text of a file whose words come to the screen where they are wrong: a configuration, a lock, a version.

    Raises as :func:`~.files.read_text` does, and :class:`~.files.UnfitFileError` where a repository's link leads to it
    from outside: `trtheaders.toml -> ~/.netrc`.
    """
    if leads_out(path):
        raise UnfitFileError(errno.EPERM, "a link that came with the repository leads out of it", str(path))
    return read_text(path)


def is_called_as_header(file: str) -> bool:
    """Whether ``file``, or what it leads to as a link, is called as a source or header is."""
    path = PurePath(os.path.realpath(file))
    return path.suffix.lower() in _SUFFIXES or (not path.suffix and not _FOLDERS.isdisjoint(path.parts))


def first_complaint(messages: str) -> str:
    """The words of the first error in a compiler's ``messages``, without its place; '' where there is none."""
    for line in messages.splitlines():
        found = _COMPLAINT.search(line)
        if found is not None:
            file = found["file"]
            quoted = file is None or file.startswith("<") or is_called_as_header(file)
            return found["words"].strip() if quoted else NOT_SHOWN
    return ""
