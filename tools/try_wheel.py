"""Build the wheel, install it into a fresh environment, and use it from another folder as a stranger would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.demo_upstream import build_environment, build_upstream

CONSUMER = ROOT / "tests" / "fixtures" / "consumer"
HIDDEN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "CI")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="trtheaders wheel ") as name:
        folder = Path(name)
        wheel = build_wheel(folder / "dist")
        check_contents(wheel)
        python = make_environment(folder / "environment", wheel)
        program = python.with_name("trtheaders")
        try_command_line(program, folder)
        project = prepare_project(folder)
        run([program, "add", "v1.1.0", "--remote", "../upstream"], cwd=project)
        run([program, "verify"], cwd=project)
        run([python, "-c", "import trtheaders; print(trtheaders.verify().verdict.value)"], cwd=project)
        try_cmake(program, project)
    print("the wheel works")
    return 0


def build_wheel(folder: Path) -> Path:
    """The wheel, built from the checkout."""
    run([sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], cwd=folder.parent, quiet=True)
    (wheel,) = folder.glob("*.whl")
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB")
    return wheel


def check_contents(wheel: Path) -> None:
    """Everything that is read at run time is in it, and nothing of the tests."""
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {f.relative_to(ROOT).as_posix() for f in (ROOT / "trtheaders").rglob("*") if is_packaged(f)}
    missing = sorted(data - names)
    assert not missing, f"not in the wheel: {missing}"
    strangers = sorted(n for n in names if not n.startswith("trtheaders/") and ".dist-info/" not in n)
    assert not strangers, f"in the wheel: {strangers}"


def is_packaged(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def make_environment(folder: Path, wheel: Path) -> Path:
    """A fresh environment with the wheel (or the checkout) in it; its interpreter comes back."""
    run([sys.executable, "-m", "venv", folder], cwd=folder.parent)
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", wheel], cwd=folder.parent)
    return python


def try_command_line(program: Path, folder: Path) -> None:
    """`--version`, `--help`, and the help of every command."""
    print(run([program, "--version"], cwd=folder, quiet=True).strip())
    text = run([program, "--help"], cwd=folder, quiet=True)
    table = text.partition("Commands:\n")[2].partition("\n\n")[0]
    # A line that goes on is indented further.
    commands = [line.split()[0] for line in table.splitlines() if not line.startswith("   ")]
    assert "verify" in commands, text
    for command in commands:
        run([program, command, "--help"], cwd=folder, quiet=True)


def prepare_project(folder: Path) -> Path:
    """A consumer with an environment of its own, beside a small upstream."""
    build_upstream(folder / "upstream")
    project = folder / "consumer"
    shutil.copytree(CONSUMER, project)
    build_environment(project / ".venv", "1.1.0", needed=True)
    return project


def try_cmake(program: Path, project: Path) -> None:
    """`find_package` from the installed wheel, in two ways; then build and run."""
    if shutil.which("cmake") is None:
        print("not run: find_package, since cmake is not there")
        return
    folder = run([program, "cmake-dir"], cwd=project, quiet=True).strip()
    ways = {"dir": f"-Dtrtheaders_DIR={folder}", "prefix": f"-DCMAKE_PREFIX_PATH={Path(folder).parents[1]}"}
    for name, option in ways.items():
        run(["cmake", "-S", ".", "-B", f"build-{name}", option], cwd=project, quiet=True)
    run(["cmake", "--build", "build-dir"], cwd=project, quiet=True)
    print(run([project / "build-dir" / "consumer"], cwd=project, quiet=True).strip())


def run(command: list, *, cwd: Path, quiet: bool = False) -> str:
    """What the command says; the tool ends with its words if it fails."""
    clean = {name: value for name, value in os.environ.items() if name not in HIDDEN and not name.startswith("GIT_")}
    cwd.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode or not quiet:
        print(f"$ {' '.join(Path(words[0]).name if word is words[0] else word for word in words)}")
        print(done.stdout.rstrip(), flush=True)
    if done.returncode:
        sys.exit(f"error: the command above ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
