"""A declaration to C++ that uses it, written from what people read; nothing that we believe about a symbol goes in.

Most are named in explicit instantiations, where access is not checked (C++17 [temp.explicit] 12), so that private
members need no `-fno-access-control`, which changes what SFINAE chooses. g++ takes the address of a member function
as a plain pointer (`-Wno-pmf-conversions`), of a virtual one as well; clang calls those by their qualified name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Trait, TypeUse

Forms = tuple[str, ...]
"""C++ of one line each; a later one is tried where the compiler refuses those before it."""

PRELUDE = """#include <new>
#include <typeinfo>
template <class F> using trtheaders_plain = F*;
template <class F, class C> using trtheaders_bound = F C::*;
template <class T> using trtheaders_same = T;
template <class T> struct trtheaders_adjusted;
template <class T> struct trtheaders_adjusted<void (T)> { typedef T type; };
typedef trtheaders_adjusted<void (__builtin_va_list)>::type trtheaders_va_list;
template <class T> T trtheaders_any();
template <int N, class T, T P> struct trtheaders_function {
#ifdef __clang__
static T const at; };
template <int N, class T, T P> T const trtheaders_function<N, T, P>::at = P;
#else
static void (*const at)(); };
template <int N, class T, T P> void (*const trtheaders_function<N, T, P>::at)() = (void (*)()) P;
#endif
template <int N, class T, T P> struct trtheaders_object { static const volatile void* const at; };
template <int N, class T, T P> const volatile void* const trtheaders_object<N, T, P>::at = P;
template <int N, class T> struct trtheaders_class { static const void* const at; };
#if defined __cpp_rtti || defined __GXX_RTTI
template <int N, class T> const void* const trtheaders_class<N, T>::at = &typeid(T);
#endif
template <int N, class C, class F> struct trtheaders_maker;
template <int N, class C, class... P> struct trtheaders_maker<N, C, void (P...)> { static void at(void*); };
template <int N, class C, class... P> void trtheaders_maker<N, C, void (P...)>::at(void* p) {
::new (p) C(trtheaders_any<P>()...); }
template <int N, class C, class... P> struct trtheaders_maker<N, C, void (P..., ...)> { static void at(void*); };
template <int N, class C, class... P> void trtheaders_maker<N, C, void (P..., ...)>::at(void* p) {
::new (p) C(trtheaders_any<P>()...); }
template <int N, class C, class F> struct trtheaders_derived;
template <int N, class C, class... P> struct trtheaders_derived<N, C, void (P...)> : C { trtheaders_derived(); };
template <int N, class C, class... P> trtheaders_derived<N, C, void (P...)>::trtheaders_derived()
: C(trtheaders_any<P>()...) {}
template <int N, class C, class... P> struct trtheaders_derived<N, C, void (P..., ...)> : C { trtheaders_derived(); };
template <int N, class C, class... P> trtheaders_derived<N, C, void (P..., ...)>::trtheaders_derived()
: C(trtheaders_any<P>()...) {}
template <int N, class C> struct trtheaders_breaker { static void at(C*); };
template <int N, class C> void trtheaders_breaker<N, C>::at(C* p) { p->C::~C(); }
template <int N, class C> struct trtheaders_heir : C { ~trtheaders_heir(); };
template <int N, class C> trtheaders_heir<N, C>::~trtheaders_heir() {}
"""


def write_use(
    declaration: Declaration, number: int, *, clang: bool = False, abstract: bool = False, local: bool = False
) -> Forms:
    """What makes the compiler refer to the symbols of ``declaration``; none where no use can be written.

    ``abstract`` says so of its class; ``local`` that only a function's body may declare it.
    """
    writer = _WRITERS.get(declaration.kind)
    if writer is None or declaration.template or _is_unspeakable(declaration.name):
        return ()
    if writer is _use_function and any(map(_is_unspeakable, _types_of(declaration))):
        return _use_the_only(declaration, number)
    if declaration.kind is DeclarationKind.CONSTRUCTOR:
        return _use_constructor(declaration, number, abstract=abstract)
    if clang and (Trait.VIRTUAL in declaration.traits or _may_be_virtual(declaration)):
        return _call_member(declaration, number)
    forms = writer(declaration, number)
    hidden = (local or Trait.FRIEND in declaration.traits) and declaration.record is None
    if hidden:
        return (*forms, *_redeclare(declaration, forms[0]))
    # The compiler may have another type for a function than the parser.
    plain = writer is _use_function and declaration.spelling is None and Trait.VERSIONED not in declaration.traits
    return (*forms, *_use_the_only(declaration, number)) if plain else forms


def _may_be_virtual(declaration: Declaration) -> bool:
    """Whether it is a member of an instance, of which nobody noted whether it is virtual."""
    instance = Trait.TEMPLATE_INSTANCE in declaration.traits and declaration.record is not None
    return instance and declaration.kind in _BOUND


def _types_of(declaration: Declaration) -> Iterator[str]:
    yield from (item.type.canonical for item in declaration.parameters)
    if declaration.result is not None:
        yield declaration.result.canonical


def _is_unspeakable(text: str) -> bool:
    """Whether an unnamed class, a closure or a function's attribute has a part in the name or type ``text``."""
    return ") __attribute__" in text or "(unnamed" in text or "(anonymous" in text or "(lambda" in text


