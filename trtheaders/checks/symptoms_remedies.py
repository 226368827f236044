"""The words for a cause: one sentence on what is wrong, one on what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trtheaders.checks.symptoms_known import Known, string_abi, tell_releases
from trtheaders.checks.symptoms_libraries import plugin_major
from trtheaders.checks.symptoms_symbols import Judged
from trtheaders.model.exports import LibraryFacts
from trtheaders.model.releases import parse_release
from trtheaders.model.symptoms import Cause, InstalledLibrary, Log, SymptomKind
from trtheaders.errors import ReleaseError

FRESH = "delete the build folder's CMakeCache.txt, or run `cmake --fresh`"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the words for one cause may draw on."""

    items: Sequence[Judged]
    log: Log
    known: Known
    installed: InstalledLibrary | None

    @property
    def count(self) -> str:
        """How many different things are missing, in words."""
        number = len({item.symptom.subject for item in self.items})
        return f"{number} symbol{'' if number == 1 else 's'}"

    @property
    def late(self) -> bool:
        """Whether the program was already linked."""
        return all(item.symptom.kind is SymptomKind.UNDEFINED_AT_RUN_TIME for item in self.items)

    @property
    def fitting(self) -> tuple[str, ...]:
        """The releases that declare the most of what is missing."""
        counts = Counter(release for item in {i.symptom.subject: i for i in self.items}.values() for release in item.releases)
        best = max(counts.values(), default=0)
        return tuple(name for name in self.known.names if counts[name] == best and best)

    @property
    def library(self) -> str:
        """The installed library in words, or ''."""
        if self.installed is None:
            return ""
        version = f" {self.installed.version}" if self.installed.version else ""
        name = self.facts[0].name if self.facts else "the library"
        return f"the installed `{name}`{version}"

    @property
    def facts(self) -> tuple[LibraryFacts, ...]:
        """What is known of the installed libraries."""
        return self.installed.answers.libraries if self.installed is not None else ()

    @property
    def stale(self) -> str:
        """The release whose headers the build reads although another one is installed, or ''."""
        if self.installed is None or not self.installed.version:
            return ""
        wanted = _plain(self.installed.version)
        others = [name for name in self.log.header_releases if _plain(name) != wanted]
        return others[0] if others and len(others) == len(self.log.header_releases) else ""


def _plain(version: str) -> str:
    try:
        return str(parse_release(version))
    except ReleaseError:
        return version


def tell_cause(
    cause: Cause, items: Sequence[Judged], log: Log, known: Known, installed: InstalledLibrary | None
) -> tuple[str, str]:
    """(what is wrong, what to do) for the symptoms ``items``, which all have ``cause``."""
    return _WORDS[cause](Case(items, log, known, installed))


def _other_release(case: Case) -> tuple[str, str]:
    fitting = tell_releases(case.fitting, case.known.names) if case.fitting else "a release that is not known here"
    library = case.library or "the library that was linked"
    message = f"{case.count} undefined: the headers are those of {fitting}, {library} is another release"
    if case.stale:
        return (
            f"{message}; the build reads headers of {case.stale} while {case.installed and case.installed.version} is installed",
            f"a stale CMake cache keeps the old include directory: {FRESH}",
        )
    if case.installed is not None and case.installed.version:
        wanted = _plain(case.installed.version)
        vendor = f"run `trtheaders add v{wanted}` and build with its headers"
    else:
        vendor = "run `trtheaders identify` on the library and vendor the headers of that release"
    other = f", or install tensorrt-llm=={case.fitting[-1]}" if case.fitting else ""
    return message, f"{vendor}{other}; if that was done already, {FRESH}"


