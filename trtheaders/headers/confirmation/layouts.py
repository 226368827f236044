"""The compiler's sizes, offsets and enumerators: what is asked of it, and records and enumerations as it answers.

A class is asked for its size and alignment, a member for the value of a pointer to it (which an explicit instantiation
may form to private members, and `offsetof` may not reach), a base for where a conversion leads. Bit-fields and
references have no such pointer: they are where the parser has them if all that can be asked agrees, and nobody knows
it otherwise, which g++'s debug information or clang++'s dump of layouts then tells. That is asked for only where it
matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.confirmation.assembly import Assembly, Word
from trtheaders.headers.confirmation.uses import Forms
from trtheaders.model.headers.declarations import TypeUse
from trtheaders.model.headers.introductions import IntroductionKind
from trtheaders.model.headers.layouts import Base, Enumeration, Enumerator, Field, Record
from trtheaders.model.headers.promises import Obligation, Promise, SymbolKind
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.names import SymbolName

PRELUDE = """template <int N, class T> struct trtheaders_record { static const unsigned long at[]; };
template <int N, class T> const unsigned long trtheaders_record<N, T>::at[] = {sizeof(T), alignof(T)};
template <int N, class T, T P> struct trtheaders_member { static T const at; };
template <int N, class T, T P> T const trtheaders_member<N, T, P>::at = P;
template <int N, class D, class B> struct trtheaders_base { static const unsigned long at; };
template <int N, class D, class B> const unsigned long trtheaders_base<N, D, B>::at = (unsigned long) (B*) (D*) 0x10000;
template <int N, class E, E... V> struct trtheaders_enumeration { static const unsigned long at[]; };
template <int N, class E, E... V> const unsigned long trtheaders_enumeration<N, E, V...>::at[]
= {sizeof(E), (__underlying_type(E)) -1 < (__underlying_type(E)) 1, (unsigned long) V...};
template <int N, class T> struct trtheaders_places { static_assert(sizeof(T)); T* at; };
"""
_SOMEWHERE = 0x10000


class LayoutItem(Struct, frozen=True, kw_only=True):
    """One thing that is asked: the ``part`` number ``index`` of what is called ``owner``, and the C++ that asks.

    A part is a `record`, a `member`, a `base`, an `enumeration` or an `object`.
    """

    part: str
    owner: str
    index: int
    text: str


def list_layouts(snapshot: AbiSnapshot) -> list[LayoutItem]:
    """All that is asked about the layouts of ``snapshot``, in one order; ``text`` has `{}` for the item's number."""
    names = {record.name for record in snapshot.records}
    found = [item for record in snapshot.records if _is_known(record) for item in _ask_record(record, names)]
    patterns = frozenset(_name_patterns(snapshot))
    found += [_ask_enumeration(item) for item in snapshot.enumerations if _is_settled(item, patterns)]
    return found + [_ask_object(promise) for promise in snapshot.promises if _is_sized(promise)]


def _is_known(record: Record) -> bool:
    return record.size is not None and "(" not in record.name


def _name_patterns(snapshot: AbiSnapshot) -> Iterator[str]:
    """The class templates, their partial specialisations and the classes inside: what is in them takes arguments to
    name. What the compiler refuses costs another run of it.
    """
    for item in snapshot.introductions or ():
        if item.head and item.kind in (IntroductionKind.CLASS_TEMPLATE, IntroductionKind.SPECIALISATION):
            yield from (item.name, *(record.name for record in item.pattern or ()))


def _is_settled(item: Enumeration, patterns: Collection[str]) -> bool:
    return "(" not in item.name and bool(item.enumerators) and item.name.rpartition("::")[0] not in patterns


def _ask_record(record: Record, names: Collection[str]) -> Iterator[LayoutItem]:
    """``names`` are the classes that their names alone mean, which a template's does not."""
    name = f"::{record.name}"
    yield LayoutItem(part="record", owner=record.name, index=0, text=f"record<{{}}, {name}>")
    for index, member in enumerate(record.fields):
        if _has_pointer(member):
            pointer = f"&{name}::{member.name}"
            text = f"member<{{}}, decltype({pointer}), {pointer}>"
            yield LayoutItem(part="member", owner=record.name, index=index, text=text)
    for index, base in enumerate(record.bases):
        nameable = base.offset is not None or base.name in names
        if nameable and not base.virtual and "(" not in base.name:
            text = f"base<{{}}, {name}, ::{base.name}>"
            yield LayoutItem(part="base", owner=record.name, index=index, text=text)


