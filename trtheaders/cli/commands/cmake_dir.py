"""`trtheaders cmake-dir`: where the CMake package lies."""

from __future__ import annotations

import click

from trtheaders.cli.screen import hand_out


@click.command("cmake-dir")
def command() -> int:
    r"""Print the folder of the CMake package, for `find_package(trtheaders)`.

    \b
    trtheaders cmake-dir
    cmake -S . -B build -Dtrtheaders_DIR="$(trtheaders cmake-dir)"
    """
    from trtheaders.cmake import directory

    hand_out(str(directory()))
    return 0
