"""A snapshot made ready for comparison: every declaration with what it owes, under names free of inline namespaces."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct, field

from trtheaders.checks.diff.spelt.conversions import parameter_type
from trtheaders.model.headers.declarations import Access, Declaration, DeclarationKind, Trait
from trtheaders.model.headers.introductions import IntroductionKind
from trtheaders.model.headers.layouts import Record
from trtheaders.model.headers.promises import Exemption
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location

CLASS_LIKE = frozenset({DeclarationKind.CLASS, DeclarationKind.THUNK})
TEMPLATES = frozenset(
    {DeclarationKind.FUNCTION_TEMPLATE, DeclarationKind.CLASS_TEMPLATE, DeclarationKind.VARIABLE_TEMPLATE}
)
_NAMELESS = frozenset(
    {
        *(IntroductionKind.FRIEND_CLASS, IntroductionKind.USING_DIRECTIVE),
        *(IntroductionKind.INHERITED_CONSTRUCTORS, IntroductionKind.DEDUCTION_GUIDE),
    }
)
"""What introduces no name of its own."""
_IDENTITY = frozenset({Trait.CONST, Trait.VOLATILE, Trait.LVALUE_REF, Trait.RVALUE_REF, Trait.VARIADIC})
_ARGUMENTS = re.compile(r"<.*>")
_CONSTRUCTOR = re.compile(r"\b(\w+)::\1<.*>\Z")
_UNNAMED = re.compile(r"\((?:unnamed|anonymous) (\w+) at [^)]*\)")


class Entry(Struct, frozen=True, kw_only=True):
    """A declaration and the symbols that it owes (none for one that is exempt or cannot be judged)."""

    declaration: Declaration
    symbols: frozenset[SymbolName] = frozenset()
    exemption: Exemption | None = None
    judged: bool = True

    @property
    def callable_by_consumers(self) -> bool:
        """Whether a consumer's source may name it: private ones only their own class and its friends may."""
        return self.declaration.access is not Access.PRIVATE


class Offer(Struct, frozen=True):
    """What a name that source may use is on one side, in a few words, and its value where it has one."""

    word: str
    value: str = ""


class Sheet(Struct):
    """A snapshot by name. ``renamed`` maps the names of classes to what they are called on the other side."""

    snapshot: AbiSnapshot
    renamed: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    patterns: dict[str, Record] = field(default_factory=dict)
    """Class templates, and the classes inside them."""
    doubtful: frozenset[str] = frozenset()
    """Names of which only the name is known: they could not be parsed."""
    inline: tuple[str, ...] = ()
    """Full names of the tree's inline namespaces, the innermost first."""
    offers: dict[str, Offer] = field(default_factory=dict)
    symbols: frozenset[SymbolName] = frozenset()
    """Every symbol that is promised, by whatever declaration."""
    last_names: frozenset[str] = frozenset()
    """What names of ``offers`` end with."""

    def plain(self, text: str) -> str:
        """``text`` (a name or a type) without inline namespaces, renamed classes under their name on the other side."""
        # The parser names an unnamed class by the place of its file on this machine, and a template that constructs
        # with the parameters of its class.
        plain = _CONSTRUCTOR.sub(r"\1::\1", _UNNAMED.sub(r"(unnamed \1)", text))
        for space in self.inline:
            plain = plain.replace(f"{space}::", f"{space.rpartition('::')[0]}::".removeprefix("::"))
        for old, new in self.renamed.items():
            plain = re.sub(rf"(?<![\w:]){re.escape(old)}(?!\w)", new, plain)
        return plain

    def find_class(self, name: str) -> Record | None:
        """The class of that plain name, a template or not."""
        return self.records.get(name) or self.patterns.get(name)

    def has_template(self, instance: str) -> bool:
        """Whether the template is there that ``instance`` (`n::Buffer<int>::size`, `pixel`) was made from."""
        name = _ARGUMENTS.sub("", self.plain(instance))
        owners = ("::".join(name.split("::")[:count]) for count in range(1, name.count("::") + 2))
        found = (entry.declaration for owner in owners for entry in self.entries.get(owner, ()))
        return any(declaration.kind in TEMPLATES or declaration.template for declaration in found)

    def conditions(self, location: Location) -> frozenset[str]:
        """The preprocessor conditions that the line stands under."""
        gates = (gate for gate in self.snapshot.gates if gate.location.file == location.file)
        return frozenset(gate.condition for gate in gates if gate.location.line <= location.line <= gate.end)

    def identity(self, entry: Entry) -> tuple[object, ...]:
        """What C++ tells overloads apart by: parameter types, cv and ref qualifiers, the template head."""
        declaration = entry.declaration
        if declaration.kind in CLASS_LIKE:
            return (declaration.kind, declaration.signature)
        types = tuple(self.plain(parameter_type(parameter.type.canonical)) for parameter in declaration.parameters)
        return (types, declaration.traits & _IDENTITY, self.plain(declaration.template))


