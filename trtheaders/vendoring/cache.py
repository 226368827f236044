"""A bare repository in the user's cache folder for each remote: filtered, batched fetches in, objects out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trtheaders.errors import StoreError, UpstreamError
from trtheaders.model.names import CommitId
from trtheaders.vendoring.isolation import ONLINE
from trtheaders.vendoring.locking import lock_exclusively
from trtheaders.vendoring.objects import Tag
from trtheaders.vendoring.remotes import Remote
from trtheaders.vendoring.upstream import GitOutput, Progress, Watcher, progress_reader, require_git, run_git

LIST_SECONDS = 60.0
FETCH_SECONDS = 600.0
MOST_BYTES = 64 * 1024 * 1024
"""A filtered fetch takes under one megabyte; more than this means that the server ignores the filter."""

_NAME = "upstream"
_MOST_TOLD = 2
_IGNORES_FILTER = "filtering not recognized by server"
_FULL_HINT = "`--full` takes everything (TensorRT-LLM: hundreds of megabytes); a clone on this machine will do, too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """The cached repository of one remote; ``full`` ones hold whole commits, the others what was asked for.

    ``held`` is the descriptor of the lock on it.
    """

    remote: Remote
    git_dir: Path
    held: int
    full: bool = False
    progress: Progress | None = None


@contextlib.contextmanager
def open_cache(remote: Remote, *, full: bool = False, progress: Progress | None = None) -> Iterator[Cache]:
    """The cache of ``remote``, made if it is not there, and held against other processes until the end of the block."""
    folder = _cache_folder()
    name = hashlib.sha256(remote.url.encode()).hexdigest()[:20]
    git_dir = folder / f"{name}{'-full' if full else ''}.git"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / f"{git_dir.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        lock_exclusively(descriptor, git_dir, lambda: progress and progress("waiting for another run"))
        _prepare(git_dir, remote, full)
        yield Cache(remote=remote, git_dir=git_dir, held=descriptor, full=full, progress=progress)
    finally:
        os.close(descriptor)


def _cache_folder() -> Path:
    """`$XDG_CACHE_HOME/trtheaders/upstream`; a relative XDG_CACHE_HOME counts for nothing (XDG base directories)."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "trtheaders" / "upstream"


def _unusable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"the cache `{folder}` cannot be used: {error.strerror}",
        hint="set XDG_CACHE_HOME to a folder that can be written",
    )


def _prepare(git_dir: Path, remote: Remote, full: bool) -> None:
    """Make the repository, whole or not at all; what a killed git left in it is cleared."""
    try:
        if not (git_dir / "HEAD").is_file():
            staged = git_dir.with_name(f"{git_dir.name}.new")
            for folder in (staged, git_dir):
                shutil.rmtree(folder, ignore_errors=True)
            _write_repository(staged, remote, full)
            staged.rename(git_dir)
            require_git(git_dir)
        for leftover in (*git_dir.glob("*.lock"), *git_dir.glob("refs/**/*.lock"), *git_dir.glob("objects/**/tmp_*")):
            leftover.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(git_dir, error) from error


