"""Which symbols the compiler has for what a snapshot proposes: a pure function of the proposal and the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from trtheaders.demangling import demangle
from trtheaders.headers.abi.mangled_names import names_closure
from trtheaders.headers.confirmation.assembly import SymbolState
from trtheaders.headers.confirmation.compilation import CompilerAnswer
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Trait
from trtheaders.model.headers.promises import Exempt, Exemption, Obligation, Promise, SymbolKind, Unverifiable, Use
from trtheaders.model.names import SymbolName

Subject = Promise | Exempt | Unverifiable

_EXEMPTIONS = {
    SymbolState.DEFINED: Exemption.DEFINED_IN_HEADER,
    SymbolState.HIDDEN: Exemption.HIDDEN,
    SymbolState.WEAK: Exemption.WEAK,
}
_STRUCTOR = re.compile(r"[CD][0-5](?=[EIB])")
_TAGS = re.compile(r"\[abi:[^\]]*\]")
_OFFSET = re.compile(r"_ZT(?:h|v|c)(?:h?n?\d+_|v?n?\d+_n?\d+_|[hv]n?\d+_(?:n?\d+_)?)+")
_NO_USE = "no use of it can be written"
_NOT_MET = "the compiler's code for a use of it has no symbol that could be its"


def is_open(subject: Exempt | Unverifiable) -> bool:
    """Whether the parser left it open only because compilers have different names for it."""
    if isinstance(subject, Unverifiable):
        return subject.declaration is not None and subject.declaration.spelling is not None
    return subject.reason is Exemption.COMPILER_SPECIFIC


def settle(subject: Subject, number: int, asked: bool, answer: CompilerAnswer) -> Subject:
    """``subject`` as the compiler has it: confirmed, corrected to its name, withdrawn, or marked as unconfirmed."""
    refusal = answer.rejected.get(number, "" if asked else _NO_USE)
    if isinstance(subject, Promise):
        return replace(subject, unconfirmed=refusal) if refusal else _settle_promise(subject, number, answer)
    return leave(subject, refusal) if refusal else _settle_open(subject, number, answer)


def _settle_promise(promise: Promise, number: int, answer: CompilerAnswer) -> Promise | Exempt:
    kind = promise.declaration.kind
    if kind is DeclarationKind.CLASS and not any(item.startswith("_ZTI") for item in promise.symbols):
        # Without -frtti no code can ask for it; its members tell its name.
        return promise
    if kind in (DeclarationKind.CONSTRUCTOR, DeclarationKind.DESTRUCTOR):
        found = _find_structor(promise, answer.assembly.references.get(number, frozenset()))
    else:
        found = _find_symbol(promise, number, answer)
    if found is None:
        return replace(promise, unconfirmed=_NOT_MET)
    proposed, symbol = found
    versions = answer.assembly.versions.get(symbol)
    if versions:
        return replace(promise, obligations=tuple(Obligation(symbol=SymbolName(name)) for name in sorted(versions)))
    reason = _find_exemption(promise.declaration, symbol, number, answer)
    if reason is not None:
        return Exempt(declaration=promise.declaration, reason=reason, symbols=promise.symbols)
    return _owe_initialiser(_rename(promise, proposed, symbol), answer)


def _find_exemption(declaration: Declaration, symbol: str, number: int, answer: CompilerAnswer) -> Exemption | None:
    # Of an instance of a function g++ says nothing; what hides its arguments hides it.
    silent = declaration.kind is DeclarationKind.FUNCTION and Trait.TEMPLATE_INSTANCE in declaration.traits
    if number in answer.assembly.hidden and (silent or symbol not in answer.assembly.exported):
        return Exemption.HIDDEN
    return _EXEMPTIONS.get(answer.assembly.state(symbol))


INITIALISER = "_ZTH"
"""How the symbols of initialisation functions begin."""


def _owe_initialiser(promise: Promise, answer: CompilerAnswer) -> Promise:
    """A thread-local object's initialisation function is owed where the compiler's reference to it is strong.

    It is weak where static initialisation is possible (gcc/cp/decl2.cc, get_tls_init_fn); clang's always is.
    """
    owed = [item for item in promise.optional if item.startswith(INITIALISER) and item in answer.assembly.users]
    if not owed:
        return promise
    return replace(
        promise,
        obligations=(*promise.obligations, *(Obligation(symbol=item) for item in owed)),
        optional=tuple(item for item in promise.optional if item not in owed),
    )


def _find_symbol(promise: Promise, number: int, answer: CompilerAnswer) -> tuple[str, str] | None:
    """The proposed name and the compiler's, of a function, an object or a class's typeinfo."""
    first = promise.obligations[0].symbol
    proposed = next((item for item in promise.symbols if item.startswith("_ZTI")), first)
    symbol = _symbol_behind(number, answer)
    if symbol is not None:
        return proposed, symbol
    # clang calls a function with target versions through a name of its own.
    references = {item.removesuffix(".ifunc") for item in answer.assembly.references.get(number, ())}
    wrapped = (_unwrap(item) for item in references if item.startswith("_ZTW"))
    met = [item for item in (*promise.obligations[0].alternatives, first) if item in references]
    return next(((proposed, item) for item in (*wrapped, *met)), None)


def _symbol_behind(number: int, answer: CompilerAnswer) -> str | None:
    words = (answer.assembly.words.get((what, number, -1), ()) for what in ("function", "object", "class"))
    return next((word for found in words for word in found[:1] if isinstance(word, str)), None)


def _unwrap(symbol: str) -> str:
    """The thread-local object behind its wrapper function (Itanium C++ ABI 5.1.4.4)."""
    encoding = symbol.removeprefix("_ZTW")
    plain = re.fullmatch(r"(\d+)(\w+)", encoding)
    return plain[2] if plain is not None and int(plain[1]) == len(plain[2]) else f"_Z{encoding}"


def _find_structor(promise: Promise, references: frozenset[str]) -> tuple[str, str] | None:
    """One of the proposed symbols, or the single one of the same class and code that stands in its place."""
    for owed in promise.obligations:
        for symbol in (owed.symbol, *owed.alternatives):
            if symbol in references:
                return owed.symbol, symbol
    # No demangler reads what clang puts behind a constrained one (`Q3HasIT_E`).
    for name_of in (_plain_name, _head):
        proposed = {name_of(item): item for item in promise.symbols}
        met = [(proposed[name], item) for item in references if (name := name_of(item)) in proposed]
        if len(met) == 1:
            return met[0]
    return None


def _head(symbol: str) -> str:
    """What stands before the parameters of a constructor or destructor."""
    codes = list(_STRUCTOR.finditer(symbol))
    return symbol[: codes[-1].end()] if codes else symbol


def _plain_name(symbol: str) -> str:
    """A structor's name without parameters and tags, and its code: what no difference of spelling touches."""
    codes = _STRUCTOR.findall(symbol) if symbol.startswith("_Z") else []
    return f"{_TAGS.sub('', demangle(symbol)).partition('(')[0]} {codes[-1]}" if codes else ""


