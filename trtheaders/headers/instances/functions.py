"""`extern template int f<int>(int);`: a promise of one function or variable, although libclang does not show it.

Libclang passes over such a declaration (llvm #121502). Where the headers may hold one, the user's compiler preprocesses
them, and the text tells. A second unit, on top of the first, names each: a function in a friend declaration, a variable
where only its size is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.abi.mangled_names import is_named_otherwise
from trtheaders.headers.declarations.spellings import spell
from trtheaders.headers.declarations.walk import qualified_name
from trtheaders.headers.parser.kinds import FUNCTIONS, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.preprocessor import PreprocessedText
from trtheaders.headers.parser.probes import find_answers, inside
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Spelling, Trait
from trtheaders.model.headers.promises import Obligation, Promise, SymbolKind, Unverifiable, Use, Weight
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location

# Behind `extern` or a macro, or in a macro: not `template <`, nor what libclang shows by itself.
_HINT = re.compile(rb"\btemplate\b(?!\s*<)(?!\s+(?:class|struct|union)\b)")
_NO_CODE = re.compile(rb"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", re.DOTALL)
"""Comments and strings, of which many name templates."""
IN_MACRO = re.compile(rb"\bextern\b[^\n]*\btemplate\b(?!\s*<)(?!\s+(?:class|struct|union)\b)|\btemplate[ \t]*$")
"""How the macro of another's header may begin one."""
_CLASS_KEY = re.compile(rb"\s*(?:class|struct|union)\b")
_ATTRIBUTE = r"\b__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)|\[\[.*?\]\]"
_ATTRIBUTES = rf"(?:\s*(?:{_ATTRIBUTE}))*".encode()
_DECLARED = re.compile(rb"\bextern\s+template\b(?!\s*<)(?!%b%b)" % (_ATTRIBUTES, _CLASS_KEY.pattern))
"""No class: those the parser shows by itself."""
_TURN = re.compile(
    rb"""
      R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)" | "(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'
    | (?P<namespace>\bnamespace\b%(attributes)b\s*(?P<name>(?:[\w:]*\binline\s+)*[\w:]*)%(attributes)b[^{};=()]*\{)
    | (?P<instance>\bextern\s+template\b(?!\s*<))
    | (?P<brace>[{}])
    """
    % {b"attributes": _ATTRIBUTES},
    re.VERBOSE | re.DOTALL,
)
_INLINE = re.compile(r"\binline\s+")
_PROBE = "trtheaders_named_"
_KINDS: dict[int, DeclarationKind] = {
    Kind.FUNCTION: DeclarationKind.FUNCTION,
    Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR,
    Kind.DESTRUCTOR: DeclarationKind.DESTRUCTOR,
}
_NAMES = frozenset({Kind.NAME, Kind.MEMBER})
# Libclang has no kind for an instance of a variable template: 1 is an unexposed declaration.
_VARIABLES = frozenset({Kind.VARIABLE, Kind.UNEXPOSED_DECLARATION})


class FunctionInstance(Struct, frozen=True):
    """`extern template int f<int>(int);`, or a variable: where, in which namespace, and the declaration's text."""

    location: Location
    namespace: str
    text: str


def find_hint(tree: HeaderTree, files: tuple[str, ...]) -> Location | None:
    """The first place in ``files`` with words that may become an `extern template` function, through macros perhaps."""
    for name in files:
        text = tree.text(name)
        if not any(_is_code(text, match.start()) for match in _HINT.finditer(text)):
            continue
        bare = _NO_CODE.sub(lambda match: b" " + b"\n" * match[0].count(b"\n"), text)
        for match in _HINT.finditer(bare):
            if _is_code(bare, match.start()):
                return Location(file=name, line=bare.count(b"\n", 0, match.start()) + 1)
    return None


def _is_code(text: bytes, offset: int) -> bool:
    """Whether something stands before the word at ``offset``, no `.`, `->` or `::`."""
    before = text[max(0, offset - 80) : offset].rstrip()[-1:]
    return before.isalnum() or before in (b"_", b")", b"\\")


