"""Does a declaration owe symbols? Functions and variables, one verdict each: promise, exempt or unverifiable."""

from __future__ import annotations

import re
from collections.abc import Callable

from trtheaders.headers.abi.bases import has_too_many_bases, is_dynamic, is_open_ended, is_single_chain
from trtheaders.headers.abi.mangled_names import THUNK, initialiser_of, is_named_otherwise, names_closure
from trtheaders.headers.declarations.descriptions import Describer
from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.declarations.trust import Trust
from trtheaders.headers.parser.kinds import HIDDEN, INTERNAL, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node, TypeNode
from trtheaders.headers.promises.classes import judge_class
from trtheaders.headers.promises.undefined_inlines import UndefinedInlines
from trtheaders.headers.promises.vector_variants import VectorVariants
from trtheaders.headers.reach.friends import is_found
from trtheaders.headers.reach.references import Reach, is_derivable, is_overridable
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.headers.promises import Exempt, Exemption, Obligation, Promise, SymbolKind, Unverifiable, Use
from trtheaders.model.names import SymbolName

Verdict = Promise | Exempt | Unverifiable


class Judge:
    """Judges the declarations of one parsed unit."""

    def __init__(
        self,
        describer: Describer,
        trust: Trust,
        reached: dict[str, Reach],
        variants: VectorVariants,
        undefined: UndefinedInlines,
    ) -> None:
        self._describer = describer
        self._undefined = undefined
        self._trust = trust
        self._reached = reached
        self._variants = variants

    def functions(self, sketch: Sketch) -> list[Verdict]:
        """The verdict on a function, and a further one for each thunk that it owes."""
        declaration = self._describer.function(sketch)
        doubt = "" if sketch.template else self._doubt(sketch)
        if doubt:
            return [self.unverifiable(declaration, doubt, sketch.node)]
        reason = self._exempt_function(sketch, declaration)
        if reason is not None:
            return [Exempt(declaration=declaration, reason=reason, symbols=symbols_of(sketch))]
        return [self._promise_function(sketch, declaration), *_promise_thunks(sketch, declaration)]

    def variable(self, sketch: Sketch) -> Verdict:
        """The verdict on a variable or static data member."""
        declaration = self._describer.variable(sketch)
        doubt = "" if sketch.template else self._doubt(sketch)
        if doubt:
            return self.unverifiable(declaration, doubt, sketch.node)
        reason = self._exempt_variable(sketch, declaration)
        if reason is not None:
            named = not sketch.template and sketch.node.linkage not in INTERNAL
            symbols = (SymbolName(sketch.node.mangling),) if named else ()
            return Exempt(declaration=declaration, reason=reason, symbols=symbols)
        return self._promise_variable(sketch, declaration)

    def record(self, record: RecordSketch) -> list[Verdict]:
        """The verdict on a class as such, where it has a vtable; nothing for other classes."""
        if record.template or not is_dynamic(record.node):
            return []
        declaration = self._describer.record(record)
        doubt = self._trust.doubt(record.node)
        if doubt:
            return [self.unverifiable(declaration, doubt, record.node)]
        return [*judge_class(record, declaration, self._reached)]

    def unverifiable(self, declaration: Declaration, doubt: str, node: Node) -> Unverifiable:
        """What could not be judged, with the include that is to blame."""
        name, place = self._trust.blame(node.place()[0])
        remedy = f"name the folder that holds `{name}` with `--include-dir`" if name else ""
        reason = f"{doubt}: `#include` of `{name}` found nothing" if name else doubt
        return Unverifiable(
            name=declaration.name,
            location=declaration.location,
            reason=reason,
            blame=place,
            remedy=remedy,
            declaration=declaration,
        )

    def _doubt(self, sketch: Sketch) -> str:
        return "" if self._trust.clean else self._trust.doubt(sketch.node)

    def _exempt_function(self, sketch: Sketch, declaration: Declaration) -> Exemption | None:
        for reason, applies in _FUNCTION_TESTS:
            if applies(sketch, declaration) and not self._is_owed_anyway(sketch, declaration, reason):
                return reason
        if self._is_for_device(sketch):
            return Exemption.DEVICE
        return Exemption.PRIVATE if self._is_out_of_reach(sketch, declaration) else None

    def _is_owed_anyway(self, sketch: Sketch, declaration: Declaration, reason: Exemption) -> bool:
        """An inline function without a body is; so is a friend that a body declares to call it."""
        if reason is Exemption.CONSTEXPR:
            # Nobody calls a consteval function at run time; the compiler writes what is defaulted.
            written = Trait.CONSTEVAL in declaration.traits or any(node.is_defaulted for node in sketch.nodes)
            return not written and self._undefined.holds(sketch)
        if reason is Exemption.INLINE:
            return self._undefined.holds(sketch)
        return reason is Exemption.UNNAMEABLE and sketch.usr in self._reached

    def _exempt_variable(self, sketch: Sketch, declaration: Declaration) -> Exemption | None:
        reason = self._find_exemption(sketch, declaration)
        if reason is Exemption.INITIALISED_IN_CLASS and self._is_out_of_reach(sketch, declaration):
            return Exemption.PRIVATE
        return reason

    def _find_exemption(self, sketch: Sketch, declaration: Declaration) -> Exemption | None:
        if not self._describer.inline_constants and _is_initialised_constant(sketch, declaration):
            return Exemption.INITIALISED_IN_CLASS
        tests = (
            *_VARIABLE_TESTS,
            (Exemption.STATIC_ASSERT, self._is_assertion),
            (Exemption.PRIVATE, self._is_out_of_reach),
        )
        # g++ refers to a static data member as to any other, weak or not.
        if declaration.kind is DeclarationKind.VARIABLE and _has_weak_attribute(sketch, declaration):
            return Exemption.WEAK
        return next((reason for reason, applies in tests if applies(sketch, declaration)), None)

    def _is_out_of_reach(self, sketch: Sketch, declaration: Declaration) -> bool:
        if not sketch.closed:
            return False
        return sketch.usr not in self._reached and not is_overridable(sketch)

    def _is_for_device(self, sketch: Sketch) -> bool:
        """`__device__` without `__host__`: compiled for the GPU alone. On the host the words mean nothing."""
        words = self._describer.words(sketch.node)
        return "__device__" in words and not words & {"__host__", "__global__"}

    def _is_assertion(self, sketch: Sketch, declaration: Declaration) -> bool:
        """`extern char check[1 / (sizeof(int) == 4)];`: declared for its bound alone, of one element if all is well."""
        if declaration.kind is not DeclarationKind.VARIABLE or not sketch.node.is_external_storage:
            return False
        bound = self._describer.text(sketch.node).partition("[")[2]
        return sketch.usr not in self._reached and _has_one_element(sketch.node.type) and _may_be_ill_formed(bound)

    def _promise_function(self, sketch: Sketch, declaration: Declaration) -> Promise:
        required, optional = _split_symbols(sketch)
        reach = self._reached.get(sketch.usr)
        uses = {Use.CONSTRUCT if declaration.kind is DeclarationKind.CONSTRUCTOR else Use.CALL}
        if Trait.VIRTUAL in declaration.traits:
            uses.add(Use.DERIVE)
        if sketch.closed:
            uses = {reach.use if reach is not None else Use.DERIVE}
        return Promise(
            declaration=declaration,
            obligations=tuple(Obligation(symbol=symbol) for symbol in required),
            optional=(*optional, *self._variants.find(sketch, self._describer.tree)),
            uses=frozenset(uses | ({reach.use} if reach is not None else set())),
            reached=reach.path if reach is not None and sketch.closed else (),
        )

    def _promise_variable(self, sketch: Sketch, declaration: Declaration) -> Promise:
        node = sketch.node
        tls = node.thread_local
        symbol = SymbolName(node.mangling)
        use = declaration.result
        size = None if use is None or has_open_end(node) else use.size
        owed = Obligation(symbol=symbol, kind=SymbolKind.TLS if tls else SymbolKind.DATA, size=size)
        reach = self._reached.get(sketch.usr)
        return Promise(
            declaration=declaration,
            obligations=(owed,),
            optional=(initialiser_of(symbol),) if tls else (),
            uses=frozenset({Use.READ} | ({reach.use} if reach is not None else set())),
            reached=reach.path if reach is not None and sketch.closed else (),
        )