def read_sheet(snapshot: AbiSnapshot, renamed: dict[str, str] | None = None) -> Sheet:
    """``snapshot`` by name; ``renamed`` as in :class:`Sheet`."""
    sheet = Sheet(snapshot=snapshot, renamed=renamed or {}, inline=_by_depth(inline_namespaces(snapshot)))
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in _read_entries(snapshot):
        found[sheet.plain(entry.declaration.name)].append(entry)
    sheet.entries = dict(found)
    sheet.records = {sheet.plain(record.name): record for record in snapshot.records}
    found_patterns = (item.pattern for item in snapshot.introductions or () if item.pattern is not None)
    sheet.patterns = {sheet.plain(record.name): record for pattern in found_patterns for record in pattern}
    sheet.doubtful = frozenset(sheet.plain(item.name) for item in snapshot.unverifiable if item.declaration is None)
    sheet.symbols = frozenset(symbol for item in snapshot.promises for symbol in item.symbols)
    sheet.offers = dict(_read_offers(sheet))
    sheet.last_names = frozenset(name.rpartition("::")[2] for name in sheet.offers)
    return sheet


def _read_offers(sheet: Sheet) -> Iterator[tuple[str, Offer]]:
    """Every name that the headers introduce, whatever it is; the ones that say most come last."""
    snapshot = sheet.snapshot
    for introduction in snapshot.introductions or ():
        if introduction.kind in _NAMELESS:
            continue
        yield sheet.plain(introduction.name), Offer(f"introduced by a {introduction.kind.value}")
    for alias in snapshot.aliases:
        yield sheet.plain(alias.name), Offer("an alias")
    for name in sheet.records:
        yield name, Offer("a class")
    yield from _offer_enumerators(sheet)
    for name, entries in sheet.entries.items():
        named = next((entry.declaration for entry in entries if entry.callable_by_consumers), None)
        if named is not None and entries[0].exemption is not Exemption.DELETED:
            yield name, Offer(f"a {named.kind.value}", named.value)


def _offer_enumerators(sheet: Sheet) -> Iterator[tuple[str, Offer]]:
    for enumeration in sheet.snapshot.enumerations:
        name = sheet.plain(enumeration.name)
        yield name, Offer("an enumeration")
        scopes = [name] if enumeration.scoped else [name, name.rpartition("::")[0]]
        for item in enumeration.enumerators:
            offer = Offer("an enumerator", str(item.value))
            yield from ((f"{scope}::{item.name}".removeprefix("::"), offer) for scope in scopes)


def _read_entries(snapshot: AbiSnapshot) -> list[Entry]:
    promised = [Entry(declaration=item.declaration, symbols=frozenset(item.symbols)) for item in snapshot.promises]
    exempt = [
        Entry(declaration=item.declaration, exemption=item.reason)
        for item in snapshot.exempt
        if item.reason is not Exemption.BUILTIN
    ]
    doubtful = [
        Entry(declaration=item.declaration, judged=False)
        for item in snapshot.unverifiable
        if item.declaration is not None
    ]
    return [*promised, *exempt, *doubtful]


def inline_namespaces(snapshot: AbiSnapshot) -> frozenset[str]:
    """The inline namespaces that the tree's declarations stand in, by their full names."""
    declarations = (entry.declaration for entry in _read_entries(snapshot))
    return frozenset(space for declaration in declarations for space in declaration.inline_namespaces)


def _by_depth(spaces: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(spaces, key=lambda space: (-len(space), space)))
