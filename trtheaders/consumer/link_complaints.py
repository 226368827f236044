"""What linkers and the dynamic loader complain of, one pattern for each way of saying it.

GNU ld and gold: binutils' ld/ldmain.c and gold/errors.cc; lld: lld/ELF/Relocations.cpp and Driver.cpp; mold:
passes.cc and main.cc; wild: libwild's layout.rs, symbol_db.rs and input_data.rs; the loader: glibc's elf/dl-lookup.c
and dl-load.c, musl's ldso/dynlink.c.

A pattern is tried only where its cue stands, and only forward from there: a log may be one line of a gigabyte. Lines
have one kind of quote (:func:`~trtheaders.consumer.translations.plain`).
"""

from __future__ import annotations

import re

from msgspec import Struct

from trtheaders.consumer.log_lines import last_word
from trtheaders.model.answers.symptoms import SymptomKind as Kind


class Said(Struct, frozen=True, kw_only=True):
    """What a pattern found: what it is about, where, and what else the words name."""

    kind: Kind
    subject: str
    place: str = ""
    scope: str = ""
    cut: bool = False


class LinkPattern(Struct, frozen=True, kw_only=True):
    """A way of complaining: ``cue`` and what follows it; ``subject_before`` where the subject stands before the cue."""

    kind: Kind
    cue: str
    after: re.Pattern[str] = re.compile("")
    subject_before: bool = False

    def read(self, line: str) -> Said | None:
        """What ``line`` says, if it says this."""
        at = line.find(self.cue)
        found = self.after.match(line, at + len(self.cue)) if at >= 0 else None
        if found is None:
            return None
        groups = found.groupdict()
        before = line[:at]
        subject = last_word(before) if self.subject_before else groups.get("subject") or groups.get("cut") or ""
        if not subject:
            return None
        return Said(
            kind=self.kind,
            subject=subject,
            place=groups.get("place") or before,
            scope=groups.get("scope") or "",
            cut=bool(groups.get("cut")),
        )


_ENDS = r"(?=[\s,;:.)\]|'>]|[^\x00-\x7f]|$)"
"""What follows a closing quote: in Chinese or Korean a word, without a blank."""
QUOTED = rf"'(?P<subject>.+?)'{_ENDS}"
_QUOTED_OR_CUT = rf"(?:{QUOTED}|'(?P<cut>[^'].*)$)"
_NAME = r"'?(?P<subject>[\w$]+(?:[.@$]+[\w$]+)*)"
_ANY = r"(?:(?P<place>\S+\.o): )?(?P<subject>\S.*)$"
_FILE = r"'?(?P<subject>[^\s:'\",;()]+)"
_LIBRARY = r"'?(?P<subject>[^\s:'\",;()]*\.(?:so(?:\.\d+)*|a|o))(?=[\s:'\",;.]|$)"


def _pattern(kind: Kind, cue: str, after: str = "", *, before: bool = False) -> LinkPattern:
    return LinkPattern(kind=kind, cue=cue, after=re.compile(after), subject_before=before)


