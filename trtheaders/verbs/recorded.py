"""The snapshot that answers a question: the recorded one where it fits, else one made now.

libclang is not even imported where a recorded snapshot fits.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.configuration import Configuration
from trtheaders.errors import HeaderError, NothingVerifiedError, SnapshotError
from trtheaders.headers.snapshots import read_snapshot, write_snapshot
from trtheaders.model.exports import Machine
from trtheaders.model.promises import Promise
from trtheaders.model.snapshot import AbiSnapshot

_TARGETS = {Machine.X86_64: "x86_64-linux-gnu", Machine.AARCH64: "aarch64-linux-gnu"}


class HeaderRequest(Struct, frozen=True, kw_only=True):
    """Which headers, read how: ``root`` is the folder for `-I`, ``configuration`` says the rest.

    ``content`` is the tree id of the headers where it is known, ``recorded`` where their snapshot lies or would lie;
    with ``keep`` one that had to be made is written there.
    """

    root: Path
    configuration: Configuration
    release: str | None = None
    content: str = ""
    recorded: Path | None = None
    keep: bool = False


def obtain_snapshot(request: HeaderRequest) -> AbiSnapshot:
    """The snapshot for ``request``: the recorded one if it answers the question, else one made now.

    Raises :class:`~trtheaders.errors.HeaderError` or :class:`~trtheaders.errors.ToolchainError` where it cannot be
    made, :class:`~trtheaders.errors.NothingVerifiedError` where it promises nothing.
    """
    snapshot = _read_fitting(request)
    if snapshot is None:
        snapshot = make_snapshot(request, both_string_abis=request.keep)
        if request.recorded is not None and request.keep:
            # A read-only checkout still gets its answer.
            with contextlib.suppress(SnapshotError):
                write_snapshot(snapshot, request.recorded)
    _refuse_empty(snapshot, request.root)
    return snapshot


def _read_fitting(request: HeaderRequest) -> AbiSnapshot | None:
    """The recorded snapshot, if it is there, whole, and answers this question."""
    if request.recorded is None or not request.recorded.is_file():
        return None
    try:
        snapshot = read_snapshot(request.recorded)
    except SnapshotError:
        return None
    return snapshot if _fits(snapshot, request) else None


def _fits(snapshot: AbiSnapshot, request: HeaderRequest) -> bool:
    key, wanted = snapshot.key, request.configuration
    return (
        bool(request.content)
        and key.content == request.content
        and set(key.entries) == set(wanted.entries)
        and key.standard == wanted.standard
        and set(key.defines) == set(wanted.defines)
        and key.include_directories == tuple(str(folder) for folder in wanted.include_directories)
    )


def make_snapshot(request: HeaderRequest, *, both_string_abis: bool = False) -> AbiSnapshot:
    """Parse the headers of ``request`` now."""
    from trtheaders.headers.recording import HeaderQuestion, record_snapshot

    if not request.root.is_dir():
        what = "is not a directory" if request.root.exists() else "is not there"
        raise HeaderError(f"`{request.root}` {what}", hint="name the folder that you give to -I")
    wanted = request.configuration
    question = HeaderQuestion(
        root=request.root,
        entries=wanted.entries,
        standard=wanted.standard,
        defines=wanted.defines,
        include_directories=wanted.include_directories,
        compiler=wanted.compiler,
        release=request.release,
        content=request.content,
        both_string_abis=both_string_abis,
    )
    return record_snapshot(question)


def _refuse_empty(snapshot: AbiSnapshot, root: Path) -> None:
    if snapshot.promises:
        return
    if snapshot.unverifiable:
        first = snapshot.unverifiable[0]
        count = len(snapshot.unverifiable)
        what = "the only declaration" if count == 1 else f"none of the {count} declarations"
        message = f"{what} in `{root}` could {'not ' if count == 1 else ''}be verified: {first.reason}"
        raise NothingVerifiedError(message, hint=first.remedy)
    entries = ", ".join(f"`{entry}`" for entry in snapshot.key.entries)
    raise NothingVerifiedError(
        f"{entries} in `{root}` promise no symbol, so there is nothing to verify",
        hint="name headers that declare functions with `--entry`",
    )


def retarget(snapshot: AbiSnapshot, machine: Machine) -> AbiSnapshot:
    """``snapshot`` as its promises are spelt on ``machine``.

    Between x86-64 and aarch64 Linux only `va_list` mangles differently (AAPCS64, "va_list"); class layouts are not
    those of the other target, and are left out.
    """
    target = _TARGETS[machine]
    if snapshot.key.target == target:
        return snapshot
    old, new = (
        ("P13__va_list_tag", "St9__va_list") if machine is Machine.AARCH64 else ("St9__va_list", "P13__va_list_tag")
    )
    return replace(
        snapshot,
        key=replace(snapshot.key, target=target),
        promises=tuple(_respell(promise, old, new) for promise in snapshot.promises),
        records=(),
    )


def _respell(promise: Promise, old: str, new: str) -> Promise:
    if not any(old in symbol for symbol in promise.symbols):
        return promise
    owed = tuple(replace(item, symbol=type(item.symbol)(item.symbol.replace(old, new))) for item in promise.obligations)
    return replace(promise, obligations=owed)
