"""Where the user's caches lie."""

import os
from pathlib import Path


def cache_folder(name: str) -> Path:
    """`$XDG_CACHE_HOME/trtheaders/NAME`; a relative XDG_CACHE_HOME counts for nothing (XDG base directories)."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "trtheaders" / name
