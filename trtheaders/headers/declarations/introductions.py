"""What headers introduce without owing it: templates and their specialisations, concepts, `using`, friends."""

from __future__ import annotations

import hashlib
import re

from trtheaders.headers.declarations.descriptions import LONGEST_VALUE, Describer
from trtheaders.headers.declarations.heads import after_head, place_parameters, read_arguments, read_head, read_tokens
from trtheaders.headers.declarations.patterns import read_attributes, read_pattern
from trtheaders.headers.declarations.sketches import Scope
from trtheaders.headers.declarations.walk import ACCESS
from trtheaders.headers.parser.kinds import RECORDS, TEMPLATES, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.introductions import Introduction, IntroductionKind


def read_introduction(node: Node, scope: Scope, describer: Describer) -> Introduction | None:
    """What ``node`` introduces; None where it is nothing that is compared."""
    text = describer.text(node)
    kind = IntroductionKind.DEDUCTION_GUIDE if _GUIDE in node.spelling else _KINDS.get(node.kind)
    if not text or kind is None:
        return None
    found = _read_template(node, text, kind) if kind in _WITH_HEADS else _read_name(node, text, kind)
    if found is None:
        return None
    kind, name, meaning = found
    template = node.kind in TEMPLATES
    return Introduction(
        name=scope.qualify(name),
        kind=kind,
        location=describer.locate(node),
        head=read_head(text),
        meaning=meaning,
        access=scope.access,
        members=_read_members(node, text) if template else (),
        pattern=read_pattern(node, scope.qualify(name), describer) if template else None,
        attributes=read_attributes(text) if template else "",
    )


_GUIDE = "<deduction guide for "


def _read_members(node: Node, text: str) -> tuple[tuple[str, str, Access], ...]:
    """Bases and data members; the types have the template's parameters by their places, as its head has."""
    parts = [item for item in node.children() if item.kind in (Kind.FIELD, Kind.BASE)]
    names = [item.spelling if item.kind == Kind.FIELD else "" for item in parts]
    types = [place_parameters(text, item.type.spelling) for item in parts]
    return tuple(zip(names, types, (ACCESS[max(item.access, 0)] for item in parts), strict=True))


_KINDS: dict[int, IntroductionKind] = {
    Kind.CLASS_TEMPLATE: IntroductionKind.CLASS_TEMPLATE,
    Kind.PARTIAL_SPECIALIZATION: IntroductionKind.SPECIALISATION,
    **dict.fromkeys(RECORDS, IntroductionKind.SPECIALISATION),
    Kind.ALIAS_TEMPLATE: IntroductionKind.ALIAS_TEMPLATE,
    Kind.CONCEPT: IntroductionKind.CONCEPT,
    Kind.UNEXPOSED_DECLARATION: IntroductionKind.VARIABLE_TEMPLATE,
    Kind.USING_DECLARATION: IntroductionKind.USING_DECLARATION,
    Kind.USING_DIRECTIVE: IntroductionKind.USING_DIRECTIVE,
    Kind.NAMESPACE_ALIAS: IntroductionKind.NAMESPACE_ALIAS,
    Kind.FRIEND: IntroductionKind.FRIEND_CLASS,
}
_WITH_HEADS = frozenset(
    {
        IntroductionKind.CLASS_TEMPLATE,
        IntroductionKind.SPECIALISATION,
        IntroductionKind.ALIAS_TEMPLATE,
        IntroductionKind.VARIABLE_TEMPLATE,
        IntroductionKind.CONCEPT,
    }
)
_Found = tuple[IntroductionKind, str, str]


def _read_template(node: Node, text: str, kind: IntroductionKind) -> _Found | None:
    """A template's kind, name and meaning: of a variable its initialiser, of an alias its type, of a concept a hash."""
    tokens = after_head(text)
    if not text.startswith("template") or read_tokens(text)[1:2] != ["<"] or not node.spelling:
        return None
    name = node.spelling.partition("<")[0]
    arguments = read_arguments(tokens, name)
    if node.kind in RECORDS or node.kind in TEMPLATES:
        return kind, f"{name}{arguments}", "final" if _is_final(tokens) else ""
    meaning = _spell(tokens[tokens.index("=") + 1 :]).rstrip("; ") if "=" in tokens else ""
    if kind is IntroductionKind.CONCEPT:
        meaning = place_parameters(text, meaning)
    if kind is IntroductionKind.CONCEPT or len(meaning) > LONGEST_VALUE:
        meaning = hashlib.sha256(meaning.encode()).hexdigest()[:12]
    if arguments and kind is IntroductionKind.VARIABLE_TEMPLATE:
        kind = IntroductionKind.SPECIALISATION
    return kind, f"{name}{arguments}", meaning


def _spell(tokens: list[str]) -> str:
    return re.sub(r" ?(::|[<>(),\[\]]) ?", r"\1", " ".join(tokens)).replace(",", ", ")


def _is_final(tokens: list[str]) -> bool:
    before = tokens[: tokens.index("{")] if "{" in tokens else tokens
    return "final" in (before[: before.index(":")] if ":" in before else before)


def _read_name(node: Node, text: str, kind: IntroductionKind) -> _Found | None:
    if kind is IntroductionKind.DEDUCTION_GUIDE:
        taken = [item.type.spelling for item in node.children() if item.kind == Kind.PARAMETER]
        name = node.spelling.removeprefix(_GUIDE).removesuffix(">")
        return kind, f"{name}({', '.join(taken)})", _spell(read_tokens(text.rpartition("->")[2])).rstrip("; ")
    words = [word for word in read_tokens(text) if word not in ("using", "namespace", "typename", "friend", ";", "=")]
    if kind is IntroductionKind.NAMESPACE_ALIAS:
        return kind, node.spelling, "".join(words[1:])
    if kind is IntroductionKind.FRIEND_CLASS:
        if words[:1] not in (["struct"], ["class"], ["union"]) or "(" in words:
            return None
        return kind, "".join(words[1:]), "".join(words[1:])
    target = "".join(words).removeprefix("::")
    last = target.rpartition("::")[2]
    if kind is IntroductionKind.USING_DECLARATION and target.rpartition("::")[0].partition("<")[0].endswith(last):
        return IntroductionKind.INHERITED_CONSTRUCTORS, target, target
    return kind, last if kind is IntroductionKind.USING_DECLARATION else target, target
