"""A cache and what is wanted in, objects in the cache out: the commands that go over the line, and who watches them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from trtheaders.errors import UpstreamError
from trtheaders.model.names import CommitId
from trtheaders.programs.isolation import ONLINE
from trtheaders.vendoring.git.objects import Tag
from trtheaders.vendoring.git.repository_cache import REMOTE_NAME, Cache
from trtheaders.vendoring.git.upstream import GitOutput, Watcher, progress_reader, run_git

LIST_SECONDS = 60.0
FETCH_SECONDS = 600.0
MOST_BYTES = 64 * 1024 * 1024
"""A filtered fetch takes under one megabyte; more than this means that the server ignores the filter."""
_MOST_TOLD = 2
_IGNORES_FILTER = "filtering not recognized by server"
_FULL_HINT = "`--full` takes everything (TensorRT-LLM: hundreds of megabytes); a clone on this machine will do, too"


def list_remote_tags(cache: Cache) -> tuple[Tag, ...]:
    """Upstream's tags as they are now (two requests, some kilobytes)."""
    done = run_git(
        cache.git_dir, ["ls-remote", "--tags", REMOTE_NAME], variables=ONLINE, seconds=LIST_SECONDS, held=cache.held
    )
    _require(done, cache)
    if not done.output.strip():
        # Git takes any page for the list of an old-fashioned server, and finds nothing in it.
        what = "answers with no tag at all, as an empty repository does, or something that is not git's"
        raise UpstreamError(f"`{cache.remote.shown}` {what}", hint=_PORTAL)
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
    _fetch(cache, [*limits, REMOTE_NAME, f"+refs/tags/{tag}:refs/tags/{tag}"])


def fetch_commit(cache: Cache, commit: str) -> bool:
    """Bring ``commit`` and its trees by id, under a name of its own; False where the server does not give it so."""
    limits = ["--depth=1"] if cache.full else ["--depth=1", "--filter=blob:none"]
    try:
        _fetch(cache, [*limits, REMOTE_NAME, f"+{commit}:refs/pinned/{commit}"])
    except UpstreamError:
        return False
    return True


def fetch_blobs(cache: Cache, blobs: Iterable[str]) -> None:
    """Bring the contents ``blobs``, all in one request."""
    given = "".join(f"{blob}\n" for blob in blobs).encode()
    _fetch(cache, ["--filter=blob:none", "--stdin", REMOTE_NAME], given=given)


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


def _require(done: GitOutput, cache: Cache) -> None:
    if done.status == 0:
        return
    lines = list(dict.fromkeys(done.messages.splitlines()))
    errors = [line for line in lines if line.startswith(("error:", "remote: error:"))]
    # The first error is the cause, the last fatal line what came of it.
    told = dict.fromkeys([*errors[:1], *[line for line in lines if line.startswith("fatal:")][-_MOST_TOLD:]])
    reason = "; ".join(list(told) or lines[-_MOST_TOLD:]) or f"git ended with status {done.status}"
    reason = re.sub(r"(\w+://)[^/@\s]+@", r"\1", reason)
    for signs, what, hint in _STORIES:
        if any(sign in done.messages for sign in signs):
            raise UpstreamError(f"`{cache.remote.shown}` {what}: {reason}", hint=hint)
    raise UpstreamError(f"`{cache.remote.shown}` gives no answer: {reason}", hint=_hint(reason))


_PORTAL = "open it in a browser: a login page of the network, or a proxy, may answer in its place"
_STORIES = (
    (
        ("not valid: is this a git repository", "<!DOCTYPE", "<html", "bad line length character: <"),
        "answers with something that is not git's",
        _PORTAL,
    ),
    (
        ("Operation too slow", "curl 28", "timed out"),
        "stalled, and was given up",
        "run it again, or give a mirror or a clone as `--remote`",
    ),
    (
        (
            "curl 18",
            "transfer closed",
            "curl 56",
            "curl 92",
            "early EOF",
            "unexpected disconnect",
            "hung up unexpectedly",
        ),
        "broke off in the middle",
        "run it again: what has arrived is kept in the cache",
    ),
)
"""What git and curl say, what it means, and what to do."""


def _hint(reason: str) -> str:
    if "unadvertised object" in reason or "filter" in reason:
        return _FULL_HINT
    return "check the URL and the network, or give a clone as `--remote`; `--offline` takes what was fetched before"
