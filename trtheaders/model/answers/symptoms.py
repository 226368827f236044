"""What a failed build complains of, what is behind it, and what to do: values of `explain`."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryAnswers
from trtheaders.model.places import Location


class SymptomKind(Enum):
    """What a tool complains of; the value is how the tools themselves put it."""

    UNDEFINED_REFERENCE = "undefined reference"
    UNDEFINED_AT_RUN_TIME = "undefined symbol"
    INDIRECTLY_LINKED = "DSO missing from command line"
    LIBRARY_NOT_LOADED = "cannot open shared object file"
    LIBRARY_NOT_LINKED = "cannot find library"
    NEEDED_NOT_FOUND = "needed library not found"
    OTHER_ARCHITECTURE = "incompatible file"
    RUNTIME_TOO_OLD = "version not found"
    DEFINED_TWICE = "multiple definition"
    RELOCATION_TOO_FAR = "relocation out of range"
    NOT_PIC = "relocation cannot be used"
    NO_LIBRARY = "not a whole library"
    NO_STATIC_TLS = "cannot allocate memory in static TLS block"
    MAPPING_REFUSED = "cannot be mapped"
    WRONG_ARGUMENTS = "no matching function"
    NO_MEMBER = "no member named"
    NOTHING_TO_OVERRIDE = "marked override, but does not override"
    ABSTRACT_CLASS = "abstract class"
    HEADER_NOT_FOUND = "file not found"
    OTHER_ENGINE = "engine cannot be read"


class Symptom(Struct, frozen=True, kw_only=True):
    """One complaint.

    ``subject`` is what it is about: a symbol (mangled or not, as the tool printed it), a member, a library, a header.
    ``scope`` is where the subject was looked for (`tensorrt_llm::executor`, a type), the version that is wanted, or the
    function that an abstract class leaves pure.
    ``referrer`` is the object or library that asks for it; ``location`` the consumer's own line, if the tool named it.
    ``headers`` are the paths of headers that the tool showed with it. ``line`` counts lines of the log from 1. ``cut``
    says that the line ends in the midst of the subject.
    """

    kind: SymptomKind
    subject: str
    line: int
    scope: str = ""
    referrer: str = ""
    location: Location | None = None
    headers: tuple[str, ...] = ()
    cut: bool = False


class Unexplained(Struct, frozen=True, kw_only=True):
    """A line that reports a failure, names TensorRT-LLM, and fits nothing that is known. ``line`` counts from 1."""

    line: int
    text: str


class Log(Struct, frozen=True, kw_only=True):
    """All that was understood of a log. ``header_releases`` are the versions that include paths in it name."""

    symptoms: tuple[Symptom, ...]
    lines: int
    unexplained: tuple[Unexplained, ...] = ()
    left_out: int = 0
    """Complaints beyond those that are kept: about other things, or the same again."""
    in_another_language: bool = False
    cut_at: int = 0
    """The line at which a CI system says that it left out the rest; 0 where none does."""
    elsewhere: str = ""
    """The flag with which a compiler in it writes its diagnostics into files; '' where none does."""
    header_releases: tuple[str, ...] = ()
    old_string_abi: bool | None = None
    """What `-D_GLIBCXX_USE_CXX11_ABI=…` in the log says; None where nothing does, or both are said."""


class KnownRelease(Struct, frozen=True, kw_only=True):
    """A release whose declarations are known. ``origin`` says whence: vendored, or shipped with this program."""

    release: str
    origin: str
    snapshot: AbiSnapshot


class InstalledLibrary(Struct, frozen=True, kw_only=True):
    """The library that is installed: the version that its package or itself names (or ''), and its answers."""

    version: str
    answers: LibraryAnswers


class Cause(Enum):
    """Why a build fails; the value heads the explanation."""

    OTHER_RELEASE = "headers and library are different releases"
    DEFINED_TWICE = "it is defined twice"
    STRING_ABI = "two std::string ABIs in one program"
    INLINE_NAMESPACE = "inline namespace `_v1` on one side only"
    NOT_LINKED = "the library is not linked"
    OTHER_LIBRARY = "another library was linked or loaded"
    NOT_EXPORTED = "the library does not export it"
    NOT_BUILT_IN = "a class whose source was not built in"
    UNKNOWN_DECLARATION = "no known release declares it"
    OLD_STANDARD = "the headers are compiled as an older C++ than theirs"
    OTHER_CALL = "the call fits no known release"
    NOT_OVERRIDDEN = "a class does not override all that its base declares pure virtual"
    HEADERS_LACK_IT = "the headers are those of another release"
    NO_HEADERS = "no headers on the include path"
    FOREIGN_HEADERS = "headers of another package are missing"
    NOT_INSTALLED = "the library is not where it is looked for"
    PLUGIN_NAME = "the plugin is named after another TensorRT"
    FOREIGN_LIBRARIES = "libraries that TensorRT-LLM needs are missing"
    OTHER_ARCHITECTURE = "a library of another architecture"
    DAMAGED_LIBRARY = "the library's file is damaged, or no library"
    REFUSED_LIBRARY = "the system refuses to load the library"
    STATIC_TLS = "the library came too late for static thread-local storage"
    OTHER_DEPENDENCY = "a library that TensorRT-LLM needs is of another version or build"
    OUT_OF_REACH = "code lies too far apart for a relocation"
    NOT_PIC = "an object is not compiled as position-independent code"
    RUNTIME_TOO_OLD = "the C++ runtime is too old"
    C_LIBRARY_TOO_OLD = "the C library is too old"
    OTHER_ENGINE = "the engine was built by another TensorRT"


class Explanation(Struct, frozen=True, kw_only=True):
    """One cause with all its symptoms: ``message`` is a sentence, ``evidence`` further lines, ``remedy`` what to do."""

    cause: Cause
    message: str
    remedy: str
    symptoms: tuple[Symptom, ...]
    evidence: tuple[str, ...] = ()


class Account(Struct, frozen=True, kw_only=True):
    """The answer of `explain`. ``foreign`` are complaints about other things; ``releases`` those known."""

    explanations: tuple[Explanation, ...]
    foreign: tuple[Symptom, ...]
    lines: int
    releases: tuple[str, ...] = ()
    installed: str = ""
    remarks: tuple[str, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    """What reports a failure, names TensorRT-LLM, and was not understood."""
    left_out: int = 0
    """Complaints that were counted and not kept."""
