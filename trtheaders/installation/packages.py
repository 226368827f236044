"""The folder of an installed `tensorrt_llm` package to its version, its libraries, and where their needs lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from trtheaders.errors import LibraryError
from trtheaders.installation.editable import PACKAGE
from trtheaders.installation.files import matching, read_text
from trtheaders.library.elf.image import open_image
from trtheaders.programs.files import is_file, is_folder

_LINKED = re.compile(r"lib(tensorrt_llm|nvinfer_plugin_tensorrt_llm)\.so(\.\d+)*\Z")
"""What consumers link: shepherd `-ltensorrt_llm -lnvinfer_plugin_tensorrt_llm`, upstream's own examples the same."""

_VERSION_LINE = re.compile(r"""^__version__\s*=\s*["']([^"']+)["']""", re.MULTILINE)
_METADATA_LINE = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)
_NEEDS = ("torch/lib", "tensorrt_libs", "nvidia/*/lib", "tensorrt_llm.libs", "tensorrt_llm/libs/*")


def find_package(folders: Sequence[Path]) -> Path | None:
    """The first `tensorrt_llm` in package folders that holds libraries."""
    return next((path for folder in folders if libraries_in((path := folder / PACKAGE) / "libs")), None)


def find_bare_package(folders: Sequence[Path]) -> Path | None:
    """The first `tensorrt_llm` in package folders that is a package and holds no library: a wheel cut short."""
    found = (path for folder in folders if is_file((path := folder / PACKAGE) / "__init__.py"))
    return next((path for path in found if not libraries_in(path / "libs")), None)


def libraries_in(folder: Path) -> tuple[Path, ...]:
    """The shared libraries of a folder, each file once under its shortest name."""
    names = sorted(
        (path for path in matching(folder, "lib*.so*") if is_file(path)), key=lambda path: (len(path.name), path)
    )
    return tuple(sorted({path.resolve(): path for path in reversed(names)}.values()))


def is_linked(library: Path) -> bool:
    """Whether consumers name this library on their link line."""
    return _LINKED.match(library.name) is not None


def split_readable(libraries: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """``libraries`` without those that merely lie beside and cannot be read, and a remark about each of these."""
    kept, remarks = [], []
    for path in libraries:
        try:
            if not is_linked(path):
                with open_image(path):
                    pass
        except LibraryError as error:
            remarks.append(f"{error.message}; it was left out")
            continue
        kept.append(path)
    return tuple(kept), tuple(remarks)


def version_of(package: Path, folders: Sequence[Path] = ()) -> str | None:
    """The version that `version.py` or the wheel's metadata states; nothing is imported.

    `version.py` is asked first: it lies with the libraries, whereas metadata of a replaced wheel may be left behind.
    A development install has its metadata in one of ``folders`` instead.
    """
    return next(iter(_stated_versions(package, folders).values()), None)


def tell_versions(package: Path, folders: Sequence[Path]) -> tuple[str, ...]:
    """What disagrees on the version of one installed package, as a sentence: a wheel was half replaced."""
    stated = _stated_versions(package, folders)
    if len({version.partition("+")[0] for version in stated.values()}) < 2:
        return ()
    told = " and ".join(f"`{name}` says {version}" for name, version in stated.items())
    return (f"`{package}` is not of one version: {told}; install it anew",)


def find_metadata(folders: Sequence[Path]) -> tuple[Path, ...]:
    """The folders of a wheel's metadata in the first of the package folders that has any."""
    found = (tuple(matching(folder, "tensorrt_llm-*.*-info")) for folder in folders)
    return next((some for some in found if some), ())


def _stated_versions(package: Path, folders: Sequence[Path]) -> dict[str, str]:
    """What says which version a package is, the likeliest first, to what it says."""
    stated = {"version.py": _search(_VERSION_LINE, [package / "version.py"])}
    for record in find_metadata([package.parent, *folders]):
        stated[record.name] = _search(_METADATA_LINE, [record / name for name in ("METADATA", "PKG-INFO")])
    return {name: version for name, version in stated.items() if version}


def _search(pattern: re.Pattern[str], files: Sequence[Path]) -> str | None:
    found = (pattern.search(read_text(file)) for file in files)
    return next((match[1] for match in found if match), None)


def need_directories(package: Path, folders: Sequence[Path]) -> tuple[Path, ...]:
    """Where the installed libraries and what they need lie: for a run path, as Python preloads what it imports."""
    found = [package / "libs", *_need_folders([package.parent, *folders])]
    return tuple(dict.fromkeys(found))


def _need_folders(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for pattern in _NEEDS:
            yield from (path for path in matching(folder, pattern) if is_folder(path) and libraries_in(path))
