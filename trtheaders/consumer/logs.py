"""A build's or program's output to what it complains of: text in, a :class:`Log` out; nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from trtheaders.consumer import compile_complaints
from trtheaders.consumer.compile_complaints import MILD, SEVERITIES, CompilerMessage, read_diagnostic
from trtheaders.consumer.failures import (
    in_another_language,
    is_about_us,
    is_command,
    is_mild,
    may_be_foreign,
    names_us,
    reports_failure,
)
from trtheaders.consumer.link_complaints import Said, read_link, read_quoted
from trtheaders.consumer.log_lines import clean_lines, find_binary, find_source, strip_prefix
from trtheaders.consumer.translations import into_english, plain
from trtheaders.model.answers.symptoms import Log, Symptom, SymptomKind, Unexplained
from trtheaders.model.places import Location

_WORTH_A_LOOK = re.compile(
    r"[Ee]rror|ERROR|[Uu]ndefined |warning|note: |cannot |unable to find|not found|\+0x|incompatible|wrong |"
    r"in function|>>> |collect2|included from|\bfrom |SERIALIZATION|Serialized Engine|missing|not defined in|-I|"
    r"CXX11_ABI|pure virtual|[Ee]xception|multiple definition|duplicate symbol|relocation |what\(\)|clipped|exceeded|"
    r"FATAL|not compatible|Segmentation fault|segfault at|Sanitizer: |[Ss]ignal|\*\*\* SIG|"
    r"\.so[\d.]*'? ?[:：]|:\d+:\d+[:,]| ?ld ?[:：] |No rule to make|[Aa]ssertion"
)
_NAMED = re.compile(r"tensorrt[-_ ]?llm|\.so[\d.]*\b|[:：] ", re.I)
_HEADER_RELEASE = re.compile(r"tensorrt[-_]llm/v?(\d+\.\d+[\w.]{0,20})(?=[/\s'\"]|$)")
_STRING_ABI = re.compile(r"_GLIBCXX_USE_CXX11_ABI=([01])\b")
_IN_FUNCTION = re.compile(r"(?<![^\s:()'])([^\s:()']+\.(?:o|obj|a|so[\d.]*)(?:\([^()]{1,200}\))?): in function ")
_CLIPPED = re.compile(
    r"\[output clipped, log limit|Job's log exceeded limit|exceeded the maximum log length|\blog (?:was )?truncated",
    re.I,
)
_INTO_FILES = re.compile(r"-fdiagnostics-format=(?:json|sarif)-file\b|-fdiagnostics-set-output=sarif\b[^\s']{0,200}")
_ODR_GLOBAL = re.compile(r"\[\d\] size=\d+ '(.{1,400}?)' (\S+)")
_CRASH = re.compile(
    r"Signal: (?:Segmentation fault|Aborted|Bus error|Illegal)|received signal SIG(?:SEGV|ABRT|BUS|ILL|FPE)|"
    r"Fatal Python error: |\*\*\* (?:SIG\w+|Aborted at)|Caught signal \d+ \("
)
_FRAME = re.compile(r"\[ *\d+\] |#\d+ |@ +0x[0-9a-f]+|^ *\d+ +0x|^ *\d+ /|^  File ")
_MOST_FRAMES = 80
_SET_TO_NOTFOUND = "they are set to NOTFOUND"
_OUR_VARIABLE = re.compile(r"(?:^|/)(\w*(?:TENSORRT_?LLM|TRT_?LLM)\w*)(?: \(ADVANCED\))?$", re.I)
_OF_HEADERS = re.compile(r"INC|HEADER", re.I)
_NOT_FOUND = re.compile(r"Could not find \w+ using the following (names|files): (.+)")
_CMAKE_ERROR = re.compile(r"CMake Error\b")
_NO_HEADERS = re.compile(
    r"(?=.{0,400}\bTensorRT-LLM\b)(?=.{0,400}\bheaders\b)"
    r".{0,200}\b(?:no|not found|fail(?:ed|s)?|missing|cannot)\b",
    re.I,
)
"""What CMake files of consumers say, in their own words, where a release has no vendored headers."""
_EXECUTOR = "tensorrt_llm/executor/executor.h"
_RELEASE_IN_WORDS = re.compile(r"(?<![\w.])v?(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?(?:\.post\d+)?)(?![\w])")
_MOST = 200_000
"""Complaints kept; what is beyond is counted."""
_MOST_UNEXPLAINED = 200
_FROM_GOLD = frozenset({SymptomKind.UNDEFINED_REFERENCE, SymptomKind.DEFINED_TWICE})
"""What gold says with the source in front, as compilers do; a compiler says nothing else of links."""
_MOST_HEADERS = 8
_MOST_PASSED_OVER = 3


def read_log(lines: Iterable[str]) -> Log:
    """Every complaint in ``lines``, whoever it concerns, and every failure of ours that none of the patterns fits.

    Never raises for what lines say.
    """
    reader = _LogReader()
    number = 0
    for number, line in clean_lines(lines):
        reader.read(number, line)
    said = reader.string_abis
    return Log(
        symptoms=tuple(reader.symptoms),
        lines=number,
        unexplained=tuple(Unexplained(line=at, text=text) for text, at in reader.unexplained.items()),
        left_out=reader.left_out,
        in_another_language=any(in_another_language(text) for text in reader.unexplained if not _FRAME.search(text)),
        cut_at=reader.cut_at,
        elsewhere=reader.elsewhere,
        header_releases=tuple(sorted(reader.releases)),
        old_string_abi=said == {"0"} if len(said) == 1 else None,
    )


class _LogReader(Struct):
    """What has been read so far, and what later lines may add to."""

    symptoms: list[Symptom] = field(default_factory=list)
    seen: set[tuple[SymptomKind, str, str, str]] = field(default_factory=set)
    unexplained: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    cut_at: int = 0
    elsewhere: str = ""
    releases: set[str] = field(default_factory=set)
    string_abis: set[str] = field(default_factory=set)
    object: str = ""
    stack: list[str] = field(default_factory=list)
    in_stack: bool = False
    open: bool = False
    in_references: bool = False
    in_cmake_error: bool = False
    in_cmake_variables: bool = False
    pure: dict[str, Symptom] = field(default_factory=dict)
    """What the compiler said of an abstract class the first time: g++ and clang name the function only there."""
    odr: Said | None = None
    crashed_at: int = 0
    passed_over: list[tuple[int, str]] = field(default_factory=list)

    def read(self, number: int, raw: str) -> None:
        if self._read_cmake(number, raw) or self._read_odr(number, raw) or self._read_below(number, raw):
            return
        if "-fdiagnostics-" in raw:
            self._note_files(raw)
        if not _WORTH_A_LOOK.search(raw) and (raw.isascii() or not _NAMED.search(raw)):
            return
        if "-I" in raw or "CXX11_ABI" in raw or "tensorrt" in raw:
            self.releases.update(_HEADER_RELEASE.findall(raw))
            self.string_abis.update(_STRING_ABI.findall(raw))
            if is_command(raw):
                return
        self._mark(number, raw)
        self.in_references = raw.endswith(", referenced by")
        line = plain(strip_prefix(raw))
        if not self._read_english(number, line):
            self._read_foreign(number, line, raw)

    def _mark(self, number: int, raw: str) -> None:
        """Notes where a CI system cut the log, and where a signal ended a program."""
        if _CRASH.search(raw):
            self.crashed_at = number
        if self.cut_at == 0 and _CLIPPED.search(raw):
            self.cut_at = number

    def _read_form(self, number: int, line: str) -> bool:
        """Whether the shape alone of ``line`` tells what is wrong."""
        diagnostic = read_diagnostic(line)
        if diagnostic is not None:
            return diagnostic.word not in MILD and self._read_diagnostic(number, diagnostic, forms=True)
        said = read_quoted(line)
        if said is not None:
            self._complain(said, number)
        return said is not None

    def _read_english(self, number: int, line: str) -> bool:
        if self._continue(line):
            return True
        self.in_stack = False
        if "collect2" in line:
            self.object = ""
        diagnostic = read_diagnostic(line)
        severe = diagnostic is not None and diagnostic.word in SEVERITIES
        if diagnostic is not None and severe and self._read_diagnostic(number, diagnostic):
            return True
        said = read_link(line)
        if severe and said is not None and said.kind not in _FROM_GOLD:
            return False
        if said is not None:
            self._complain(said, number)
        return said is not None

    def _read_foreign(self, number: int, line: str, raw: str) -> None:
        """A line that no English pattern fits: in another language, or a failure that is not known."""
        if not names_us(raw) and ".so" not in raw:
            if not raw.isascii():
                self.passed_over = [*self.passed_over[1 - _MOST_PASSED_OVER :], (number, line)]
            return
        if may_be_foreign(line):
            english = into_english(line)
            if english != line and self._read_english(number, english):
                return
            line = english
            if names_us(line) and in_another_language(raw) and self._read_form(number, line):
                return
        self._leave(number, line, raw)

    def _leave(self, number: int, line: str, raw: str) -> None:
        diagnostic = read_diagnostic(line)
        if diagnostic is not None:
            # Something else may have that shape: a time of day, then words.
            certain = diagnostic.word in SEVERITIES or ("." in diagnostic.file and not is_mild(raw))
            ours = certain and diagnostic.word not in MILD and is_about_us(diagnostic)
        else:
            ours = names_us(raw) and reports_failure(raw, line)
        if ours:
            self._keep_unexplained(number, raw)

    def _keep_unexplained(self, number: int, raw: str) -> None:
        if len(self.unexplained) < _MOST_UNEXPLAINED:
            self.unexplained.setdefault(raw.strip()[:2000], number)
        else:
            self.left_out += 1

    def _read_cmake(self, number: int, raw: str) -> bool:
        """Whether ``raw`` is understood: CMake says what is wrong on the indented lines below `CMake Error at …:`."""
        if _CMAKE_ERROR.search(raw):
            self.in_cmake_error = True
            self.in_cmake_variables = _SET_TO_NOTFOUND in raw
        if self.in_cmake_variables and self._read_variable(number, strip_prefix(raw).strip()):
            return True
        if self.in_cmake_error and (found := _NOT_FOUND.search(raw)) and names_us(found[2]):
            self._keep_missing(number, is_header=found[1] == "files")
            return True
        if self.in_cmake_error and _NO_HEADERS.search(raw):
            found = _RELEASE_IN_WORDS.search(raw)
            scope = found[1] if found else ""
            self._keep(Symptom(kind=SymptomKind.HEADER_NOT_FOUND, subject=_EXECUTOR, line=number, scope=scope))
            return True
        if self.in_cmake_error and not _CMAKE_ERROR.search(raw):
            text = strip_prefix(raw)
            if text and raw.rstrip().endswith(text) and not raw[: len(raw) - len(text)].endswith("  "):
                self.in_cmake_error = False
            elif names_us(text) and not _WORTH_A_LOOK.search(raw):
                self._keep_unexplained(number, raw)
        return False

    def _read_variable(self, number: int, text: str) -> bool:
        """Whether ``text`` is the name that the consumer gave to what `find_library` or `find_path` did not find."""
        self.in_cmake_variables = bool(text)
        found = _OUR_VARIABLE.search(text)
        if found is not None:
            self._keep_missing(number, is_header=_OF_HEADERS.search(found[1]) is not None)
        return found is not None

    def _keep_missing(self, number: int, *, is_header: bool) -> None:
        if is_header:
            self._keep(Symptom(kind=SymptomKind.HEADER_NOT_FOUND, subject=_EXECUTOR, line=number))
        else:
            self._keep(Symptom(kind=SymptomKind.LIBRARY_NOT_LINKED, subject="tensorrt_llm", line=number))

    def _read_odr(self, number: int, raw: str) -> bool:
        """Whether ``raw`` is of ASan's report on a variable that is defined twice: whose, only the stack below says."""
        if "AddressSanitizer: odr-violation (" in raw:
            self.odr = Said(kind=SymptomKind.DEFINED_TWICE, subject="")
            return True
        if self.odr is None:
            return False
        found = _ODR_GLOBAL.search(raw)
        if found and not self.odr.subject:
            self.odr = replace(self.odr, subject=found[1], place=found[2])
        if names_us(raw) or "SUMMARY: " in raw:
            said, self.odr = self.odr, None
            if said.subject and names_us(raw):
                source = find_source(said.place)
                place = Location(file=source[0], line=source[1]) if source else None
                where = find_binary(raw.replace("+0x", " ")) or said.place
                self._keep(Symptom(kind=said.kind, subject=said.subject, line=number, referrer=where, location=place))
        return True

    def _read_frame(self, number: int, raw: str) -> bool:
        """Whether ``raw`` is the first frame of ours in the stack of a program that a signal ended."""
        if number - self.crashed_at > _MOST_FRAMES:
            self.crashed_at = 0
        elif _FRAME.search(raw) and names_us(raw):
            self.crashed_at = 0
            self._keep_unexplained(number, raw)
            return True
        return False

    def _read_below(self, number: int, raw: str) -> bool:
        """Whether ``raw`` is of the stack or the references that the lines before it announced."""
        framed = self.crashed_at and self._read_frame(number, raw)
        return bool(framed or (self.in_references and self._read_reference(raw)))

    def _note_files(self, raw: str) -> None:
        told = _INTO_FILES.search(raw)
        self.elsewhere = told[0] if told else self.elsewhere

    def _read_reference(self, raw: str) -> bool:
        """Whether ``raw`` is one of wild's indented lines below `…, referenced by`: a source's line, or an object."""
        text = strip_prefix(raw)
        self.in_references = bool(text) and raw[: len(raw) - len(text)].endswith("   ")
        if self.in_references:
            self._add_place(text)
        return self.in_references

    def _continue(self, line: str) -> bool:
        """Whether ``line`` only tells more of what was said before."""
        included = compile_complaints.INCLUDED_FROM.match(line)
        if included and (self.in_stack or line.startswith("In ")):
            self.stack = [*(self.stack if self.in_stack else ()), included["file"]]
            self.in_stack = True
            return True
        if ">>> " in line:
            self._add_place(line[line.index(">>> ") :])
            return True
        if function := compile_complaints.pure_function_below(line):
            self._tell_pure(function)
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

    def _read_diagnostic(self, number: int, said: CompilerMessage, *, forms: bool = False) -> bool:
        """Whether a compiler's complaint was understood."""
        if said.word == "note":
            self._add_note(said)
            return True
        if said.word in MILD:
            return True
        patterns = compile_complaints.FORMS if forms else compile_complaints.PATTERNS
        found = next(((item.kind, match) for item in patterns if (match := item.regex.match(said.text))), None)
        self.open = found is not None
        if found is None:
            self.stack = []
            return not is_about_us(said)
        kind, match = found
        groups = match.groupdict()
        subject = groups.get("subject") or groups.get("scope") or ""
        told = self.pure.get(subject) if kind is SymptomKind.ABSTRACT_CLASS else None
        stack, self.stack = tuple(self.stack), []
        self._keep(
            Symptom(
                kind=kind,
                subject=subject,
                line=number,
                scope=told.scope if told else groups.get("scope") or "",
                location=Location(file=said.file, line=said.line),
                headers=(said.file, *stack, *(told.headers if told else ())),
            )
        )
        return True

    def _add_note(self, said: CompilerMessage) -> None:
        """Where the candidates are; clang names the function itself only there (`'f' declared here`)."""
        if self.passed_over and compile_complaints.pure_function(said.text):
            self._read_passed_over()
        if not self.open or not self.symptoms or len(self.symptoms[-1].headers) >= _MOST_HEADERS:
            return
        last = self.symptoms[-1]
        declared = compile_complaints.declared_here(said.text) if " arguments" in last.subject else ""
        headers = tuple(dict.fromkeys((*last.headers, said.file)))
        self.symptoms[-1] = replace(last, subject=declared or last.subject, headers=headers)
        if is_about_us(said):
            self._tell_pure(compile_complaints.pure_function(said.text))

    def _read_passed_over(self) -> None:
        """Lines in another language that did not name us, now that a note shows that one of them was about us."""
        lines, self.passed_over = self.passed_over, []
        for number, line in lines:
            self._read_english(number, into_english(line))

    def _tell_pure(self, function: str) -> None:
        """The first ``function`` that the class which was complained of last leaves pure."""
        last = self.symptoms[-1] if self.open and self.symptoms else None
        if function and last is not None and last.kind is SymptomKind.ABSTRACT_CLASS and not last.scope:
            self.symptoms[-1] = self.pure[last.subject] = replace(last, scope=function)

    def _complain(self, said: Said, number: int) -> None:
        source = find_source(said.place)
        self.open = True
        subject, version = _split_version(said.subject, said.kind)
        self._keep(
            Symptom(
                kind=said.kind,
                subject=subject,
                line=number,
                scope=said.scope or version,
                referrer=find_binary(said.place) or self._object_for(said.place),
                location=Location(file=source[0], line=source[1]) if source else None,
                cut=said.cut,
            )
        )

    def _object_for(self, place: str) -> str:
        """GNU ld names the object once, above all complaints about it."""
        return self.object if ".text" in place or ".data" in place or ".rodata" in place or find_source(place) else ""

    def _keep(self, symptom: Symptom) -> None:
        """The same complaint from the same place is one; beyond the limit only what names us is kept."""
        key = (symptom.kind, symptom.subject, symptom.referrer, str(symptom.location or ""))
        if key in self.seen or (
            len(self.symptoms) >= _MOST and not names_us(symptom.subject) and not names_us(symptom.referrer)
        ):
            self.open = False
            self.left_out += 1
            return
        self.seen.add(key)
        self.symptoms.append(symptom)


_VERSION = re.compile(r"@{1,2}([\w.+-]+)$")
_ABOUT_SYMBOLS = frozenset(
    {SymptomKind.UNDEFINED_REFERENCE, SymptomKind.UNDEFINED_AT_RUN_TIME, SymptomKind.DEFINED_TWICE}
)


def _split_version(subject: str, kind: SymptomKind) -> tuple[str, str]:
    """`f@@V1` as `f` and `V1`; what follows a mangled name (a quote, a full stop) is not part of it."""
    if kind not in _ABOUT_SYMBOLS:
        return subject, ""
    found = _VERSION.search(subject)
    return (subject[: found.start()], found[1]) if found else (subject, "")