def _use_the_only(declaration: Declaration, number: int) -> Forms:
    """A function by its name alone, where nobody can write its type; that is refused where it has overloads."""
    name = _name(declaration)
    return (f"template struct trtheaders_function<{number}, decltype(&{name}), &{name} >;",)


def _type(use: TypeUse | None) -> str:
    """A type that can be followed by a declarator: what is spelt around one goes through an alias."""
    if use is None:
        return "void"
    text = use.canonical
    if "__va_list" in text:
        return "trtheaders_va_list" if text in _VA_LISTS else text
    return f"trtheaders_same<{text}>" if any(sign in text for sign in ("(*", "(&", "[", ") (")) else text


_VA_LISTS = ("__va_list_tag[1]", "__va_list_tag *", "struct __va_list_tag[1]", "__va_list", "std::__va_list")


def _parameters(declaration: Declaration) -> str:
    words = [_type(item.type) for item in declaration.parameters]
    return ", ".join([*words, "..."] if Trait.VARIADIC in declaration.traits else words)


def _function_type(declaration: Declaration) -> str:
    after = [trait.value for trait in _QUALIFIERS if trait in declaration.traits]
    return " ".join([f"{_type(declaration.result)} ({_parameters(declaration)})", *after])


_BOUND = (DeclarationKind.METHOD, DeclarationKind.CONVERSION)
_QUALIFIERS = (Trait.CONST, Trait.VOLATILE, Trait.LVALUE_REF, Trait.RVALUE_REF)


def _name(declaration: Declaration) -> str:
    """Its qualified name; a conversion's by the type that it means everywhere."""
    if declaration.kind is DeclarationKind.CONVERSION and declaration.result is not None:
        return f"::{declaration.record}::operator {declaration.result.canonical}"
    return f"::{declaration.name}"


def _use_function(declaration: Declaration, number: int) -> Forms:
    spelling = declaration.spelling
    if Trait.VERSIONED in declaration.traits:
        # The address of one is that of a resolver, of a name that nobody else knows.
        if declaration.kind is DeclarationKind.METHOD:
            return _call_member(declaration, number)
        call = f"(void) {_name(declaration)}({_arguments(declaration)});"
        return (f'extern "C" void trtheaders_body_{number}() {{ {call} }}',)
    if spelling is not None and spelling.type:
        pointer = _pointer(spelling.type, spelling.owner)
        names = dict.fromkeys((f"::{spelling.name}", _name(declaration)))
        forms = tuple(f"template struct trtheaders_function<{number}, {pointer}, &{name} >;" for name in names)
        # g++ instantiates nothing for an address that nobody gets.
        address = f"&::trtheaders_function<{number}, {pointer}, &{spelling.name} >::at"
        within = _within(spelling.namespace, _return(number, address))
        return (within, *forms) if spelling.namespace else forms
    bound = declaration.kind in _BOUND
    type_ = _function_type(declaration)
    # A member with an explicit object parameter (C++23) has a plain address.
    owners = (f"::{declaration.record}", "") if bound else ("",)
    name = _name(declaration)
    return tuple(
        f"template struct trtheaders_function<{number}, {_pointer(type_, owner)}, &{name} >;" for owner in owners
    )


def _pointer(type_: str, owner: str) -> str:
    return f"trtheaders_bound<{type_}, {owner}>" if owner else f"trtheaders_plain<{type_}>"


def _return(number: int, address: str) -> str:
    return f'extern "C" const volatile void* trtheaders_body_{number}() {{ return {address}; }}'


