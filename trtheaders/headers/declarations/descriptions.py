"""A sketch to a `Declaration`: what people read, in the words of the header."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from trtheaders.headers.declarations.heads import place_parameters, read_demands, read_head
from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.declarations.spellings import spell
from trtheaders.headers.declarations.types import TypeReader, without_place
from trtheaders.headers.parser.binding.positions import Extent
from trtheaders.headers.parser.kinds import (
    COMPUTED_NOEXCEPT,
    CONVENTIONS,
    METHODS,
    NAMESPACES,
    NOTHROW,
    Kind,
    is_expression,
)
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Parameter, Trait, TypeUse
from trtheaders.model.places import Location

_KINDS: dict[int, DeclarationKind] = {
    Kind.FUNCTION: DeclarationKind.FUNCTION,
    Kind.METHOD: DeclarationKind.METHOD,
    Kind.CONSTRUCTOR: DeclarationKind.CONSTRUCTOR,
    Kind.DESTRUCTOR: DeclarationKind.DESTRUCTOR,
    Kind.CONVERSION: DeclarationKind.CONVERSION,
    Kind.FUNCTION_TEMPLATE: DeclarationKind.FUNCTION_TEMPLATE,
    Kind.VARIABLE: DeclarationKind.VARIABLE,
}
_DEVICE_WORDS = ("__device__", "__host__", "__global__")
"""What CUDA's headers write before a function; macros that mean nothing to a C++ compiler."""

_WORDS = {
    "constexpr": Trait.CONSTEXPR,
    "consteval": Trait.CONSTEVAL,
    "noreturn": Trait.NORETURN,
    "nodiscard": Trait.NODISCARD,
}
_WORD = re.compile(rb"\b(?:" + "|".join((*_WORDS, "inline", *_DEVICE_WORDS)).encode() + rb")\b")
_NONE = frozenset[str]()
_NEAR = 200
"""Bytes; no word that belongs to a declaration stands farther in front of it."""

