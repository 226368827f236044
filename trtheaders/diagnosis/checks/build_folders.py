"""CMake caches that name another release than the installed one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import BUILDING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.errors import ReleaseError
from trtheaders.installation.files import read_text
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.vendoring.releases import canonical

_PATTERNS = ("CMakeCache.txt", "*/CMakeCache.txt", "out/*/CMakeCache.txt", "build/*/CMakeCache.txt")
_RELEASE = r"v?(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?(?:\.post\d+)?)"
_VARIABLE = re.compile(
    rf"^\w*(?:TENSORRT_LLM|TRTLLM|TRT_LLM|tensorrt_llm)\w*VERSION\w*:\w+={_RELEASE}", re.MULTILINE | re.IGNORECASE
)
_FOLDER = re.compile(rf"tensorrt[-_]llm/{_RELEASE}(?:/|;|$)", re.MULTILINE)
_ANSWERS = re.compile(r"^set\(tensorrt_llm_VERSION \[=*\[([^\]]+)\]=*\]\)", re.MULTILINE)
_LARGEST = 4_000_000
_LONGEST = 4096


class ConfiguredFolder(Struct, frozen=True, kw_only=True):
    """A cache, the releases that it names, and whether our module configured it, which looks again by itself."""

    folder: Path
    releases: tuple[str, ...]
    ours: bool


class CachesSeen(Struct, frozen=True, kw_only=True):
    """Caches that name a release, and the installed one."""

    caches: tuple[ConfiguredFolder, ...]
    installed: str


def _probe(site: Site) -> CachesSeen | None:
    if not site.version:
        return None
    root = site.configuration.root
    files = dict.fromkeys(file for pattern in _PATTERNS for file in sorted(root.glob(pattern)))
    return CachesSeen(caches=tuple(_read(file) for file in files), installed=canonical(site.version))


def _read(file: Path) -> ConfiguredFolder:
    answers = file.parent / "trtheaders-answers.cmake"
    text = _text(file)
    named = [match[1] for pattern in (_VARIABLE, _FOLDER) for match in pattern.finditer(text)]
    named += _ANSWERS.findall(_text(answers))
    return ConfiguredFolder(
        folder=file.parent, releases=tuple(dict.fromkeys(_spell(name) for name in named)), ours=answers.is_file()
    )


def _spell(name: str) -> str:
    try:
        return canonical(name)
    except ReleaseError:
        return name


def _text(file: Path) -> str:
    # A line that is longer than any setting is none: searching it takes its length squared.
    return "\n".join(line for line in read_text(file, _LARGEST).splitlines() if len(line) <= _LONGEST)


def _configure_anew(folder: Path) -> str:
    """The commands, with the folder as a shell takes it, whatever it is called."""
    return f"rm {shlex.quote(f'{folder}/CMakeCache.txt')} && cmake -S . -B {shlex.quote(str(folder))}"


def _judge(seen: CachesSeen | None) -> Iterator[Judgement]:
    if seen is None:
        return
    for cache in seen.caches:
        others = [name for name in cache.releases if name != seen.installed]
        if others:
            ours = cache.ours
            yield Judgement(
                state=SetupState.NOTE if ours else SetupState.WARN,
                found=f"{cache.folder}/CMakeCache.txt was configured for {', '.join(others)}"
                + ("; reconfigures by itself" if ours else ""),
                needed=seen.installed,
                why="" if ours else "CMake keeps what it found first: the build goes on with the old headers",
                fix="" if ours else _configure_anew(cache.folder),
            )


CHECK = SetupCheck(
    id="build-folders",
    title="build folders",
    question="Does a CMake cache name another release than the installed one?",
    source="CMakeCache.txt; CMake manual, CMAKE_CONFIGURE_DEPENDS",
    probe=_probe,
    judge=_judge,
    purposes=BUILDING,
)
