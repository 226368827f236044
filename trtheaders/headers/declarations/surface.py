"""What headers declare besides functions and classes: enumerations, aliases, macros, conditional regions."""

from __future__ import annotations

import ast
import hashlib
import operator
import re
from collections.abc import Callable, Iterator

from trtheaders.headers.declarations.descriptions import LONGEST_VALUE, Describer
from trtheaders.headers.declarations.heads import read_tokens
from trtheaders.headers.declarations.sketches import Scope
from trtheaders.headers.declarations.walk import ACCESS, record_name, stricter
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.layouts import Alias, Enumeration, Enumerator, Gate, Macro
from trtheaders.model.places import Location

_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif|define)\b[ \t]*(.*)$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_NOT_MACROS = frozenset({"defined", "and", "or", "not", "__has_include", "true", "false"})
_NUMBER = re.compile(r"\(?\s*(?P<value>[-+]?\s*(?:0[xX][\da-fA-F']+|\d[\d.']*(?:[eE][-+]?\d+)?)[uUlLzZfF]*)\s*\)?")
_COMPUTED = re.compile(r"(?:0[xX][\da-fA-F]+[uUlL]*|[1-9]\d*[uUlL]*|0[uUlL]*|<<|>>|[-+*|&^()\s]){3,60}")
_SUFFIX = re.compile(r"\b(0[xX][\da-fA-F]+|\d+)[uUlL]+")
_WIDEST = 63
_COMMENT = re.compile(r"//.*|/\*.*?\*/")


def read_enumeration(node: Node, scope: Scope, describer: Describer) -> Enumeration:
    """An enumeration with its values; in a template, where the parser tells none, as far as they are written."""
    type_ = node.enum_type.canonical
    underlying = type_.spelling
    # libclang tells every value as a signed number of 64 bits, of its type's width or not.
    modulus = 1 << 8 * (type_.size or 8) if underlying.startswith("unsigned") or underlying == "bool" else 0
    children = [child for child in node.children() if child.kind == Kind.ENUMERATOR]
    if scope.in_template:
        values = _read_written(children, describer)
    else:
        values = [child.enum_value % modulus if modulus else child.enum_value for child in children]
    return Enumeration(
        name=scope.qualify("(unnamed enum)" if node.is_anonymous or "(" in node.spelling else record_name(node)),
        location=describer.locate(node),
        underlying=underlying,
        scoped=node.is_scoped_enum,
        enumerators=tuple(
            Enumerator(name=child.spelling, value=value) for child, value in zip(children, values, strict=True)
        ),
        access=stricter(scope.access, ACCESS[max(node.access, 0)]),
    )


def _read_written(enumerators: list[Node], describer: Describer) -> list[int]:
    """Numbers, names of earlier enumerators, one more than the one before; 0 for what depends on arguments."""
    known: dict[str, int | None] = {}
    last: int | None = -1
    for node in enumerators:
        _, equals, value = describer.text(node).partition("=")
        text = " ".join(read_tokens(value))
        following = None if last is None else last + 1
        last = following if not equals else known[text] if text in known else _read_whole(text)
        known[node.spelling] = last
    return [value or 0 for value in known.values()]


def _read_whole(text: str) -> int | None:
    try:
        return int(_read_value(text.replace("- ", "-")).replace("'", "").rstrip("uUlL"), 0)
    except ValueError:
        return None


def read_alias(node: Node, scope: Scope, location: Location, describer: Describer) -> Alias:
    """A `typedef` or `using`."""
    return Alias(
        name=scope.qualify(node.spelling),
        location=location,
        type=describer.types.read(node.underlying, node),
        access=stricter(scope.access, ACCESS[max(node.access, 0)]),
    )


def read_directives(tree: HeaderTree, files: tuple[str, ...]) -> tuple[tuple[Macro, ...], tuple[Gate, ...]]:
    """The macros that ``files`` define, and the conditional regions in them, include guards apart."""
    macros: list[Macro] = []
    gates: list[Gate] = []
    for name in files:
        text = tree.text(name).decode(errors="replace").replace("\\\r\n", "\\\n")
        directives = list(_read_lines(text))
        guard, lines = _find_guard(directives), text.split("\n")
        macros.extend(
            _read_macro(name, line, rest, lines, guard) for line, word, rest in directives if word == "define"
        )
        gates.extend(_read_gates(name, directives))
    return tuple(macros), tuple(gates)


def _read_lines(text: str) -> Iterator[tuple[int, str, str]]:
    line, position = 1, 0
    for found in _DIRECTIVE.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        yield line, found.group(1), found.group(2)


def _find_guard(directives: list[tuple[int, str, str]]) -> str:
    """The macro that keeps the file from being read twice; '' where none does."""
    if not directives or directives[0][1] != "ifndef":
        return ""
    line, kind, condition = directives[0]
    return condition.split()[0] if _is_guard(kind, condition, line, directives) else ""


