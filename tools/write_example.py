"""Write examples/minimal: what `trtheaders init` makes for a release that many have."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from trtheaders.starter.project import ProjectWish, render_project

WISH = ProjectWish(name="minimal", release="1.1.0", cuda=13, include="/usr/local/cuda/include")
FOLDER = ROOT / "examples" / "minimal"


def render() -> dict[Path, str]:
    """Each file's path and text."""
    return {FOLDER / place: text for place, text in render_project(WISH).items()}


if __name__ == "__main__":
    for path, text in render().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
