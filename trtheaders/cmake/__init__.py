"""The CMake package: `find_package(trtheaders)` reads this folder, `trtheaders cmake` prints its module."""

from __future__ import annotations

from pathlib import Path


def directory() -> Path:
    """The folder for `trtheaders_DIR` or `CMAKE_PREFIX_PATH`."""
    return Path(__file__).resolve().parent


def module_text() -> str:
    """The module `trtheaders.cmake`, as one keeps it in a repository."""
    return (directory() / "trtheaders.cmake").read_text(encoding="utf-8")
