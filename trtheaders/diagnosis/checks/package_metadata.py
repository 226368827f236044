"""Whether the package says one version of itself: `version.py` lies with the libraries, metadata may be left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from trtheaders.diagnosis.row import Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.installation.files import read_text
from trtheaders.model.setup.checkup import SetupState

_STATED = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)
_FILE = re.compile(r"""^__version__\s*=\s*["']([^"']+)["']""", re.MULTILINE)


class MetadataSeen(Struct, frozen=True, kw_only=True):
    """The version in `version.py`, and those of each metadata folder."""

    file: str | None
    metadata: tuple[str, ...]


def _probe(site: Site) -> MetadataSeen | None:
    found = site.installation
    if found is None or found.package is None:
        return None
    folders = sorted(found.package.parent.glob("tensorrt_llm-*.dist-info"))
    texts = [read_text(folder / "METADATA") for folder in folders]
    own = _FILE.search(read_text(found.package / "version.py"))
    stated = tuple(match[1] for text in texts if (match := _STATED.search(text)))
    return MetadataSeen(file=own[1] if own else None, metadata=stated)


def _judge(seen: MetadataSeen | None) -> Iterator[Judgement]:
    if seen is None or seen.file is None or not seen.metadata:
        return
    wrong = [version for version in seen.metadata if version != seen.file]
    if wrong:
        yield Judgement(
            state=SetupState.WARN,
            found=f"version.py says {seen.file}, the metadata {', '.join(wrong)}",
            needed=seen.file,
            why="the package was replaced by hand or an upgrade broke off: pip resolves by the metadata",
        )


CHECK = SetupCheck(
    id="package-metadata",
    title="metadata",
    question="Do version.py and the wheel's metadata agree?",
    source="PyPA core metadata specification, Version",
    probe=_probe,
    judge=_judge,
    remedy=lambda seen, _: f"pip install --force-reinstall --no-deps 'tensorrt-llm=={seen.file}'",
)
