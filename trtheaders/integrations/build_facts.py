"""What a build system needs in order to use TensorRT-LLM, and whether headers and library belong together."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError
from trtheaders.library.elf.image import open_image
from trtheaders.library.facts import read_facts
from trtheaders.library.needed import walk_needed
from trtheaders.model.answers.findings import Verification
from trtheaders.model.library.builds import BuildFacts, release_number
from trtheaders.model.library.exports import Machine
from trtheaders.model.library.installations import Installation
from trtheaders.model.vendoring.releases import LOCK_NAME, parse_release
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.library_choice import find_libraries
from trtheaders.steps.question.settings import is_folder, settle_configuration
from trtheaders.vendoring.content.resolution import INSTALLED
from trtheaders.vendoring.folder.release_folders import include_folders
from trtheaders.vendoring.folder.store import Store
from trtheaders.verbs.verify import verify

_LIBRARY = "libtensorrt_llm.so"
_OLD_STRING_ABI = "_GLIBCXX_USE_CXX11_ABI=0"


class BuildWish(Struct, frozen=True, kw_only=True):
    """What a build asks for; ``release`` and ``library`` are looked for where they are None.

    ``fallback`` is an interpreter that the build system found by itself, looked at last; ``compiler`` and ``target``
    are what it compiles with, and the architecture that it compiles for.
    """

    release: str | None = None
    library: Path | None = None
    python: Path | None = None
    add: bool = False
    headers_only: bool = False
    verify: bool = True
    fallback: Path | None = None
    compiler: str = ""
    target: Machine | None = None


class BuildAnswer(Struct, frozen=True, kw_only=True):
    """What the build needs; ``verification`` is None where it was not asked for."""

    facts: BuildFacts
    verification: Verification | None = None


def prepare_build(wish: BuildWish, start: Path | None = None) -> BuildAnswer:
    """Headers and library for a build in the folder ``start``, compared with each other.

    Raises a :class:`~trtheaders.errors.TrtHeadersError` where there is no installation or no headers for it.
    """
    libraries = (wish.library.absolute(),) if wish.library else ()
    configuration = settle_configuration(start)
    if wish.release == INSTALLED and not wish.headers_only:
        wish = replace(wish, release=None)
    found = None if wish.headers_only else find_libraries(configuration, libraries, wish.python, fallback=wish.fallback)
    request = _request(wish, configuration, found)
    facts = _describe(request, configuration, found)
    if not wish.verify:
        return BuildAnswer(facts=facts)
    # The build is told which string ABI to take, so the library is held against the headers as that build reads them.
    defines = (*configuration.defines, _OLD_STRING_ABI) if _OLD_STRING_ABI in facts.defines else ()
    verification = verify(
        wish.release,
        libraries=libraries,
        python=wish.python,
        defines=defines,
        headers_only=wish.headers_only,
        compiler=configuration.compiler or wish.compiler,
        fallback=wish.fallback,
        target=wish.target,
        start=start,
    )
    return BuildAnswer(facts=replace(facts, foreign=verification.stand_ins), verification=verification)


def _request(wish: BuildWish, configuration: Configuration, found: Installation | None) -> HeaderRequest:
    installed = found.version if found else None
    try:
        return request_for(configuration, release=wish.release, installed=installed)
    except ReleaseError:
        wanted = wish.release or installed
        if not wish.add or wanted is None:
            raise
        from trtheaders.verbs.add import add

        add([wanted], configuration=configuration)
        return request_for(configuration, release=wish.release, installed=installed)


def _describe(request: HeaderRequest, configuration: Configuration, found: Installation | None) -> BuildFacts:
    release = request.release or ""
    number = release_number(parse_release(release))
    defines = (*configuration.defines, f'TRTHEADERS_RELEASE="{release}"', f"TRTHEADERS_RELEASE_NUMBER={number}")
    locked = Store(configuration.destination).lock().releases.get(release)
    headers = tuple(request.root / file.path for file in locked.files) if locked else ()
    lock = configuration.destination / LOCK_NAME
    facts = BuildFacts(
        release=release,
        version=(found.version if found else None) or "",
        include_directory=request.root,
        # CMake refuses a target with a folder that is not there; the verification remarks on it.
        include_directories=(
            *include_folders(request.root)[1:],
            *(folder for folder in configuration.include_directories if is_folder(folder)),
        ),
        defines=defines,
        watched=tuple(file for file in (lock, configuration.file, *headers) if file is not None),
    )
    return facts if found is None else _with_library(facts, found)


def _with_library(facts: BuildFacts, found: Installation) -> BuildFacts:
    library = next((path for path in found.libraries if path.name == _LIBRARY), found.libraries[0])
    about = read_facts(library)
    needed, absent = _needs(library, found.directories)
    # The package brings some of CUDA's headers.
    packaged = [found.package / "include"] if found.package and (found.package / "include").is_dir() else []
    abi = [] if about.new_string_abi is None else [f"_GLIBCXX_USE_CXX11_ABI={int(about.new_string_abi)}"]
    return replace(
        facts,
        include_directories=(*facts.include_directories, *packaged),
        defines=(*facts.defines, *abi),
        library=library,
        soname=about.soname or "",
        siblings=tuple(path for path in found.libraries if path != library),
        run_path=found.directories,
        needed=needed,
        absent=absent,
        watched=(*facts.watched, *_signs(found)),
    )


def _needs(library: Path, folders: tuple[Path, ...]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """What is needed and lies in ``folders``, nearest first, and the names of what lies nowhere at all."""
    needed: list[Path] = []
    absent: list[str] = []
    with open_image(library) as image:
        for item in walk_needed([image], folders):
            if item.path is None:
                absent.append(item.name)
            elif item.path.parent in folders:
                needed.append(item.path)
    return tuple(needed), tuple(absent)


def _signs(found: Installation) -> tuple[Path, ...]:
    """Files that change, or go, when another version is installed.

    Installers may keep old modification times, but the folder of the metadata carries the version in its name.
    """
    folders = tuple(dict.fromkeys(path.parent for path in found.libraries))
    if found.package is None:
        return (*found.libraries, *folders)
    metadata = sorted(found.package.parent.glob("tensorrt_llm-*.dist-info/METADATA"))
    version = found.package / "version.py"
    return (*found.libraries, *folders, *([version] if version.is_file() else []), *metadata)