_COMPARISON = re.compile(r"[=!<>]=|\s[<>]\s|!")
_IMPOSSIBLE_BOUND = re.compile(r"[?:]\s*\(?\s*(?:-|0\b)")


def _has_one_element(type_: TypeNode) -> bool:
    canonical = type_.canonical
    return (
        canonical.kind == TypeKind.CONSTANT_ARRAY
        and canonical.size is not None
        and canonical.size == canonical.element.size
    )


def _may_be_ill_formed(bound: str) -> bool:
    """Whether the text of an array's bound is a condition, behind which the bound would be 0 or less.

    C++17 [dcl.array] 1: the bound of an array is greater than zero.
    """
    if "?" in bound:
        return _IMPOSSIBLE_BOUND.search(bound) is not None
    return _COMPARISON.search(bound) is not None


def has_open_end(variable: Node) -> bool:
    """Whether ``variable`` is an object that may be larger than its type."""
    record = variable.type.canonical.declaration(variable)
    return record is not None and is_open_ended(record)


def _split_symbols(sketch: Sketch) -> tuple[tuple[SymbolName, ...], tuple[SymbolName, ...]]:
    """(required, optional) symbols of a function; constructors and destructors come in groups.

    Itanium C++ ABI 5.1.4.3. A class with a pure virtual function has no complete objects, so nobody refers to its
    complete constructor (C1): g++ exports it, clang does not.
    """
    names = sorted(symbols_of(sketch))
    record = sketch.scope.record
    if sketch.node.kind == Kind.CONSTRUCTOR and record is not None and record.node.is_abstract:
        base = tuple(name for name in names if "C2" in name)
        return base, tuple(SymbolName(_swap_structor(name)) for name in base)
    return tuple(names), ()


