"""Files that the user names by option, written: whole, and through no link that came with a repository.

A clone can bring `guard.cpp -> ~/.bashrc`, or a folder that is a link. Who follows its README then writes what he did
not name. A link that git does not track is the user's own.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from trtheaders.errors import UsageError
from trtheaders.programs.files import write_whole
from trtheaders.programs.git import find_tracked, work_trees
from trtheaders.programs.trust import follow_links

_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/")
"""Where what is named is no file of a repository: `/dev/stdout`, `>(program)`."""


def write_output(path: Path, data: bytes) -> None:
    """Let the file ``path``, which the user named, hold ``data``, whole or not at all.

    Raises :class:`~trtheaders.errors.UsageError` where a link on the way came with a repository, and where the file
    cannot be written.
    """
    require_own_way(path)
    try:
        if _is_stream(path):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY), "wb") as stream:
                stream.write(data)
        else:
            write_whole(Path(os.path.realpath(path)), data)
    except OSError as error:
        hint = "name a file in a folder that is there and may be written to"
        raise UsageError(f"`{path}` cannot be written: {error.strerror}", hint=hint) from error


def require_own_way(path: Path) -> None:
    """Raise :class:`~trtheaders.errors.UsageError` where ``path`` is, or leads through, a link that git tracks.

    Without git, where the file itself is a link below the working folder.
    """
    place = path.absolute()
    for link in follow_links(place)[0]:
        trees = work_trees(link.parent)
        brought = any(find_tracked(tree, [link]) != () for tree in trees)
        if brought or (not trees and link == place and link.is_relative_to(Path.cwd())):
            raise UsageError(
                f"`{path}` leads through the link `{link}`, which came with the repository; nothing was written",
                hint="name a file that is no link, in a folder that is none",
            )


def _is_stream(path: Path) -> bool:
    if str(path.absolute()).startswith(_STREAMS):
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)
