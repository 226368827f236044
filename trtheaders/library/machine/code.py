"""A library's code and constant data as the tracer wants them: bytes, names and parts of functions by address."""

from __future__ import annotations

from functools import cached_property

from trtheaders.library.elf.image import ElfImage
from trtheaders.library.elf.relocations import Relocations
from trtheaders.library.elf.unwind_table import UnwindTable, read_unwind_table
from trtheaders.library.elf.vtables import Word
from trtheaders.library.machine.disassembly import disassemble
from trtheaders.library.machine.states import Held, State
from trtheaders.library.machine.steps import Flow, Memory
from trtheaders.library.symbols.addresses import ExportsByAddress
from trtheaders.library.symbols.tables import SymbolTable, dynamic_table
from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName

_LINKAGE = (".plt", ".plt.sec", ".plt.got", ".iplt")
_LONGEST_ENTRY = 24
"""Bytes of one procedure linkage table entry, at most."""


class LibraryCode:
    """One opened library; every table is read when it is first needed."""

    def __init__(self, image: ElfImage) -> None:
        self.image = image
        self._names: dict[int, str] = {}

    @property
    def machine(self) -> Machine:
        """The architecture."""
        return self.image.machine

    def read(self, address: int, size: int) -> bytes:
        """At most ``size`` bytes at ``address``, before relocation; fewer where the file has no more."""
        offset = self.image.offset_of(address)
        return b"" if offset is None else bytes(self.image.data[offset : offset + size])

    @cached_property
    def _exports(self) -> ExportsByAddress:
        return ExportsByAddress(self._symbols)

    @cached_property
    def _symbols(self) -> SymbolTable:
        return dynamic_table(self.image)

    @cached_property
    def _relocations(self) -> Relocations:
        # The linkage table's own relocations are few, and most questions are about them.
        return Relocations(self.machine, self.image.rela_tables[::-1], self.image.relr_table)

    @cached_property
    def _unwinding(self) -> UnwindTable:
        section = self.image.section(".eh_frame_hdr")
        return UnwindTable([]) if section is None else read_unwind_table(self.image.contents(section), section.address)

    @cached_property
    def _linkage(self) -> tuple[tuple[int, int], ...]:
        found = (self.image.section(name) for name in _LINKAGE)
        return tuple((row.address, row.address + row.size) for row in found if row is not None)

    def names_at(self, address: int) -> tuple[SymbolName, ...]:
        """Every name that is exported at ``address``."""
        return self._exports.names(address)

    def name_at(self, address: int) -> str:
        """The name of the function that starts there or that a linkage table entry there goes to, or nothing."""
        if address not in self._names:
            linked = any(start <= address < end for start, end in self._linkage)
            self._names[address] = self._name_of_entry(address) if linked else next(iter(self.names_at(address)), "")
        return self._names[address]

    def _name_of_entry(self, address: int) -> str:
        """What an entry of the procedure linkage table jumps to: an address fetched from the slot that it names."""
        state = State({}, {})
        for step in disassemble(self.machine, self.read(address, _LONGEST_ENTRY), address):
            if step.flow is Flow.JUMP:
                if isinstance(step.through, Memory):
                    return self.name_in(step.through.displacement) if step.through.base is None else ""
                held = state.registers.get(step.through or "")
                return self.name_in(held.number) if held is not None and held.kind is Held.FETCHED else ""
            for effect in step.effects:
                state.apply(effect)
        return ""

    def name_in(self, slot: int) -> str:
        """The name of the function whose address the dynamic linker puts into ``slot``, or nothing."""
        return next(iter(self.word(slot).names), "")

    def region(self, address: int) -> tuple[int, int] | None:
        """Start and end of the unwinder's region around ``address``."""
        return self._unwinding.region(address)

    def word(self, address: int) -> Word:
        """The word at ``address`` with what the dynamic linker makes of it."""
        value = int.from_bytes(self.read(address, 8), "little")
        relocated = self._relocations.at(address)
        if relocated is None:
            packed = self._relocations.packed(address)
            return Word(value, value, self.names_at(value)) if packed else Word(value)
        if not relocated.symbol:
            return Word(value, relocated.addend, self.names_at(relocated.addend))
        symbol = self._symbols[relocated.symbol]
        own = SymbolName(symbol.name)
        if not symbol.defined:
            return Word(value, 0, (own,))
        return Word(value, symbol.address + relocated.addend, (own, *self.names_at(symbol.address)))
