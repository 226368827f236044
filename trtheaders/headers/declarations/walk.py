"""The walk through a parsed unit: every declaration of the tree, noted once, whatever else was included."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from trtheaders.headers.declarations.exposure import lift_exposed
from trtheaders.headers.declarations.foreign.lists import ForeignLists
from trtheaders.headers.declarations.foreign.surroundings import files_around
from trtheaders.headers.declarations.sketches import Collection, RecordSketch, Scope, Sketch
from trtheaders.headers.parser.kinds import FUNCTIONS, RECORDS, TAGS, TEMPLATES, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.specialisations import split_arguments
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit
from trtheaders.model.headers.declarations import Access
from trtheaders.model.places import Location

ACCESS = {0: Access.PUBLIC, 1: Access.PUBLIC, 2: Access.PROTECTED, 3: Access.PRIVATE}
_CLASSES = RECORDS | TEMPLATES


def collect_declarations(unit: Unit, tree: HeaderTree) -> Collection:
    """Everything that files of ``tree`` declare in ``unit``."""
    lists = ForeignLists(unit, tree)
    collector = _Collector(tree, files_around(unit, tree) | lists.unguarded, lists)
    for node in unit.top_level():
        collector.visit(node, Scope())
    lift_exposed(collector.found)
    return collector.found


def stricter(one: Access, other: Access) -> Access:
    """The access that remains when both apply."""
    if one is Access.PUBLIC or one is other:
        return other
    return one if other is Access.PUBLIC else Access.PRIVATE


class _Collector:
    def __init__(self, tree: HeaderTree, around: frozenset[str], lists: ForeignLists) -> None:
        self.tree = tree
        self.around = around
        self.lists = lists
        self.found = Collection()

    def visit(self, node: Node, scope: Scope) -> None:
        """Note ``node`` and what is in it, if it stands in the tree."""
        visit = _VISITS.get(node.kind)
        if visit is not None:
            visit(self, node, scope)

    def _visit_namespace(self, node: Node, scope: Scope) -> None:
        if self._may_hold_ours(node):
            self._visit_all(node, self._enter_namespace(node, scope))

    def _may_hold_ours(self, around: Node) -> bool:
        """Whether declarations of the tree may stand in a namespace or class, which a foreign header may open: one that
        ends in another file, or in the middle of which the tree's files may be included.
        """
        file = around.place()[0]
        if self.tree.name_of(file) is not None or file in self.around:
            return True
        return around.last_file() != file

    def _visit_linkage(self, node: Node, scope: Scope) -> None:
        self._visit_all(node, replace(scope, extern_c=True))

    def _visit_function(self, node: Node, scope: Scope) -> None:
        self._note(self.found.functions, node, scope)

    def _visit_variable(self, node: Node, scope: Scope) -> None:
        self._note(self.found.variables, node, scope)

    def _visit_enumeration(self, node: Node, scope: Scope) -> None:
        if self._locate(node) is not None:
            self.found.enumerations.append((node, scope))

    def _visit_alias(self, node: Node, scope: Scope) -> None:
        if self._locate(node) is not None:
            self.found.aliases.append((node, scope))

    def _visit_introduction(self, node: Node, scope: Scope) -> None:
        if self._locate(node) is not None:
            self.found.introductions.append((node, scope))

    def _visit_unexposed(self, node: Node, scope: Scope) -> None:
        self._visit_introduction(node, scope)
        if _is_declared_specialisation(node):
            self._note(self.found.variables, node, scope)

    def _visit_all(self, node: Node, scope: Scope) -> None:
        for child in node.children():
            self.visit(child, scope)

    def _locate(self, node: Node) -> Location | None:
        file, line, _ = node.place()
        return self.tree.locate(file, line)

    def _locate_any(self, node: Node, scope: Scope) -> Location | None:
        """Likewise, for what a foreign file holds as well: in a class of the tree, or by a macro of the tree's."""
        around = None if scope.record is None else scope.record.location
        return self._locate(node) or self.lists.locate(node, around) or around

    def _locate_inside(self, record: Node, scope: Scope) -> Location | None:
        """Where the first member stands that the tree declares in a class which a foreign header opens."""
        if scope.record is not None or not record.is_definition or not self._may_hold_ours(record):
            return None
        return next(filter(None, map(self._locate, record.children())), None)

    def _enter_namespace(self, node: Node, scope: Scope) -> Scope:
        name = node.spelling
        inner = scope.qualify(name) if name else scope.name
        inline = (*scope.inline_namespaces, inner) if node.is_inline_namespace else scope.inline_namespaces
        return replace(scope, name=inner, inline_namespaces=inline, unnamed=scope.unnamed or not name)

    def _visit_record(self, node: Node, scope: Scope) -> None:
        location = self._locate_any(node, scope) or self._locate_inside(node, scope)
        if location is None:
            return
        if not node.is_definition:
            return
        children = node.children()
        if node.kind in RECORDS and node.template is not None:
            node.note_specialisation()
        if node.is_hollow:
            self.found.instantiations.append((node, scope))
            return
        if node.kind in TEMPLATES or node.template is not None:
            self.found.introductions.append((node, scope))
        record = self._sketch_record(node, scope, location)
        inside = Scope(
            name=record.name,
            record=record,
            access=record.access,
            inline_namespaces=scope.inline_namespaces,
            in_template=record.template,
            unnamed=scope.unnamed,
        )
        self.found.records.setdefault(record.usr, record)
        for child in children:
            self._visit_member(child, record, inside)

    def _sketch_record(self, node: Node, scope: Scope, location: Location) -> RecordSketch:
        return RecordSketch(
            usr=node.usr,
            node=node,
            name=scope.qualify(record_name(node)) if scope.record is not None else self._outer_name(node, scope),
            scope=scope,
            location=location,
            access=stricter(scope.access, ACCESS[max(node.access, 0)]),
            template=scope.in_template or node.kind in TEMPLATES or _is_pattern_member(node, scope),
        )

    def _visit_member(self, child: Node, record: RecordSketch, inside: Scope) -> None:
        if child.kind == Kind.FIELD:
            record.fields.append(child)
        elif child.kind == Kind.BASE:
            record.bases.append(child)
        else:
            self.visit(child, inside)

    def _visit_friend(self, node: Node, scope: Scope) -> None:
        around = scope
        while around.record is not None:
            around = around.record.scope
        outside = replace(around, access=Access.PUBLIC, in_template=scope.in_template)
        for child in node.children():
            if child.kind in FUNCTIONS or child.kind == Kind.FUNCTION_TEMPLATE:
                self._note(self.found.functions, child, outside, friend=True)
                return
        self._visit_introduction(node, scope)

    def _note(self, table: dict[str, Sketch], node: Node, scope: Scope, *, friend: bool = False) -> None:
        usr = node.usr
        known = table.get(usr)
        if known is not None:
            known.nodes.append(node)
            known.friend = known.friend and friend
            return
        location = self._locate_any(node, scope)
        if location is None:
            return
        sketch = self._sketch(usr, node, scope, location)
        sketch.friend = friend
        table[usr] = sketch
        if sketch.scope.record is not None and not friend:
            sketch.scope.record.members.append(sketch)

    def _sketch(self, usr: str, node: Node, scope: Scope, location: Location) -> Sketch:
        return Sketch(
            usr=usr,
            node=node,
            name=scope.qualify(member_name(node)) if scope.record is not None else self._outer_name(node, scope),
            scope=scope,
            location=location,
            access=stricter(scope.access, ACCESS[max(node.access, 0)]),
            nodes=[node],
            template=scope.in_template or node.kind == Kind.FUNCTION_TEMPLATE or _is_pattern_member(node, scope),
        )

    def _outer_name(self, node: Node, scope: Scope) -> str:
        """The name of something outside a class body; it may be another's: `int n::A::count = 0;`, `class n::A {};`."""
        owner = node.parent
        if owner is not None and (
            owner.kind in _CLASSES or (owner.kind == Kind.NAMESPACE and not _is_in(owner, scope))
        ):
            name = qualified_name(node)
            return f"{name.rpartition('::')[0]}::{record_name(node)}" if node.kind in _CLASSES else name
        return scope.qualify(record_name(node) if node.kind in _CLASSES else node.spelling)


