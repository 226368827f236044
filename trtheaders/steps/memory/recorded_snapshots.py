"""The snapshot that answers a question: the recorded one where it fits, else one that is kept, or made now.

Nothing is written beside the headers: only `add`, `adopt` and `sync` record there.

libclang is not even imported where a recorded snapshot fits.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from trtheaders.configuration import Configuration
from trtheaders.errors import HeaderError, NothingVerifiedError, SnapshotError, SnapshotFormatError, ToolchainError
from trtheaders.headers.snapshot_files import encode_snapshot, read_snapshot
from trtheaders.model.headers.snapshot import PROMISES_ENGINE, SNAPSHOT_FORMAT, AbiSnapshot, SnapshotKey
from trtheaders.model.vendoring.locks import GENERATED_FOLDER, Lock, LockedFile, LockedRelease
from trtheaders.programs.flags import environment_flags, find_words, shaping_flags, split_command
from trtheaders.programs.trust import find_program
from trtheaders.vendoring.cache_folder import cache_folder
from trtheaders.vendoring.folder.release_folders import LINK, read_folder
from trtheaders.vendoring.folder.store import Store
from trtheaders.vendoring.git.object_ids import header_tree_id
from trtheaders.version import __version__

if TYPE_CHECKING:
    from trtheaders.headers.entrance import HeaderQuestion, Recording

KEPT = 32
"""How many snapshots are kept; beyond that the ones that were not used for longest go."""


class HeaderRequest(Struct, frozen=True, kw_only=True):
    """Which headers, read how: ``root`` is the folder for `-I`, ``configuration`` says the rest.

    ``content`` is the tree id of the headers where it is known, ``recorded`` where their snapshot lies, and ``pinned``
    the SHA-256 that the lock has for it. With ``keep`` one that had to be made is kept in the user's cache, under the
    names of both string ABIs. ``compared``: headers are compared with headers, so that those without a symbol have an
    answer, too. With ``anew`` the headers are parsed whatever is recorded.
    """

    root: Path
    configuration: Configuration
    release: str | None = None
    content: str = ""
    recorded: Path | None = None
    pinned: str = ""
    keep: bool = False
    compared: bool = False
    anew: bool = False


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
    record = _read_record(request)
    if request.anew:
        record = _Record(trouble=record.trouble)
    answer = record.answer
    if answer is not None:
        answer = Obtained(snapshot=_as_own_version(answer.snapshot, request), remarks=answer.remarks)
    obtained = answer or _obtain_otherwise(request, record)
    if not request.compared:
        _refuse_empty(obtained.snapshot, request.root)
    return obtained


class _Record(Struct, frozen=True):
    """What is recorded beside the headers: what it answers, or an older record that answers where nothing better can.

    ``trouble`` says what is wrong with it, ``older`` that nothing is but its age.
    """

    answer: Obtained | None = None
    older: AbiSnapshot | None = None
    trouble: str = ""


def _obtain_otherwise(request: HeaderRequest, record: _Record) -> Obtained:
    """The kept snapshot, else one made now, else the older record."""
    remarks = (f"{record.trouble}; {_WAY_OUT}",) if record.trouble else ()
    file = cached_snapshot(request) if request.keep and not request.anew else None
    snapshot = _read_kept(file) if file is not None else None
    snapshot = snapshot or _read_shipped(request)
    if snapshot is not None:
        return Obtained(snapshot=snapshot, remarks=remarks)
    try:
        made = _make(request, both_string_abis=request.keep)
    except ToolchainError:
        if record.older is None:
            raise
        return Obtained(snapshot=record.older, remarks=remarks)
    if file is not None:
        _keep(made, request, file)
    return Obtained(snapshot=made.snapshot, remarks=remarks)


def _read_shipped(request: HeaderRequest) -> AbiSnapshot | None:
    """The snapshot that ships with the package, where it is of this very tree: no compiler is needed then."""
    if request.anew or not request.content or request.release is None:
        return None
    from trtheaders.snapshots import shipped_snapshot

    path, wanted = shipped_snapshot(request.release), request.configuration
    try:
        snapshot = read_snapshot(path) if path else None
    except SnapshotError:
        return None
    if snapshot is None or snapshot.key.engine != PROMISES_ENGINE:
        return None
    suits = fits(snapshot, request.content, wanted, _flags_of(wanted)) and speaks_for(snapshot.key, wanted.compiler)
    return snapshot if suits else None


_WAY_OUT = "run `trtheaders sync` and commit"
"""It needs no network for this."""


def refuse_strangers(root: Path, entries: Iterable[str]) -> None:
    """Raise :class:`~trtheaders.errors.HeaderError` for an entry that leads out of the tree ``root``."""
    for entry in entries:
        may_leave = entry.startswith("/") or ".." in entry
        if may_leave and not (root / entry).resolve().is_relative_to(root.resolve()):
            hint = "name it as your `#include` does, relative to the tree; `--headers DIR` names another tree"
            raise HeaderError(f"the entry `{entry}` lies outside the header tree `{root}`", hint=hint)


def _read_record(request: HeaderRequest) -> _Record:
    """The recorded snapshot, as far as it is there, whole, the one that the lock names, and answers this question."""
    if request.recorded is None or not os.path.lexists(request.recorded):
        return _Record()
    try:
        snapshot = read_snapshot(request.recorded, request.pinned)
    except SnapshotFormatError:
        # Each version of ours may have a format of its own: nothing is broken.
        return _Record(trouble=f"`{request.recorded}` was recorded by another version of trtheaders")
    except SnapshotError as error:
        return _Record(trouble=error.message)
    wanted = request.configuration
    # Another family's names are its own: they are asked for anew, and what is recorded stays as it is.
    if not fits(snapshot, request.content, wanted, _flags_of(wanted)) or not speaks_for(snapshot.key, wanted.compiler):
        return _Record()
    if request.pinned and snapshot.key.engine == PROMISES_ENGINE:
        return _Record(answer=Obtained(snapshot=snapshot))
    age = "a newer" if snapshot.key.engine > PROMISES_ENGINE else "an older"
    return _Record(older=snapshot, trouble=f"`{request.recorded}` was recorded by {age} trtheaders")


def _as_own_version(snapshot: AbiSnapshot, request: HeaderRequest) -> AbiSnapshot:
    """``snapshot`` with the names that the user's version of the compiler has, where versions differ in any.

    Where that compiler cannot be asked, what is recorded stands.
    """
    if not any(item.dependent for item in snapshot.promises):
        return snapshot
    from trtheaders.headers.entrance import reconfirm

    try:
        return reconfirm(snapshot, _question(request))
    except (HeaderError, ToolchainError):
        return snapshot


def read_pinned(store: Store, version: str, lock: Lock | None = None) -> AbiSnapshot:
    """The snapshot that is recorded for ``version``, as the lock pins it; ``lock`` is the store's, if it was read.

    Raises :class:`~trtheaders.errors.SnapshotError` where there is none, or another one.
    """
    release = (lock or store.lock()).releases.get(version)
    return read_snapshot(store.snapshot_path(version), release.snapshot if release is not None else "")


def read_comparable(request: HeaderRequest) -> AbiSnapshot | None:
    """The recorded snapshot, if it claims to be what this version makes of the same headers for the same question.

    One that is damaged or older claims nothing: it is not believed either.
    """
    record = _read_record(request)
    return record.answer.snapshot if record.answer is not None else None


def is_current(store: Store, release: LockedRelease, configuration: Configuration) -> bool:
    """Whether what is recorded for ``release`` is what this version would record now, as far as its key says."""
    path = store.snapshot_path(release.version)
    if not release.snapshot or path.is_symlink():
        return False
    try:
        snapshot = read_snapshot(path, release.snapshot)
    except SnapshotError:
        return False
    return snapshot.key.engine == PROMISES_ENGINE and fits(
        snapshot, release.tree or "", configuration, _own_flags(configuration)
    )


def cached_snapshot(request: HeaderRequest) -> Path | None:
    """Where the snapshot for ``request`` is kept in the user's cache; None where its headers are not known by an id."""
    if not request.content or os.environ.get("TRTHEADERS_NO_CACHE"):
        return None
    wanted = request.configuration
    # Flags with their paths made absolute: what lies at `-Iinclude` is each project's own.
    command = find_words(wanted.compiler) or find_words(os.environ.get("CXX", "")) or ["g++"]
    compiler = find_program(command[0])
    facts = compiler.stat() if compiler is not None else None
    about = (
        *(__version__, PROMISES_ENGINE, SNAPSHOT_FORMAT, request.content, request.release),
        *(wanted.entries, wanted.standard, wanted.defines, wanted.include_directories, command, compiler),
        *(_flags_of(wanted), environment_flags(), _identify_generated(request.root)),
        *(os.environ.get(name) for name in _SEARCHED),
        *((facts.st_size, facts.st_mtime_ns) if facts else ()),
    )
    name = hashlib.sha256(repr(about).encode(errors="surrogateescape")).hexdigest()[:40]
    try:
        return cache_folder("snapshots") / f"{name}.json.gz"
    except OSError:
        return None


