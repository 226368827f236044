"""Calling conventions: which registers carry what (System V x86-64 psABI 3.2, AAPCS64 6)."""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.library.evidence import FLOATING, RESULT
from trtheaders.model.library.exports import Machine


class Convention(Struct, frozen=True, kw_only=True):
    """``arguments`` maps registers to argument numbers as :mod:`trtheaders.model.library.evidence` counts them;
    ``integers`` are the integer argument registers in order. ``kept`` registers survive a call.
    """

    arguments: dict[str, int]
    integers: tuple[str, ...]
    result: str
    second: str
    floating: str
    stack: str
    kept: frozenset[str]


_X86_INTEGERS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
_ARM_INTEGERS = tuple(f"x{number}" for number in range(8))


def _numbered(integers: tuple[str, ...], floating: str) -> dict[str, int]:
    numbers = {register: number for number, register in enumerate(integers)}
    return numbers | {f"{floating}{number}": FLOATING + number for number in range(8)}


CONVENTIONS = {
    Machine.X86_64: Convention(
        arguments=_numbered(_X86_INTEGERS, "xmm"),
        integers=_X86_INTEGERS,
        result="rax",
        second="rdx",
        floating="xmm0",
        stack="rsp",
        kept=frozenset({"rbx", "rbp", "rsp", "r12", "r13", "r14", "r15"}),
    ),
    Machine.AARCH64: Convention(
        arguments=_numbered(_ARM_INTEGERS, "v") | {"x8": RESULT},
        integers=_ARM_INTEGERS,
        result="x0",
        second="x1",
        floating="v0",
        stack="sp",
        kept=frozenset({*(f"x{number}" for number in range(19, 30)), "sp"}),
    ),
}
