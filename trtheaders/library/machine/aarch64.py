"""AArch64 instructions, as a disassembler writes them, to effects.

Only what moves pointers and members about is told exactly; of everything else only which register it destroys.
"""

from __future__ import annotations

import re
from functools import lru_cache

from trtheaders.library.machine.steps import Deed, Effect, Flow, Memory

_MEMORY = re.compile(r"\[(\w+)(?:, #(-?\w+))?(, [^\]]+)?\](!)?(?:, #(-?\w+))?$")
_LOADED_WIDTHS = {"b": 1, "h": 2, "sb": 1, "sh": 2, "sw": 4}
_LETTER_WIDTHS = {"w": 4, "x": 8, "b": 1, "h": 2, "s": 4, "d": 8, "q": 16, "v": 16}
_READERS = {"cmp", "cmn", "tst", "fcmp", "fcmpe", "ccmp", "ccmn", "fccmp", "nop", "bti", "paciasp",
            "autiasp", "dmb", "prfm", "hint", "xpaclri", "isb", "dsb", "clrex", "msr"}  # fmt: skip
_LOADS = re.compile(r"(ldr|ldur|ldp|ldnp|ldar|ldapr|ldxr|ldaxr|ldpsw|ldtr)(s?[bhw])?$")
_STORES = re.compile(r"(str|stur|stp|stnp|stlr|sttr)([bh])?$")


def register_name(text: str) -> str:
    """The whole register that ``text`` names a part of: `w3` is part of `x3`; nothing for the zero register."""
    text = text.strip()
    if text in ("xzr", "wzr"):
        return ""
    if text in ("sp", "wsp"):
        return "sp"
    text = {"fp": "x29", "lr": "x30"}.get(text, text).split(".")[0]
    if text[:1] == "w":
        return f"x{text[1:]}"
    return f"v{text[1:]}" if text[:1] in "bhsdq" and text[1:].isdigit() else text


def read_flow(mnemonic: str) -> Flow:
    """Where control goes after an instruction of this name."""
    if mnemonic in ("bl", "blr", "blraa", "blraaz"):
        return Flow.CALL
    if mnemonic in ("b", "br", "braa"):
        return Flow.JUMP
    if mnemonic in ("ret", "retaa", "retab"):
        return Flow.RETURN
    if mnemonic in ("brk", "udf", "hlt"):
        return Flow.STOP
    return Flow.BRANCH if mnemonic.startswith(("b.", "cbz", "cbnz", "tbz", "tbnz", "bc.")) else Flow.ON


@lru_cache(maxsize=65536)
def read_effects(mnemonic: str, operands: str) -> tuple[Effect, ...]:
    """What the instruction does to registers and memory."""
    registers, memory, after = _operands(operands)
    loads, stores = _LOADS.match(mnemonic), _STORES.match(mnemonic)
    if memory is not None and loads:
        return _transfer(Deed.LOAD, loads[2], registers, memory, after)
    if memory is not None and stores:
        return _transfer(Deed.STORE, stores[2], registers, memory, after)
    if mnemonic in _READERS or not registers:
        return ()
    if memory is None:
        return _compute(mnemonic, registers)
    return (Effect(Deed.CLOBBER, register_name(registers[0])),)


def _operands(text: str) -> tuple[list[str], Memory | None, tuple[Effect, ...]]:
    """Register operands, the memory operand, and the change of its base: before the access (width -1) or after (1)."""
    found = _MEMORY.search(text)
    if found is None:
        return ([part.strip() for part in text.split(",")] if text else []), None, ()
    registers = [part.strip() for part in text[: found.start()].split(",") if part.strip()]
    base = register_name(found[1])
    displacement = int(found[2], 0) if found[2] else 0
    indexed = bool(found[3])
    if found[4]:
        return registers, Memory(base, 0, indexed), (Effect(Deed.ADD, base, base, width=-1, amount=displacement),)
    if found[5]:
        return registers, Memory(base, 0, indexed), (Effect(Deed.ADD, base, base, width=1, amount=int(found[5], 0)),)
    return registers, Memory(base, displacement, indexed), ()


def _transfer(
    deed: Deed, suffix: str | None, registers: list[str], memory: Memory, update: tuple[Effect, ...]
) -> tuple[Effect, ...]:
    """A load or store of one register or of a pair, with the change of the base before or after it."""
    effects: list[Effect] = []
    for index, register in enumerate(registers[:2]):
        width = _LOADED_WIDTHS.get(suffix or "") or _LETTER_WIDTHS.get(register[:1], 8)
        place = memory._replace(displacement=memory.displacement + index * width)
        name = register_name(register)
        effects.append(
            Effect(deed, name, memory=place, width=width)
            if deed is Deed.LOAD
            else Effect(deed, source=name, memory=place, width=width)
        )
    before = tuple(effect for effect in update if effect.width < 0)
    return (*before, *effects, *(effect for effect in update if effect.width > 0))


def _immediate(text: str) -> int | None:
    if not text.startswith("#"):
        return None
    try:
        return int(text[1:], 0)
    except ValueError:
        return None


def _compute(mnemonic: str, parts: list[str]) -> tuple[Effect, ...]:
    into = register_name(parts[0])
    if mnemonic in ("mov", "fmov", "movz", "adr", "adrp") and len(parts) == 2:
        value = _immediate(parts[1])
        if value is not None:
            return (Effect(Deed.SET, into, amount=value),)
        if parts[1] in ("xzr", "wzr"):
            return (Effect(Deed.SET, into),)
        return (Effect(Deed.COPY, into, register_name(parts[1])),) if mnemonic in ("mov", "fmov") else _clobber(into)
    if mnemonic in ("add", "sub"):
        return _add(mnemonic, into, parts)
    if mnemonic in ("sxtw", "uxtw", "sxtb", "sxth", "uxtb", "uxth"):
        return (Effect(Deed.COPY, into, register_name(parts[1])),)
    return _clobber(into)


def _add(mnemonic: str, into: str, parts: list[str]) -> tuple[Effect, ...]:
    value = _immediate(parts[2]) if len(parts) > 2 else None
    if value is None:
        return _clobber(into)
    if len(parts) > 3:
        shift = re.fullmatch(r"lsl #(\w+)", parts[3])
        value = value << int(shift[1], 0) if shift else 0
    return (Effect(Deed.ADD, into, register_name(parts[1]), amount=-value if mnemonic == "sub" else value),)


def _clobber(register: str) -> tuple[Effect, ...]:
    return (Effect(Deed.CLOBBER, register),) if register else ()