def find_function_instances(headers: PreprocessedText) -> list[FunctionInstance]:
    """Every `extern template` function or variable in ``headers``, with the namespace around it."""
    # What others left open around the tree's text declares their own.
    if not any(headers.locate(found.start()) for found in _DECLARED.finditer(headers.text)):
        return []
    found: list[FunctionInstance] = []
    around: list[str | None] = []
    code = headers.code()
    for turn in _TURN.finditer(code):
        if turn["namespace"] is not None:
            around.append(_INLINE.sub("", turn["name"].decode(errors="replace")))
        elif turn["brace"] is not None:
            _turn_brace(turn["brace"], around)
        elif turn["instance"] is not None:
            found += _read_instance(headers.locate(turn.start()), code, turn, around)
    return found


def _turn_brace(brace: bytes, around: list[str | None]) -> None:
    if brace == b"{":
        around.append(None)
    elif around:
        around.pop()


def _read_instance(
    location: Location | None, code: bytes, turn: re.Match[bytes], around: list[str | None]
) -> list[FunctionInstance]:
    text = " ".join(code[turn.end() : _end_of(code, turn.end())].decode(errors="replace").split())
    bare = re.sub(_ATTRIBUTE, "", text).strip()
    if location is None or _CLASS_KEY.match(bare.encode()):
        return []
    return [FunctionInstance(location, "::".join(filter(None, around)), bare)]


def _end_of(text: bytes, position: int) -> int:
    """Where the declaration ends that goes on at ``position``: at a semicolon outside braces and parentheses."""
    depth = 0
    for found in re.compile(rb"[(){};]").finditer(text, position):
        sign = found.group()
        depth += (sign in b"({") - (sign in b")}")
        if depth < 0 or (sign == b";" and depth == 0):
            return found.start()
    return len(text)


def write_function_probes(instances: Sequence[FunctionInstance]) -> str:
    """C++ that names each instance in a way that the parser does show."""
    return "".join(
        inside(item.namespace, f"struct {_PROBE}{index} {{ {_mention(item.text)}; }};")
        for index, item in enumerate(instances)
    )


def _mention(text: str) -> str:
    if _find_parameters(text) < len(text):
        return f"friend {_name_instance(text)}"
    return f"static_assert(sizeof({_find_variable(text)}) != 0)"


def _find_variable(text: str) -> str:
    """The name in the declaration of a variable: `P<int>::d` of `int const P<int>::d`."""
    text = re.sub(r"\s*(::|<)\s*", r"\1", text.strip())
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] == ">") - (text[index] == "<")
        if depth == 0 and (text[index].isspace() or text[index] in "*&"):
            return text[index + 1 :]
    return text


_OPERATOR = re.compile(r"\boperator\s*(?:<=>|<<=|>>=|->\*|<<|>>|<=|>=|->|<|>|\(\s*\)|[^\s\w(<>]+)")
_UNQUALIFIED = re.compile(r"(?:\boperator\b.*|~?\w+)\Z")


def _mask_operators(text: str) -> str:
    """``text`` with the signs in names of operators replaced, so that brackets are brackets; of the same length."""
    return _OPERATOR.sub(lambda match: "operator".ljust(len(match.group()), "_"), text)


def _name_instance(text: str) -> str:
    """``text`` with `<>` after a plain name whose arguments are deduced: a friend without it is no template's instance.

    `wchar_t other(wchar_t)` becomes `wchar_t other <>(wchar_t)`; `int f<int>(int)` and `void S<char>::a()` stay, and so
    does what is qualified (C++17 [temp.friend] 1).
    """
    opening = _find_parameters(text)
    head = _mask_operators(text[:opening]).rstrip()
    qualified = _UNQUALIFIED.sub("", head).rstrip().endswith("::")
    return text if head.endswith(">") or qualified else f"{text[:opening].rstrip()} <>{text[opening:]}"


def _find_parameters(text: str) -> int:
    """Where the parenthesis of the parameters opens: the first one outside angle brackets."""
    depth = 0
    for index, character in enumerate(_mask_operators(text)):
        if character == "(" and depth == 0:
            return index
        depth = max(0, depth + (character == "<") - (character == ">"))
    return len(text)