_NO_CODE = re.compile(rb"//[^\n]*|/\*.*?\*/|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.DOTALL | re.MULTILINE)
_RUN_OF_WORDS = re.compile(rb"[\w\s]+\Z")


class Describer:
    """Describes the declarations of one tree.

    ``inline_constants``: static constexpr data members are inline variables, as they are from C++17 on.
    """

    def __init__(self, tree: HeaderTree, *, inline_constants: bool = True) -> None:
        self.tree = tree
        self.inline_constants = inline_constants
        self._words: dict[tuple[str, int], frozenset[str]] = {}
        self._heads: dict[tuple[str, int], bytes] = {}
        self._typed: dict[tuple[int | None, int], Sequence[Trait]] = {}
        self.types = TypeReader()

    def function(self, sketch: Sketch) -> Declaration:
        """A function of any kind, templates included."""
        node = sketch.node
        defaults = b"=" in self._head(node.extent())
        parameters = tuple(self._parameter(item, defaults) for item in node.parameters())
        special = node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR)
        result = None if special else self._result(sketch)
        traits = self._function_traits(sketch)
        return Declaration(
            name=sketch.name,
            kind=_function_kind(node),
            location=sketch.location,
            signature=_sign(node.spelling, parameters, traits),
            parameters=parameters,
            result=result,
            access=sketch.access,
            record=None if sketch.scope.record is None else sketch.scope.record.name,
            traits=traits,
            inline_namespaces=sketch.scope.inline_namespaces,
            template="template" if sketch.template else "",
            spelling=spell(node) if _is_specialised(sketch) else None,
            head=self._read_head(node, parameters) if sketch.template else "",
        )

    def _read_head(self, node: Node, parameters: tuple[Parameter, ...]) -> str:
        """What stands before a template, and what it asks for otherwise: behind the parameters, before `auto`."""
        text = self._head(node.extent()).decode(errors="replace")
        written = [f"{item.type.spelling} ${index}" for index, item in enumerate(parameters)]
        head = read_head(text) or ", ".join(["-", *(item for item in written if _AUTO.search(item))]) + read_demands(
            text
        )
        return self._place(node.parent, head)

    def _result(self, sketch: Sketch) -> TypeUse | None:
        """Of a template, nothing but what is written is known; None where that is an expression."""
        node = sketch.node
        if not sketch.template:
            return self.types.read(node.result, node)
        meaning = self._place(node, without_place(node.result.canonical.spelling))
        return None if "decltype" in meaning else TypeUse(spelling=node.result.spelling, canonical=meaning)

    def _place(self, node: Node | None, text: str) -> str:
        """``text`` with the parameters of all templates around by their places; of values it has the names."""
        while node is not None and node.kind not in NAMESPACES:
            text = place_parameters(self._head(node.extent()).decode(errors="replace"), text)
            node = node.parent
        return text

    def variable(self, sketch: Sketch) -> Declaration:
        """A variable or static data member."""
        node = sketch.node
        owner = node.parent
        member = sketch.scope.record is not None or (owner is not None and owner.kind not in NAMESPACES)
        use = self.types.read(node.type, node) if not sketch.template else _written(node)
        traits = {Trait.THREAD_LOCAL} if node.thread_local else set()
        words = self.words(node)
        traits |= {trait for word, trait in _WORDS.items() if word in words}
        if "inline" in words:
            traits.add(Trait.INLINE)
        return Declaration(
            name=sketch.name,
            kind=DeclarationKind.STATIC_MEMBER if member else DeclarationKind.VARIABLE,
            location=sketch.location,
            signature=f"{use.spelling} {node.spelling}",
            result=use,
            access=sketch.access,
            record=None if sketch.scope.record is None else sketch.scope.record.name,
            traits=frozenset(traits),
            inline_namespaces=sketch.scope.inline_namespaces,
            template="template" if sketch.template else "",
            value=self._value(sketch),
            spelling=replace(spell(node), namespace=sketch.scope.name)
            if node.kind == Kind.UNEXPOSED_DECLARATION
            else None,
        )

    def _value(self, sketch: Sketch) -> str:
        node = next((item for item in sketch.nodes if item.initializer is not None), None)
        if node is None:
            return ""
        evaluated = node.value if not sketch.template and node.type.canonical.is_scalar else ""
        return evaluated or (self.read_initialiser(node) or "")[:LONGEST_VALUE]

    def record(self, record: RecordSketch) -> Declaration:
        """A class as such."""
        return Declaration(
            name=record.name,
            kind=DeclarationKind.CLASS_TEMPLATE if record.template else DeclarationKind.CLASS,
            location=record.location,
            signature=f"class {record.name.rpartition('::')[2]}",
            access=record.access,
            record=record.name,
            inline_namespaces=record.scope.inline_namespaces,
            template="template" if record.template else "",
        )

    def words(self, node: Node) -> frozenset[str]:
        """Those of the words that mean something here which ``node`` is written with, before its body."""
        extent = node.extent()
        key = (extent.file, extent.begin)
        known = self._words.get(key)
        if known is None:
            head = self._head(extent)
            found = _WORD.findall(head) if _may_say(head) else []
            found += self._device_words_before(extent)
            known = self._words[key] = frozenset([word.decode() for word in found]) if found else _NONE
        return known

    def _device_words_before(self, extent: Extent) -> list[bytes]:
        """CUDA's words in front of the result: as macros that mean nothing, they are no part of the declaration."""
        name = self.tree.name_of(extent.file)
        before = b"" if name is None else self.tree.text(name)[max(0, extent.begin - _NEAR) : extent.begin]
        if b"__device__" not in before:
            return []
        run = _RUN_OF_WORDS.search(_NO_CODE.sub(b";", before))
        return [] if run is None else _WORD.findall(run.group())

    def _head(self, extent: Extent) -> bytes:
        """What is written before the body; without decoding what follows, which may be long."""
        key = (extent.file, extent.begin)
        if key not in self._heads:
            name = self.tree.name_of(extent.file)
            text = b"" if name is None else self.tree.text(name)
            end = text.find(b"{", extent.begin, extent.end)
            self._heads[key] = text[extent.begin : extent.end if end < 0 else end]
        return self._heads[key]

    def text(self, node: Node) -> str:
        """The text of ``node``; empty outside the tree."""
        return self._slice(node.extent())

    def read_initialiser(self, node: Node) -> str | None:
        """What a variable or member starts as, in the header's words; None where it says nothing."""
        return _read_initialiser(self._slice(node.behind_name()))

    def _slice(self, extent: Extent) -> str:
        name = self.tree.name_of(extent.file)
        return "" if name is None else self.tree.text(name)[extent.begin : extent.end].decode(errors="replace")

    def locate(self, node: Node) -> Location:
        """Where ``node`` stands, relative to the tree where it is in it."""
        file, line, _ = node.place()
        return self.tree.locate(file, line) or Location(file=file, line=line)

    def _parameter(self, node: Node, defaults: bool) -> Parameter:
        # Only a default argument has an expression below the parameter.
        has_default = defaults and any(is_expression(item.kind) for item in node.children())
        default = _after_equals(self.text(node)) if has_default else None
        value = "" if default is None else self.evaluate(node)
        return Parameter(name=node.spelling, type=self.types.read(node.type, node), default=default, value=value)

    def evaluate(self, node: Node) -> str:
        """What a default argument or a member's initialiser comes to, where it is a number; '' for anything else."""
        if node.is_bitfield:
            return ""
        expression = next((item for item in reversed(node.children()) if is_expression(item.kind)), None)
        scalar = node.type.canonical.is_scalar
        return "" if expression is None or not scalar else expression.evaluate(node.type.canonical.spelling)

    def _function_traits(self, sketch: Sketch) -> frozenset[Trait]:
        node = sketch.node
        found = [*self._traits_of_type(node), *_plain_traits(node)]
        if words := self.words(node):
            found += [trait for word, trait in _WORDS.items() if word in words]
        if attributes := node.attributes:
            found += [trait for kind, trait in _ATTRIBUTES.items() if kind in attributes]
        if sketch.friend:
            found.append(Trait.FRIEND)
        if sketch.scope.extern_c:
            found.append(Trait.EXTERN_C)
        # A loop: to start a generator takes longer than to ask the one node that most functions have.
        for item in sketch.nodes:
            found += [Trait.INLINE] if item.is_inlined else []
            found += [Trait.VERSIONED] if item.is_versioned else []
        return frozenset(found)

    def _traits_of_type(self, node: Node) -> Sequence[Trait]:
        """What a function's type says; what a condition of `noexcept` comes to, libclang does not, but for `true`."""
        key = (node.type.written, node.kind)
        if key not in self._typed:
            self._typed[key] = _read_type(node, node.type)
        found = self._typed[key]
        if Trait.NOEXCEPT in found and node.type.exception_specification == COMPUTED_NOEXCEPT:
            told = _NOEXCEPT_TRUE.search(self._head(node.extent())) is not None
            return found if told else [trait for trait in found if trait is not Trait.NOEXCEPT]
        return found