def _string_abi(case: Case) -> tuple[str, str]:
    asked = {string_abi(item.symptom.subject) for item in case.items} - {None}
    if asked == {False}:
        return (
            f"{case.count} undefined: the consumer is compiled with the old `std::string` ABI, the library with the new one",
            "compile everything with `-D_GLIBCXX_USE_CXX11_ABI=1` (wheels have the new ABI from 0.20.0 on, NGC images "
            "always), and rebuild objects and archives made without it",
        )
    if asked == {True}:
        return (
            f"{case.count} undefined: the consumer is compiled with the new `std::string` ABI, the library with the old one",
            "compile everything with `-D_GLIBCXX_USE_CXX11_ABI=0` (wheels before 0.20.0), or install a wheel from 0.20.0 on",
        )
    return (
        f"{case.count} undefined: objects of both `std::string` ABIs are in one link",
        "compile every object and archive with the same `-D_GLIBCXX_USE_CXX11_ABI`, the library's",
    )


def _inline_namespace(case: Case) -> tuple[str, str]:
    from trtheaders.checks.symptoms_known import is_versioned

    ours = any(is_versioned(item.symptom.subject) for item in case.items)
    here, there = ("with", "without") if ours else ("without", "with")
    return (
        f"{case.count} undefined: the headers declare them {here} the inline namespace `_v1`, the library has them {there} it",
        "TensorRT-LLM put `common` and `kernels` into `_v1` after 1.2.0rc4: headers and library must lie on the same side "
        "of that; run `trtheaders identify` on the library and vendor that release",
    )


def _not_linked(case: Case) -> tuple[str, str]:
    names = sorted({item.library for item in case.items if item.library}) or ["libtensorrt_llm.so"]
    flags = " ".join(f"-l{name.removeprefix('lib').partition('.so')[0]}" for name in names)
    known = "" if case.installed else f", which {tell_releases(case.fitting, case.known.names)} declare" if case.fitting else ""
    return (
        f"{case.count} undefined{known}: {', '.join(f'`{name}`' for name in names)} is not on the link line, or stands before the objects",
        f"add `{flags}` after the objects that use it, and check that no other library of that name lies in an earlier -L",
    )


def _other_library(case: Case) -> tuple[str, str]:
    return (
        f"{case.count} missing at run time: the library that was loaded is not the one that was linked",
        "`ldd PROGRAM` and `LD_DEBUG=libs PROGRAM` show which libtensorrt_llm.so is loaded; put the right one first "
        "(run path, LD_LIBRARY_PATH), and compare it with `trtheaders verify --library FILE`",
    )


def _not_exported(case: Case) -> tuple[str, str]:
    return (
        f"{case.count} undefined: the library defines them but does not export them to new links",
        "use the symbols that the release exports (`trtheaders verify` lists what is hidden), or a library with default visibility",
    )


def _not_built_in(case: Case) -> tuple[str, str]:
    return (
        f"{case.count} undefined: the vtable and typeinfo of a class lie with its key function, whose source is not in what was linked",
        "link the library that holds the class (usually libtensorrt_llm.so), or build its source in; "
        "`trtheaders verify` says whether the library exports it",
    )


def _unknown(case: Case) -> tuple[str, str]:
    names = ", ".join(case.known.names) or "none"
    return (
        f"{case.count} asked for that no known release declares (known: {names})",
        "vendor the release that the code was written for (`trtheaders add RELEASE`) and ask again; "
        "`trtheaders diff` shows where a declaration went",
    )


def _other_call(case: Case) -> tuple[str, str]:
    return (
        "a call fits the declaration of no known release",
        "correct the call; `trtheaders promises` prints the signatures",
    )


def _headers_lack_it(case: Case) -> tuple[str, str]:
    used = tell_releases(case.log.header_releases, case.log.header_releases) if case.log.header_releases else ""
    have = case.fitting
    message = "the source is written for another release than the headers"
    if used:
        message += f" ({used})"
    if case.stale and case.installed is not None:
        return (
            f"{message}, while {case.installed.version} is installed",
            f"a stale CMake cache keeps the old include directory: {FRESH}",
        )
    if have and len(have) < len(case.known.names):
        return message, f"build with the headers of {tell_releases(have, case.known.names)} (`trtheaders path {have[-1]}`), or adapt the source"
    return message, "compare with `trtheaders diff OLD NEW`, then build with the right release's headers or adapt the source"


def _no_headers(case: Case) -> tuple[str, str]:
    return (
        "TensorRT-LLM's headers are not on the include path",
        "add `-I$(trtheaders path RELEASE)`; `trtheaders add installed` fetches the headers first",
    )


