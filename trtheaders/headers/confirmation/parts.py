"""Instances that classes are made of: C++ that makes, copies, assigns and destroys those, and what that code then
leaves undefined of templates whose bodies are not in the headers.

Implicit and inline constructors, destructors and assignments call those of bases and members ([class.base.init],
[class.copy]); a vtable that the consumer emits names the virtual functions. The compiler knows all that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from trtheaders.demangling import demangle, split_parameters
from trtheaders.headers.confirmation.assembly import Assembly
from trtheaders.headers.confirmation.uses import Forms
from trtheaders.headers.instances.parts import Parts
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Spelling
from trtheaders.model.headers.promises import Exemption, Obligation, Promise, SymbolKind, Use
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.names import SymbolName

PRELUDE = """#include <new>
#include <type_traits>
template <bool> struct trtheaders_when {
template <class T, class U> static void make(void* p, U* u) { ::new (p) T(static_cast<U&&>(*u)); }
template <class T> static void make(void* p) { ::new (p) T(); }
template <class T, class U> static void set(T* t, U* u) { *t = static_cast<U&&>(*u); }
template <class T> static void end(T* t) { t->~T(); } };
template <> struct trtheaders_when<false> {
template <class T, class U> static void make(void*, U*) {}
template <class T> static void make(void*) {}
template <class T, class U> static void set(T*, U*) {}
template <class T> static void end(T*) {} };
template <class T, bool> struct trtheaders_child : T {};
template <class T> struct trtheaders_child<T, false> { typedef T type; };
template <class T, bool derive> struct trtheaders_maker_of { typedef trtheaders_child<T, true> type; };
template <class T> struct trtheaders_maker_of<T, false> { typedef T type; };
template <int N, class T, int M> struct trtheaders_whole { static void at(void*); };
template <int N, class T, int M> void trtheaders_whole<N, T, M>::at(void* p) {
typedef typename trtheaders_maker_of<T, std::is_class<T>::value && !__is_final(T) && (M & 4) != 0>::type C;
C* c = static_cast<C*>(p);
trtheaders_when<std::is_default_constructible<C>::value && (M & 1) != 0>::template make<C>(p);
trtheaders_when<std::is_copy_constructible<C>::value && (M & 2) != 0>::template make<C, C const>(p, c);
trtheaders_when<std::is_move_constructible<C>::value && (M & 1) != 0>::template make<C, C>(p, c);
trtheaders_when<std::is_copy_assignable<C>::value && (M & 2) != 0>::template set<C, C const>(c, c);
trtheaders_when<std::is_move_assignable<C>::value && (M & 1) != 0>::template set<C, C>(c, c);
trtheaders_when<std::is_destructible<C>::value>::template end<C>(c); }
"""
_MASKS = (7, 3, 5, 4, 0)
"""Derived or itself (4), made and moved (1), copied (2): a container claims to be copied whatever its elements are."""

_STRUCTOR = re.compile(r"(?<=[\w])([CD])[0-4](?=E)")
_TEMPLATE_ARGUMENTS = re.compile(r"<[^<>]*>")
_OPERATOR = re.compile(r"\boperator\s*(?:<=>|<<=|>>=|->\*|->|<<|>>|<=|>=|<|>)")


def write_parts(parts: Parts, abstract: frozenset[str], first: int) -> dict[int, Forms]:
    """C++ for ``parts``, numbered from ``first`` on; ``abstract`` classes are made as bases of others."""
    texts: list[Forms] = []
    for name in parts.wholes:
        texts.append(tuple(f"template struct trtheaders_whole<{{}}, ::{name}, {mask}>;" for mask in _MASKS))
        if name in abstract:
            texts += [
                (f"template struct trtheaders_derived<{{}}, ::{name}, void ({with_})>;",) for with_ in _made(name)
            ]
    texts += [
        tuple(f"template struct trtheaders_{how}<{{}}, ::{name}, {type_}>;" for how in ("maker", "derived"))
        for name, type_ in parts.makers
    ]
    texts += [(f"template struct trtheaders_breaker<{{}}, {value}>;",) for value in parts.values]
    return {number: tuple(form.format(number) for form in forms) for number, forms in enumerate(texts, first)}


def _made(name: str) -> tuple[str, str]:
    return "", f"::{name} const&"


def hollow_fragment(parts: Parts) -> str:
    """A regular expression for what the symbols of instances of ``parts`` have inside: `6SharedI`; '' for no parts."""
    names = {word for item in parts.hollow for word in item.name.split("::")}
    return "|".join(sorted(f"{len(name)}{name}(?:B\\d+\\w+?)?I" for name in names if name.isidentifier()))


def promise_parts(snapshot: AbiSnapshot, parts: Parts, assembly: Assembly) -> AbiSnapshot:
    """``snapshot`` with a promise for each symbol of ``parts`` that the compiler's code left undefined."""
    known = {symbol for item in snapshot.promises for symbol in (*item.symbols, *item.optional)}
    # g++ hides what takes a hidden class, and marks nothing in the code of who calls it.
    known |= {symbol for item in snapshot.exempt if item.reason is Exemption.HIDDEN for symbol in item.symbols}
    patterns = {_plain(item.name): item for item in parts.hollow}
    owed: dict[str, list[str]] = {}
    for symbol in assembly.users:
        if symbol not in known and _plain_symbol(symbol) in patterns:
            owed.setdefault(_STRUCTOR.sub(r"\1", symbol), []).append(symbol)
    promises = (_promise(symbols, patterns[_plain_symbol(symbols[0])], assembly.users) for symbols in owed.values())
    return replace(snapshot, promises=(*snapshot.promises, *promises))


def _promise(symbols: list[str], pattern: Declaration, users: Mapping[str, str]) -> Promise:
    """One for the symbols of a constructor, or of a destructor, together: they are defined together."""
    first = sorted(symbols)[0]
    name, parameters, _ = split_parameters(demangle(first))
    structor = pattern.kind in (DeclarationKind.CONSTRUCTOR, DeclarationKind.DESTRUCTOR)
    owner = name.rpartition("::")[0]
    spelling = Spelling(name=owner, type=f"void ({', '.join(parameters)})") if structor else Spelling(name=name)
    data = pattern.kind in (DeclarationKind.VARIABLE, DeclarationKind.STATIC_MEMBER)
    kind = SymbolKind.DATA if data else SymbolKind.FUNCTION
    return Promise(
        declaration=replace(pattern, signature=demangle(first), spelling=spelling),
        obligations=tuple(Obligation(symbol=SymbolName(item), kind=kind) for item in sorted(symbols)),
        uses=frozenset({Use.IMPLICIT_MEMBER}),
        reached=_path(users[first]),
    )


def _path(user: str) -> tuple[str, ...]:
    """The function whose code refers to it, unless that is one of ours."""
    return () if "trtheaders_" in user or not user.startswith("_Z") else (demangle(user),)


def _plain_symbol(symbol: str) -> str:
    """`Shared<int>::Shared()` as the template's header names it: `Shared::Shared`."""
    return _plain(split_parameters(demangle(symbol))[0])


def _plain(name: str) -> str:
    text = _OPERATOR.sub(lambda match: match.group().replace("<", "{").replace(">", "}").replace(" ", ""), name)
    while (shorter := _TEMPLATE_ARGUMENTS.sub("", text)) != text:
        text = shorter
    text = re.sub(r"\[abi:\w+\]", "", text.replace("operator ", "operator@"))
    return text.rpartition(" ")[2]