_MAYBE_NOTHROW = NOTHROW | {COMPUTED_NOEXCEPT}
_NOEXCEPT_TRUE = re.compile(rb"\bnoexcept\s*\(\s*true\s*\)")

LONGEST_VALUE = 80
"""Characters kept of an initialiser: no more of upstream's text than tells two of them apart."""

_ATTRIBUTES = {Kind.OVERRIDE: Trait.OVERRIDE, Kind.FINAL: Trait.FINAL, Kind.NODISCARD: Trait.NODISCARD}


def _may_say(head: bytes) -> bool:
    """Whether one of the words may be in ``head``: a piece of each, and of few other declarations, is quicker found."""
    return b"__" in head or b"inline" in head or b"conste" in head or b"nodiscard" in head or b"noreturn" in head


_REFERENCES = {1: Trait.LVALUE_REF, 2: Trait.RVALUE_REF}


def _plain_traits(node: Node) -> list[Trait]:
    found = [Trait.DELETED] if node.is_deleted else []
    if node.is_deprecated:
        found.append(Trait.DEPRECATED)
    if node.kind in METHODS:
        found += [Trait.DEFAULTED] if node.is_defaulted else []
        found += [Trait.STATIC] if node.is_static_method else []
        found += [Trait.EXPLICIT] if node.is_explicit else []
        if node.is_virtual:
            found += [Trait.VIRTUAL, Trait.PURE] if node.is_pure else [Trait.VIRTUAL]
    return found