def _write_repository(folder: Path, remote: Remote, full: bool) -> None:
    """Write a bare repository by hand: `git init` would take templates, and settings, from the user's configuration."""
    for inner in ("objects/info", "objects/pack", "refs/tags", "refs/heads"):
        (folder / inner).mkdir(parents=True, mode=0o700)
    quoted = remote.url.replace("\\", "\\\\").replace('"', '\\"')
    lines = ["[core]", "repositoryformatversion = 1", "bare = true", f'[remote "{_NAME}"]', f'url = "{quoted}"']
    if not full:
        lines += ["promisor = true", "partialclonefilter = blob:none", "[extensions]", f"partialclone = {_NAME}"]
    # The URL may hold credentials.
    descriptor = os.open(folder / "config", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    (folder / "HEAD").write_text("ref: refs/heads/main\n")


def list_remote_tags(cache: Cache) -> tuple[Tag, ...]:
    """Upstream's tags as they are now (two requests, some kilobytes)."""
    done = run_git(
        cache.git_dir, ["ls-remote", "--tags", _NAME], variables=ONLINE, seconds=LIST_SECONDS, held=cache.held
    )
    _require(done, cache)
    objects: dict[str, str] = {}
    for line in done.output.decode(errors="replace").splitlines():
        oid, _, name = line.partition("\t")
        objects[name.removeprefix("refs/tags/")] = oid
    return tuple(
        Tag(
            name=name,
            commit=CommitId(objects.get(f"{name}^{{}}", oid)),
            tag_object=CommitId(oid) if f"{name}^{{}}" in objects else None,
        )
        for name, oid in objects.items()
        if not name.endswith("^{}")
    )


def fetch_tag(cache: Cache, tag: str) -> None:
    """Bring the commit of ``tag`` and its trees, no contents (three requests); all of it into a full cache."""
    limits = ["--depth=1"] if cache.full else ["--depth=1", "--filter=blob:none"]
    _fetch(cache, [*limits, _NAME, f"+refs/tags/{tag}:refs/tags/{tag}"])


def fetch_commit(cache: Cache, commit: str) -> bool:
    """Bring ``commit`` and its trees by id; False where the server does not give what no tag names."""
    limits = ["--depth=1"] if cache.full else ["--depth=1", "--filter=blob:none"]
    try:
        _fetch(cache, [*limits, _NAME, commit])
    except UpstreamError:
        return False
    return True


def fetch_blobs(cache: Cache, blobs: Iterable[str]) -> None:
    """Bring the contents ``blobs``, all in one request."""
    given = "".join(f"{blob}\n" for blob in blobs).encode()
    _fetch(cache, ["--filter=blob:none", "--stdin", _NAME], given=given)


def _fetch(cache: Cache, arguments: list[str], given: bytes = b"") -> None:
    options = ["fetch", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--force", "--progress"]
    done = run_git(
        cache.git_dir,
        [*options, *arguments],
        given=given,
        variables=ONLINE,
        seconds=FETCH_SECONDS,
        watcher=_Guard(cache),
        held=cache.held,
    )
    _require(done, cache)


class _Guard(Watcher):
    """Stops a fetch whose filter the server ignores, and passes progress on."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._read_progress = progress_reader(cache.progress) if cache.progress else None

    def hear(self, line: str) -> None:
        """Git warns before the download starts."""
        if self._read_progress is not None:
            self._read_progress(line)
        if not self._cache.full and _IGNORES_FILTER in line:
            message = f"`{self._cache.remote.shown}` ignores filters and was stopped: it would send every file"
            raise UpstreamError(message, hint=_FULL_HINT)

    def tick(self) -> None:
        """A server may also promise to filter, and not do it."""
        if self._cache.full:
            return
        packs = (self._cache.git_dir / "objects" / "pack").glob("tmp_pack_*")
        if sum(_size(pack) for pack in packs) > MOST_BYTES:
            message = f"`{self._cache.remote.shown}` sends more than {MOST_BYTES // 1024**2} MiB and was stopped"
            raise UpstreamError(message, hint=_FULL_HINT)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def is_damaged(cache: Cache) -> bool:
    """Whether what lies in the cache is not what git wrote there."""
    return run_git(cache.git_dir, ["fsck", "--no-dangling", "--no-progress"]).status != 0


def remake(cache: Cache) -> None:
    """Begin the cache anew; nothing in it is anything but a copy."""
    try:
        shutil.rmtree(cache.git_dir)
        _prepare(cache.git_dir, cache.remote, cache.full)
    except OSError as error:
        raise _unusable(cache.git_dir, error) from error


def _require(done: GitOutput, cache: Cache) -> None:
    if done.status == 0:
        return
    lines = list(dict.fromkeys(done.messages.splitlines()))
    told = [line for line in lines if line.startswith("fatal:")] or [line for line in lines if "error:" in line]
    reason = "; ".join((told or lines)[-_MOST_TOLD:]) or f"git ended with status {done.status}"
    reason = re.sub(r"(\w+://)[^/@\s]+@", r"\1", reason)
    raise UpstreamError(f"`{cache.remote.shown}` gives no answer: {reason}", hint=_hint(reason))


def _hint(reason: str) -> str:
    if "unadvertised object" in reason or "filter" in reason:
        return _FULL_HINT
    return "check the URL and the network, or use `--offline`, or `--remote` with the path of a clone"
