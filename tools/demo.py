"""The main job on a small upstream, in under a minute: add, verify, another library, verify again.

Prints each command and what it said; exits with 1 if one of them did not say what it should.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.demo_upstream import RELEASES, build_environment, build_release_library, build_upstream, install_package

HIDDEN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "CI")
"""What would lead away from the environment made here."""


class Demo:
    """A consumer's repository in ``folder``, beside a small upstream; ``failures`` collects what went wrong."""

    def __init__(self, folder: Path) -> None:
        self.consumer = folder / "consumer"
        self.upstream = folder / "upstream"
        self.failures: list[str] = []

    def prepare(self) -> Path:
        """Upstream, libraries, and a consumer whose `.venv` holds release 1.1.0; its site-packages comes back."""
        tell(f"a small upstream with {len(RELEASES)} tagged releases, and a project whose .venv has 1.1.0 installed")
        build_upstream(self.upstream)
        self.consumer.mkdir()
        subprocess.run(["git", "init", "--quiet", self.consumer], check=True, env=environment())
        return build_environment(self.consumer / ".venv", "1.1.0")

    def run(self, arguments: str, *, status: int, says: tuple[str, ...] = ()) -> None:
        """Run `trtheaders` with ``arguments`` in the consumer, and compare with what is expected."""
        print(f"\n$ trtheaders {arguments}", flush=True)
        command = [sys.executable, "-m", "trtheaders", *shlex.split(arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(command, cwd=self.consumer, env=environment(), text=True, **pipes)
        print(done.stdout.rstrip(), flush=True)
        print(f"(exit status {done.returncode})", flush=True)
        if done.returncode != status:
            self.failures.append(f"`trtheaders {arguments}` ended with {done.returncode}, not {status}")
        self.failures += [f"`trtheaders {arguments}` does not say `{text}`" for text in says if text not in done.stdout]


def main() -> int:
    """The demo; 0 if every command did and said what it should."""
    with tempfile.TemporaryDirectory(prefix="trtheaders-demo-") as folder:
        demo = Demo(Path(folder))
        site_packages = demo.prepare()
        tell("fetch the headers of two releases, pinned and hashed")
        demo.run("add v1.0.0 v1.1.0 --remote ../upstream", status=0)
        demo.run("list", status=0, says=("1.0.0", "1.1.0"))
        tell("headers and library belong together")
        demo.run("verify", status=0, says=("1.1.0",))
        tell("now the library of 1.0.0 in the package that calls itself 1.1.0")
        install_package(site_packages, "1.1.0", library=build_release_library("1.0.0"))
        demo.run("verify", status=1, says=("SamplingConfig::SamplingConfig", "1.0.0"))
    for failure in demo.failures:
        print(f"error: {failure}", file=sys.stderr)
    if not demo.failures:
        tell("that is the main job; `trtheaders --help` has the rest")
    return 1 if demo.failures else 0


def environment() -> dict[str, str]:
    """The caller's environment without what would choose another Python or repository."""
    return {name: value for name, value in os.environ.items() if name not in HIDDEN and not name.startswith("GIT_")}


def tell(text: str) -> None:
    """One line about what comes next."""
    print(f"\n-- {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