PATTERNS = (
    _pattern(Kind.UNDEFINED_AT_RUN_TIME, "lookup error: undefined symbol: ", _NAME),
    _pattern(Kind.UNDEFINED_REFERENCE, "undefined reference to ", rf"(?:symbol )?{_QUOTED_OR_CUT}"),
    _pattern(Kind.UNDEFINED_REFERENCE, "undefined references to ", rf"(?:symbol )?{_QUOTED_OR_CUT}"),
    *(
        _pattern(Kind.UNDEFINED_REFERENCE, f"{word}: undefined {kind}symbol: ", _ANY)
        for word in (" error", "d: warning")
        for kind in ("", "hidden ", "protected ", "internal ")
    ),
    _pattern(Kind.UNDEFINED_REFERENCE, "error: undefined reference due to --no-allow-shlib-undefined: ", _ANY),
    _pattern(Kind.UNDEFINED_REFERENCE, "error: undefined reference: ", _ANY),
    _pattern(Kind.UNDEFINED_REFERENCE, "Undefined symbol ", r"(?P<subject>\S.*), referenced by(?: (?P<place>\S.*))?$"),
    _pattern(Kind.UNDEFINED_AT_RUN_TIME, "undefined symbol: ", _NAME),
    _pattern(Kind.UNDEFINED_AT_RUN_TIME, "Error relocating ", r"(?P<place>[^\s:]+): (?P<subject>\w+): symbol not"),
    _pattern(Kind.DEFINED_TWICE, "multiple definition of ", _QUOTED_OR_CUT),
    _pattern(Kind.DEFINED_TWICE, "duplicate symbol: ", r"(?:(?P<place>\S+\.o: \S+\.o): )?(?P<subject>.+)$"),
    _pattern(Kind.DEFINED_TWICE, "Duplicate symbols detected: ", r"(?P<subject>\S.*?), defined in (?P<place>\S.*)$"),
    _pattern(Kind.RELOCATION_TOO_FAR, "relocation truncated to fit: ", r"(?P<scope>\w+) against [^']*" + QUOTED),
    _pattern(Kind.RELOCATION_TOO_FAR, "relocation ", r"(?P<scope>R_\w+) out of range: [^']*" + QUOTED),
    _pattern(Kind.NOT_PIC, "relocation ", rf"(?P<scope>R_\w+) against [^']*{QUOTED} can ?not be used"),
    _pattern(Kind.NOT_PIC, "relocation ", rf"(?P<scope>R_\w+) cannot be used against [^']*{QUOTED}"),
    _pattern(Kind.NOT_PIC, "relocation ", r"(?P<scope>R_\w+) against (?P<subject>.+?) can ?not be used"),
    _pattern(Kind.INDIRECTLY_LINKED, ": error adding symbols: DSO missing", before=True),
    _pattern(Kind.LIBRARY_NOT_LOADED, ": cannot open shared object file", r"(?:: (?P<scope>.*))?", before=True),
    _pattern(Kind.LIBRARY_NOT_LOADED, "Error loading shared library ", rf"{_FILE}: No such file"),
    _pattern(Kind.LIBRARY_NOT_LOADED, " => not found", before=True),
    *(
        _pattern(Kind.NO_LIBRARY, f": {words}", before=True)
        for words in (
            "file too short",
            "invalid ELF header",
            "file truncated",
            "error adding symbols: file truncated",
            "file not recognized: file truncated",
            "file format not recognized; treating as linker script",
            "unknown file type",
            "not an object or archive",
            "file is empty",
            "object file has no",
            "cannot read file data",
            "ELF file O",
            "ELF file A",
            "ELF file v",
            "ELF file'",
            "ELF load command",
            "only ET_DYN",
        )
    ),
    _pattern(Kind.NO_LIBRARY, "unknown file type: ", _FILE),
    _pattern(Kind.NO_STATIC_TLS, ": cannot allocate memory in static TLS block", before=True),
    *(
        _pattern(Kind.MAPPING_REFUSED, f": {words}", r"[^:]*(?:: (?P<scope>.*))?", before=True)
        for words in (
            "cannot enable executable stack",
            "failed to map segment",
            "cannot apply additional memory protection",
            "cannot make segment writable",
            "cannot change memory protections",
            "cannot map zero-fill pages",
        )
    ),
    _pattern(Kind.NEEDED_NOT_FOUND, ", needed by ", r"(?P<place>.+?), not found", before=True),
    _pattern(Kind.LIBRARY_NOT_LINKED, "cannot find -l", r"(?P<subject>:?[^\s:,;']+)"),
    _pattern(Kind.LIBRARY_NOT_LINKED, "unable to find library -l", r"(?P<subject>:?[^\s:,;']+)"),
    _pattern(Kind.LIBRARY_NOT_LINKED, "Couldn't find library ", r"'(?P<subject>[^\s']+)' on library search path"),
    _pattern(Kind.LIBRARY_NOT_LINKED, "library not found: ", r"(?P<subject>:?[^\s:,;']+)"),
    _pattern(Kind.LIBRARY_NOT_LINKED, "cannot find ", _LIBRARY),
    _pattern(Kind.LIBRARY_NOT_LINKED, "cannot open ", rf"{_LIBRARY}'?: No such"),
    _pattern(Kind.LIBRARY_NOT_LINKED, "no such file or directory: ", _LIBRARY),
    _pattern(Kind.LIBRARY_NOT_LINKED, "No rule to make target ", _LIBRARY),
    _pattern(Kind.LIBRARY_NOT_LINKED, "error: ", rf"{_LIBRARY}'?(?:, needed by .*, missing and no|: No such)"),
    _pattern(Kind.OTHER_ARCHITECTURE, "skipping incompatible ", _FILE),
    _pattern(Kind.OTHER_ARCHITECTURE, " architecture of input file ", rf"{_FILE}'? is incompatible with "),
    *(
        _pattern(Kind.OTHER_ARCHITECTURE, words, before=True)
        for words in (
            ": is incompatible with ",
            " is incompatible with ",
            ": error adding symbols: file in wrong format",
            ": file in wrong format",
            ": ELF file data encoding",
            ": incompatible file",
            ": incompatible target",
            ": file not recognized",
            ": wrong ELF class",
            ": unsupported ELF",
        )
    ),
    _pattern(Kind.RUNTIME_TOO_OLD, "version '", r"(?P<subject>[\w.+-]+)' not found \(required by (?P<place>[^)]+)\)"),
    _pattern(Kind.OTHER_ENGINE, "stdVersionRead == ", r"(?P<subject>(?:k|s)\w*SERIALIZATION_VERSION)"),
    _pattern(Kind.OTHER_ENGINE, "Serialized Engine Version ", r"(?P<subject>\d+)"),
    _pattern(
        Kind.OTHER_ENGINE,
        "engine plan file is not compatible with this version of TensorRT",
        r"[^\d]*(?P<subject>[\d.]*\d)",
    ),
)

