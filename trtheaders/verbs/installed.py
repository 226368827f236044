"""Which libraries are meant: those that are named, or those of the installation that is found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trtheaders.configuration import Configuration
from trtheaders.library.facts import read_facts
from trtheaders.model.exports import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Libraries:
    """Library files, those that a consumer links first.

    ``linked`` is None where all are. ``version`` is the installed version, None where nothing tells it. ``reasons``
    say how they were found.
    """

    paths: tuple[Path, ...]
    machine: Machine
    linked: tuple[Path, ...] | None = None
    version: str | None = None
    reasons: tuple[str, ...] = ()


def find_libraries(configuration: Configuration) -> Libraries:
    """The libraries that ``configuration`` names, or those of the installation that its interpreter sees.

    Raises :class:`~trtheaders.errors.InstallationError` where there is none and
    :class:`~trtheaders.errors.LibraryError` where it cannot be read.
    """
    if configuration.libraries:
        machine = read_facts(configuration.libraries[0]).machine
        return Libraries(paths=configuration.libraries, machine=machine)
    raise NotImplementedError
