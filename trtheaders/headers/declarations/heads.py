"""What stands before a template, `template <class T = int> requires …`, in a form that no name or space changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|"
    r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])+'|[A-Za-z_]\w*|\d[\w.']*|::|&&|\|\||\.\.\.|[<>=!]=|\S)",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_WORD = re.compile(r"[A-Za-z_]\w*")
_JOINING = frozenset({"&&", "||", "::", "!"})
_NO_NAMES = frozenset(
    {"class", "typename", "auto", "int", "bool", "char", "long", "short", "unsigned", "signed", "..."}
)


def read_tokens(text: str) -> list[str]:
    """The words and signs of ``text``, comments apart."""
    return list(_split_tokens(text))


@lru_cache(maxsize=1 << 6)
def _split_tokens(text: str) -> tuple[str, ...]:
    """Kept for a moment, since a declaration's text is looked at for one part after another."""
    return tuple(filter(None, _TOKEN.findall(text)))


def read_head(text: str) -> str:
    """The parameters of the template that ``text`` declares, with their defaults, and what it requires of them.

    `template <class T, int N = 4> requires C<T>` is `class $0, int $1 = 4 requires C < $0 >`; '' for no template, and
    for an explicit specialisation, whose head is empty.
    """
    if "template" not in text:
        return ""
    tokens = read_tokens(text)
    parameters = _read_parameters(tokens)
    if not parameters:
        return ""
    words = [
        " ".join([*kind, f"${index}", *(["=", *default] if default else [])])
        for index, (kind, _, default) in enumerate(parameters)
    ]
    return _place(parameters, ", ".join(words) + _demand(tokens[_closing(tokens, 1) + 1 :]))


def read_demands(text: str) -> str:
    """What a function without a head of its own requires: ` requires C < T >`; '' where that is nothing."""
    return _demand(read_tokens(text)) if "requires" in text else ""


def _demand(tokens: Sequence[str]) -> str:
    return "".join(f" requires {' '.join(found)}" for found in _read_constraints(tokens))


def place_parameters(text: str, inside: str) -> str:
    """``inside`` with the parameters of the template that ``text`` declares replaced by their places."""
    return _place(_parameters_of(text), inside) if "template" in text else inside


_Parameter = tuple[list[str], str, list[str]]
"""A parameter's kind, its name, its default."""


@lru_cache(maxsize=1 << 12)
def _parameters_of(text: str) -> Sequence[_Parameter]:
    """Read once for all members of a class template."""
    return _read_parameters(read_tokens(text))


def _read_parameters(tokens: Sequence[str]) -> list[_Parameter]:
    if tokens[:2] != ["template", "<"]:
        return []
    return [_read_parameter(part) for part in _split(tokens[2 : _closing(tokens, 1)], ",") if part]


def _place(parameters: Sequence[_Parameter], told: str) -> str:
    places = {name: f"${index}" for index, (_, name, _) in enumerate(parameters) if name and name in told}
    if not places:
        return told
    return _WORD.sub(lambda found: places.get(found.group(), found.group()), told)


def after_head(text: str) -> list[str]:
    """The tokens of a template's declaration behind its head."""
    tokens = read_tokens(text)
    return tokens[_closing(tokens, 1) + 1 :] if tokens[:2] == ["template", "<"] else tokens


def read_arguments(tokens: Sequence[str], name: str) -> str:
    """The arguments behind ``name`` in the declaration of a specialisation: `<int, T*>`; '' where there are none."""
    place = next((index for index, token in enumerate(tokens) if token == name), len(tokens))
    if tokens[place + 1 : place + 2] != ["<"]:
        return ""
    return "".join(tokens[place + 1 : _closing(tokens, place + 1) + 1])


def _depths(tokens: Sequence[str]) -> Iterator[int]:
    """How many brackets are open behind each token; a `>` that closes none is a comparison."""
    open_: list[str] = []
    for token in tokens:
        if token in _OPENING:
            open_.append(token)
        elif token in _PAIRS and _PAIRS[token] in open_ and (token != ">" or open_[-1] == "<"):
            while open_.pop() != _PAIRS[token]:
                pass
        yield len(open_)


_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_OPENING = frozenset(_PAIRS.values())


def _closing(tokens: Sequence[str], start: int) -> int:
    """Where the bracket that opens at ``start`` is closed; the end where it is not."""
    return next((start + index for index, depth in enumerate(_depths(tokens[start:])) if depth == 0), len(tokens))


def _split(tokens: Sequence[str], sign: str) -> Iterator[list[str]]:
    part: list[str] = []
    for token, depth in zip(tokens, _depths(tokens), strict=True):
        if depth == 0 and token == sign:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _read_parameter(tokens: list[str]) -> _Parameter:
    declared, *default = _split(tokens, "=")
    name = declared[-1] if len(declared) > 1 and _NAME.match(declared[-1]) and declared[-1] not in _NO_NAMES else ""
    kind = declared[:-1] if name else declared
    kind = ["class" if token == "typename" and index == 0 else token for index, token in enumerate(kind)]
    return kind, name, default[0] if default else []


def _read_constraints(tokens: Sequence[str]) -> Iterator[list[str]]:
    for index, (token, depth) in enumerate(zip(tokens, _depths(tokens), strict=True)):
        if token == "{" and depth == 1:
            return
        if token == "requires" and depth == 0:
            yield _read_constraint(tokens[index + 1 :])


def _read_constraint(tokens: Sequence[str]) -> list[str]:
    """A conjunction or disjunction of names with arguments and of what is in brackets ([temp.constr.decl])."""
    index = 0
    while index < len(tokens):
        named = _NAME.match(tokens[index]) and (index == 0 or tokens[index - 1] in _JOINING)
        if tokens[index] in ("(", "<"):
            index = _closing(tokens, index) + 1
        elif named or tokens[index] in _JOINING:
            index += 1
        else:
            break
    return list(tokens[:index])
