"""A class's key function (Itanium C++ ABI 5.2.3), its mangled name, and whether consumers compile its structors.

The key function is the first non-pure virtual function that is not inline at the end of the unit: where it is defined,
the vtable, typeinfo and VTT are.
"""

from __future__ import annotations

from collections.abc import Container

from trtheaders.headers.abi.mangled_names import class_encoding, structor_encoding
from trtheaders.headers.abi.parts import delegates
from trtheaders.headers.abi.special_members import has_foreign_constructors, members_with, special_members_in
from trtheaders.headers.declarations.sketches import RecordSketch, Sketch
from trtheaders.headers.parser.kinds import METHODS, Kind


def find_key_function(record: RecordSketch) -> Sketch | None:
    """The key function of a class, None if every unit emits its vtable.

    g++ settles it where the class ends: one that is made inline further down leaves the class without any.
    """
    for member in record.members:
        node = member.node
        if node.kind not in METHODS or not node.is_virtual or node.is_pure:
            continue
        if not (node.is_inlined or node.is_defaulted or member.template):
            return None if any(item.is_inlined or item.is_defaulted for item in member.nodes) else member
    return None


def encode_class(record: RecordSketch) -> str | None:
    """The mangled name of a class, read off one of its members."""
    for member in record.members:
        node = member.node
        if member.template or node.kind not in METHODS:
            continue
        if node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR):
            names = node.manglings()
            encoding = structor_encoding(names[0]) if names else None
        else:
            encoding = class_encoding(node.mangling, node.spelling)
        if encoding is not None:
            return encoding
    return None


def compiles_structor(record: RecordSketch, reached: Container[str] | None = None) -> bool:
    """Whether a consumer may have to compile a constructor or destructor of a class: an inline, defaulted or implicit
    one, or one made from a template or for a base's, which sets the vtable pointer.

    One that nobody may name counts only if it is among those ``reached``, by USR, as far as that is known.
    """
    if has_foreign_constructors(record.node):
        return True
    constructors = [member for member in record.members if member.node.kind == Kind.CONSTRUCTOR]
    destructors = members_with(record, "destructor")
    if not destructors or not constructors:
        return True
    if not members_with(record, "copy") and special_members_in(record.node).has(record.node, "copy"):
        return True
    structors = (*constructors, *destructors)
    usable = (item for item in structors if not item.closed or reached is None or item.usr in reached)
    return any(map(_is_compiled_outside, usable))


def _is_compiled_outside(member: Sketch) -> bool:
    if any(node.is_definition and node.kind == Kind.CONSTRUCTOR and delegates(node) for node in member.nodes):
        return False
    return any((node.is_inlined or node.is_defaulted) and not node.is_deleted for node in member.nodes)
