"""Which vendored folder a change is made in, and how far it may reach."""

from __future__ import annotations

from pathlib import Path

from trtheaders.configuration import Configuration
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.folder.walls import writable_root


def choose_store(configuration: Configuration, destination: Path | None = None) -> Store:
    """The store in ``destination``, which the user named, or in the configured folder.

    What only a file of the repository names is written inside of the repository alone, and through no link.
    """
    if destination is not None:
        return Store(destination)
    return Store(configuration.destination, within=writable_root(configuration.root))
