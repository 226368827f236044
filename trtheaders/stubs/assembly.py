"""A snapshot's promises to assembly of a library that exports them all and can do nothing else.

One text for the GNU assembler and clang's; `%function` instead of `@function`, since `@` starts comments on some
targets. Vtables and typeinfo are laid out as Itanium C++ ABI 2.5.2 and 2.9.5 say, so that tools which read them agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from trtheaders.demangling import demangle
from trtheaders.errors import SnapshotError
from trtheaders.library.stub_mark import MARK, NOTE_OWNER, NOTE_STUB
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.layouts import Base, Record, VtableSlot
from trtheaders.model.headers.promises import Obligation, SymbolKind
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.headers.sound import find_unsound
from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName

CALLED = "trtheaders_stub_called"
"""The function that every stub function jumps to, with the name of the called one as its argument."""

_ENTER = {
    Machine.X86_64: ("leaq .Lname{0}(%rip), %rdi", f"jmp {CALLED}"),
    Machine.AARCH64: ("adrp x0, .Lname{0}", "add x0, x0, :lo12:.Lname{0}", f"b {CALLED}"),
}
_RETURN_TEXT = {
    Machine.X86_64: ("leaq .Lversion(%rip), %rax", "ret"),
    Machine.AARCH64: ("adrp x0, .Lversion", "add x0, x0, :lo12:.Lversion", "ret"),
}
_VERSION_FUNCTIONS = frozenset(
    f"_ZN12tensorrt_llm{scope}7versionEv" for scope in ("8executor", "8executor3_v1", "3_v18executor")
)
"""`char const* tensorrt_llm::executor::version()`, with the inline namespace that later releases have."""

_PLAIN_CLASS, _ONE_BASE, _MANY_BASES = (
    "_ZTVN10__cxxabiv117__class_type_infoE",
    "_ZTVN10__cxxabiv120__si_class_type_infoE",
    "_ZTVN10__cxxabiv121__vmi_class_type_infoE",
)
_VIRTUAL_BASE, _PUBLIC_BASE = 1, 2
_UNKNOWN_WORDS = 64
_UNKNOWN_SIZE = 64
"""Bytes of a variable whose type's size is not known; at least what a pointer or a string needs."""


def stub_version(release: str) -> str:
    """What the stub's `tensorrt_llm::executor::version()` returns: a local version that no wheel has."""
    return f"{release}+trtheaders.stub"


def write_assembly(snapshot: AbiSnapshot, machine: Machine) -> str:
    """The assembly text of a stub for everything that ``snapshot`` promises."""
    unsound = find_unsound(snapshot)
    if unsound:
        raise SnapshotError(f"no library can be made of these headers: {unsound}", hint="look at what they declare")
    release = snapshot.release or "headers"
    owed = _owed(snapshot)
    records = _Records(snapshot.records, owed)
    lines = [*_identity(release)]
    for number, (symbol, obligation) in enumerate(owed.items()):
        lines += _define(symbol, obligation, number, machine, records)
    # Nobody need define what typeinfo refers to: a stub needs no C++ library.
    lines += [f".weak {_quote(symbol)}" for symbol in sorted(records.mentioned - owed.keys())]
    return "\n".join([*lines, '.section .note.GNU-stack,"",%progbits', ""])


def _owed(snapshot: AbiSnapshot) -> dict[SymbolName, Obligation]:
    """Every promised symbol, and the spellings that other compilers use."""
    obligations = [row for promise in snapshot.promises for row in promise.obligations]
    return {symbol: row for row in obligations for symbol in (row.symbol, *row.alternatives)}


class _Table(Struct, frozen=True):
    """The words of a vtable group: ``slots`` of each table, and how many words the group has."""

    record: Record
    slots: tuple[VtableSlot, ...]
    words: int


class _Records:
    """Classes by the symbols of their vtables; ``owed`` are the symbols that the stub defines."""

    def __init__(self, records: Iterable[Record], owed: dict[SymbolName, Obligation]) -> None:
        known = list(records)
        self._by_vtable = {record.vtable: record for record in known if record.vtable}
        self._by_typeinfo = {record.typeinfo: record for record in known if record.typeinfo}
        self._typeinfos = {record.name: record.typeinfo for record in known if record.typeinfo}
        self._owed = owed
        self.mentioned: set[SymbolName] = set()

    def vtable(self, symbol: SymbolName) -> _Table | None:
        """The vtable called ``symbol``, if its order is known."""
        record = self._by_vtable.get(symbol)
        if record is None or record.slots is None or record.vtable_words is None:
            return None
        return _Table(record, record.slots, record.vtable_words)

    def words_of(self, vtable: SymbolName) -> int:
        """How many words the vtable group has; of one that nobody knows, more than most."""
        record = self._by_vtable.get(vtable)
        return _UNKNOWN_WORDS if record is None or record.vtable_words is None else record.vtable_words

    def bases(self, typeinfo: SymbolName) -> list[tuple[str, Base]]:
        """The bases of the class with that typeinfo, each with its own typeinfo."""
        record = self._by_typeinfo.get(typeinfo)
        bases = record.bases if record else ()
        return [(self._typeinfos.get(base.name) or _mangle_typeinfo(base.name), base) for base in bases]

    def mention(self, symbol: str) -> str:
        """``symbol`` for the assembler, noted as one that may be undefined."""
        self.mentioned.add(SymbolName(symbol))
        return _quote(symbol)

    def target(self, slot: VtableSlot) -> str:
        """What a slot points to: a function of the stub, or the one that says what was called."""
        return next((_quote(symbol) for symbol in slot.symbols if symbol in self._owed), CALLED)


