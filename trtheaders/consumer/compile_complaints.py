"""What g++ and clang complain of when a declaration is not what the source expects.

gcc/cp/call.cc, gcc/cp/typeck.cc, gcc/cp/error.cc; clang/include/clang/Basic/DiagnosticSemaKinds.td. Lines have one kind
of quote (:func:`~trtheaders.consumer.translations.plain`).
"""

from __future__ import annotations

import re

from msgspec import Struct

from trtheaders.model.answers.symptoms import SymptomKind as Kind


class CompilerMessage(Struct, frozen=True, kw_only=True):
    """A compiler's `file:line: error: text`; ``word`` is the severity, in whatever language."""

    file: str
    line: int
    word: str
    text: str


_PLACE = re.compile(r"(?::(\d{1,9})(?::\d{1,9})?|\((\d{1,9})(?:,\d{1,9})?\)): ?")
_WORD = re.compile(r"([^\s:'\[\]\d][^:'\[\]]{0,60}): (.*)$")
MILD = frozenset({"note", "warning", "remark"})
SEVERITIES = MILD | {"error", "fatal error", "catastrophic error", "internal compiler error"}
_MOST_PLACES = 4


def read_diagnostic(line: str) -> CompilerMessage | None:
    """``line`` as a compiler's diagnostic; None where it has not the form of one."""
    for at, found in enumerate(_PLACE.finditer(line)):
        if at == _MOST_PLACES:
            break
        said = _WORD.match(line, found.end())
        file = _file_of(line[: found.start()])
        if said is not None and file:
            word = said[1].split(" #")[0]
            return CompilerMessage(file=file, line=int(found[1] or found[2]), word=word, text=said[2])
    return None


def _file_of(before: str) -> str:
    """The path at the end of ``before``; one with blanks only where it is absolute, for anything may stand there."""
    if before.startswith(("/", "./", "../")) and ":" not in before:
        return before
    last = before.rsplit(" ", 1)[-1]
    return "" if last.endswith((")", "'")) else last.rsplit("]", 1)[-1].lstrip("('\"")


INCLUDED_FROM = re.compile(r"(?:In file included )?from (?P<file>[^:]{1,1000}):(?P<line>\d+)")
_DECLARED_HERE = re.compile(r"'(?P<subject>.+?)' declared here")


def declared_here(text: str) -> str:
    """The function that a note shows, or ''."""
    found = _DECLARED_HERE.match(text)
    return found["subject"] if found else ""


_PURE = re.compile(r" *'virtual (?P<function>.+)'|unimplemented pure virtual method '(?P<method>[^']+)'")
_PURE_BELOW = re.compile(r" *pure virtual function '(?P<function>.+)' has no overrider")


def pure_function(text: str) -> str:
    """The function that a note says is pure in the class complained of, or '': whole with g++, its name with clang."""
    found = _PURE.match(text)
    return (found["function"] or found["method"]) if found else ""


def pure_function_below(line: str) -> str:
    """The same, where nvcc's front end names it on a line of its own."""
    found = _PURE_BELOW.match(line)
    return found["function"] if found else ""


_SUBJECT, _SCOPE = r"'(?P<subject>.+?)'(?=[\s,;:.)]|$)", r"'(?P<scope>.+?)'(?=[\s,;:.)]|$)"


class CompilePattern(Struct, frozen=True):
    """A way of complaining, from the beginning of a diagnostic's text on."""

    kind: Kind
    regex: re.Pattern[str]


def _pattern(kind: Kind, text: str) -> CompilePattern:
    return CompilePattern(kind, re.compile(text))


PATTERNS = (
    _pattern(Kind.WRONG_ARGUMENTS, rf"no matching (?:member )?function for call to {_SUBJECT}"),
    _pattern(Kind.WRONG_ARGUMENTS, rf"no matching constructor for initialization of {_SUBJECT}"),
    _pattern(
        Kind.WRONG_ARGUMENTS, rf"too (?:few|many) arguments to (?:member )?(?:function|constructor|method) {_SUBJECT}"
    ),
    _pattern(
        Kind.WRONG_ARGUMENTS,
        r"(?P<subject>too (?:few|many) arguments) to (?:member )?(?:function|constructor|method)",
    ),
    _pattern(Kind.NO_MEMBER, rf"{_SCOPE} has no member named {_SUBJECT}"),
    _pattern(Kind.NO_MEMBER, rf"no (?:member|type|template) named {_SUBJECT} in (?:namespace )?{_SCOPE}"),
    _pattern(Kind.NO_MEMBER, rf"{_SUBJECT} is not a member of {_SCOPE}"),
    _pattern(Kind.NO_MEMBER, rf"{_SUBJECT} in (?:namespace |class |struct )?{_SCOPE} does not name a"),
    _pattern(Kind.NOTHING_TO_OVERRIDE, rf"{_SUBJECT} marked '?override'?,? but does not override"),
    _pattern(Kind.NOTHING_TO_OVERRIDE, r"(?P<subject>only virtual member functions) can be marked 'override'"),
    _pattern(Kind.HEADER_NOT_FOUND, r"'?(?P<subject>[^\s:']+)'?: No such file or directory"),
    _pattern(Kind.HEADER_NOT_FOUND, rf"{_SUBJECT} file not found"),
    # g++: `cannot declare variable 'm' to be of abstract type 'C'`; clang: `variable type 'C' is an abstract class`
    _pattern(
        Kind.ABSTRACT_CLASS, rf"(?:[^']*'[^']*')?[^']*\babstract (?:class |return |parameter )?(?:type )?{_SUBJECT}"
    ),
    _pattern(Kind.ABSTRACT_CLASS, rf"[^']*type {_SUBJECT} is an abstract class"),
    # nvcc's and Intel's front end (EDG).
    _pattern(Kind.NO_MEMBER, rf"(?:class|namespace|struct|enum) {_SCOPE} has no (?:actual )?member {_SUBJECT}"),
    _pattern(Kind.WRONG_ARGUMENTS, rf"no instance of (?:constructor|overloaded function) {_SUBJECT} matches"),
    _pattern(Kind.HEADER_NOT_FOUND, rf"cannot open source file {_SUBJECT}"),
)

# What the shape alone tells where the language does not: a class and a plain name; a header and a reason.
FORMS = (
    _pattern(Kind.NO_MEMBER, r"[^']*'(?P<scope>(?:class|struct) [^']+)'[^']+'(?P<subject>\w+)'[^']*$"),
    _pattern(Kind.HEADER_NOT_FOUND, r"(?P<subject>[^\s:']+\.(?:h|hpp|hh|cuh)): \S"),
)
