"""The line of source that a finding is about."""

from __future__ import annotations

from pathlib import Path

from trtheaders.model.answers.excerpts import Excerpt
from trtheaders.model.answers.findings import Finding
from trtheaders.model.places import Location
from trtheaders.programs.files import read_text
from trtheaders.spelling import last_component

_TAB = 4


def read_excerpt(root: Path | None, finding: Finding) -> Excerpt | None:
    """The line of ``finding`` in the header tree ``root``, its name marked; None where there is no such line."""
    location = finding.location
    if root is None or location is None or not location.line:
        return None
    text = read_line(root, location).expandtabs(_TAB).rstrip()
    if not text:
        return None
    name = last_component(finding.name).partition("<")[0].removeprefix("~") if finding.name else ""
    column = _find_word(text, name)
    if column < 0:
        return Excerpt(line=location.line, text=text, column=len(text) - len(text.lstrip()), length=1)
    return Excerpt(line=location.line, text=text, column=column, length=len(name))


def read_line(root: Path, location: Location) -> str:
    """The line of ``location`` in the tree ``root`` as it is written; empty where there is none."""
    # A recorded snapshot that came with a repository says where: nothing outside of the tree is shown.
    file = (root / location.file).resolve()
    if not file.is_relative_to(root.resolve()):
        return ""
    try:
        lines = read_text(file, errors="replace").splitlines()
    except OSError:
        return ""
    return lines[location.line - 1] if 0 < location.line <= len(lines) else ""


def _find_word(text: str, name: str) -> int:
    """Where ``name`` stands in ``text`` as a word of its own; -1 where it does not."""
    import re

    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) if name else None
    return found.start() if found else -1
