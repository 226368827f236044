"""Whose a header is: the machine's (system, compiler and standard library), or somebody's whom the user named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class Origins:
    """Tells by folders, of which the innermost counts: what is found through `-I /usr/include/eigen3` is Eigen's."""

    def __init__(self, machine: Iterable[Path], named: Iterable[Path]) -> None:
        self._folders = {str(folder): False for folder in named} | {str(folder): True for folder in machine}

    def is_of_machine(self, file: str) -> bool:
        """Whether ``file``, an absolute path, lies in a folder of the machine's."""
        folder = file.rpartition("/")[0]
        while folder and folder not in self._folders:
            folder = folder.rpartition("/")[0]
        return self._folders.get(folder, False)
