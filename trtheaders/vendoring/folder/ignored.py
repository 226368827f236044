"""Vendored files that the consumer's own git would not commit, because a `.gitignore` hides them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trtheaders.programs.git import ask_git


def find_ignored(folder: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of ``paths`` (relative to ``folder``) that are ignored and not tracked; none outside a work tree."""
    given = "".join(f"{path}\0" for path in paths).encode(errors="surrogateescape")
    found = ask_git(folder, ["check-ignore", "-z", "--stdin"], given=given) or b""
    return tuple(part.decode(errors="replace") for part in found.split(b"\0") if part)