_SEARCHED = ("CPATH", "CPLUS_INCLUDE_PATH")
"""Variables that lengthen the compiler's own search path (GCC manual, "Environment Variables")."""


def _identify_generated(root: Path) -> tuple[tuple[str, str], ...]:
    """The headers beside upstream's that its build would make, with their git ids: the tree id does not know them."""
    found = read_folder(root / GENERATED_FOLDER)
    return tuple(sorted((path, file.blob) for path, file in found.items()))


def _read_kept(file: Path) -> AbiSnapshot | None:
    try:
        snapshot = read_snapshot(file)
        os.utime(file)
    except (OSError, SnapshotError):
        return None
    return snapshot


def _keep(made: Recording, request: HeaderRequest, file: Path) -> None:
    """Keep the snapshot in the cache, if the headers are those that they are known by, and nothing else was read than
    what the file's name tells: the cache is for all projects. That it cannot be kept is no harm.
    """
    found = read_folder(request.root, len(request.content))
    plain = {path: item for path, item in found.items() if item.blob != LINK}
    if header_tree_id(plain.values()) != request.content or not _rests_on(made.read, request, plain.values()):
        return
    from trtheaders.programs.kept_files import keep_file

    with contextlib.suppress(OSError):
        keep_file(file, encode_snapshot(made.snapshot), KEPT)


