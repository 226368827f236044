"""Members that the compiler writes: what an implicit or defaulted destructor, constructor or assignment refers to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from trtheaders.headers.reaching import Reach
from trtheaders.headers.sketches import Collection, RecordSketch, Sketch
from trtheaders.headers.special_members import SpecialMembers, class_of, is_initialised, role_of
from trtheaders.model.declarations import Access
from trtheaders.model.promises import Use


def reach_implicitly(collection: Collection) -> dict[str, Reach]:
    """Private special members that implicit or defaulted members of accessible classes refer to, by USR.

    `class A { ~A(); friend struct B; }; struct B { A a; };`: whoever destroys a B refers to the private destructor.
    """
    found: dict[str, Reach] = {}
    members = ImplicitMembers(collection)
    for record in collection.records.values():
        if record.access is not Access.PRIVATE and not record.template:
            for role in members.written(record):
                for target, path in members.close(record, role):
                    found.setdefault(target.usr, Reach(Use.IMPLICIT_MEMBER, path))
    return found


class ImplicitMembers:
    """The special members that the compiler writes for the classes of ``collection``, and what they call."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._members = SpecialMembers()

    def written(self, record: RecordSketch) -> list[str]:
        """The roles that the compiler writes for ``record``."""
        return self._members.written(record)

    def close(self, record: RecordSketch, role: str) -> Iterator[tuple[Sketch, tuple[str, ...]]]:
        """The private members that ``role`` of ``record`` calls, itself or through what is written likewise for private
        classes of its parts, each with the members on the way.
        """
        first: tuple[str, ...] = (_describe(record, role),)
        waiting = deque([(record, role, first)])
        seen = {(record.usr, role)}
        while waiting:
            user, wanted, path = waiting.popleft()
            for owner, needed in self._called(user, wanted):
                yield from ((member, path) for member in owner.members if member.closed and role_of(member) == needed)
                further = owner.access is Access.PRIVATE and (owner.usr, needed) not in seen
                if further and self._members.writes(owner, needed):
                    seen.add((owner.usr, needed))
                    waiting.append((owner, needed, (*path, _describe(owner, needed))))

    def _called(self, record: RecordSketch, role: str) -> Iterator[tuple[RecordSketch, str]]:
        """The parts of ``record`` that are classes of the tree, each with what ``role`` calls of it."""
        for part in (*record.fields, *record.bases):
            owner = class_of(part)
            sketch = None if owner is None or is_initialised(part, role) else self._collection.records.get(owner.usr)
            if sketch is not None:
                needed = self._members.chosen(sketch.node, role)
                if self._members.may_use(record.node, part, sketch.node, needed):
                    yield sketch, needed


def _describe(record: RecordSketch, role: str) -> str:
    return f"{record.name} ({role})"
