"""The C++ standards by the names that compilers have for them."""

from __future__ import annotations

_PUBLISHED = ("98", "03", "11", "14", "17", "20", "23", "26")
_DRAFTS = ("0x", "1y", "1z", "2a", "2b", "2c")
STANDARDS = frozenset(f"{kind}++{year}" for kind in ("c", "gnu") for year in (*_PUBLISHED, *_DRAFTS))

STANDARD_HINT = f"known are {', '.join(f'`c++{year}`' for year in _PUBLISHED)}, and the same with `gnu++`"
