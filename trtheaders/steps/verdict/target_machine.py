"""Headers read for the machine that a library is built for: by a compiler for it, or at least their symbols mapped."""

from __future__ import annotations

import platform

from msgspec.structs import replace

from trtheaders.errors import ToolchainError
from trtheaders.model.headers.promises import Promise
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import Machine
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, Obtained, obtain_with_remarks

TARGETS = {Machine.X86_64: "x86_64-linux-gnu", Machine.AARCH64: "aarch64-linux-gnu"}
_HERE = f"{platform.machine()}-linux-gnu"
"""What a compiler that nobody named compiles for."""


def obtain_for(machine: Machine | None, request: HeaderRequest) -> tuple[HeaderRequest, Obtained]:
    """The snapshot that answers ``request`` for libraries of ``machine``, and the request with the compiler it took.

    The machine is known before any header is parsed, so headers are parsed once: for another machine than this by the
    configured compiler, g++, or a cross compiler on PATH. Where none is there, what this machine's says is mapped.
    Raises as :func:`~trtheaders.steps.memory.recorded_snapshots.obtain_snapshot`.
    """
    if machine is None:
        return request, obtain_with_remarks(request)
    target = TARGETS[machine]
    if target != _HERE:
        compiler = _find_compiler_for(target, request.configuration.compiler)
        if compiler is not None:
            request = replace(request, configuration=replace(request.configuration, compiler=compiler), keep=False)
    obtained = obtain_with_remarks(request)
    if obtained.snapshot.key.target == target:
        return request, obtained
    remark = (
        f"layouts were not compared: the headers were read for {obtained.snapshot.key.target}, the library is for "
        f"{target}; with `{target}-g++` on PATH they are"
    )
    return request, Obtained(snapshot=retarget(obtained.snapshot, machine), remarks=(*obtained.remarks, remark))


def _find_compiler_for(target: str, configured: str) -> str | None:
    return next((command for command in (configured, f"{target}-g++") if _target_of(command) == target), None)


def _target_of(compiler: str) -> str:
    from trtheaders.headers.parser.toolchain import find_compiler

    try:
        return find_compiler(compiler).target
    except ToolchainError:
        return ""


def retarget(snapshot: AbiSnapshot, machine: Machine) -> AbiSnapshot:
    """``snapshot`` as its promises are spelt on ``machine``.

    Between x86-64 and aarch64 Linux only `va_list` mangles differently (AAPCS64, "va_list"). Layouts and sizes of
    classes are not those of the other target (a `std::mutex` is larger on aarch64), and are left out.
    """
    target = TARGETS[machine]
    if snapshot.key.target == target:
        return snapshot
    old, new = (
        ("P13__va_list_tag", "St9__va_list") if machine is Machine.AARCH64 else ("St9__va_list", "P13__va_list_tag")
    )
    return replace(
        snapshot,
        key=replace(snapshot.key, target=target),
        promises=tuple(_without_size(_respell(promise, old, new)) for promise in snapshot.promises),
        records=(),
    )


def _respell(promise: Promise, old: str, new: str) -> Promise:
    if not any(old in symbol for symbol in promise.symbols):
        return promise
    owed = tuple(replace(item, symbol=type(item.symbol)(item.symbol.replace(old, new))) for item in promise.obligations)
    return replace(promise, obligations=owed)


def _without_size(promise: Promise) -> Promise:
    result = promise.declaration.result
    if result is not None and result.record is None:
        return promise
    return replace(promise, obligations=tuple(replace(item, size=None) for item in promise.obligations))