def _identity(release: str) -> Iterator[str]:
    content = release.encode()
    yield '.section .note.trtheaders,"a",%note'
    yield from (".balign 4", f".long {len(NOTE_OWNER) + 1}, {len(content)}, {NOTE_STUB}")
    yield from (f'.asciz "{NOTE_OWNER.decode()}"', ".balign 4", f'.ascii "{release}"', ".balign 4")
    yield from (".section .rodata", ".Lversion:", f'.asciz "{stub_version(release)}"')
    yield from (*_announce(MARK, "object", len(content) + 1), f'.asciz "{release}"')


def _define(
    symbol: SymbolName, obligation: Obligation, number: int, machine: Machine, records: _Records
) -> Iterator[str]:
    if symbol.startswith("_ZTV"):
        yield from _define_vtable(symbol, records)
    elif symbol.startswith("_ZTI"):
        yield from _define_words(symbol, list(_typeinfo_words(f".Lname{number}", symbol, records)))
        yield from _name(number, symbol[4:])
    elif symbol.startswith(("_ZTT", "_ZTC")):
        yield from _define_words(symbol, [CALLED] * 32)
    elif symbol.startswith("_ZTS"):
        yield ".section .rodata"
        yield from (*_announce(symbol, "object", len(symbol) - 3), f'.asciz "{symbol[4:]}"')
    elif obligation.kind is SymbolKind.FUNCTION:
        yield from _define_function(symbol, number, machine)
    else:
        yield from _define_variable(symbol, obligation)


def _announce(symbol: str, kind: str, size: int | str) -> Iterator[str]:
    name = _quote(symbol)
    yield from (f".globl {name}", f".type {name}, %{kind}", f".size {name}, {size}", f"{name}:")


def _define_function(symbol: SymbolName, number: int, machine: Machine) -> Iterator[str]:
    code = _RETURN_TEXT[machine] if symbol in _VERSION_FUNCTIONS else _ENTER[machine]
    yield ".text"
    yield from _announce(symbol, "function", f".Lend{number} - {_quote(symbol)}")
    yield from (line.format(number) for line in code)
    yield f".Lend{number}:"
    yield from _name(number, demangle(symbol))


def _name(number: int, text: str) -> Iterator[str]:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    yield from ('.section .rodata.str1.1,"aMS",%progbits,1', f".Lname{number}:", f'.asciz "{escaped}"')


def _define_variable(symbol: SymbolName, obligation: Obligation) -> Iterator[str]:
    size = _UNKNOWN_SIZE if obligation.size is None else obligation.size
    thread = obligation.kind is SymbolKind.TLS
    yield '.section .tbss,"awT",%nobits' if thread else ".bss"
    yield from (".balign 16", *_announce(symbol, "tls_object" if thread else "object", size), f".zero {max(size, 1)}")


def _define_vtable(symbol: SymbolName, records: _Records) -> Iterator[str]:
    table = records.vtable(symbol)
    if table is None:
        yield from _define_words(symbol, ["0", "0", *[CALLED] * (records.words_of(symbol) - 2)])
        return
    words = list(_vtable_words(table, records))
    yield from _define_words(symbol, words + [CALLED] * (table.words - len(words)))


def _vtable_words(table: _Table, records: _Records) -> Iterator[str]:
    """Of each table: the offset to the top (known for the first only), the typeinfo, the functions."""
    typeinfo = records.mention(table.record.typeinfo) if table.record.typeinfo else "0"
    number = -1
    for slot in sorted(table.slots, key=lambda slot: (slot.table, slot.index)):
        if slot.table != number:
            number = slot.table
            yield from ("0", typeinfo)
        yield records.target(slot)


def _typeinfo_words(name: str, symbol: SymbolName, records: _Records) -> Iterator[str]:
    """`__class_type_info`, `__si_class_type_info` or `__vmi_class_type_info` (Itanium C++ ABI 2.9.5)."""
    bases = records.bases(symbol)
    if not bases:
        yield from (f"{records.mention(_PLAIN_CLASS)} + 16", name)
        return
    base = bases[0][1]
    if len(bases) == 1 and not base.virtual and not base.offset and base.access is Access.PUBLIC:
        yield from (f"{records.mention(_ONE_BASE)} + 16", name, records.mention(bases[0][0]))
        return
    # The flags word (diamond-shaped, repeated) and the count share eight bytes.
    yield from (f"{records.mention(_MANY_BASES)} + 16", name, str(len(bases) << 32))
    for typeinfo, base in bases:
        flags = base.virtual * _VIRTUAL_BASE + (base.access is Access.PUBLIC) * _PUBLIC_BASE
        yield from (records.mention(typeinfo), str((base.offset or 0) << 8 | flags))


def _mangle_typeinfo(name: str) -> str:
    """The typeinfo symbol of a class that the headers only use; templates' are not spelt out, and so not found."""
    parts = [f"{len(part)}{part}" for part in name.split("::")]
    if parts[0] == "3std":
        parts[0] = "St"
    nested = len(parts) > 2 or (len(parts) == 2 and parts[0] != "St")
    return f"_ZTI{'N' * nested}{''.join(parts)}{'E' * nested}"


def _define_words(symbol: SymbolName, words: list[str]) -> Iterator[str]:
    yield from ('.section .data.rel.ro,"aw",%progbits', ".balign 8", *_announce(symbol, "object", 8 * len(words)))
    yield from (f".quad {word}" for word in words)


def _quote(symbol: str) -> str:
    return f'"{symbol}"'