def _swap_structor(name: str) -> str:
    return "C1E".join(name.rsplit("C2E", 1)) if name.count("C2E") == 1 else name.replace("C2E", "C1E", 1)


def symbols_of(sketch: Sketch) -> tuple[SymbolName, ...]:
    """Every symbol of a function or variable, as the parser names them; none for what has no name to link by."""
    if sketch.symbols is None:
        sketch.symbols = _name_symbols(sketch)
    return sketch.symbols


def _name_symbols(sketch: Sketch) -> tuple[SymbolName, ...]:
    node = sketch.node
    if sketch.template or node.linkage in INTERNAL or node.is_invalid:
        return ()
    if node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR):
        return tuple(SymbolName(name) for name in node.manglings())
    return (SymbolName(node.mangling.removeprefix("\x01")),)


def _promise_thunks(sketch: Sketch, declaration: Declaration) -> list[Promise]:
    """A derived class's vtable names the thunks of the functions that it inherits (Itanium C++ ABI 2.5.2)."""
    node, record = sketch.node, sketch.scope.record
    if record is None or node.kind not in (Kind.METHOD, Kind.CONVERSION) or not node.is_virtual:
        return []
    if is_single_chain(record.node) and not _returns_otherwise(node):
        return []
    # The class's own verdict says so.
    if has_too_many_bases(record.node):
        return []
    thunks = [name for name in node.manglings() if THUNK.match(name)]
    if not thunks or not is_derivable(record):
        return []
    return [_promise_thunk(declaration, name) for name in sorted(thunks)]


def _returns_otherwise(method: Node) -> bool:
    """Whether ``method`` overrides something with another result: a covariant one may have to be adjusted."""
    result = method.result.canonical.spelling
    return any(base.result.canonical.spelling != result for base in method.overridden())


def _promise_thunk(declaration: Declaration, symbol: str) -> Promise:
    thunk = Declaration(
        name=declaration.name,
        kind=DeclarationKind.THUNK,
        location=declaration.location,
        signature=declaration.signature,
        parameters=declaration.parameters,
        result=declaration.result,
        access=declaration.access,
        record=declaration.record,
        inline_namespaces=declaration.inline_namespaces,
    )
    obligation = Obligation(symbol=SymbolName(symbol))
    return Promise(declaration=thunk, obligations=(obligation,), uses=frozenset({Use.DERIVE}))


_Test = Callable[[Sketch, Declaration], bool]


def _is_internal(sketch: Sketch, declaration: Declaration) -> bool:
    return sketch.scope.unnamed or any(node.linkage in INTERNAL for node in sketch.nodes)


