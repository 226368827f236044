"""The snapshot that answers a question: the recorded one where it fits, else one made now.

libclang is not even imported where a recorded snapshot fits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from trtheaders.configuration import Configuration
from trtheaders.errors import HeaderError, NothingVerifiedError, SnapshotError, SnapshotFormatError
from trtheaders.headers.snapshot_files import read_snapshot, write_snapshot
from trtheaders.model.headers.snapshot import AbiSnapshot, SnapshotKey
from trtheaders.programs.flags import shaping_flags, split_command
from trtheaders.programs.trust import find_program
from trtheaders.vendoring.cache_folder import cache_folder


class HeaderRequest(Struct, frozen=True, kw_only=True):
    """Which headers, read how: ``root`` is the folder for `-I`, ``configuration`` says the rest.

    ``content`` is the tree id of the headers where it is known, ``recorded`` where their snapshot lies or would lie;
    with ``keep`` one that had to be made is written there. ``compared``: headers are compared with headers, so that
    those without a symbol have an answer, too.
    """

    root: Path
    configuration: Configuration
    release: str | None = None
    content: str = ""
    recorded: Path | None = None
    keep: bool = False
    compared: bool = False


class Obtained(Struct, frozen=True, kw_only=True):
    """A snapshot, and what its reader should know of the file that was to hold it."""

    snapshot: AbiSnapshot
    remarks: tuple[str, ...] = ()


def obtain_snapshot(request: HeaderRequest) -> AbiSnapshot:
    """As :func:`obtain_with_remarks`, without the remarks."""
    return obtain_with_remarks(request).snapshot


def obtain_with_remarks(request: HeaderRequest) -> Obtained:
    """The snapshot for ``request``: the recorded one if it answers the question, else one made now.

    Raises :class:`~trtheaders.errors.HeaderError` or :class:`~trtheaders.errors.ToolchainError` where it cannot be
    made, :class:`~trtheaders.errors.NothingVerifiedError` where it promises nothing.
    """
    refuse_strangers(request.root, request.configuration.entries)
    recorded, damage = _read_fitting(request)
    # Another family's names are its own: they are asked for anew, and what is recorded stays as it is.
    others = recorded is not None and not speaks_for(recorded.key, request.configuration.compiler)
    snapshot = None if others else recorded
    remarks: tuple[str, ...] = ()
    if snapshot is None:
        snapshot = make_snapshot(request, both_string_abis=request.keep)
        kept = not others and _keep(snapshot, request)
        remarks = (f"{damage}; the headers were parsed anew, {_tell_next(request, kept=kept)}",) if damage else ()
    if not request.compared:
        _refuse_empty(snapshot, request.root)
    return Obtained(snapshot=snapshot, remarks=remarks)


def refuse_strangers(root: Path, entries: Iterable[str]) -> None:
    """Raise :class:`~trtheaders.errors.HeaderError` for an entry that leads out of the tree ``root``."""
    for entry in entries:
        may_leave = entry.startswith("/") or ".." in entry
        if may_leave and not (root / entry).resolve().is_relative_to(root.resolve()):
            hint = "name it as your `#include` does, relative to the tree; `--headers DIR` names another tree"
            raise HeaderError(f"the entry `{entry}` lies outside the header tree `{root}`", hint=hint)


def _keep(snapshot: AbiSnapshot, request: HeaderRequest) -> bool:
    """Record ``snapshot`` where that is wanted and possible; a read-only checkout still gets its answer."""
    if request.recorded is None or not request.keep or snapshot.key.flags != _own_flags(request.configuration):
        return False
    try:
        write_snapshot(snapshot, request.recorded)
    except SnapshotError:
        return False
    return True


def _tell_next(request: HeaderRequest, *, kept: bool) -> str:
    """What has become of a damaged file, or what to do about it."""
    if kept:
        return "and it is whole again: commit it"
    if request.keep:
        return "and it could not be replaced: make it writable"
    return "and it is as it was: `trtheaders verify` without options about headers replaces it"


def _read_fitting(request: HeaderRequest) -> tuple[AbiSnapshot | None, str]:
    """The recorded snapshot, if it is there, whole, and answers this question; and what is wrong with its file."""
    if request.recorded is None or not request.recorded.is_file():
        return None, ""
    try:
        snapshot = read_snapshot(request.recorded)
    except SnapshotFormatError:
        # Each version of ours may have a format of its own: nothing is broken.
        return None, ""
    except SnapshotError as error:
        return None, error.message
    return (snapshot if _fits(snapshot, request) else None), ""


def _fits(snapshot: AbiSnapshot, request: HeaderRequest) -> bool:
    key, wanted = snapshot.key, request.configuration
    return (
        bool(request.content)
        and key.content == request.content
        and set(key.entries) == set(wanted.entries)
        and key.standard == wanted.standard
        and set(key.defines) == set(wanted.defines)
        and key.flags == _flags_of(wanted)
        and key.include_directories == tuple(str(folder) for folder in wanted.include_directories)
    )


def _flags_of(configuration: Configuration) -> tuple[str, ...]:
    """The flags of the compiler's command that shape a snapshot; no program is run for them."""
    command = configuration.compiler or os.environ.get("CXX", "")
    return shaping_flags([*split_command(command)[1:], *split_command(os.environ.get("CXXFLAGS", ""))])


def _own_flags(configuration: Configuration) -> tuple[str, ...]:
    """Those that the repository itself gives: what is recorded is for everybody."""
    return shaping_flags(split_command(configuration.compiler)[1:])


def speaks_for(key: SnapshotKey, compiler: str) -> bool:
    """Whether names that were confirmed for ``key`` are those of ``compiler``, or of the one that is found without it.

    The compiler is not run: its name tells the family, and one that tells nothing is believed.
    """
    words = (compiler or os.environ.get("CXX", "")).split() or ["g++" if find_program("g++") else "clang++"]
    names = [os.path.basename(word) for word in words if not word.startswith("-")]  # noqa: PTH119
    resolved = find_program(names[-1]) if names else None
    names += [resolved.resolve().name] if resolved is not None else []
    family = next((family for name in names for family, sign in _FAMILIES if sign in name), None)
    return key.confirmed is None or family is None or family == key.confirmed.family


_FAMILIES = (("clang", "clang"), ("gcc", "g++"), ("gcc", "gcc"))


def make_snapshot(request: HeaderRequest, *, both_string_abis: bool = False) -> AbiSnapshot:
    """Parse the headers of ``request`` now."""
    from trtheaders.headers.entrance import HeaderQuestion, record_snapshot

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
        confirmed=True,
        memory=answers_folder(),
    )
    return record_snapshot(question)


def answers_folder() -> Path | None:
    """Where compilers' answers are kept; None where nothing is to be remembered."""
    return None if os.environ.get("TRTHEADERS_NO_CACHE") else cache_folder("confirmations")


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
