"""One side of a comparison: a vendored or shipped release, a snapshot file or a header tree, to its snapshot."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec.structs import replace

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError, SnapshotError
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.model.answers.changes import Side
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME, parse_release
from trtheaders.programs.files import expand_home
from trtheaders.snapshots import shipped_releases, shipped_snapshot
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, obtain_snapshot
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.release_words import settle_release
from trtheaders.vendoring.folder.store import Store

_TREE = "tensorrt_llm"


def read_side(text: str, configuration: Configuration) -> tuple[Side, AbiSnapshot]:
    """The snapshot that ``text`` names, and where it came from.

    A path (one that has a `/`, or is there and spells no release) is a snapshot file or a header tree: the folder for
    `-I`. Anything else is a release: the vendored one, else the shipped one. Raises
    :class:`~trtheaders.errors.ReleaseError` for a release that is neither, and what reading or recording raises.
    """
    text = _settle(text, configuration)
    path = expand_home(Path(text))
    if path.is_dir() and not _is_known(text, configuration):
        return _read_tree(text, path, configuration)
    if path.is_file():
        snapshot = read_snapshot(path)
        return Side(name=snapshot.release or text, origin=f"the snapshot `{text}`", key=snapshot.key), snapshot
    if os.sep in text:
        story = f"`{text}` is neither a snapshot nor a header tree: there is no such file"
        raise SnapshotError(story, hint="name a release, a snapshot file, or the folder that you give to -I")
    return _read_release(text, configuration)


def find_headers(text: str, configuration: Configuration) -> HeaderRequest | None:
    """The headers of the side that ``text`` names, where they are here: a snapshot alone has none."""
    text = _settle(text, configuration)
    path = expand_home(Path(text))
    if path.is_dir() and not _is_known(text, configuration):
        alone = (path / SNAPSHOT_NAME).is_file() and not (path / _TREE).is_dir()
        return None if alone else HeaderRequest(root=path, configuration=configuration)
    if path.is_file():
        return None
    vendored = str(parse_release(text)) in Store(configuration.destination).lock().releases
    return request_for(configuration, release=text) if vendored else None


def _settle(text: str, configuration: Configuration) -> str:
    """The release that a word stands for; a folder of that name is a folder."""
    return text if Path(text).exists() else settle_release(text, configuration)


def _is_known(text: str, configuration: Configuration) -> bool:
    """Whether ``text`` (of which there is a folder too) is a release that is vendored or shipped."""
    if os.sep in text:
        return False
    try:
        version = str(parse_release(text))
    except ReleaseError:
        return False
    return version in Store(configuration.destination).lock().releases or version in shipped_releases()


def _read_tree(text: str, path: Path, configuration: Configuration) -> tuple[Side, AbiSnapshot]:
    recorded = path / SNAPSHOT_NAME
    if recorded.is_file() and not (path / _TREE).is_dir():
        snapshot = read_snapshot(recorded)
        return Side(name=snapshot.release or text, origin=f"the snapshot `{recorded}`", key=snapshot.key), snapshot
    snapshot = obtain_snapshot(HeaderRequest(root=path, configuration=configuration, compared=True))
    return Side(name=text, origin=f"the header tree `{text}`", key=snapshot.key), snapshot


def _read_release(text: str, configuration: Configuration) -> tuple[Side, AbiSnapshot]:
    version = str(parse_release(text))
    if version in Store(configuration.destination).lock().releases:
        snapshot = obtain_snapshot(replace(request_for(configuration, release=version), compared=True))
        return Side(name=version, origin="the vendored headers", key=snapshot.key), snapshot
    shipped = shipped_snapshot(version)
    if shipped is None:
        raise ReleaseError(
            f"{version} is neither vendored nor shipped (shipped are {', '.join(shipped_releases())})",
            hint=f"`trtheaders add v{version}` vendors it; or name a snapshot file or a header tree",
        )
    snapshot = read_snapshot(shipped)
    return Side(name=version, origin="the snapshot that ships with trtheaders", key=snapshot.key), snapshot
