"""The files of a new project, from templates."""

from __future__ import annotations

from importlib.resources import files
from pathlib import PurePosixPath

from msgspec import Struct

from trtheaders.programs.toml import spell_text
from trtheaders.version import __version__

_FILES = {
    "CMakeLists.txt": "CMakeLists.txt",
    "src/main.cpp": "main.cpp",
    "trtheaders.toml": "trtheaders.toml",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/build.yml": "workflow.yml",
    ".gitignore": "gitignore",
}
"""Where each template goes."""
_WHEELS = {
    12: (("nvidia-cuda-runtime-cu12", "nvidia-cuda-nvcc-cu12", "nvidia-cuda-cccl-cu12"), "nvidia/cuda_runtime/include"),
    13: (("nvidia-cuda-runtime==13.*", "nvidia-cuda-crt==13.*", "nvidia-cuda-cccl==13.*"), "nvidia/cu13/include"),
}
"""By CUDA major: the wheels that bring its headers, and where `cuda_fp16.h` lies below site-packages."""


class ProjectWish(Struct, frozen=True, kw_only=True):
    """What a project is made for: a ``release`` as folders spell it, its CUDA major, and where CUDA's headers lie.

    ``include`` is empty where there are none; then the configuration has only a line that says how to name them.
    """

    name: str
    release: str
    cuda: int
    include: str = ""


def render_project(wish: ProjectWish) -> dict[PurePosixPath, str]:
    """Each file's place and text. The same wish gives the same bytes."""
    _, folder = _WHEELS[wish.cuda]
    words = {
        "NAME": wish.name,
        "RELEASE": wish.release,
        "VERSION": __version__,
        "INCLUDES": _includes(wish.include),
        "WHEELS": wheels_for(wish.cuda),
        "WHEEL_INCLUDE": folder,
    }
    return {PurePosixPath(place): _fill(template, words) for place, template in _FILES.items()}


def _fill(template: str, words: dict[str, str]) -> str:
    text = (files("trtheaders.starter") / "templates" / template).read_text("utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    return text


def _includes(include: str) -> str:
    # A name that is no UTF-8 has no form in TOML.
    if include and include.isprintable():
        return f"include-directories = [{spell_text(include)}]   # CUDA's headers: cuda_fp16.h"
    return '# include-directories = ["/usr/local/cuda/include"]   # CUDA\'s headers: cuda_fp16.h'


def wheels_for(cuda: int) -> str:
    """What to say to pip for CUDA's headers of a major version."""
    names, _ = _WHEELS[cuda]
    return " ".join(f"'{name}'" if "*" in name else name for name in names)