def _rename(promise: Promise, proposed: str, symbol: str) -> Promise:
    """``promise`` confirmed; what shares the encoding of the ``proposed`` name follows it to the compiler's."""
    if proposed == symbol and not any(item.alternatives for item in promise.obligations):
        return promise
    old, new = _stem(proposed), _stem(symbol)

    def follow(name: SymbolName) -> SymbolName:
        return SymbolName(name.replace(old, new) if old in name else name)

    def owe(item: Obligation) -> Obligation:
        own = symbol if item.symbol == proposed else _recode(symbol, proposed, item.symbol) or follow(item.symbol)
        return replace(item, symbol=SymbolName(own), alternatives=())

    return replace(
        promise,
        obligations=tuple(map(owe, promise.obligations)),
        optional=tuple(map(follow, promise.optional)),
        dependent=True,
    )


def _recode(symbol: str, proposed: str, other: str) -> str:
    """``symbol`` with the code in which ``other`` differs from ``proposed``, as `C2` for `C1`; '' for more."""
    codes, theirs = list(_STRUCTOR.finditer(proposed)), list(_STRUCTOR.finditer(symbol))
    for code, place in zip(codes, theirs, strict=False):
        swapped = other[code.start() : code.end()]
        if len(codes) == len(theirs) and f"{proposed[: code.start()]}{swapped}{proposed[code.end() :]}" == other:
            return f"{symbol[: place.start()]}{swapped}{symbol[place.end() :]}"
    return ""


def _stem(symbol: str) -> str:
    """What the symbols of one class, constructor or object have in common."""
    bare = re.sub(r"^_Z(T[A-Z])?", "", symbol)
    codes = list(_STRUCTOR.finditer(bare))
    return bare[: codes[-1].start()] if codes and symbol.startswith("_ZN") else bare


def _settle_open(subject: Exempt | Unverifiable, number: int, answer: CompilerAnswer) -> Subject:
    """What the parser could not name, as a promise if the compiler leaves it undefined."""
    declaration, symbol = subject.declaration, _symbol_behind(number, answer)
    if declaration is None or symbol is None:
        return leave(subject, _NOT_MET)
    reason = _find_exemption(declaration, symbol, number, answer)
    if reason is not None:
        return Exempt(declaration=declaration, reason=reason, symbols=(SymbolName(symbol),))
    owed = (_owe(declaration, symbol),)
    return Promise(declaration=declaration, obligations=owed, uses=_uses_of(declaration), dependent=True)


def _owe(declaration: Declaration, symbol: str) -> Obligation:
    data = declaration.kind in (DeclarationKind.VARIABLE, DeclarationKind.STATIC_MEMBER)
    size = declaration.result.size if data and declaration.result is not None else None
    return Obligation(symbol=SymbolName(symbol), kind=SymbolKind.DATA if data else SymbolKind.FUNCTION, size=size)


def _uses_of(declaration: Declaration) -> frozenset[Use]:
    data = declaration.kind in (DeclarationKind.VARIABLE, DeclarationKind.STATIC_MEMBER)
    return frozenset({Use.READ if data else Use.CALL})


def leave(subject: Exempt | Unverifiable, words: str) -> Exempt | Unverifiable:
    """Never exempt: nobody knows its name, so nobody can say that it is there."""
    if isinstance(subject, Unverifiable) or any(map(names_closure, subject.symbols)):
        return subject
    return Unverifiable(
        name=subject.declaration.name,
        location=subject.declaration.location,
        reason=f"compilers name it differently, and none confirmed a name: {words}",
        declaration=subject.declaration,
    )


def settle_thunks(subjects: Iterable[Subject]) -> list[Subject]:
    """A thunk's name is confirmed with that of the function which it enters (Itanium C++ ABI 5.1.4.1)."""
    settled = list(subjects)
    known = {
        _stem(symbol)
        for item in settled
        if isinstance(item, Promise) and not item.unconfirmed
        for symbol in item.symbols
    }
    return [_settle_thunk(item, known) for item in settled]


def _settle_thunk(subject: Subject, known: set[str]) -> Subject:
    if not isinstance(subject, Promise) or subject.declaration.kind is not DeclarationKind.THUNK:
        return subject
    target = _stem(f"_Z{_OFFSET.sub('', subject.obligations[0].symbol)}")
    return replace(subject, unconfirmed="") if target in known else subject