def _redeclare(declaration: Declaration, use: str) -> Forms:
    """Lookup finds nothing that only a friend declaration or a function's body declares; a declaration mends it."""
    namespace, _, name = declaration.name.rpartition("::")
    linkage = 'extern "C"' if Trait.EXTERN_C in declaration.traits else "extern"
    data = declaration.kind is DeclarationKind.VARIABLE
    declared = f"{_type(declaration.result)} {name}{'' if data else f'({_parameters(declaration)})'};"
    return (f"{_within(namespace, f'{linkage} {declared}')} {use}",)


def _within(namespace: str, text: str) -> str:
    names = namespace.split("::") if namespace else []
    return f"{''.join(f'namespace {name} {{ ' for name in names)}{text}{' }' * len(names)}"


def _arguments(declaration: Declaration) -> str:
    return ", ".join(f"trtheaders_any<{_adjusted(_type(item.type))}>()" for item in declaration.parameters)


def _adjusted(type_: str) -> str:
    """What a parameter of ``type_`` is: an array's is a pointer, which no function returns otherwise."""
    return f"trtheaders_adjusted<void ({type_})>::type" if "[" in type_ else type_


def _call_member(declaration: Declaration, number: int) -> Forms:
    quality = " ".join(trait.value for trait in (Trait.CONST, Trait.VOLATILE) if trait in declaration.traits)
    arguments = _arguments(declaration)
    moved = f"static_cast<::{declaration.record}&&>(*p)" if Trait.RVALUE_REF in declaration.traits else "(*p)"
    call = f"{moved}.{_name(declaration)}({arguments})"
    # Of a pure function's result that nobody keeps, clang makes nothing.
    kept = "(void)" if _type(declaration.result) == "void" else "auto&& kept ="
    return (f'extern "C" void trtheaders_body_{number}(::{declaration.record} {quality}* p) {{ {kept} {call}; }}',)


def _class_of(declaration: Declaration) -> str:
    return f"::{declaration.record}" if declaration.spelling is None else f"::{declaration.spelling.name}"


def _use_constructor(declaration: Declaration, number: int, *, abstract: bool = False) -> Forms:
    """An object's constructor (C1), or that of a base (C2), which is all that an abstract class has."""
    spelling = declaration.spelling
    type_ = spelling.type if spelling is not None else f"void ({_parameters(declaration)})"
    forms = [
        f"template struct trtheaders_{template}<{number}, {_class_of(declaration)}, {type_}>;"
        for template in ("maker", "derived")
    ]
    found = forms[::-1] if abstract or declaration.access is Access.PROTECTED else forms
    # Nobody makes an abstract one. What is private is refused in both, and asked for without checks of access.
    return tuple(found[:1] if abstract or declaration.access is Access.PRIVATE else found)


def _use_destructor(declaration: Declaration, number: int) -> Forms:
    """An object's destructor (D1); a protected one is left to derived classes (D2)."""
    owner = _class_of(declaration)
    return tuple(f"template struct trtheaders_{template}<{number}, {owner}>;" for template in ("breaker", "heir"))


def _use_object(declaration: Declaration, number: int) -> Forms:
    spelling = declaration.spelling
    name = _name(declaration) if spelling is None else spelling.name
    namespace = "" if spelling is None else spelling.namespace
    if spelling is not None and not namespace:
        name = f"::{name}"
    address = f"template struct trtheaders_object<{number}, decltype(&{name}), &{name} >;"
    # The address of a thread's object, or of what a reference refers to, is no constant.
    body = _within(namespace, _return(number, f"&{name}"))
    if namespace or Trait.THREAD_LOCAL in declaration.traits:
        return (body,)
    return (address, body)


def _use_class(declaration: Declaration, number: int) -> Forms:
    return (f"template struct trtheaders_class<{number}, {_class_of(declaration)}>;",)


_WRITERS: dict[DeclarationKind, Callable[[Declaration, int], Forms]] = {
    DeclarationKind.FUNCTION: _use_function,
    DeclarationKind.STATIC_METHOD: _use_function,
    DeclarationKind.METHOD: _use_function,
    DeclarationKind.CONVERSION: _use_function,
    DeclarationKind.CONSTRUCTOR: _use_constructor,
    DeclarationKind.DESTRUCTOR: _use_destructor,
    DeclarationKind.VARIABLE: _use_object,
    DeclarationKind.STATIC_MEMBER: _use_object,
    DeclarationKind.CLASS: _use_class,
}