_INTRODUCING = (
    *(Kind.ALIAS_TEMPLATE, Kind.CONCEPT),
    *(Kind.USING_DECLARATION, Kind.USING_DIRECTIVE, Kind.NAMESPACE_ALIAS),
)
_VISITS: dict[int, Callable[[_Collector, Node, Scope], None]] = {
    Kind.NAMESPACE: _Collector._visit_namespace,
    Kind.LINKAGE: _Collector._visit_linkage,
    Kind.VARIABLE: _Collector._visit_variable,
    Kind.UNEXPOSED_DECLARATION: _Collector._visit_unexposed,
    Kind.FRIEND: _Collector._visit_friend,
    Kind.ENUM: _Collector._visit_enumeration,
    Kind.TYPEDEF: _Collector._visit_alias,
    Kind.ALIAS: _Collector._visit_alias,
    **dict.fromkeys(_INTRODUCING, _Collector._visit_introduction),
    **dict.fromkeys((*RECORDS, *TEMPLATES), _Collector._visit_record),
    **dict.fromkeys((*FUNCTIONS, Kind.FUNCTION_TEMPLATE), _Collector._visit_function),
}


def _is_in(namespace: Node, scope: Scope) -> bool:
    """Whether ``scope`` may be ``namespace``, by the last name."""
    name = namespace.spelling
    return not name or name == scope.name.rpartition("::")[2]