def _is_constexpr(sketch: Sketch, declaration: Declaration) -> bool:
    return bool(declaration.traits & {Trait.CONSTEXPR, Trait.CONSTEVAL})


def _is_defined(sketch: Sketch, declaration: Declaration) -> bool:
    return any(node.is_definition for node in sketch.nodes)


def _is_hidden(sketch: Sketch, declaration: Declaration) -> bool:
    return sketch.node.visibility == HIDDEN


def _is_named_by_compiler(sketch: Sketch, declaration: Declaration) -> bool:
    return any(names_closure(name) or is_named_otherwise(name) for name in symbols_of(sketch))


def _is_allocation(sketch: Sketch, declaration: Declaration) -> bool:
    return sketch.scope.record is None and re.match(r"operator (new|delete)\b", declaration.name) is not None


def _has_weak_attribute(sketch: Sketch, declaration: Declaration) -> bool:
    return any(node.is_weak for node in sketch.nodes)


def _is_refused(sketch: Sketch, declaration: Declaration) -> bool:
    """A call is an error; so is to derive from a class with such a virtual function, but with `error`."""
    virtual = Trait.VIRTUAL in declaration.traits
    return any(node.is_unavailable or (node.is_error and not virtual) for node in sketch.nodes)


def _is_gnu_inline(sketch: Sketch, declaration: Declaration) -> bool:
    node = sketch.node
    return (
        Trait.INLINE in declaration.traits
        and Kind.UNEXPOSED_ATTRIBUTE in node.attributes
        and "gnu_inline" in " ".join(node.tokens())
    )


def _is_initialised_constant(sketch: Sketch, declaration: Declaration) -> bool:
    if declaration.kind is not DeclarationKind.STATIC_MEMBER:
        return False
    return any(node.initializer is not None for node in sketch.nodes)


def _is_definition_of_variable(sketch: Sketch, declaration: Declaration) -> bool:
    return any(node.is_definition and not node.is_external_storage for node in sketch.nodes)


def _is_unnameable(sketch: Sketch, declaration: Declaration) -> bool:
    """`struct A { friend int f(int); };`: only argument-dependent lookup finds a friend, and `int` leads nowhere."""
    return sketch.friend and not sketch.template and not any(is_found(node) for node in sketch.nodes)


_FUNCTION_TESTS: tuple[tuple[Exemption, _Test], ...] = (
    (Exemption.TEMPLATE, lambda sketch, _: sketch.template),
    (Exemption.DELETED, lambda _, declaration: Trait.DELETED in declaration.traits),
    (Exemption.INTERNAL, _is_internal),
    (Exemption.CONSTEXPR, _is_constexpr),
    (
        Exemption.DEFAULTED,
        lambda sketch, _: any(node.is_defaulted for node in sketch.nodes if node.kind != Kind.FUNCTION),
    ),
    (Exemption.GNU_INLINE, _is_gnu_inline),
    (Exemption.INLINE, lambda _, declaration: Trait.INLINE in declaration.traits),
    (
        Exemption.PURE,
        lambda sketch, declaration: Trait.PURE in declaration.traits and sketch.node.kind != Kind.DESTRUCTOR,
    ),
    (Exemption.DEFINED_IN_HEADER, _is_defined),
    (Exemption.HIDDEN, _is_hidden),
    (Exemption.BUILTIN, _is_allocation),
    (Exemption.UNNAMEABLE, _is_unnameable),
    (Exemption.REFUSED, _is_refused),
    (Exemption.WEAK, _has_weak_attribute),
    (Exemption.COMPILER_SPECIFIC, _is_named_by_compiler),
)

_VARIABLE_TESTS: tuple[tuple[Exemption, _Test], ...] = (
    (Exemption.TEMPLATE, lambda sketch, _: sketch.template),
    (Exemption.INTERNAL, _is_internal),
    (Exemption.CONSTEXPR, _is_constexpr),
    (Exemption.INLINE_VARIABLE, lambda _, declaration: Trait.INLINE in declaration.traits),
    (Exemption.INITIALISED_IN_CLASS, _is_initialised_constant),
    (Exemption.DEFINED_IN_HEADER, _is_definition_of_variable),
    (Exemption.HIDDEN, _is_hidden),
    (Exemption.REFUSED, _is_refused),
    (Exemption.COMPILER_SPECIFIC, _is_named_by_compiler),
)
