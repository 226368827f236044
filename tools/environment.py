"""Make the project's own virtual environment, or say in one line what is missing; quick where it is made already.

`python3 tools/environment.py [--folder .venv] [--extra dev]`. Needs nothing beyond the standard library, and no newer
Python than 3.6, so that an old one can say that it is too old.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 10)
PROGRAMS = {"git": "git", "g++": "g++"}
"""Programs that must be there, and the Debian package of each."""


class Missing(Exception):
    """One line: what is missing and how to get it."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / ".venv")
    parser.add_argument("--extra", default="")
    options = parser.parse_args()
    try:
        check_programs()
        check_python()
        make_environment(options.folder.resolve(), options.extra)
    except Missing as missing:
        print(f"error: {missing}", file=sys.stderr)
        return 1
    return 0


def check_programs() -> None:
    for program, package in PROGRAMS.items():
        if shutil.which(program) is None:
            raise Missing(f"`{program}` is missing; install it with `apt-get install {package}`")


def check_python() -> None:
    version = "{}.{}".format(*sys.version_info)
    if sys.version_info < OLDEST:
        wanted = "{}.{}".format(*OLDEST)
        raise Missing(
            f"Python {version} is too old; install {wanted} or later, or name one: `make PYTHON=python3.12 …`"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Missing(
            f"Python {version} has no `venv`; install it with `apt-get install python{version}-venv`"
        ) from None


def make_environment(folder: Path, extra: str) -> None:
    stamp = folder / "trtheaders-environment"
    fingerprint = fingerprint_of(folder, extra)
    found = stamp.read_text() if stamp.is_file() else ""
    if found in (fingerprint, fingerprint_of(folder, "dev")):
        return
    print(
        "making the environment {} (Python {}.{})".format(os.path.relpath(str(folder)), *sys.version_info), flush=True
    )
    if found != fingerprint_of(folder, ""):
        run([sys.executable, "-m", "venv", "--clear", str(folder)], "making a virtual environment")
    what = f".[{extra}]" if extra else "."
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run([*pip, "install", "-qq", "--editable", what], "installing trtheaders and what it needs")
    stamp.write_text(fingerprint)


def fingerprint_of(folder: Path, extra: str) -> str:
    """What the environment rests on: another place, Python or list of packages makes it anew."""
    packages = (ROOT / "pyproject.toml").read_bytes()
    text = repr((str(ROOT), str(folder), sys.version, os.path.realpath(sys.executable), extra))
    return hashlib.sha256(text.encode() + packages).hexdigest()


def run(command: list, doing: str) -> None:
    clean = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    done = subprocess.run(command, cwd=str(ROOT), env=clean)
    if done.returncode:
        raise Missing(f"{doing} failed with exit status {done.returncode}; the lines above say why")


if __name__ == "__main__":
    sys.exit(main())
