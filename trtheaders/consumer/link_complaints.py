"""What linkers and the dynamic loader complain of, one pattern for each way of saying it.

GNU ld and gold: binutils' ld/ldmain.c and gold/errors.cc; lld: lld/ELF/Relocations.cpp and Driver.cpp; mold:
passes.cc and main.cc; the loader: glibc's elf/dl-lookup.c and dl-load.c, musl's ldso/dynlink.c.
"""

from __future__ import annotations

import re

from msgspec import Struct

from trtheaders.consumer.log_lines import CLOSING, OPENING
from trtheaders.model.answers.symptoms import SymptomKind


class Pattern(Struct, frozen=True, kw_only=True):
    """A way of complaining: groups `subject`, and where there are such `place` and `scope`."""

    kind: SymptomKind
    regex: re.Pattern[str]


_START = r"(?<![^\s:'\"`,])"
_FILE = r"[^\s:'\"`,]+"
_TO_THE_END = rf"{OPENING}\s?(?P<subject>.+?)\s?{CLOSING}(?:\s*(?:follow|$).*)?$"


def _pattern(kind: SymptomKind, text: str) -> Pattern:
    return Pattern(kind=kind, regex=re.compile(text))


PATTERNS = (
    _pattern(SymptomKind.UNDEFINED_REFERENCE, rf"^(?P<place>.*?)\bundefined references? to (?:symbol )?{_TO_THE_END}"),
    # Every locale of GNU ld keeps the section, the colon and the quotes.
    _pattern(
        SymptomKind.UNDEFINED_REFERENCE,
        rf"^(?P<place>.*:\(\.[\w.$\[\]]+\+0x[0-9a-f]+\)): [^`'‘“«„»]*"
        rf"{OPENING}\s?(?P<subject>.+?)\s?{CLOSING}[^`'’”»«“]*$",
    ),
    _pattern(
        SymptomKind.UNDEFINED_REFERENCE,
        r"(?<!\S)(?P<place>[\w./-]*(?:lld|mold)[\w.-]*: (?:error|warning)): undefined (?:hidden |protected |internal )?"
        r"symbol: (?P<subject>.+)$",
    ),
    _pattern(
        SymptomKind.UNDEFINED_REFERENCE,
        r"\b(?P<place>error): undefined reference(?: due to --no-allow-shlib-undefined)?: (?P<subject>.+)$",
    ),
    _pattern(
        SymptomKind.UNDEFINED_AT_RUN_TIME,
        r"^(?P<place>.*?)(?:: |^)undefined symbol: (?P<subject>[^\s,()]+)",
    ),
    _pattern(
        SymptomKind.UNDEFINED_AT_RUN_TIME,
        rf"^(?P<place>.*?)(?:: |^)symbol (?P<subject>\w+),? version \S+ not defined in file (?P<scope>{_FILE})",
    ),
    _pattern(SymptomKind.UNDEFINED_AT_RUN_TIME, r"Error relocating (?P<place>\S+): (?P<subject>\w+): symbol not found"),
    _pattern(SymptomKind.INDIRECTLY_LINKED, rf"{_START}(?P<subject>{_FILE}): error adding symbols: DSO missing"),
    _pattern(
        SymptomKind.LIBRARY_NOT_LOADED,
        rf"^(?P<place>.*?){_START}(?P<subject>{_FILE}\.so[\w.]*): cannot open shared object file",
    ),
    _pattern(SymptomKind.LIBRARY_NOT_LOADED, rf"Error loading shared library (?P<subject>{_FILE}): No such file"),
    _pattern(
        SymptomKind.NEEDED_NOT_FOUND,
        rf"{_START}(?P<subject>{_FILE}), needed by (?P<place>.+?), not found",
    ),
    _pattern(SymptomKind.LIBRARY_NOT_LINKED, r"(?:cannot find|unable to find library) -l(?P<subject>:?[^\s:]+)"),
    _pattern(SymptomKind.LIBRARY_NOT_LINKED, rf"cannot find (?P<subject>{_FILE}\.(?:so|a)[\w.]*)"),
    _pattern(SymptomKind.LIBRARY_NOT_LINKED, r"mold: (?:fatal|error): library not found: (?P<subject>\S+)"),
    _pattern(SymptomKind.OTHER_ARCHITECTURE, rf"skipping incompatible (?P<subject>{_FILE})"),
    _pattern(
        SymptomKind.OTHER_ARCHITECTURE, rf"{_START}(?P<subject>{_FILE}\.(?:so[\w.]*|a|o)):? is incompatible with "
    ),
    _pattern(
        SymptomKind.OTHER_ARCHITECTURE,
        rf"{_START}(?P<subject>{_FILE}\.(?:so[\w.]*|a|o)): (?:error adding symbols: )?(?:file in wrong format|"
        r"incompatible (?:file|target)|file not recognized|wrong ELF class|unsupported ELF)",
    ),
    _pattern(
        SymptomKind.RUNTIME_TOO_OLD,
        rf"version {OPENING}(?P<subject>(?:GLIBCXX|CXXABI|GLIBC)_[\d.]+){CLOSING} not found "
        r"\(required by (?P<place>[^)]+)\)",
    ),
    _pattern(
        SymptomKind.OTHER_ENGINE,
        r"(?P<subject>stdVersionRead == (?:k|s)\w*SERIALIZATION_VERSION)|(?P<scope>\bSerialized Engine Version \d+)",
    ),
)