def _foreign_headers(case: Case) -> tuple[str, str]:
    return (
        "headers that TensorRT-LLM's own headers include are not on the include path",
        "install them, or add their folder with -I",
    )


def _not_installed(case: Case) -> tuple[str, str]:
    names = ", ".join(f"`{name}`" for name in sorted({item.library for item in case.items}))
    loading = any(item.symptom.kind is SymptomKind.LIBRARY_NOT_LOADED for item in case.items)
    folder = "site-packages/tensorrt_llm/libs"
    if loading:
        return (
            f"the program does not find {names} when it starts",
            f"link with `-Wl,-rpath,` and the folder of the library ({folder} of the environment), or set LD_LIBRARY_PATH to it",
        )
    return (
        f"the linker does not find {names}",
        f"add `-L` with the folder of the library ({folder}); `python -m pip show tensorrt-llm` says whether it is installed",
    )


def _plugin(case: Case) -> tuple[str, str]:
    name = case.items[0].library
    major = plugin_major(name)
    return (
        f"`{name}` is asked for: the plugin's name carries TensorRT's major version ({major}), and another one is installed",
        "rebuild the program against the installed release: what was linked with TensorRT "
        f"{major} looks for that name only",
    )


def _foreign_libraries(case: Case) -> tuple[str, str]:
    symbols = sorted({item.symptom.subject for item in case.items if not item.library})
    files = sorted({item.library for item in case.items if item.library})
    what = ", ".join(f"`{name}`" for name in files[:6]) or f"the libraries that define `{symbols[0]}`" + (
        f" and {len(symbols) - 1} more" if len(symbols) > 1 else ""
    )
    return (
        f"TensorRT-LLM needs {what}, not found: its own run path is `$ORIGIN` only",
        "add the folders of what it needs (torch/lib, tensorrt_libs, nvidia/*/lib in site-packages) to the run path: "
        "`-Wl,-rpath,DIR` for the program and `-Wl,-rpath-link,DIR` for the link; Python preloads them, a C++ program must not rely on it",
    )


def _architecture(case: Case) -> tuple[str, str]:
    name = case.items[0].symptom.subject
    return (
        f"`{name}` is built for another architecture than the program",
        "install the wheel of this machine's architecture, or point the link at it",
    )


def _runtime(case: Case) -> tuple[str, str]:
    wanted = ", ".join(sorted({item.symptom.subject for item in case.items}))
    return (
        f"the library needs {wanted}, which this system's C++ runtime does not have",
        "use a newer libstdc++ (or the container that the wheel is made for); a conda environment may put an older one first",
    )


def _engine(case: Case) -> tuple[str, str]:
    return (
        "the engine was serialized by another version of TensorRT than the one that loads it",
        "build the engine again with the installed release; `config.json` beside it names the release that built it",
    )


_WORDS: dict[Cause, Callable[[Case], tuple[str, str]]] = {
    Cause.OTHER_RELEASE: _other_release,
    Cause.STRING_ABI: _string_abi,
    Cause.INLINE_NAMESPACE: _inline_namespace,
    Cause.NOT_LINKED: _not_linked,
    Cause.OTHER_LIBRARY: _other_library,
    Cause.NOT_EXPORTED: _not_exported,
    Cause.NOT_BUILT_IN: _not_built_in,
    Cause.UNKNOWN_DECLARATION: _unknown,
    Cause.OTHER_CALL: _other_call,
    Cause.HEADERS_LACK_IT: _headers_lack_it,
    Cause.NO_HEADERS: _no_headers,
    Cause.FOREIGN_HEADERS: _foreign_headers,
    Cause.NOT_INSTALLED: _not_installed,
    Cause.PLUGIN_NAME: _plugin,
    Cause.FOREIGN_LIBRARIES: _foreign_libraries,
    Cause.OTHER_ARCHITECTURE: _architecture,
    Cause.RUNTIME_TOO_OLD: _runtime,
    Cause.OTHER_ENGINE: _engine,
}
