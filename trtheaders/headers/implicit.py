"""Members that the compiler writes: what an implicit or defaulted destructor, constructor or assignment refers to."""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.headers.clang import Kind, Node
from trtheaders.headers.reaching import Reach
from trtheaders.headers.sketches import Collection, RecordSketch, Sketch
from trtheaders.model.declarations import Access
from trtheaders.model.promises import Use


def reach_implicitly(collection: Collection) -> dict[str, Reach]:
    """Private special members that implicit or defaulted members of accessible classes refer to, by USR.

    `class A { ~A(); friend struct B; }; struct B { A a; };`: whoever destroys a B refers to the private destructor.
    """
    found: dict[str, Reach] = {}
    for record in collection.records.values():
        if record.access is not Access.PRIVATE and not record.template:
            for role in _written_by_compiler(record):
                for target in _private_parts(collection, record, role):
                    found.setdefault(target.usr, Reach(Use.IMPLICIT_MEMBER, (f"{record.name} ({role})",)))
    return found


_ROLES = ("destructor", "default", "copy", "move", "copy assignment", "move assignment")


def role_of(member: Sketch) -> str:
    """Which special member ``member`` is, '' for none."""
    node = member.node
    if node.kind == Kind.DESTRUCTOR:
        return "destructor"
    if node.kind == Kind.CONSTRUCTOR:
        return node.constructor_role
    if node.kind == Kind.METHOD and node.spelling == "operator=":
        return node.assignment_role
    return ""


def _written_by_compiler(record: RecordSketch) -> Iterator[str]:
    declared = {role: member for member in record.members if (role := role_of(member))}
    constructors = [member for member in record.members if member.node.kind == Kind.CONSTRUCTOR]
    for role in _ROLES:
        member = declared.get(role)
        if member is not None:
            if member.node.is_defaulted and not member.node.is_deleted:
                yield role
        elif role != "default" or not constructors:
            yield role


def _private_parts(collection: Collection, record: RecordSketch, role: str) -> Iterator[Sketch]:
    for part in (*record.fields, *record.bases):
        owner = _record_of(part, collection)
        if owner is not None and _may_use(record, owner):
            for member in owner.members:
                if member.closed and role_of(member) == role and not member.node.is_deleted:
                    yield member


def _may_use(record: RecordSketch, owner: RecordSketch) -> bool:
    """Whether ``record`` may name what is private in ``owner``; else its implicit member is deleted."""
    friends = (child for child in owner.node.children() if child.kind == Kind.FRIEND)
    named = {node.usr for friend in friends for child in friend.children() if (node := child.referenced) is not None}
    return record.usr in named or record.name.startswith(f"{owner.name}::")


def _record_of(part: Node, collection: Collection) -> RecordSketch | None:
    type_ = part.type.canonical
    while type_.kind == 112:
        type_ = type_.element
    node = type_.declaration(part)
    return None if node is None else collection.records.get(node.usr)
