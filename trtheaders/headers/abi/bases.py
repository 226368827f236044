"""A class's bases: which it has, whether they are dynamic, and where they lie (Itanium C++ ABI 1.1, 2.2, 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trtheaders.headers.parser.kinds import METHODS, RECORDS, REFERENCES, Kind, TypeKind
from trtheaders.headers.parser.nodes import Node

_POINTER_BYTES = 8
_MOST_SUBOBJECTS = 1000
_NO_SUBOBJECTS: tuple[int, dict[str, int]] = (0, {})


def is_dynamic(node: Node) -> bool:
    """Whether a class has a vtable: a virtual function or base of its own, or a dynamic base (Itanium C++ ABI 1.1)."""
    # A template may be derived from itself: `struct List<T, R...> : List<R...>`.
    return node.remember("dynamic", lambda: _finds_dynamic(node), meanwhile=False)


def _finds_dynamic(node: Node) -> bool:
    members = members_of(node)
    methods = [item for item in members if item.kind in METHODS]
    if any(item.is_virtual for item in methods):
        return True
    bases = [item for item in members if item.kind == Kind.BASE]
    if any(item.is_virtual_base for item in bases) or any(map(is_dynamic, _resolve(node, bases))):
        return True
    # Of a base that depends on an argument only what overrides something tells.
    return any("type-parameter" in item.type.canonical.spelling for item in bases) and any(
        not {Kind.OVERRIDE, Kind.FINAL}.isdisjoint(item.attributes) for item in methods
    )


_PARAMETER = re.compile(r"type-parameter-0-(\d+)")


def _resolve(node: Node, bases: list[Node]) -> Iterator[Node]:
    """The classes that base specifiers mean; of an instance, those that its arguments make of parameters.

    `template <class B> class Coded : public B {};`: libclang shows the specifiers of the template alone.
    """
    arguments = node.type.canonical.template_arguments() if node.is_hollow else []
    for specifier in bases:
        parameter = _PARAMETER.fullmatch(specifier.type.canonical.spelling)
        if parameter is None or int(parameter[1]) >= len(arguments):
            base = base_of(specifier)
        else:
            base = arguments[int(parameter[1])].canonical.declaration(specifier)
            base = None if base is None else base.definition or base
        if base is not None:
            yield base


def is_single_chain(node: Node) -> bool:
    """Whether all vtable pointers in a class are one and the same: each class in it has one dynamic base at most, and
    no virtual one. Nothing ever adjusts `this` then, and there are no thunks (Itanium C++ ABI 2.4, 2.5.2).
    """
    return node.remember("single chain", lambda: _finds_single_chain(node), meanwhile=True)


def _finds_single_chain(node: Node) -> bool:
    specifiers = [child for child in members_of(node) if child.kind == Kind.BASE]
    bases = [base_of(item) for item in specifiers]
    known = [base for base in bases if base is not None]
    if len(known) < len(bases) or any(item.is_virtual_base for item in specifiers):
        return False
    dynamic = [base for base in known if is_dynamic(base)]
    return len(dynamic) < 2 and all(map(is_single_chain, dynamic))


def members_of(node: Node) -> list[Node]:
    """The members of a class; of the template that it was made from where libclang shows none."""
    pattern = node.template if node.is_hollow else None
    return node.children() if pattern is None else (pattern.definition or pattern).children()


def count_subobjects(node: Node) -> int:
    """How many objects of classes a class holds by inheritance, itself included: a virtual base is there once."""
    plain, virtual = _find_subobjects(node)
    return plain + sum(virtual.values())


def _find_subobjects(node: Node) -> tuple[int, dict[str, int]]:
    """Those that are not virtual, and the virtual ones by USR, each with what it holds."""
    return node.remember("subobjects", lambda: _add_subobjects(node), meanwhile=_NO_SUBOBJECTS)


def _add_subobjects(node: Node) -> tuple[int, dict[str, int]]:
    count, virtual = 1, dict[str, int]()
    for specifier in members_of(node):
        base = base_of(specifier) if specifier.kind == Kind.BASE else None
        if base is None:
            continue
        plain, further = _find_subobjects(base)
        virtual |= further
        if specifier.is_virtual_base:
            virtual[base.usr] = plain
        else:
            count += plain
    return count, virtual


def has_too_many_bases(node: Node) -> bool:
    """Whether a class repeats its bases so often that nobody works out its vtable: each diamond without a virtual base
    doubles what is above it, for the compiler too.
    """
    return count_subobjects(node) > _MOST_SUBOBJECTS


def is_open_ended(node: Node) -> bool:
    """Whether a class ends in `int values[];`: an object of it may be larger than its type."""
    fields = [child for child in members_of(node) if child.kind == Kind.FIELD]
    return bool(fields) and fields[-1].type.canonical.kind == TypeKind.INCOMPLETE_ARRAY


def base_of(specifier: Node) -> Node | None:
    """The class that a base specifier means, by its definition."""
    node = specifier.type.canonical.declaration(specifier)
    if node is None:
        node = specifier.referenced
    return None if node is None else node.remember("definition", lambda: node.definition or node)


def has_virtual_base(node: Node) -> bool:
    """Whether a class has a virtual base, direct or not: then it has a VTT."""
    return node.remember("virtual base", lambda: _finds_virtual_base(node), meanwhile=False)


def _finds_virtual_base(node: Node) -> bool:
    bases = [item for item in members_of(node) if item.kind == Kind.BASE]
    return any(item.is_virtual_base for item in bases) or any(map(has_virtual_base, _resolve(node, bases)))


def base_offset(node: Node, specifier: Node) -> int | None:
    """The offset in bytes of a non-virtual direct base (Itanium C++ ABI 2.4): the primary base first, the others in
    order after it, each at its alignment; None where an empty or unreadable base makes that unsure.
    """
    if specifier.is_virtual_base:
        return None
    specifiers = [child for child in node.children() if child.kind == Kind.BASE]
    bases = [base_of(item) for item in specifiers]
    if _repeat_empty_class(bases):
        return None
    primary = next((base for base in bases if base is not None and is_dynamic(base)), None)
    end = _POINTER_BYTES if is_dynamic(node) and primary is None else 0
    order = sorted(zip(specifiers, bases, strict=True), key=lambda item: item[1] is not primary or primary is None)
    for item, base in order:
        if base is None or item.is_virtual_base:
            return None
        size, alignment = _data_size(base), base.type.alignment
        if size is None or alignment is None:
            return None
        start = 0 if base is primary else -(-end // alignment) * alignment
        if item.place() == specifier.place():
            return 0 if size == 0 else start
        end = max(end, start + size)
    return None


def _repeat_empty_class(bases: list[Node | None]) -> bool:
    """Whether two bases hold the same empty class: then one of them may have to make way (Itanium C++ ABI 2.4 II)."""
    seen: set[str] = set()
    for base in bases:
        parts = frozenset() if base is None else _empty_parts(base)
        if seen & parts:
            return True
        seen |= parts
    return False


def _empty_parts(node: Node) -> frozenset[str]:
    return node.remember("empty parts", lambda: _find_empty_parts(node), meanwhile=frozenset())


def _find_empty_parts(node: Node) -> frozenset[str]:
    found = {node.usr} if not is_dynamic(node) and node.type.size == 1 and _data_size(node) in (0, None) else set()
    for child in node.children():
        if child.kind in (Kind.BASE, Kind.FIELD) and (part := base_of(child)) is not None and part.kind in RECORDS:
            found |= _empty_parts(part)
    return frozenset(found)


def _data_size(node: Node) -> int | None:
    """`dsize` without tail padding (Itanium C++ ABI 2.2, 2.4): 0 for an empty class, sizeof for plain old data."""
    return node.remember("data size", lambda: _find_data_size(node))


def _find_data_size(node: Node) -> int | None:
    type_ = node.type
    if node.is_hollow:
        return None
    end = _end_of_members(node)
    # An empty class takes no room as a base; plain old data keeps its tail padding to itself.
    return type_.size if end and type_.is_pod and not is_dynamic(node) else end


def _end_of_members(node: Node) -> int | None:
    end = _POINTER_BYTES if is_dynamic(node) else 0
    for child in node.children():
        if child.kind == Kind.BASE:
            base, offset = base_of(child), base_offset(node, child)
            size = None if base is None else _data_size(base)
            if offset is None or size is None:
                return None
            end = max(end, offset + size)
        elif child.kind == Kind.FIELD:
            if child.offset < 0:
                return None
            end = max(end, -(-(child.offset + _bits_of(child)) // 8))
    return end


def _bits_of(field: Node) -> int:
    """The room that a member takes; a reference that of a pointer, although `sizeof` means what it refers to."""
    if field.is_bitfield:
        return field.bits
    reference = field.type.canonical.kind in REFERENCES
    return 8 * (_POINTER_BYTES if reference else field.type.size or 0)
