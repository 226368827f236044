"""The string that `tensorrt_llm::executor::version()` returns, read from its machine code; nothing is run."""

from __future__ import annotations

import re

from trtheaders.library.machine.disassembly import disassemble
from trtheaders.library.machine.states import Held, State
from trtheaders.library.machine.steps import Flow
from trtheaders.library.machine.traces import Code
from trtheaders.model.library.exports import Machine

VERSION_FUNCTION = "_ZN12tensorrt_llm8executor7versionEv"
"""`char const* tensorrt_llm::executor::version() noexcept`."""

_RESULT = {Machine.X86_64: "rax", Machine.AARCH64: "x0"}
_TEXT = re.compile(rb"([\x20-\x7e]{1,64})\0")


def read_returned_string(code: Code, address: int, size: int) -> str | None:
    """The C string whose address the function at ``address`` returns; None if it does more than that."""
    state = State({}, {})
    for step in disassemble(code.machine, code.read(address, size), address):
        for effect in step.effects:
            state.apply(effect)
        if step.flow is Flow.RETURN:
            value = state.registers.get(_RESULT[code.machine])
            return _text_at(code, value.number) if value is not None and value.kind is Held.CONSTANT else None
        if step.flow is not Flow.ON:
            return None
    return None


def _text_at(code: Code, address: int) -> str | None:
    found = _TEXT.match(code.read(address, 65))
    return found[1].decode("ascii") if found else None
