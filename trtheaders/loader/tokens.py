"""`$ORIGIN`, `$LIB` and `$PLATFORM` in run paths (ld.so(8), "Dynamic string tokens")."""

from __future__ import annotations

import re
from pathlib import Path

from trtheaders.loader.system import LoaderSystem

_TOKEN = re.compile(r"\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_]))")


def expand(text: str, origin: Path, system: LoaderSystem) -> Path:
    """``text`` as a folder: tokens replaced, an empty or relative one taken from the working folder."""
    values = {"ORIGIN": str(origin), "LIB": system.library_token, "PLATFORM": system.platform_token}
    written = _TOKEN.sub(lambda found: values[found[1] or found[2]], text)
    return system.working_folder / written if written else system.working_folder