def _read_macro(file: str, line: int, rest: str, lines: list[str], guard: str) -> Macro:
    name = _NAME.match(rest)
    body = rest
    index = line - 1
    while lines[index].rstrip().endswith("\\") and index + 1 < len(lines):
        index += 1
        body += lines[index]
    digest = hashlib.sha256(" ".join(body.split()).encode()).hexdigest()[:12]
    bare = name.group() if name else rest
    parameters, replacement = _split_macro(body.removeprefix(bare).replace("\\\n", " "))
    return Macro(
        name=bare,
        location=Location(file=file, line=line),
        digest=digest,
        value=_read_literal(replacement)
        or _read_value(" ".join(_COMMENT.sub("", body.removeprefix(bare).replace("\\\n", " ")).split())),
        meaning=_digest_macro(parameters, replacement),
        parameters="" if parameters is None else f"{len(parameters)}{'...' if '...' in parameters[-1:] else ''}",
        expression=_is_expression(replacement),
        guard=bare == guard,
    )


def _split_macro(text: str) -> tuple[list[str] | None, list[str]]:
    """The parameters of a macro, None where it has no brackets, and the tokens that it is replaced by."""
    if not text.startswith("("):
        return None, read_tokens(text)
    inside, _, replacement = text[1:].partition(")")
    names = [name.strip() for name in inside.split(",")]
    return [name for name in names if name], read_tokens(replacement)


def _digest_macro(parameters: list[str] | None, replacement: list[str]) -> str:
    places = {name: f"${index}" for index, name in enumerate(parameters or ())}
    told = " ".join(places.get(token, token) for token in replacement if token != "\\")
    return hashlib.sha256(f"{parameters is not None}{len(parameters or ())}:{told}".encode()).hexdigest()[:12]


_NO_EXPRESSION = frozenset("{};=#") | frozenset(
    {
        *("__attribute__", "__declspec", "__asm__", "asm", "alignas", "extern", "inline", "static", "constexpr"),
        *("namespace", "class", "struct", "template", "typename", "using", "do", "if", "for", "while", "return"),
        *("throw", "virtual", "const", "void", "operator", "friend", "public", "private", "protected"),
        *("noexcept", "override", "final", "explicit", "volatile", "goto", "switch", "case", "try", "catch"),
    }
)


def _is_expression(replacement: list[str]) -> bool:
    return bool(replacement) and replacement[:2] != ["[", "["] and _NO_EXPRESSION.isdisjoint(replacement)


def _read_literal(replacement: list[str]) -> str:
    """A macro's replacement where it is a character or strings; '' where it is anything else, or long."""
    text = " ".join(replacement)
    quoted = all(token[0] in "'\"" for token in replacement)
    return text if quoted and len(text) <= LONGEST_VALUE else ""


def _read_value(replacement: str) -> str:
    """A macro's replacement where it is one number, or what it comes to where it is computed of whole ones."""
    number = _NUMBER.fullmatch(replacement)
    if number:
        return number.group("value")
    found = _compute(replacement)
    return "" if found is None else str(found)


_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
"""Those that mean in Python what they mean in C++, for numbers that are not negative."""


def _compute(replacement: str) -> int | None:
    if not _COMPUTED.fullmatch(replacement):
        return None
    try:
        return _evaluate(ast.parse(_SUFFIX.sub(r"\1", replacement), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _evaluate(node: ast.expr) -> int:
    """Raises ValueError for what is no computation of whole numbers that stays within 64 bits."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATORS:
        raise ValueError(node)
    left, right = _evaluate(node.left), _evaluate(node.right)
    if isinstance(node.op, ast.LShift) and right > _WIDEST:
        raise ValueError(node)
    found = _OPERATORS[type(node.op)](left, right)
    if not 0 <= found < 1 << _WIDEST:
        raise ValueError(node)
    return found


def _read_gates(file: str, directives: list[tuple[int, str, str]]) -> Iterator[Gate]:
    """Regions from `#if` to `#endif`; a region that starts on the file's first directive and defines it is a guard."""
    open_: list[tuple[int, str, str]] = []
    for line, word, rest in directives:
        if word in ("if", "ifdef", "ifndef"):
            open_.append((line, word, rest))
        elif word == "endif" and open_:
            start, kind, condition = open_.pop()
            if not _is_guard(kind, condition, start, directives):
                yield _make_gate(file, start, line, kind, condition)


def _make_gate(file: str, start: int, end: int, kind: str, condition: str) -> Gate:
    bare = condition.partition("//")[0].partition("/*")[0]
    text = " ".join(f"{kind} {bare}".split())
    macros = tuple(dict.fromkeys(name for name in _NAME.findall(bare) if name not in _NOT_MACROS))
    return Gate(condition=text, macros=macros, location=Location(file=file, line=start), end=end, taken=False)


def _is_guard(kind: str, condition: str, start: int, directives: list[tuple[int, str, str]]) -> bool:
    if kind != "ifndef":
        return False
    following = next(((word, rest) for line, word, rest in directives if line > start), ("", ""))
    return following[0] == "define" and following[1].split()[:1] == condition.split()[:1]
