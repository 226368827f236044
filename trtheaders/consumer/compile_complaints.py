"""What g++ and clang complain of when a declaration is not what the source expects.

gcc/cp/call.cc, gcc/cp/typeck.cc, gcc/cp/error.cc; clang/include/clang/Basic/DiagnosticSemaKinds.td.
"""

from __future__ import annotations

import re

from trtheaders.consumer.link_complaints import Pattern
from trtheaders.consumer.log_lines import quoted
from trtheaders.model.answers.symptoms import SymptomKind

DIAGNOSTIC = re.compile(
    r"(?:^|\s)(?P<file>[^\s:][^:]*):(?P<line>\d+)(?::\d+)?: (?P<word>fatal error|error|note|warning): (?P<text>.*)$"
)
INCLUDED_FROM = re.compile(r"(?:In file included |^\s+)from (?P<file>[^:]{1,1000}):(?P<line>\d+)")

DECLARED_HERE = re.compile(rf"^{quoted('subject')} declared here")

_SUBJECT, _SCOPE = quoted("subject"), quoted("scope")


def _pattern(kind: SymptomKind, text: str) -> Pattern:
    return Pattern(kind=kind, regex=re.compile(f"^{text}"))


PATTERNS = (
    _pattern(SymptomKind.WRONG_ARGUMENTS, rf"no matching (?:member )?function for call to {_SUBJECT}"),
    _pattern(SymptomKind.WRONG_ARGUMENTS, rf"no matching constructor for initialization of {_SUBJECT}"),
    _pattern(SymptomKind.WRONG_ARGUMENTS, rf"too (?:few|many) arguments to (?:function|constructor|method) {_SUBJECT}"),
    _pattern(SymptomKind.WRONG_ARGUMENTS, r"(?P<subject>too (?:few|many) arguments) to (?:function|constructor)"),
    _pattern(SymptomKind.NO_MEMBER, rf"{_SCOPE} has no member named {_SUBJECT}"),
    _pattern(SymptomKind.NO_MEMBER, rf"no (?:member|type|template) named {_SUBJECT} in (?:namespace )?{_SCOPE}"),
    _pattern(SymptomKind.NO_MEMBER, rf"{_SUBJECT} is not a member of {_SCOPE}"),
    _pattern(SymptomKind.NO_MEMBER, rf"{_SUBJECT} in (?:namespace |class |struct ){_SCOPE} does not name a"),
    _pattern(
        SymptomKind.NOTHING_TO_OVERRIDE, rf"{_SUBJECT} marked (?:{quoted('scope')}|override),? but does not override"
    ),
    _pattern(SymptomKind.NOTHING_TO_OVERRIDE, rf"{_SUBJECT} marked 'override' but does not override any"),
    _pattern(SymptomKind.NOTHING_TO_OVERRIDE, r"(?P<subject>only virtual member functions) can be marked 'override'"),
    _pattern(SymptomKind.HEADER_NOT_FOUND, r"(?P<subject>[^\s:]+): No such file or directory"),
    _pattern(SymptomKind.HEADER_NOT_FOUND, rf"{_SUBJECT} file not found"),
)
