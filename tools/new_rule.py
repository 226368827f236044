"""Write the skeleton of a rule about symbols: `python tools/new_rule.py lost-things`.

A row in `trtheaders/rules/symbols.py`, a check beside the others, and a case that expects it. What is left to say is
marked with "say" and told at the end.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ROW = """
{constant} = Rule(
    id="{identifier}",
    severity=Severity.ERROR,
    summary="say in one line what is wrong",
    explanation="Say in some sentences what a consumer meets, and why.",
    example="int f();  // say which C++ shows it",
    source="say which section of which specification, or which message of ld",
    message="{{what}} is not as promised in `{{library}}`",
    hint="say what to do",
)
"""
CHECK = '''"""Say what goes in and what comes out."""

from __future__ import annotations

from collections.abc import Iterable

from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.promises import Promise
from trtheaders.model.library.exports import LibraryAnswers
from trtheaders.rules.symbols import {constant}


def check_{name}(promises: Iterable[Promise], answers: LibraryAnswers) -> Iterable[Finding]:
    """A finding for each of ``promises`` that ``answers`` say is not kept in this way."""
    for promise in promises:
        first = promise.obligations[0].symbol if promise.obligations else None
        if first is None or first in answers.answers:
            continue
        words = {constant}.tell(what=f"`{{promise.declaration.name}}`", library=answers.libraries[0].name)
        yield {constant}.found(words, name=promise.declaration.name, location=promise.declaration.location)
'''
CASE = {
    "header.h": "// Say what is wrong here; {identifier} must find it.\n#pragma once\nint kept();\nint lost();\n",
    "library.cpp": '#include "header.h"\nint kept() {{ return 1; }}\nint lost() {{ return 2; }}\n',
    "broken.cpp": '#include "header.h"\nint kept() {{ return 1; }}\n',
    "consumer.cpp": '#include "header.h"\nint main() {{ return kept() + lost() - 3; }}\n',
    "case.toml": 'promised = ["_Z4keptv", "_Z4lostv"]\n[[broken]]\nfindings = {{ {identifier} = ["_Z4lostv"] }}\n',
}


def main(arguments: list[str]) -> int:
    """Write the skeleton for the rule that ``arguments`` name; the exit code."""
    identifier = arguments[0] if len(arguments) == 1 else ""
    if not re.fullmatch(r"[a-z]+(-[a-z]+)+", identifier):
        print("error: name the rule by words with hyphens and a plural subject, such as `lost-things`", file=sys.stderr)
        return 2
    row, check, case = (ROOT / place for place in places(identifier))
    if f'"{identifier}"' in row.read_text() or check.exists() or case.exists():
        print(f"error: there is something called `{identifier}` already", file=sys.stderr)
        return 2
    constant = identifier.upper().replace("-", "_")
    write_row(row, identifier, constant)
    check.write_text(CHECK.format(constant=constant, name=check.stem))
    case.mkdir(parents=True)
    for name, text in CASE.items():
        (case / name).write_text(text.format(identifier=identifier))
    for number, step in enumerate(steps(identifier), 1):
        print(f"{number}. {step}")
    return 0


def places(identifier: str) -> tuple[str, str, str]:
    """Where the row, the check and the case of a rule lie."""
    check = f"trtheaders/checks/symbols/{identifier.replace('-', '_')}.py"
    return "trtheaders/rules/symbols.py", check, f"tests/fixtures/cases/{identifier}"


def write_row(path: Path, identifier: str, constant: str) -> None:
    """The row behind the others, and in their list."""
    rows, marker, listed = path.read_text().partition("\nROWS: ")
    text = f"{rows}{ROW.format(constant=constant, identifier=identifier)}{marker}{listed.rstrip()}"
    path.write_text(f"{text.removesuffix(')')}    {constant},\n)\n")


def steps(identifier: str) -> list[str]:
    """What is left to whoever adds the rule."""
    row, check, case = places(identifier)
    return [
        f'{row}: say what the rule is (the places that begin with "say")',
        f"{check}: find it; pure, from values to findings",
        "trtheaders/verbs/verify.py: let `verify` ask that check",
        f"{case}: a header, a library that keeps it, one that breaks it, a consumer; the linker is the judge",
        f"make check && make test PYTEST='-q -k {identifier}'",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
