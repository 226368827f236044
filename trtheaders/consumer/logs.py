"""A build's or program's output to what it complains of: text in, a :class:`Log` out; nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from trtheaders.consumer import compile_complaints, link_complaints
from trtheaders.consumer.log_lines import clean_lines, find_binary, find_source
from trtheaders.model.answers.symptoms import Log, Symptom, SymptomKind
from trtheaders.model.places import Location

_WORTH_A_LOOK = re.compile(
    r"undefined |error|warning|note: |cannot |unable to find|not found|\+0x|incompatible|wrong |in function|>>> |"
    r"collect2|included from|^\s+from |SERIALIZATION|Serialized Engine|missing|not defined in|-I|CXX11_ABI"
)
_HEADER_RELEASE = re.compile(r"tensorrt[-_]llm/v?(\d+\.\d+[\w.]*)(?=[/\s'\"]|$)")
_STRING_ABI = re.compile(r"_GLIBCXX_USE_CXX11_ABI=([01])\b")
_IN_FUNCTION = re.compile(r"(?<![^\s:()])([^\s:()]+\.(?:o|obj|a|so[\d.]*)(?:\([^()]+\))?): in function ")
_MOST = 20_000
"""Symptoms kept; a broken build repeats itself, and what repeats is the same cause."""
_MOST_HEADERS = 8


def read_log(lines: Iterable[str]) -> Log:
    """Every complaint in ``lines``, whoever it concerns. Never raises for what lines say."""
    reader = _LogReader()
    number = 0
    for number, line in clean_lines(lines):
        if _WORTH_A_LOOK.search(line):
            reader.read(number, line)
    said = reader.string_abis
    return Log(
        symptoms=tuple(reader.symptoms),
        lines=number,
        header_releases=tuple(sorted(reader.releases)),
        old_string_abi=said == {"0"} if len(said) == 1 else None,
    )


class _LogReader(Struct):
    """What has been read so far, and what later lines may add to."""

    symptoms: list[Symptom] = field(default_factory=list)
    releases: set[str] = field(default_factory=set)
    string_abis: set[str] = field(default_factory=set)
    object: str = ""
    stack: list[str] = field(default_factory=list)
    in_stack: bool = False
    open: bool = False

    def read(self, number: int, line: str) -> None:
        self.releases.update(_HEADER_RELEASE.findall(line))
        self.string_abis.update(_STRING_ABI.findall(line))
        if self._continue(line):
            return
        self.in_stack = False
        if "collect2" in line:
            self.object = ""
        symptom = self._read_compiler(number, line) or self._read_linker(number, line)
        if symptom is not None and len(self.symptoms) < _MOST:
            self.symptoms.append(symptom)

    def _continue(self, line: str) -> bool:
        """Whether ``line`` only tells more of what was said before."""
        included = compile_complaints.INCLUDED_FROM.search(line)
        if included:
            self.stack = [*(self.stack if self.in_stack else ()), included["file"]]
            self.in_stack = True
            return True
        if line.lstrip().startswith(">>> "):
            self._add_place(line)
            return True
        within = _IN_FUNCTION.search(line)
        if within:
            self.object = within[1]
        return within is not None

    def _add_place(self, line: str) -> None:
        """Lld and mold name the place on lines of their own, the path in parentheses where it is known."""
        if not self.open or not self.symptoms or "did you mean" in line or "defined in" in line:
            return
        last = self.symptoms[-1]
        source = find_source(line.partition("(")[2]) or find_source(line)
        self.symptoms[-1] = replace(
            last,
            location=last.location or (Location(file=source[0], line=source[1]) if source else None),
            referrer=last.referrer or find_binary(line.replace(">>>", " ")),
        )

    def _read_compiler(self, number: int, line: str) -> Symptom | None:
        said = compile_complaints.DIAGNOSTIC.search(line)
        if said is None:
            return None
        if said["word"] == "note":
            self._add_note(said["file"], said["text"])
            return None
        if "error" not in said["word"]:
            return None
        for pattern in compile_complaints.PATTERNS:
            found = pattern.regex.search(said["text"])
            if found:
                return self._complain(pattern, found, number, Location(file=said["file"], line=int(said["line"])))
        self.open = False
        return None

    def _add_note(self, header: str, text: str) -> None:
        """Where the candidates are; clang names the function itself only there (`'f' declared here`)."""
        if not self.open or not self.symptoms or len(self.symptoms[-1].headers) >= _MOST_HEADERS:
            return
        last = self.symptoms[-1]
        declared = compile_complaints.DECLARED_HERE.search(text)
        subject = declared["subject"] if declared and " arguments" in last.subject else last.subject
        self.symptoms[-1] = replace(last, subject=subject, headers=tuple(dict.fromkeys((*last.headers, header))))

    def _read_linker(self, number: int, line: str) -> Symptom | None:
        for pattern in link_complaints.PATTERNS:
            found = pattern.regex.search(line)
            if found:
                return self._complain(pattern, found, number, None)
        return None

    def _complain(
        self, pattern: link_complaints.Pattern, found: re.Match[str], number: int, location: Location | None
    ) -> Symptom:
        groups = found.groupdict()
        place = groups.get("place") or ""
        source = find_source(place) if location is None else None
        stack, self.stack = tuple(self.stack), []
        compiling = location is not None
        self.open = True
        return Symptom(
            kind=pattern.kind,
            subject=_strip_version(groups.get("subject") or groups.get("scope") or "", pattern.kind),
            line=number,
            scope=groups.get("scope") or "",
            referrer="" if compiling else find_binary(place) or self._object_for(place),
            location=location or (Location(file=source[0], line=source[1]) if source else None),
            headers=(location.file, *stack) if compiling and location is not None else (),
        )

    def _object_for(self, place: str) -> str:
        """GNU ld names the object once, above all complaints about it."""
        return self.object if ".text" in place or ".data" in place or ".rodata" in place or find_source(place) else ""


_VERSION = re.compile(r"@{1,2}[\w.]+$")
_ABOUT_SYMBOLS = frozenset({SymptomKind.UNDEFINED_REFERENCE, SymptomKind.UNDEFINED_AT_RUN_TIME})


def _strip_version(subject: str, kind: SymptomKind) -> str:
    return _VERSION.sub("", subject) if kind in _ABOUT_SYMBOLS else subject
