"""PyTorch: its version, CUDA and std::string ABI against the library's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.library.facts import read_facts
from trtheaders.library.symbols.exports import open_library
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.figures import FigureName
from trtheaders.programs.files import read_text

_VERSION = re.compile(r"""^__version__\s*(?::[^=]*)?=\s*["']([^"']+)["']""", re.MULTILINE)
_CUDA = re.compile(r"""^cuda\s*(?::[^=]*)?=\s*["'](\d+)\.(\d+)["']""", re.MULTILINE)
_STRINGS = ("libc10.so", "libtorch_cpu.so")


class TorchSeen(Struct, frozen=True, kw_only=True):
    """``cuda`` is what PyTorch is built for, None for the CPU's; an ABI is True for the new `std::string`."""

    version: str
    folder: Path
    cuda: tuple[int, int] | None
    new_abi: bool | None
    wanted: tuple[str, ...]
    major: int | None
    library_abi: bool | None
    needed: bool


def _probe(site: Site) -> TorchSeen | None:
    loadings = site.loadings()
    names = [item for item in loadings.linked.resolved if item.name.startswith("libtorch")] if loadings else []
    found = next((item.path for item in names if item.path is not None), None)
    folder = found.parent.parent if found else next((path / "torch" for path in site.package_folders), None)
    if loadings is None or folder is None or not (folder / "version.py").is_file():
        return None
    text = read_text(folder / "version.py", errors="replace")
    version, cuda = _VERSION.search(text), _CUDA.search(text)
    needed = any(name.startswith(("libtorch", "libc10")) for item in loadings.own for name in item.needed)
    return TorchSeen(
        version=version[1] if version else "",
        folder=folder,
        cuda=(int(cuda[1]), int(cuda[2])) if cuda else None,
        new_abi=_string_abi(folder / "lib") if needed else None,
        wanted=site.figures.all(FigureName.PYTORCH),
        major=site.cuda_major,
        library_abi=read_facts(loadings.own[0].path).new_string_abi if needed else None,
        needed=needed,
    )


def _string_abi(folder: Path) -> bool | None:
    """Whether PyTorch's own symbols have the new ABI: one that is defined says it."""
    path = next((path for name in _STRINGS if (path := folder / name).is_file()), None)
    if path is None:
        return None
    with open_library(path) as library:
        return any(b"cxx11" in name for _, name in library.table.exported_names())


def _judge(seen: TorchSeen | None) -> Iterator[Judgement]:
    if seen is None:
        return
    cuda = f", CUDA {seen.cuda[0]}.{seen.cuda[1]}" if seen.cuda else ", without CUDA"
    found = f"{seen.version}{cuda}   {seen.folder}"
    needed = _needed(seen)
    bad = SetupState.FAIL if seen.needed else SetupState.WARN
    if seen.major and (seen.cuda is None or seen.cuda[0] != seen.major):
        yield Judgement(
            state=bad,
            found=found,
            needed=needed,
            why=f"the library is built for CUDA {seen.major}: two CUDA runtimes in one process do not share memory",
        )
    elif seen.new_abi is not None and seen.library_abi is not None and seen.new_abi != seen.library_abi:
        yield Judgement(
            state=bad,
            found=f"{found}, {_abi(seen.new_abi)} std::string ABI",
            needed=f"{needed}, {_abi(seen.library_abi)} ABI",
            why="symbols with a std::string in them have other names: undefined symbol: _ZN3c10…",
        )
    elif not _fits(seen):
        yield Judgement(
            state=SetupState.WARN,
            found=found,
            needed=needed,
            why="libtorch keeps no ABI between minor versions; whether its symbols are all there, `symbols` says",
        )
    else:
        yield Judgement(state=SetupState.OK, found=found, needed=needed)


def _needed(seen: TorchSeen) -> str:
    version = " to ".join(seen.wanted)
    return f"PyTorch {version}".rstrip() + (f" for CUDA {seen.major}" if seen.major else "")


def _abi(new: bool) -> str:
    return "new" if new else "old"


def _fits(seen: TorchSeen) -> bool:
    """Whether the minor version is the wanted one, or between two that are given as a range."""
    if not seen.wanted or not seen.version:
        return True
    bounds = [_minor(text) for text in seen.wanted]
    return bounds[0] <= _minor(seen.version) <= bounds[-1]


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _remedy(seen: TorchSeen, judgement: Judgement) -> str:
    version = seen.wanted[0] if seen.wanted else ""
    pin = f"=={version}" if version else ""
    index = f" --index-url https://download.pytorch.org/whl/cu{seen.major}0" if seen.major and seen.major >= 13 else ""
    return f"pip install 'torch{pin}'{index}"


CHECK = SetupCheck(
    id="pytorch",
    title="PyTorch",
    question="Is PyTorch of the version, the CUDA and the std::string ABI that the library wants?",
    source="torch/version.py; symbols of libc10.so; DT_NEEDED of the library; compatibility table",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
