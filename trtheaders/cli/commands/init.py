"""`trtheaders init`: a project to start from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trtheaders.cli.main import OK
from trtheaders.cli.screen import say, say_text
from trtheaders.visible import show

if TYPE_CHECKING:
    from trtheaders.verbs.init import NewProject


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--release", metavar="RELEASE", help="The release to write for; by default the one that is installed.")
def command(folder: Path, release: str | None) -> int:
    r"""Write a small C++ project on the Executor API, with CMake, hooks and a workflow.

    It builds against a stub and passes its smoke test on a machine without a GPU. Nothing that is there is changed,
    and nothing is fetched.

    \b
    trtheaders init my-app
    trtheaders init my-app --release v1.1.0
    """
    from trtheaders.verbs.init import init

    project = init(folder, release=release)
    for path in project.files:
        say(f"wrote {path.relative_to(project.folder)}")
    # Commands are pasted: a line feed in the midst of one would run its beginning.
    say_text(_next(project, folder), folded=False)
    return OK


def _next(project: NewProject, folder: Path) -> str:
    configure = 'cmake -S . -B build -Dtrtheaders_DIR="$(trtheaders cmake-dir)"'
    lines = [] if folder == Path() else [f"cd {shlex.quote(show(str(folder)))}"]
    lines += ["git init"]
    if project.wheels:
        lines += ["# CUDA's headers are not here; install them, and name their folder in trtheaders.toml:"]
        lines += [f"pip install {project.wheels}"]
    lines += [
        f"trtheaders add v{project.release}",
        "# without the wheel of TensorRT-LLM, and without a GPU, against a stub:",
        f"trtheaders stub v{project.release} -o libtensorrt_llm.so",
        f'{configure} -DTENSORRT_LLM_LIBRARY="$PWD/libtensorrt_llm.so"',
        "cmake --build build && ctest --test-dir build",
    ]
    return "\n".join(["", f"for TensorRT-LLM {project.release}; next:", *(f"  {line}" for line in lines)])