def _has_pointer(member: Field) -> bool:
    canonical = member.type.canonical
    reference = canonical.endswith("&") or "(&" in canonical
    named = bool(member.name) and "(" not in member.name
    return named and member.bits is None and member.offset is not None and not reference


def _ask_enumeration(item: Enumeration) -> LayoutItem:
    scope = f"::{item.name}"
    values = "".join(f", {scope}::{enumerator.name}" for enumerator in item.enumerators)
    return LayoutItem(part="enumeration", owner=item.name, index=0, text=f"enumeration<{{}}, {scope}{values}>")


def _is_sized(promise: Promise) -> bool:
    """Whether it is one of an object of known size that its name alone finds."""
    owed = promise.obligations[0]
    declared = promise.declaration
    return owed.kind is not SymbolKind.FUNCTION and owed.size is not None and declared.result is not None


def _ask_object(promise: Promise) -> LayoutItem:
    text = f"record<{{}}, decltype(::{promise.declaration.name})>"
    return LayoutItem(part="object", owner=promise.declaration.name, index=0, text=text)


def write_layouts(items: Sequence[LayoutItem], first: int) -> dict[int, Forms]:
    """``items`` as C++, numbered from ``first`` on."""
    return {
        number: (f"template struct trtheaders_{item.text.format(number)};",) for number, item in enumerate(items, first)
    }


Answers = Mapping[tuple[str, str, int], tuple[Word, ...]]


def apply_layouts(snapshot: AbiSnapshot, items: Sequence[LayoutItem], first: int, assembly: Assembly) -> AbiSnapshot:
    """``snapshot`` with the compiler's figures wherever it gave any."""
    answers = {
        (item.part, item.owner, item.index): words
        for number, item in enumerate(items, first)
        if (words := assembly.words.get((item.text.partition("<")[0], number, -1)))
    }
    records = tuple(_apply_record(record, answers) for record in snapshot.records)
    sizes = {new.name: new.size for old, new in zip(snapshot.records, records, strict=True) if old.size != new.size}
    return replace(
        snapshot,
        records=tuple(_resize_members(record, sizes) for record in records) if sizes else records,
        enumerations=tuple(_apply_enumeration(item, answers) for item in snapshot.enumerations),
        promises=tuple(_apply_object(promise, answers) for promise in snapshot.promises),
    )


def _apply_record(record: Record, answers: Answers) -> Record:
    words = answers.get(("record", record.name, 0))
    if words is None or len(words) != 2 or not isinstance(words[0], int) or not isinstance(words[1], int):
        return record
    fields = tuple(_apply_field(item, answers.get(("member", record.name, n))) for n, item in enumerate(record.fields))
    bases = tuple(_apply_base(item, answers.get(("base", record.name, n))) for n, item in enumerate(record.bases))
    sure = replace(record, doubt="")
    answered = replace(sure, size=words[0], alignment=words[1], fields=fields, bases=bases)
    told = replace(sure, bases=tuple(map(_fill_in, sure.bases, bases)))
    return told if answered == told else _forget_unasked(answered, moved=bases != told.bases)


def _fill_in(base: Base, answer: Base) -> Base:
    """``base`` at the compiler's place where the parser alone knew none."""
    return answer if base.offset is None else base


def _apply_field(member: Field, words: Sequence[Word] | None) -> Field:
    return replace(member, offset=words[0] * 8) if words and isinstance(words[0], int) else member


def _apply_base(base: Base, words: Sequence[Word] | None) -> Base:
    return replace(base, offset=words[0] - _SOMEWHERE) if words and isinstance(words[0], int) else base


def _forget_unasked(record: Record, *, moved: bool) -> Record:
    """Where the compiler differs from the parser, what it could not be asked for is not known."""
    fields = tuple(item if _has_pointer(item) else replace(item, offset=None) for item in record.fields)
    return replace(record, fields=fields, slots=None if moved else record.slots)


def list_places(proposed: AbiSnapshot, answered: AbiSnapshot) -> list[LayoutItem]:
    """The classes of which the compiler's answer leaves open where members lie: it differs, or may."""
    pairs = zip(proposed.records, answered.records, strict=True)
    return [
        LayoutItem(part="places", owner=new.name, index=0, text=f"places<{{}}, ::{new.name}>")
        for old, new in pairs
        if _is_known(new) and not new.doubt and (old.doubt or old != new) and any(map(_is_open, new.fields))
    ]


def _is_open(member: Field) -> bool:
    return bool(member.name) and not _has_pointer(replace(member, offset=0))


