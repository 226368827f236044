"""The directory for `-I` of a vendored release: `path`."""

from __future__ import annotations

from pathlib import Path

from trtheaders.configuration import load_configuration
from trtheaders.vendoring.folder.store import Store


def path(release: str, *, destination: Path | None = None) -> Path:
    """The include directory of ``release``, the parent of its `tensorrt_llm`.

    Raises :class:`~trtheaders.errors.ReleaseError` where it is not vendored, with the command that adds it.
    """
    store = Store(destination or load_configuration(Path.cwd()).destination)
    return store.release_directory(release)
