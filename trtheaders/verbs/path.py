"""The folders for `-I` of a vendored release: `path`."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from trtheaders.configuration import load_configuration
from trtheaders.steps.question.release_words import settle_release
from trtheaders.vendoring.folder.release_folders import include_folders
from trtheaders.vendoring.folder.store import Store


def path(release: str, *, destination: Path | None = None) -> Path:
    """The include directory of ``release``, the parent of its `tensorrt_llm`.

    ``destination`` is the folder that holds the releases, by default the configured one. Raises
    :class:`~trtheaders.errors.ReleaseError` where it is not vendored, with the command that adds it.
    """
    return paths(release, destination=destination)[0]


def paths(release: str, *, destination: Path | None = None) -> tuple[Path, ...]:
    """Every folder that a compiler needs for ``release``, in order: :func:`path`, and where upstream's build makes
    headers that no tag has, the folder of ours. Raises as :func:`path`.
    """
    configuration = load_configuration(Path.cwd())
    if destination is not None:
        configuration = replace(configuration, destination=destination)
    store = Store(configuration.destination)
    return include_folders(store.release_directory(settle_release(release, configuration)))
