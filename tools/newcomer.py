"""Run what a newcomer runs, with what a newcomer has: `python tools/newcomer.py [--offline | --which] [COMMAND…]`.

In a copy of the checkout at a path with a space, owned by nobody in particular; with no environment variable, an empty
HOME, and a PATH of links to python3, git, make, sh, coreutils, and g++ with the two programs that it calls. By default:
`make demo`, and `make test` without slow tests. With `--offline` all of it once more, without a network. `--which` only
prints the interpreter that they would run on.

Needs git, and to be root where another user is to run it: then `setpriv` and, for `--offline`, `unshare`.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("make demo", "make test PYTEST='-q -m \"not slow\"'")
PROGRAMS = ("git", "g++", "as", "ld", "make", "sh")
COREUTILS = (
    "[ basename cat chgrp chmod chown cksum comm cp csplit cut date dd df dirname du echo env expand expr false fmt "
    "fold head id install join kill link ln logname ls md5sum mkdir mkfifo mktemp mv nice nl nohup nproc od paste "
    "pr printenv printf pwd readlink realpath rm rmdir seq sha1sum sha256sum shuf sleep sort split stat stdbuf stty "
    "sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink wc who whoami "
    "yes"
)
NOBODY = 65534


class Newcomer:
    """Somebody with a copy of the checkout in ``folder`` and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "a clone"
        self.user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []

    def prepare(self) -> None:
        """The copy, the home and the links."""
        copy_checkout(self.checkout)
        for name in ("home", "tmp", "bin"):
            (self.folder / name).mkdir()
        python = self.find_python()
        print(f"a copy in `{self.checkout}`, with {python} ({'nobody' if self.user else 'you'})", flush=True)
        for name, program in {"python3": python, **programs()}.items():
            (self.folder / "bin" / name).symlink_to(program)
        if self.user:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def find_python(self) -> Path:
        """This interpreter itself, no shim of it; or the system's, where the user may not reach it."""
        places = [Path(sys.executable).resolve(), Path("/usr/local/bin/python3"), Path("/usr/bin/python3")]
        for place in places:
            words = ["sh", "-c", 'test -x "$0" && exec "$0" -c "import ensurepip, venv"', str(place)]
            if subprocess.run([*self.user, *words], capture_output=True).returncode == 0:
                return place
        sys.exit(f"error: the user may run none of {', '.join(map(str, places))}, or they have no `venv`")

    def run(self, command: str, *, offline: bool) -> bool:
        """Whether ``command`` succeeds in the copy."""
        print(f"\n$ {command}{'   (without a network)' if offline else ''}", flush=True)
        variables = {"PATH": str(self.folder / "bin"), "HOME": str(self.folder / "home")}
        alone = ["unshare", "--net"] if offline else []
        words = [*alone, *self.user, str(self.folder / "bin" / "sh"), "-c", command]
        # setpriv and unshare are looked for here, where PATH is not the newcomer's yet.
        words[0] = shutil.which(words[0]) or words[0]
        if len(alone) and self.user:
            words[2] = shutil.which(words[2]) or words[2]
        status = subprocess.run(words, cwd=self.checkout, env=variables).returncode
        print(f"({shlex.split(command)[0]} ended with {status})", flush=True)
        return status == 0


def copy_checkout(folder: Path) -> None:
    """A clone, with what is not committed yet laid over it."""
    git = ["git", "-C", str(ROOT), "-c", "safe.directory=*"]
    subprocess.run([*git, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)], check=True)
    for kind in ("--modified", "--deleted", "--others"):
        listed = subprocess.run([*git, "ls-files", "-z", "--exclude-standard", kind], capture_output=True, check=True)
        for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
            else:
                (folder / name).unlink(missing_ok=True)


def programs() -> dict[str, str]:
    """Where each program is, by the name that it is called by."""
    found = {name: shutil.which(name) for name in (*PROGRAMS, *COREUTILS.split())}
    absent = [name for name in PROGRAMS if not found[name]]
    if absent:
        sys.exit(f"error: `{'`, `'.join(absent)}` not found")
    return {name: os.path.realpath(path) if name == "sh" else path for name, path in found.items() if path}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offline", action="store_true", help="once more, without a network")
    parser.add_argument("--which", action="store_true", help="print the newcomer's interpreter, and run nothing")
    parser.add_argument("commands", nargs="*", default=COMMANDS, metavar="COMMAND")
    options = parser.parse_args()
    if options.which:
        print(Newcomer(ROOT).find_python())
        return 0
    with tempfile.TemporaryDirectory(prefix="a newcomer ") as folder:
        newcomer = Newcomer(Path(folder))
        newcomer.prepare()
        rounds = [False, True] if options.offline else [False]
        good = [newcomer.run(command, offline=offline) for offline in rounds for command in options.commands]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
