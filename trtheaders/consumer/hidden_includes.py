"""A source's text to the condition that keeps it from including a header of TensorRT-LLM.

Read as text, since the preprocessor leaves nothing of what it passes over: only directives count, and what stands in a
comment or behind a continued line is no directive that matters here.
"""

from __future__ import annotations

import re

from msgspec import Struct

_DIRECTIVE = re.compile(r"\s*#\s*(ifdef|ifndef|if|elif|else|endif|define|include)\b\s*(.*)")
_OURS = re.compile(r"[<\"]tensorrt_llm/")
_MACRO = re.compile(r"(?:defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|([A-Za-z_]\w*))\s*\Z")


class HiddenInclude(Struct, frozen=True, kw_only=True):
    """The include at ``line`` is behind ``condition``; ``macro`` would let it in, '' where it takes more than that."""

    file: str
    line: int
    condition: str
    macro: str = ""

    @property
    def message(self) -> str:
        """One sentence."""
        return f"the include at `{self.file}:{self.line}` is behind `{self.condition}`"

    @property
    def hint(self) -> str:
        """What lets it in."""
        if not self.macro:
            return "give the macros of your build after `--`, or as `flags` in trtheaders.toml"
        return f'add `-D{self.macro}`: after `--`, or by `flags = ["-D{self.macro}"]` in trtheaders.toml'


def find_hidden_include(text: str, file: str) -> HiddenInclude | None:
    """The first include of a TensorRT-LLM header in ``text`` that a condition hides; include guards hide nothing."""
    around: list[tuple[str, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _DIRECTIVE.match(line)
        word, rest = match.groups() if match else ("", "")
        rest = re.sub(r"\s*(//|/\*).*", "", rest).strip()
        if word in ("if", "ifdef", "ifndef"):
            around.append((word, rest, f"#{word} {rest}"))
        elif word in ("elif", "else") and around:
            around[-1] = _turn(word, rest, around[-1])
        elif word == "endif" and around:
            around.pop()
        elif word == "define" and around and around[-1][:2] == ("ifndef", rest.split("(")[0].split(" ")[0]):
            # An include guard hides nothing.
            around[-1] = ("", "", "")
        elif word == "include" and _OURS.match(rest):
            conditions = [item for item in around if item[0]]
            if conditions:
                kind, expression, shown = conditions[-1]
                return HiddenInclude(file=file, line=number, condition=shown, macro=_macro(kind, expression))
    return None


def _turn(word: str, rest: str, before: tuple[str, str, str]) -> tuple[str, str, str]:
    """The condition of an `#elif` or `#else` branch after ``before``."""
    if word == "elif":
        return "if", rest, f"#elif {rest}"
    kind, expression, shown = before
    opposite = {"ifndef": "ifdef"}.get(kind, "else" if kind else "")
    return opposite, expression, f"#else of {shown}"


def _macro(kind: str, expression: str) -> str:
    if kind == "ifdef":
        return expression
    found = _MACRO.match(expression) if kind == "if" else None
    return next((name for name in found.groups() if name), "") if found else ""
