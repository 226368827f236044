"""Wheels of everything that installing this project needs, fetched once, so that installing it needs no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from support.tools import ROOT, not_run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def offline_index() -> dict[str, str]:
    """Variables that make pip take what it installs from a folder; without the folder and an index, not run."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    key = hashlib.sha256(repr((wanted, sys.version_info[:2], os.uname().machine)).encode()).hexdigest()[:16]
    folder = ROOT / ".cache" / "wheels" / key
    if not folder.is_dir():
        _fetch(wanted, folder)
    # A path with a space would be two places; an address is one.
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder.as_uri()}


def _fetch(wanted: list[str], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Test processes run side by side: each fetches apart, the first one to finish is kept.
    work = Path(tempfile.mkdtemp(dir=folder.parent))
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-input", "--only-binary=:all:", "-d", str(work)]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(work)
        _not_reached(done.stderr)
    try:
        work.rename(folder)
    except OSError:
        shutil.rmtree(work)


def _not_reached(said: str) -> NoReturn:
    not_run("PyPI", f"gives no packages: {(said.strip().splitlines() or [''])[-1]}")
