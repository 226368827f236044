"""Programs on PATH, by name."""

from __future__ import annotations

import os
from pathlib import Path


def find_program(name: str) -> Path | None:
    """As `shutil.which`, whose import takes longer than all that it does here."""
    places = [Path(name)] if os.sep in name else [Path(folder, name) for folder in os.get_exec_path()]
    return next((path for path in places if os.access(path, os.X_OK) and path.is_file()), None)
