"""Whose a header is: the machine's (system, compiler and standard library), or that of a package or a user."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from trtheaders.programs.files import open_regular

_SYSTEM_FOLDER = re.compile(
    r"arpa|asm(-generic)?|bits|drm|finclude|gnu|linux|misc|mtd|net(ash|atalk|ax25|econet|inet|ipx|iucv|packet|rom|rose)?|nfs"
    r"|protocols|rdma|rpc|scsi|sound|sys|video|xen"
)
"""What glibc and Linux put into such a folder."""
_SYSTEM = re.compile(rb"GNU C Library")
"""What the C library's headers beside those folders say first."""
_FIRST_BYTES = 2048
_COMPILERS = frozenset({"lib", "lib64", "libexec", "c++"})


class Origins:
    """Tells by folders, of which the innermost counts: what is found through `-I /usr/include/eigen3` is Eigen's.

    In a folder of the machine's that packages share, as they do `/usr/include`, a header is the system's if it lies in
    a folder of the system's, or says so.
    """

    def __init__(self, machine: Iterable[Path], named: Iterable[Path]) -> None:
        owned = {str(folder): True for folder in machine}
        self._shared = frozenset(folder for folder in owned if _is_shared(Path(folder)))
        self._folders = {str(folder): False for folder in named} | owned
        self._told: dict[str, bool] = {}

    def is_of_machine(self, file: str) -> bool:
        """Whether ``file``, an absolute path, is the machine's."""
        folder = file.rpartition("/")[0]
        while folder and folder not in self._folders:
            folder = folder.rpartition("/")[0]
        if folder not in self._shared:
            return self._folders.get(folder, False)
        if file not in self._told:
            part = file[len(folder) + 1 :].partition("/")[0]
            self._told[file] = _SYSTEM_FOLDER.fullmatch(part) is not None or _says_so(file)
        return self._told[file]


def _is_shared(folder: Path) -> bool:
    """Whether packages share ``folder``, which is neither the compiler's own nor its C++ library's."""
    return "include" in (folder.name, folder.parent.name) and _COMPILERS.isdisjoint(folder.parts)


def _says_so(file: str) -> bool:
    try:
        with open_regular(file) as opened:
            return _SYSTEM.search(opened.read(_FIRST_BYTES)) is not None
    except OSError:
        return True