def _rests_on(read: Iterable[str], request: HeaderRequest, plain: Iterable[LockedFile]) -> bool:
    """Whether all files ``read`` are headers among ``plain``, those in the release's folder, or lie in a configured
    folder: a file beside the headers that `-I` finds before `<optional>` is the project's own.
    """
    root = request.root.resolve()
    known = {str(root / item.path) for item in plain if item.is_header or item.is_generated}
    folders = tuple(f"{folder.resolve()}/" for folder in request.configuration.include_directories)
    others = [path for path in map(os.path.realpath, read) if path not in known]
    return all(path.startswith(folders) and not path.startswith(f"{root}/") for path in others)


def fits(snapshot: AbiSnapshot, content: str, wanted: Configuration, flags: tuple[str, ...]) -> bool:
    """Whether ``snapshot`` is of the headers with the tree id ``content``, read as ``wanted`` and ``flags`` say."""
    key = snapshot.key
    return (
        bool(content)
        and key.content == content
        and set(key.entries) == set(wanted.entries)
        and key.standard == wanted.standard
        and set(key.defines) == set(wanted.defines)
        and key.flags == flags
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
    words = (compiler or os.environ.get("CXX", "")).split()
    words = words or [name for name in ("g++", "clang++") if find_program(name)][:1]
    names = [os.path.basename(word) for word in words if not word.startswith("-")]  # noqa: PTH119
    resolved = find_program(names[-1]) if names else None
    names += [resolved.resolve().name] if resolved is not None else []
    family = next((family for name in names for family, sign in _FAMILIES if sign in name), None)
    return key.confirmed is None or family is None or family == key.confirmed.family


_FAMILIES = (("clang", "clang"), ("gcc", "g++"), ("gcc", "gcc"))


def make_snapshot(request: HeaderRequest, *, both_string_abis: bool = False, environment: bool = True) -> AbiSnapshot:
    """Parse the headers of ``request`` now; $CXX and $CXXFLAGS count unless ``environment`` is false."""
    return _make(request, both_string_abis=both_string_abis, environment=environment).snapshot


def _make(request: HeaderRequest, *, both_string_abis: bool, environment: bool = True) -> Recording:
    from trtheaders.headers.entrance import record_with_files

    if not request.root.is_dir():
        what = "is not a directory" if request.root.exists() else "is not there"
        raise HeaderError(f"`{request.root}` {what}", hint="name the folder that you give to -I")
    return record_with_files(_question(request, both_string_abis=both_string_abis, environment=environment))


def _question(request: HeaderRequest, *, both_string_abis: bool = False, environment: bool = True) -> HeaderQuestion:
    from trtheaders.headers.entrance import HeaderQuestion

    wanted = request.configuration
    return HeaderQuestion(
        root=request.root,
        entries=wanted.entries,
        standard=wanted.standard,
        defines=wanted.defines,
        include_directories=wanted.include_directories,
        compiler=wanted.compiler,
        release=request.release,
        content=request.content,
        both_string_abis=both_string_abis,
        environment=environment,
        confirmed=True,
        memory=answers_folder(),
    )


def answers_folder() -> Path | None:
    """Where compilers' answers are kept; None where nothing is to be remembered."""
    try:
        return None if os.environ.get("TRTHEADERS_NO_CACHE") else cache_folder("confirmations")
    except OSError:
        return None


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
