"""The words for a cause: one sentence on what is wrong, one on what to do."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from trtheaders.checks.logs.known import is_versioned, string_abi, tell_releases
from trtheaders.checks.logs.libraries import owner_of, plugin_major
from trtheaders.checks.logs.symbols import Judged
from trtheaders.checks.logs.symptom_groups import SymptomGroup, plain_version
from trtheaders.model.answers.symptoms import Cause, SymptomKind

FRESH = "delete the build folder's CMakeCache.txt, or run `cmake --fresh`"
STALE = f"a stale CMake cache keeps the old include directory: {FRESH}"


class Words(Struct, frozen=True):
    """What is wrong, and what to do about it."""

    message: str
    remedy: str


def tell_cause(cause: Cause, case: SymptomGroup) -> Words:
    """The words for the symptoms of ``case``, which all have ``cause``."""
    return _WORDS[cause](case)


def _other_release(case: SymptomGroup) -> Words:
    fitting = tell_releases(case.fitting, case.known.names) if case.fitting else "a release that is not known here"
    library = case.library or "the library that was linked"
    message = f"{case.count} undefined: the headers are those of {fitting}, {library} is another release"
    if case.stale:
        return Words(f"{message}; the build reads headers of {case.stale}, installed is {case.version}", STALE)
    vendor = "run `trtheaders identify` on the library and vendor the headers of that release"
    if case.version:
        vendor = f"run `trtheaders add v{plain_version(case.version)}` and build with its headers"
    other = f", or install tensorrt-llm=={case.fitting[-1]}" if case.fitting else ""
    return Words(message, f"{vendor}{other}; if that was done already, {FRESH}")


def _string_abi(case: SymptomGroup) -> Words:
    asked = {string_abi(item.symptom.subject) for item in case.items} - {None}
    if len(asked) != 1:
        return Words(
            f"{case.count} undefined: objects of both `std::string` ABIs are in one link",
            "compile every object and archive with the same `-D_GLIBCXX_USE_CXX11_ABI`, the library's",
        )
    here, there = ("new", "old") if asked == {True} else ("old", "new")
    message = (
        f"{case.count} undefined: what asks for it is compiled with the {here} `std::string` ABI, "
        f"the library with the {there} one"
    )
    if here == "old":
        return Words(
            message,
            "compile everything with `-D_GLIBCXX_USE_CXX11_ABI=1` (wheels have the new ABI from 0.20.0 on, NGC images "
            "always), and rebuild objects and archives made without it",
        )
    return Words(
        message,
        "compile everything with `-D_GLIBCXX_USE_CXX11_ABI=0` (wheels before 0.20.0), or install a later wheel",
    )


def _inline_namespace(case: SymptomGroup) -> Words:
    ours = any(is_versioned(item.symptom.subject) for item in case.items)
    here, there = ("with", "without") if ours else ("without", "with")
    return Words(
        f"{case.count} undefined: headers {here} the inline namespace `_v1`, a library {there} it",
        "TensorRT-LLM put `common` and `kernels` into `_v1` after 1.2.0rc4, and headers and library must lie on the "
        "same side of that; run `trtheaders identify` on the library and vendor that release",
    )


def _not_linked(case: SymptomGroup) -> Words:
    names = sorted({item.library for item in case.items if item.library}) or ["libtensorrt_llm.so"]
    flags = " ".join(f"-l{name.removeprefix('lib').partition('.so')[0]}" for name in names)
    files = ", ".join(f"`{name}`" for name in names)
    return Words(
        f"{case.count} undefined: {files} is not on the link line, or stands before the objects",
        f"add `{flags}` after the objects that use it; see that no other library of that name lies in an earlier -L",
    )


def _other_library(case: SymptomGroup) -> Words:
    if not case.late:
        version = f" {case.version}" if case.version else ""
        return Words(
            f"{case.count} undefined: the installed library{version} exports it, the link reads another one",
            "add `-L` with the installed library's folder before the others and `-ltensorrt_llm` after the objects; "
            f"`-Wl,--trace` shows which file is linked; {FRESH}",
        )
    return Words(
        f"{case.count} missing at run time: the library that was loaded is not the one that was linked",
        "`ldd PROGRAM` and `LD_DEBUG=libs PROGRAM` show which libtensorrt_llm.so is loaded; put the right one first "
        "(run path, LD_LIBRARY_PATH), and compare it with `trtheaders verify --library FILE`",
    )


def _not_exported(case: SymptomGroup) -> Words:
    return Words(
        f"{case.count} undefined: the library defines it but does not export it to new links",
        "use what the release exports (`trtheaders verify` lists what is hidden), or a library with default visibility",
    )


def _not_built_in(case: SymptomGroup) -> Words:
    return Words(
        f"{case.count} undefined: a class's vtable and typeinfo lie with its key function, "
        "whose source is not in what was linked",
        "link the library that holds the class (usually libtensorrt_llm.so), or build its source in; "
        "`trtheaders verify` says whether the library exports it",
    )


def _unknown(case: SymptomGroup) -> Words:
    names = ", ".join(case.known.names) or "none"
    return Words(
        f"no known release (known: {names}) has what is asked for",
        "vendor the release that the code was written for (`trtheaders add RELEASE`) and ask again; "
        "`trtheaders diff` shows where a declaration went",
    )


def _old_standard(case: SymptomGroup) -> Words:
    return Words(
        "TensorRT-LLM's headers are compiled as an older C++ than they are written in",
        "compile with `-std=c++17` or later (CMake: `target_compile_features(app PRIVATE cxx_std_17)`)",
    )


def _other_call(case: SymptomGroup) -> Words:
    return Words(
        "a call or override does not fit a declaration that all known releases share",
        "correct it; `trtheaders promises` prints the signatures",
    )


def _not_overridden(case: SymptomGroup) -> Words:
    classes = ", ".join(dict.fromkeys(f"`{item.symptom.subject}`" for item in case.items))
    return Words(
        f"{classes} derives from a class of TensorRT-LLM's and leaves a function pure: no object of it can be made",
        "override it with exactly the parameters, `const` and `noexcept` that the header has, and mark it `override`; "
        "if the source is written for another release, build with the headers of that one",
    )


def _headers_lack_it(case: SymptomGroup) -> Words:
    used = ", ".join(case.log.header_releases)
    message = f"the source is written for another release than the headers{f' ({used})' if used else ''}"
    if case.stale:
        return Words(f"{message}; installed is {case.version}", STALE)
    have = case.fitting
    if have and len(have) < len(case.known.names):
        names = tell_releases(have, case.known.names)
        return Words(message, f"build with the headers of {names} (`trtheaders path {have[-1]}`), or adapt the source")
    return Words(
        message,
        "`trtheaders diff OLD NEW` shows what changed; build with the right release's headers or adapt the source",
    )


def _no_headers(case: SymptomGroup) -> Words:
    wanted = next((item.symptom.scope for item in case.items if item.symptom.scope), "")
    if wanted:
        return Words(f"there are no headers of TensorRT-LLM {wanted} here", f"run `trtheaders add v{wanted}`")
    return Words(
        "TensorRT-LLM's headers are not on the include path",
        "add `$(trtheaders path --flags RELEASE)`; `trtheaders add installed` fetches the headers first",
    )


def _foreign_headers(case: SymptomGroup) -> Words:
    return Words(
        "headers that TensorRT-LLM's own headers include are not on the include path",
        "install them, or add their folder with -I",
    )


def _not_installed(case: SymptomGroup) -> Words:
    names = ", ".join(f"`{name}`" for name in sorted({item.library for item in case.items}))
    folder = "site-packages/tensorrt_llm/libs"
    if any(item.symptom.kind is SymptomKind.LIBRARY_NOT_LOADED for item in case.items):
        return Words(
            f"the program does not find {names} when it starts",
            f"link with `-Wl,-rpath,DIR`, DIR being the library's folder ({folder}), or set LD_LIBRARY_PATH to it",
        )
    return Words(
        f"the linker does not find {names}",
        f"add `-L` with the library's folder ({folder}); `pip show tensorrt-llm` says whether it is installed",
    )


def _plugin(case: SymptomGroup) -> Words:
    name = case.items[0].library
    major = plugin_major(name)
    return Words(
        f"`{name}` is asked for: the name carries TensorRT's major version, and the installed one is not {major}",
        f"rebuild the program against the installed release: what was linked with TensorRT {major} looks for that name",
    )


def _foreign_libraries(case: SymptomGroup) -> Words:
    symbols = sorted({item.symptom.subject for item in case.items if not item.library})
    files = sorted({item.library for item in case.items if item.library})
    what = ", ".join(f"`{name}`" for name in files[:6])
    if not files:
        more = f" and {len(symbols) - 1} more" if len(symbols) > 1 else ""
        what = f"the libraries that define `{symbols[0]}`{more}"
    return Words(
        f"TensorRT-LLM needs {what}, not found: its own run path is `$ORIGIN` only",
        "add torch/lib, tensorrt_libs and nvidia/*/lib of site-packages: `-Wl,-rpath-link,DIR` for the link, "
        "`-Wl,-rpath,DIR` for the program; Python preloads them, a C++ program has to find them itself",
    )


def _architecture(case: SymptomGroup) -> Words:
    return Words(
        f"`{case.items[0].symptom.subject}` is built for another architecture than the program",
        "install the wheel of this machine's architecture, or point the link at it",
    )


def _twice(case: SymptomGroup) -> Words:
    return Words(
        f"{case.count} defined twice: a stub, a second library or an object of the program defines it as well",
        "link one of them only: TensorRT-LLM's library, or the stub in its place",
    )


def _damaged(case: SymptomGroup) -> Words:
    return Words(
        f"`{case.items[0].symptom.subject}` is no whole ELF library",
        "`file -L` on it shows what it is (a Git LFS pointer, an error page, half a download); "
        "install the wheel again: `pip install --force-reinstall --no-deps tensorrt-llm==VERSION`",
    )


def _refused(case: SymptomGroup) -> Words:
    reasons = "; ".join(dict.fromkeys(f"{item.symptom.kind.value}: {item.symptom.scope}" for item in case.items))
    return Words(
        f"the system refuses to load `{case.items[0].library}` ({reasons.rstrip(': ')})",
        "see that its file can be read and lies on no file system mounted `noexec`, that memory and address space "
        "suffice (`ulimit -v`), and that SELinux or the container does not forbid executable stacks",
    )


def _static_tls(case: SymptomGroup) -> Words:
    return Words(
        f"`{case.items[0].library}` needs static thread-local storage, and the room for it was given away before",
        "link the program with it, or load it first (LD_PRELOAD); "
        "`GLIBC_TUNABLES=glibc.rtld.optional_static_tls=2048` makes more room (glibc 2.32)",
    )


def _dependency(case: SymptomGroup) -> Words:
    symbols = sorted({item.symptom.subject for item in case.items})
    more = f" and {len(symbols) - 1} more" if len(symbols) > 1 else ""
    owner, package = owner_of(symbols[0])
    whose = owner or "a library that TensorRT-LLM needs"
    message = f"{whose} was loaded in another version or build than TensorRT-LLM's: `{symbols[0]}`{more} is not in it"
    if owner == "PyTorch":
        return Words(
            f"{message} (another version of torch, or its other `std::string` ABI)",
            "install the torch that this tensorrt-llm asks for (`pip show tensorrt-llm`, `pip check`); "
            "LD_LIBRARY_PATH must not lead to another one",
        )
    what = f"`{package}`" if package else whose
    return Words(
        message,
        f"install the version of {what} that this tensorrt-llm asks for (`pip check`); "
        "`LD_DEBUG=libs PROGRAM` shows which file is loaded, LD_LIBRARY_PATH may lead to another one",
    )


def _out_of_reach(case: SymptomGroup) -> Words:
    return Words(
        f"{case.count} out of reach: what is linked together is larger than 2 GB",
        "link TensorRT-LLM, torch and CUDA as shared libraries, or build with `-mcmodel=large` (or `-fPIC`)",
    )


def _not_pic(case: SymptomGroup) -> Words:
    return Words(
        f"{case.count} used by an object that is not position-independent",
        "compile it with `-fPIC` (CMake: POSITION_INDEPENDENT_CODE ON), or link the program with `-no-pie`",
    )


def _c_library(case: SymptomGroup) -> Words:
    wanted = ", ".join(sorted({_version_of(item) for item in case.items}))
    return Words(
        f"the library needs {wanted}: it was built on a newer distribution, and this system's C library is older",
        "use a newer distribution or a container (glibc comes with it and cannot be replaced), "
        "or a wheel that was built on an older one",
    )


def _version_of(item: Judged) -> str:
    return item.symptom.subject if "_" in item.symptom.subject[:9] else item.symptom.scope


def _runtime(case: SymptomGroup) -> Words:
    wanted = ", ".join(sorted({_version_of(item) for item in case.items}))
    return Words(
        f"the library needs {wanted}, which this system's C++ runtime does not have",
        "use a newer libstdc++, or the container that the wheel is made for; conda may put an older one first",
    )


def _engine(case: SymptomGroup) -> Words:
    return Words(
        "the engine was serialized by another version of TensorRT than the one that loads it",
        "build the engine again with the installed release; `config.json` beside it names the release that built it",
    )


_WORDS: dict[Cause, Callable[[SymptomGroup], Words]] = {
    Cause.DEFINED_TWICE: _twice,
    Cause.DAMAGED_LIBRARY: _damaged,
    Cause.REFUSED_LIBRARY: _refused,
    Cause.STATIC_TLS: _static_tls,
    Cause.OTHER_DEPENDENCY: _dependency,
    Cause.OUT_OF_REACH: _out_of_reach,
    Cause.NOT_PIC: _not_pic,
    Cause.C_LIBRARY_TOO_OLD: _c_library,
    Cause.OTHER_RELEASE: _other_release,
    Cause.STRING_ABI: _string_abi,
    Cause.INLINE_NAMESPACE: _inline_namespace,
    Cause.NOT_LINKED: _not_linked,
    Cause.OTHER_LIBRARY: _other_library,
    Cause.NOT_EXPORTED: _not_exported,
    Cause.NOT_BUILT_IN: _not_built_in,
    Cause.UNKNOWN_DECLARATION: _unknown,
    Cause.OTHER_CALL: _other_call,
    Cause.OLD_STANDARD: _old_standard,
    Cause.NOT_OVERRIDDEN: _not_overridden,
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