def _read_type(node: Node, type_: TypeNode) -> list[Trait]:
    """The traits that are the ``type_``'s of a function; one with a condition may be `noexcept`."""
    found = [Trait.VARIADIC] if type_.is_variadic else []
    if node.kind in METHODS:
        found += [Trait.CONST] if node.is_const else []
        found += [Trait.VOLATILE] if _is_volatile(type_.spelling) else []
    if reference := _REFERENCES.get(type_.reference_qualifier):
        found.append(reference)
    if convention := CONVENTIONS.get(type_.calling_convention):
        found.append(Trait(convention))
    if type_.exception_specification in _MAYBE_NOTHROW:
        found.append(Trait.NOEXCEPT)
    return found


def _is_specialised(sketch: Sketch) -> bool:
    """Whether it takes template arguments to name it: of its own, or of the class that it is a member of."""
    return not sketch.template and ("<" in sketch.name or sketch.node.template is not None)


def _is_volatile(spelling: str) -> bool:
    """Whether a member function's type says so behind its parameters; libclang has no answer of its own."""
    return "volatile" in spelling and "volatile" in spelling[spelling.rfind(")") :]


def _function_kind(node: Node) -> DeclarationKind:
    if node.kind == Kind.METHOD and node.is_static_method:
        return DeclarationKind.STATIC_METHOD
    return _KINDS[node.kind]


def _written(node: Node) -> TypeUse:
    """A dependent type: nothing but its spelling is known."""
    spelling = without_place(node.type.spelling)
    return TypeUse(spelling=spelling, canonical=spelling)


def _after_equals(text: str) -> str | None:
    """The default argument in a parameter's text: what follows the `=` outside all brackets."""
    depth = 0
    for index, character in enumerate(text):
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            depth -= 1
        elif character == "=" and depth == 0:
            return _without_comments(text[index + 1 :])
    return None


def _sign(name: str, parameters: tuple[Parameter, ...], traits: frozenset[Trait]) -> str:
    words = [f"{item.type.spelling} {item.name}".strip() for item in parameters]
    if Trait.VARIADIC in traits:
        words.append("...")
    after = [trait.value for trait in (Trait.CONST, Trait.LVALUE_REF, Trait.RVALUE_REF) if trait in traits]
    return " ".join([f"{name}({', '.join(words)})", *after])


def _read_initialiser(text: str) -> str | None:
    """What stands behind the `=`, or in brackets, in the ``text`` behind a name; arrays' bounds are passed over."""
    if text.lstrip().startswith("("):
        return _without_comments(text)
    depth = 0
    for index, character in enumerate(text):
        # What closes the brackets around a name (`int (*f)(int)`) was opened before it.
        depth = max(depth + (character in "([") - (character in ")]"), 0)
        if depth == 0 and character in "={":
            bare = _without_comments(text[index + 1 :])
            return bare if character == "=" else "{" + bare
    return None


_AUTO = re.compile(r"\bauto\b")
_COMMENT_OR_LITERAL = re.compile(r"//[^\n]*|/\*.*?\*/|(\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')", re.DOTALL)


def _without_comments(text: str) -> str:
    return " ".join(_COMMENT_OR_LITERAL.sub(lambda found: found[1] or " ", text).split())