def are_named(instances: Sequence[FunctionInstance], unit: Unit) -> bool:
    """Whether ``unit`` tells of each of ``instances`` which it is."""
    return not any(isinstance(item, Unverifiable) for item in read_function_probes(instances, [unit]))


def read_function_probes(instances: Sequence[FunctionInstance], units: Sequence[Unit]) -> list[Promise | Unverifiable]:
    """The promises of ``instances`` as the first of the probing ``units`` names them that does; else unverifiable."""
    answers = [find_answers(unit, _PROBE) for unit in units]
    found: list[Promise | Unverifiable] = []
    for index, instance in enumerate(instances):
        read = (_read_probe(instance, probes.get(f"{_PROBE}{index}")) for probes in answers)
        found += next(filter(None, read), [_give_up(instance)])
    return found


def _read_probe(instance: FunctionInstance, probe: Node | None) -> list[Promise | Unverifiable]:
    if probe is None:
        return []
    friends = [child for item in probe.children() for child in item.children()]
    functions = [node for node in friends if node.kind in FUNCTIONS and _is_instance(node)]
    named = [item.referenced for item in probe.descend(_NAMES)]
    variables = [node for node in named if node is not None and node.kind in _VARIABLES and not _may_be_folded(node)]
    return [
        *(_promise_function(instance, node) for node in functions),
        *(_promise_variable(instance, node) for node in variables[:1]),
    ]


def _may_be_folded(node: Node) -> bool:
    """A constant whose value is at hand may be used without a reference to it: it is not certainly owed."""
    return (node.initializer is not None or node.kind != Kind.VARIABLE) and node.type.is_const


def _is_instance(node: Node) -> bool:
    owner = node.parent
    return node.template is not None or (owner is not None and owner.template is not None)


_HIDDEN = "the parser does not show which instance this explicit instantiation declares"


def _give_up(instance: FunctionInstance, reason: str = _HIDDEN) -> Unverifiable:
    remedy = "`nm -DC` lists what the library exports: look for the instance there"
    return Unverifiable(
        name=f"extern template {instance.text}", location=instance.location, reason=reason, remedy=remedy
    )


def _promise_function(instance: FunctionInstance, node: Node) -> Promise | Unverifiable:
    names = sorted(node.manglings()) if node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR) else [node.mangling]
    kind = _KINDS.get(node.kind, DeclarationKind.METHOD)
    promise = _promise(instance, node, kind, [Obligation(symbol=SymbolName(name)) for name in names])
    if is_named_otherwise(node.mangling):
        reason = "g++ and clang give it different names, because of what its signature depends on"
        return replace(_give_up(instance, reason), declaration=promise.declaration)
    return promise


def _promise_variable(instance: FunctionInstance, node: Node) -> Promise:
    kind = DeclarationKind.STATIC_MEMBER if "::" in instance.text else DeclarationKind.VARIABLE
    tls = SymbolKind.TLS if node.thread_local else SymbolKind.DATA
    owed = Obligation(symbol=SymbolName(node.mangling), kind=tls, size=node.type.object_size)
    return _promise(instance, node, kind, [owed])


def _spell(instance: FunctionInstance, node: Node) -> Spelling:
    """By the arguments that the header itself gives, where it gives any."""
    spelling = spell(node)
    if node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR):
        return spelling
    written = _find_variable(instance.text[: _find_parameters(instance.text)])
    given = written.endswith(">") or node.kind not in FUNCTIONS
    return replace(spelling, name=written, namespace=instance.namespace) if given else spelling


def _promise(instance: FunctionInstance, node: Node, kind: DeclarationKind, owed: list[Obligation]) -> Promise:
    inlined = node.kind in FUNCTIONS and node.is_inlined and node.origin.definition is not None
    return Promise(
        declaration=Declaration(
            name=qualified_name(node),
            kind=kind,
            location=instance.location,
            signature=instance.text,
            traits=frozenset({Trait.TEMPLATE_INSTANCE}),
            spelling=_spell(instance, node),
        ),
        obligations=tuple(owed),
        uses=frozenset({Use.EXTERN_TEMPLATE}),
        weight=Weight.UNOPTIMISED if inlined else Weight.REQUIRED,
    )
