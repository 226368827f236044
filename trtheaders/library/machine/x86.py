"""x86-64 instructions, as a disassembler writes them in Intel's syntax, to effects.

Only what moves pointers and members about is told exactly; of everything else only which register it destroys.
"""

from __future__ import annotations

import re
from functools import lru_cache

from trtheaders.library.machine.steps import Deed, Effect, Flow, Memory

_WIDTHS = {"byte": 1, "word": 2, "dword": 4, "qword": 8, "xmmword": 16, "ymmword": 32, "zmmword": 64, "tbyte": 10}
_MEMORY = re.compile(r"(?:(\w+) ptr )?(?:[c-gs]s:)?\[([^\]]*)\]")
_TERM = re.compile(r"([+-]?)\s*([^\s+-]+)")

# capstone gives the whole register's width for scalar SSE operands, so these are told by their names.
_SCALAR_WIDTHS = {
    "movss": 4, "movsd": 8, "movd": 4, "movq": 8, "movlps": 8, "movhps": 8, "movlpd": 8, "movhpd": 8,
}  # fmt: skip
_MOVES = {"mov", "movabs", "movaps", "movups", "movapd", "movupd", "movdqa", "movdqu", "lddqu", "movnti", "movbe",
          "movntps", "movntdq", *_SCALAR_WIDTHS}  # fmt: skip
_WIDENING = {"movzx", "movsx", "movsxd"}
_MERGING = {"movhps", "movhpd", "movlps", "movlpd"}
_READERS = {"cmp", "test", "bt", "ucomiss", "ucomisd", "comiss", "comisd", "ptest", "vptest", "nop", "endbr64",
            "prefetcht0", "prefetchw", "prefetchnta", "prefetcht1", "prefetcht2", "pause", "cld", "sfence", "lfence",
            "mfence", "emms", "vzeroupper"}  # fmt: skip
_HIDDEN_TARGETS = {
    "mul": ("rax", "rdx"), "div": ("rax", "rdx"), "idiv": ("rax", "rdx"), "cdq": ("rdx",), "cqo": ("rdx",),
    "cdqe": ("rax",), "cwde": ("rax",), "cmpxchg": ("rax",), "cpuid": ("rax", "rbx", "rcx", "rdx"),
    "rdtsc": ("rax", "rdx"), "xgetbv": ("rax", "rdx"), "cmpxchg16b": ("rax", "rdx"), "syscall": ("rax", "rcx", "r11"),
}  # fmt: skip
_STRING = ("movs", "stos", "cmps", "scas", "lods")


def _family(letter: str) -> dict[str, str]:
    names = {f"{prefix}{letter}x": f"r{letter}x" for prefix in ("r", "e", "")}
    return names | {f"{letter}l": f"r{letter}x", f"{letter}h": f"r{letter}x"}


def _register_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for letter in "abcd":
        names |= _family(letter)
    for stem in ("si", "di", "bp", "sp"):
        names |= {f"{prefix}{stem}": f"r{stem}" for prefix in ("r", "e", "")} | {f"{stem}l": f"r{stem}"}
    for number in range(8, 16):
        names |= {f"r{number}{suffix}": f"r{number}" for suffix in ("", "d", "w", "b")}
    for number in range(32):
        names |= {f"{kind}mm{number}": f"xmm{number}" for kind in "xyz"}
    return names


REGISTERS = _register_names()
_VECTOR_WIDTHS = {"x": 16, "y": 32, "z": 64}


def _register_width(text: str) -> int:
    if text.endswith(tuple(f"mm{number}" for number in range(32))):
        return _VECTOR_WIDTHS[text[0]]
    if text in ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp") or re.fullmatch(r"r\d+", text):
        return 8
    if text.startswith("e") or text.endswith("d"):
        return 4
    return 1 if text.endswith(("l", "h", "b")) else 2