_SECTION = re.compile(r"[\w.$\[\]]{0,4000}\+0x[0-9a-f]+\): (?!warning: )[^']*" + _QUOTED_OR_CUT)
_VERSION_LACKING = re.compile(r"symbol (?P<subject>\w+),? version \S+$")
_FILE_NAME = re.compile(r"[^\s,;:'\"]+")


def read_link(line: str) -> Said | None:
    """What a linker or the loader complains of in ``line``; None where no pattern fits."""
    text = f" {line}"
    for pattern in PATTERNS:
        said = pattern.read(text)
        if said is not None:
            return said
    return _read_version(line) or read_section(line)


def read_section(line: str) -> Said | None:
    """GNU ld's place, `a.cpp:(.text+0x12): `, with a quoted name behind it: in any language something is undefined."""
    at = line.find(":(.")
    found = _SECTION.match(line, at + 3) if at >= 0 else None
    if found is None:
        return None
    subject = found["subject"] or found["cut"]
    place = line[: line.index("): ", at) + 1]
    return Said(kind=Kind.UNDEFINED_REFERENCE, subject=subject, place=place, cut=bool(found["cut"]))


_FORM = re.compile(r"error: [^']*'(?P<subject>tensorrt_llm::[^']+|_Z\w+)'[^']*$")
_LINKER_FORM = re.compile(r"(?:^|[/ ])(?:[\w.+]*-)*ld(?:\.\w+)?: [^-]{0,200}(?<= )-l(?P<subject>\w+)")
_LOADER_FORM = re.compile(r"(?P<subject>[^\s:']+\.so[\w.]*): [^:]+: No such file or directory$")


def read_quoted(line: str) -> Said | None:
    """What the shape tells: gold's error with a symbol in quotes, ld's with `-lname`, the loader's with a reason."""
    at = line.find("error: ")
    found = _FORM.match(line, at) if at >= 0 else None
    if found:
        return Said(kind=Kind.UNDEFINED_REFERENCE, subject=found["subject"], place=line[:at])
    for form, kind in ((_LINKER_FORM, Kind.LIBRARY_NOT_LINKED), (_LOADER_FORM, Kind.LIBRARY_NOT_LOADED)):
        found = form.search(line)
        if found:
            return Said(kind=kind, subject=found["subject"])
    return None


def _read_version(line: str) -> Said | None:
    """glibc: `a.so: symbol f, version V not defined in file b.so with link time reference`."""
    before, cue, after = line.partition(" not defined in file ")
    found = _VERSION_LACKING.search(before[-1000:]) if cue else None
    file = _FILE_NAME.match(after)
    if found is None or file is None:
        return None
    return Said(kind=Kind.UNDEFINED_AT_RUN_TIME, subject=found["subject"], place=before, scope=file.group())