def _is_declared_specialisation(node: Node) -> bool:
    """`template <> int A::v<int>;`: a specialisation of a variable template that is defined elsewhere, which libclang
    has no kind for ([temp.expl.spec] 13: without an initialiser that of a static member is a declaration).
    """
    return bool(node.spelling and not node.is_definition and node.mangling) and node.tokens()[:3] == [
        "template",
        "<",
        ">",
    ]


def _is_pattern_member(node: Node, scope: Scope) -> bool:
    """`template <class T> int C<T>::id = 0;` stands in a namespace but belongs to a class template."""
    return scope.record is None and _is_of_pattern(node)


def _is_of_pattern(node: Node) -> bool:
    owner = node.parent
    if owner is None or owner.kind not in _CLASSES:
        return False
    return owner.kind in TEMPLATES or _is_of_pattern(owner)


def member_name(node: Node) -> str:
    """A member's name; in a class template libclang calls the constructor of `C` `C<T>`."""
    name = node.spelling
    return name.partition("<")[0] if node.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR) else name


def record_name(node: Node) -> str:
    """A class's name as C++ writes it, template arguments included; a description for the unnamed."""
    if node.is_anonymous or not node.spelling or "(" in node.spelling:
        return f"(unnamed {TAGS.get(node.kind, 'class')})"
    if node.template is not None and node.kind in RECORDS:
        head, arguments = split_arguments(node.type.meaning)
        name = head.rpartition("::")[2]
        return f"{name}<{', '.join(arguments)}>" if arguments else name
    return node.spelling


def qualified_name(node: Node) -> str:
    """The name of ``node`` with every namespace and class around it."""
    unnamed = node.kind in RECORDS and (node.is_anonymous or "(" in node.spelling)
    return f"{_path_to(node)}{record_name(node) if unnamed else member_name(node)}"


def _path_to(node: Node) -> str:
    """What stands before the name of ``node``."""
    owner = node.parent
    if owner is None or owner.kind == Kind.UNIT:
        return ""
    # `extern "C" {}` has no name to remember it by.
    return owner.remember("path", lambda: _path_into(owner)) if owner.usr else _path_into(owner)


def _path_into(owner: Node) -> str:
    path = _path_to(owner)
    if owner.kind in _CLASSES:
        return f"{path}{record_name(owner)}::"
    return f"{path}{owner.spelling}::" if owner.kind == Kind.NAMESPACE and owner.spelling else path