def _number(text: str) -> int | None:
    try:
        return int(text, 0)
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def read_memory(text: str) -> tuple[Memory, int] | None:
    """The memory operand that ``text`` writes (`qword ptr [rdi + 0x18]`) and its width; None if it is none.

    An address relative to `rip` keeps that as its base: only the instruction's place makes it absolute.
    """
    found = _MEMORY.fullmatch(text.strip())
    if found is None:
        return None
    base, displacement, indexed, index = None, 0, False, ""
    for sign, term in _TERM.findall(found[2]):
        value = _number(term)
        if value is not None:
            displacement += -value if sign == "-" else value
        elif base is None and "*" not in term:
            base = "rip" if term == "rip" else REGISTERS.get(term, term)
        else:
            indexed, index = True, REGISTERS.get(term, "")
    # The thread pointer (`fs:[0x28]`) is no place in the image.
    elsewhere = indexed or "s:[" in text
    return Memory(base, displacement, elsewhere, index), _WIDTHS.get(found[1] or "", 0)


def _split(operands: str) -> list[str]:
    return [part.strip() for part in operands.split(",")] if operands else []


def _plain(mnemonic: str) -> str:
    """The mnemonic without prefixes (`rep`, `lock`, `bnd`, `notrack`), an AVX move by its SSE name."""
    name = mnemonic.split()[-1]
    return name[1:] if name.startswith("v") and name[1:] in _MOVES else name


def read_flow(mnemonic: str) -> Flow:
    """Where control goes after an instruction of this name."""
    name = _plain(mnemonic)
    if name == "call":
        return Flow.CALL
    if name == "jmp":
        return Flow.JUMP
    if name in ("ret", "retf"):
        return Flow.RETURN
    if name in ("ud2", "ud1", "hlt", "int3"):
        return Flow.STOP
    return Flow.BRANCH if name.startswith(("j", "loop")) else Flow.ON


@lru_cache(maxsize=65536)
def read_effects(mnemonic: str, operands: str) -> tuple[Effect, ...]:
    """What the instruction does to registers and memory; addresses relative to `rip` stay so."""
    name = _plain(mnemonic)
    parts = _split(operands)
    if name in _READERS:
        return _reads(parts)
    if name in _MOVES:
        return _move(name, parts)
    if name in _WIDENING:
        return _widen(parts)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(parts)
    return _destroy(name, parts)


def _reads(parts: list[str]) -> tuple[Effect, ...]:
    places = [place for place in map(read_memory, parts) if place]
    return tuple(Effect(Deed.LOAD, memory=memory, width=width) for memory, width in places)


def _move(name: str, parts: list[str]) -> tuple[Effect, ...]:
    if len(parts) != 2:
        return _destroy(name, parts)
    into, source = parts
    written, read = read_memory(into), read_memory(source)
    if written:
        width = _SCALAR_WIDTHS.get(name) or written[1]
        return (Effect(Deed.STORE, source=REGISTERS.get(source, ""), memory=written[0], width=width),)
    register = REGISTERS.get(into, into)
    if read:
        width = _SCALAR_WIDTHS.get(name) or read[1] or _register_width(into)
        loaded = Effect(Deed.LOAD, "" if name in _MERGING else register, memory=read[0], width=width)
        return (loaded, Effect(Deed.CLOBBER, register)) if name in _MERGING else (loaded,)
    value = _number(source)
    if value is not None:
        return (Effect(Deed.SET, register, amount=value),)
    if _register_width(into) < 4:
        return (Effect(Deed.CLOBBER, register),)
    return (Effect(Deed.COPY, register, REGISTERS.get(source, source)),)


def _widen(parts: list[str]) -> tuple[Effect, ...]:
    register, read = REGISTERS.get(parts[0], parts[0]), read_memory(parts[1])
    if read:
        return (Effect(Deed.LOAD, register, memory=read[0], width=read[1]),)
    return (Effect(Deed.COPY, register, REGISTERS.get(parts[1], parts[1])),)


def _address(parts: list[str]) -> tuple[Effect, ...]:
    read = read_memory(parts[1])
    register = REGISTERS.get(parts[0], parts[0])
    return (Effect(Deed.ADDRESS, register, memory=read[0]),) if read else (Effect(Deed.CLOBBER, register),)


