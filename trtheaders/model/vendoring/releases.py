"""Releases: versions as people spell them, and the tags that carry them upstream."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trtheaders.errors import ReleaseError

if TYPE_CHECKING:
    # Imported where it is needed: a `verify` that finds the release by its name does without.
    from packaging.version import Version

DEFAULT_REMOTE = "https://github.com/NVIDIA/TensorRT-LLM.git"
HEADER_DIRECTORY = "cpp/include/tensorrt_llm"
DEFAULT_DESTINATION = "include/tensorrt-llm"
DEFAULT_ENTRY = "tensorrt_llm/executor/executor.h"
DEFAULT_DEFINES = ("ENABLE_BF16", "ENABLE_FP8")
DEFAULT_STANDARD = "c++17"
LOCK_NAME = "trtheaders.lock"
SNAPSHOT_NAME = "abi-snapshot.json.gz"
"""The recorded snapshot's name, beside a vendored release's `tensorrt_llm` folder."""

_CANONICAL = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:(?:a|b|rc)(?:0|[1-9]\d*))?\Z", re.ASCII)
"""What PEP 440's normal form of nearly every release is; others take the longer way."""
_SPELLING = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}\Z")


def parse_release(text: str) -> Version:
    """The version that ``text`` spells: `v1.2.0rc4`, `1.2.0rc4` and `1.2.0-rc.4` are one. Local suffixes are dropped.

    `1.2` is `1.2.0`, as wheels and upstream's tags have it, so that a release has one name here.

    Raises :class:`ReleaseError` for anything that is not a version (PEP 440).
    """
    from packaging.version import InvalidVersion, Version

    bare = text.strip()
    try:
        if not _SPELLING.match(bare):
            raise InvalidVersion(bare)
        return _in_full(Version(Version(bare).public))
    except InvalidVersion:
        raise ReleaseError(
            f"`{text}` is not a release",
            hint="releases are spelt like `v1.2.0rc4` or `1.2.0`",
        ) from None


def canonical(version: Version | str) -> str:
    """The spelling of ``version`` that folders and the lock use. Raises :class:`ReleaseError`."""
    text = str(version).strip()
    return text if _CANONICAL.match(text) else str(parse_release(text))


def _in_full(version: Version) -> Version:
    from packaging.version import Version

    missing = 3 - len(version.release)
    if missing <= 0:
        return version
    written = ".".join(map(str, version.release))
    return Version(str(version).replace(written, written + ".0" * missing, 1))


def tag_of(version: Version) -> str:
    """Upstream's tag for a version: `v1.2.0rc4`."""
    return f"v{version}"
