"""Tools that a test wants beside g++: where one is absent the test says that it was not run."""

import shutil
from collections.abc import Sequence

import pytest

CROSS = "aarch64-linux-gnu-g++"


def need_tools(compiler: str = "g++", flags: Sequence[str] = ()) -> None:
    """Skip unless ``compiler`` (g++ never is in doubt) and the linkers that ``flags`` name are installed."""
    linkers = [f"ld.{flag.removeprefix('-fuse-ld=')}" for flag in flags if flag.startswith("-fuse-ld=")]
    for program in (*linkers, *([compiler] if compiler != "g++" else [])):
        if shutil.which(program) is None:
            pytest.skip(f"not run: {program} is not installed")
