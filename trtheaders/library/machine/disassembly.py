"""Bytes of machine code to steps. The only module that knows capstone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from trtheaders.library.machine import aarch64, x86
from trtheaders.library.machine.steps import Flow, Memory, Step
from trtheaders.model.library.exports import Machine


@functools.cache
def _decoder(machine: Machine) -> Any:
    # Imported late: it costs 80 ms, and a stub or a library of another API has nothing to disassemble.
    import capstone

    if machine is Machine.X86_64:
        return capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    return capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_ARM)


def disassemble(machine: Machine, code: bytes, address: int) -> Iterator[Step]:
    """The instructions in ``code``, which lies at ``address``, one after the other up to the first that is none."""
    read: Callable[[int, int, str, str], Step] = _read_x86 if machine is Machine.X86_64 else _read_aarch64
    # The text of an instruction costs a tenth of capstone's detailed operands, and is the same in all its versions.
    for place, size, mnemonic, operands in _decoder(machine).disasm_lite(code, address):
        yield read(place, size, mnemonic, operands)


def _number(text: str) -> int | None:
    try:
        return int(text.lstrip("#"), 0)
    except ValueError:
        return None


def _read_x86(address: int, size: int, mnemonic: str, operands: str) -> Step:
    flow, end = x86.read_flow(mnemonic), address + size
    if flow in (Flow.JUMP, Flow.BRANCH, Flow.CALL):
        target = _number(operands)
        return Step(address, end, flow, (), target, None if target is not None else _through(operands, end))
    if flow is not Flow.ON:
        return Step(address, end, flow)
    effects = x86.read_effects(mnemonic, operands)
    if "rip" in operands:
        effects = tuple(effect._replace(memory=_absolute(effect.memory, end)) for effect in effects)
    return Step(address, end, flow, effects)


def _through(operands: str, end: int) -> Memory | str:
    found = x86.read_memory(operands)
    if found is None:
        return x86.REGISTERS.get(operands, operands)
    return _absolute(found[0], end) or found[0]


def _absolute(memory: Memory | None, end: int) -> Memory | None:
    if memory is None or memory.base != "rip":
        return memory
    return Memory(None, memory.displacement + end, memory.indexed)


def _read_aarch64(address: int, size: int, mnemonic: str, operands: str) -> Step:
    flow, end = aarch64.read_flow(mnemonic), address + size
    if flow in (Flow.JUMP, Flow.BRANCH, Flow.CALL):
        last = operands.rsplit(",", 1)[-1].strip()
        target = _number(last)
        return Step(address, end, flow, (), target, None if target is not None else aarch64.register_name(last))
    if flow is not Flow.ON:
        return Step(address, end, flow)
    return Step(address, end, flow, aarch64.read_effects(mnemonic, operands))