def apply_places(snapshot: AbiSnapshot, items: Sequence[LayoutItem], assembly: Assembly) -> AbiSnapshot:
    """``snapshot`` with the places that the compiler gives the members of the classes in ``items``, by g++'s debug
    information or clang++'s dump; what it leaves out is not known.
    """
    places = {item.owner: assembly.places.get(number, {}) for number, item in enumerate(items)}
    told = (_place_members(record, places, assembly.dumped.get(record.name, ())) for record in snapshot.records)
    return replace(snapshot, records=tuple(told))


def lacks_vtables(snapshot: AbiSnapshot) -> bool:
    """Whether it is not known of some class how large its vtable is: an instance's, or one with virtual bases."""
    tables = _promised_vtables(snapshot)
    return any(_lacks_vtable(record, tables) for record in snapshot.records)


def apply_vtables(snapshot: AbiSnapshot, assembly: Assembly) -> AbiSnapshot:
    """``snapshot`` with the sizes of such vtables as g++ dumps them."""
    tables = _promised_vtables(snapshot)

    def measure(record: Record) -> Record:
        symbol = record.vtable or tables.get(record.name)
        words = assembly.vtables.get(symbol or "")
        return replace(record, vtable=symbol, vtable_words=words) if words is not None else record

    records = (measure(item) if _lacks_vtable(item, tables) else item for item in snapshot.records)
    return replace(snapshot, records=tuple(records))


def _lacks_vtable(record: Record, tables: Mapping[str, SymbolName]) -> bool:
    known = record.vtable_words is not None or record.size is None
    return not known and (record.vtable is not None or record.name in tables)


def _promised_vtables(snapshot: AbiSnapshot) -> dict[str, SymbolName]:
    return {
        promise.declaration.name: symbol
        for promise in snapshot.promises
        for symbol in promise.symbols
        if symbol.startswith("_ZTV")
    }


def _place_members(record: Record, places: Mapping[str, Mapping[str, int]], dumped: Sequence[int]) -> Record:
    if record.name not in places:
        return record
    known = dict(places[record.name])
    if len(dumped) == len(record.fields):
        known |= {item.name: offset for item, offset in zip(record.fields, dumped, strict=True)}
    fields = (replace(item, offset=known.get(item.name)) if _is_open(item) else item for item in record.fields)
    return replace(record, fields=tuple(fields))


def _resize_members(record: Record, sizes: Mapping[str, int | None]) -> Record:
    """``record`` with the sizes of its members' types where the compiler has others for those."""
    return replace(record, fields=tuple(replace(item, type=_resize(item.type, sizes)) for item in record.fields))


def _resize(use: TypeUse, sizes: Mapping[str, int | None]) -> TypeUse:
    if use.record is None or use.record not in sizes or "[" in use.canonical:
        return use
    return replace(use, size=sizes[use.record])


_UNDERLYING = {
    (1, 0): "unsigned char",
    (1, 1): "signed char",
    (2, 0): "unsigned short",
    (2, 1): "short",
    (4, 0): "unsigned int",
    (4, 1): "int",
    (8, 0): "unsigned long",
    (8, 1): "long",
}
_SHAPES = {text: shape for shape, text in _UNDERLYING.items()} | {
    "char": (1, 1),
    "bool": (1, 0),
    "long long": (8, 1),
    "unsigned long long": (8, 0),
}


def _apply_enumeration(item: Enumeration, answers: Answers) -> Enumeration:
    words = answers.get(("enumeration", item.name, 0), ())
    numbers = [word for word in words if isinstance(word, int)]
    if len(numbers) != len(item.enumerators) + 2:
        return item
    shape = (numbers[0], numbers[1])
    values = (_read_value(number, signed=bool(shape[1])) for number in numbers[2:])
    return replace(
        item,
        underlying=item.underlying if _SHAPES.get(item.underlying, shape) == shape else _UNDERLYING[shape],
        enumerators=tuple(
            Enumerator(name=old.name, value=value) for old, value in zip(item.enumerators, values, strict=True)
        ),
    )


def _read_value(number: int, *, signed: bool) -> int:
    number %= 1 << 64
    return number - (1 << 64) if signed and number >> 63 else number


def _apply_object(promise: Promise, answers: Answers) -> Promise:
    words = answers.get(("object", promise.declaration.name, 0))
    if not words or not isinstance(words[0], int) or not _is_sized(promise):
        return promise
    first, *others = promise.obligations
    return replace(promise, obligations=(_sized(first, words[0]), *others))


def _sized(owed: Obligation, size: int) -> Obligation:
    return owed if owed.size == size else replace(owed, size=size)