def _add(parts: list[str], sign: int = 1) -> tuple[Effect, ...]:
    value = _number(parts[1]) if len(parts) == 2 else None
    if value is None or parts[0] not in REGISTERS:
        return _destroy("add", parts)
    # capstone writes a negative immediate of 64 bits as its two's complement.
    signed = value - (1 << 64) if value >= 1 << 63 else value
    register = REGISTERS[parts[0]]
    return (Effect(Deed.ADD, register, register, amount=sign * signed),)


def _subtract(parts: list[str]) -> tuple[Effect, ...]:
    if len(parts) == 2 and parts[0] == parts[1]:
        return (Effect(Deed.SET, REGISTERS.get(parts[0], parts[0])),)
    return _add(parts, -1)


def _clear(parts: list[str]) -> tuple[Effect, ...]:
    if len(parts) == 2 and parts[0] == parts[1]:
        return (Effect(Deed.SET, REGISTERS.get(parts[0], parts[0])),)
    return _destroy("xor", parts)


def _mask(parts: list[str]) -> tuple[Effect, ...]:
    # Aligning the stack (`and rsp, -32`) leaves one unknown distance; places below it stay told apart.
    # Masking a `bool` that was just loaded (clang -O0) leaves it what it is.
    return () if parts[0] == "rsp" or (parts[1] == "1" and _is_byte(parts[0])) else _destroy("and", parts)


def _is_byte(text: str) -> bool:
    return text in REGISTERS and _register_width(text) == 1


_PUSHED = "pushed"
"""Stands for a register that holds a number which is pushed."""


def _push(parts: list[str]) -> tuple[Effect, ...]:
    down = Effect(Deed.ADD, "rsp", "rsp", amount=-8)
    number = _number(parts[0])
    source = REGISTERS.get(parts[0], "") if number is None else _PUSHED
    stored = Effect(Deed.STORE, source=source, memory=Memory("rsp", 0), width=8)
    # At -Oz a small number comes into its register by `push 16` and `pop rdi`.
    named = () if number is None else (Effect(Deed.SET, _PUSHED, amount=number),)
    return (*_reads(parts), down, *named, stored)


def _pop(parts: list[str]) -> tuple[Effect, ...]:
    register = REGISTERS.get(parts[0], "")
    loaded = Effect(Deed.LOAD, register, memory=Memory("rsp", 0), width=8)
    return loaded, Effect(Deed.ADD, "rsp", "rsp", amount=8)


def _leave(parts: list[str]) -> tuple[Effect, ...]:
    return Effect(Deed.COPY, "rsp", "rbp"), *_pop(["rbp"])


_SPECIAL = {
    "lea": _address, "add": _add, "sub": _subtract, "xor": _clear, "pxor": _clear, "xorps": _clear, "xorpd": _clear,
    "and": _mask, "push": _push, "pop": _pop, "leave": _leave,
}  # fmt: skip


def _destroy(name: str, parts: list[str]) -> tuple[Effect, ...]:
    """Any other instruction: it reads its memory operands and leaves something unknown in its first operand."""
    effects = [*_reads(parts[1:])]
    first = read_memory(parts[0]) if parts else None
    if first:
        only_reads = name in _HIDDEN_TARGETS or (
            len(parts) == 1 and not name.startswith(("set", "inc", "dec", "neg", "not"))
        )
        effects.append(Effect(Deed.LOAD if only_reads else Deed.STORE, memory=first[0], width=first[1]))
    elif parts and parts[0] in REGISTERS:
        effects.append(Effect(Deed.CLOBBER, REGISTERS[parts[0]]))
    hidden = ("rcx", "rsi", "rdi", "rax") if name.startswith(_STRING) else _HIDDEN_TARGETS.get(name, ())
    if name in ("xchg", "xadd", "imul") or name.startswith("cmpxchg"):
        hidden = (
            *hidden,
            *(REGISTERS[part] for part in parts if part in REGISTERS),
            *(("rax", "rdx") if len(parts) == 1 else ()),
        )
    return (*effects, *(Effect(Deed.CLOBBER, register) for register in hidden))
