"""`trtheaders.lock` as text: a TOML table a release, hashes as `git ls-tree -r -l` has them, always the same bytes.

A table a release keeps merges of two additions apart; the hashes are one literal string, since a TOML parser reads that
in a hundredth of the time that a table of 114 rows takes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from trtheaders.errors import ReleaseError, StoreError
from trtheaders.model.names import CommitId, TreeId
from trtheaders.model.vendoring.locks import (
    GENERATED_FOLDER,
    HEADER_FOLDER,
    LICENSE_NAME,
    Lock,
    LockedFile,
    LockedRelease,
)
from trtheaders.model.vendoring.releases import canonical
from trtheaders.programs.quoting import read_quotable
from trtheaders.programs.toml import parse_toml

LOCK_FORMAT = 1
_MOST_RELEASES = 1000
"""Upstream has tagged about a hundred; commands ask git about each that is not there."""
_HEADING = (
    "# Written by trtheaders; commit it, and let `trtheaders` change it. Hashes are git's (`git ls-tree -r -l`).\n"
)
_ROW = re.compile(r"(100644|100755) ([0-9a-f]{40}|[0-9a-f]{64}) +(\d{1,18}) (\S.*)\Z")
_OBJECT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_MERGE_MARKS = ("<<<<<<<", ">>>>>>>")


def render_lock(lock: Lock) -> str:
    """``lock`` as the text of its file."""
    return f"{_HEADING}format = {LOCK_FORMAT}\n" + "".join(_render_release(release) for release in lock.ordered())


def _render_release(release: LockedRelease) -> str:
    rows: list[tuple[str, str | int | bool | None]] = [
        ("tag", release.tag),
        ("remote", release.remote or None),
        ("tag-object", release.tag_object),
        ("commit", release.commit),
        ("tree", release.tree),
        ("compared", release.compared),
        ("differing", release.differing or None),
        ("license", release.license or None),
        ("snapshot", release.snapshot or None),
        ("files", len(release.headers) if release.files else None),
        ("bytes", release.size if release.files else None),
    ]
    lines = [f"{key} = {_literal(value)}\n" for key, value in rows if value is not None]
    upstreams = tuple(file for file in release.files if not file.is_generated)
    blocks = _render_files("hashes", upstreams) + _render_files("generated", release.generated)
    return f'\n[releases."{release.version}"]\n' + "".join(lines) + blocks


def _literal(value: str | int | bool) -> str:
    """A TOML value; JSON's are the same but for DEL and the escaped halves of characters beyond U+FFFF."""
    import json

    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _render_files(key: str, files: tuple[LockedFile, ...]) -> str:
    if not files:
        return ""
    rows = (f"{file.mode} {file.blob} {file.size:>7} {file.path}\n" for file in files)
    return f"{key} = '''\n{''.join(rows)}'''\n"


def read_lock(path: Path) -> Lock:
    """The lock in ``path``; an empty one if there is no such file. Raises :class:`StoreError` for a damaged one."""
    return parse_lock(_read_text_of(path), str(path))


def read_locked(path: Path, version: str) -> LockedRelease | None:
    """The entry for ``version`` alone, in a fraction of the time; None if there is none."""
    table = _parse_tables(_read_text_of(path), str(path)).get(version)
    return None if table is None else _read_release(version, table, str(path))


def parse_lock(text: str, origin: str) -> Lock:
    """The lock that :func:`render_lock` wrote as ``text``; ``origin`` names it in the :class:`StoreError`."""
    tables = _parse_tables(text, origin)
    return Lock(releases={version: _read_release(version, table, origin) for version, table in tables.items()})


def _read_text_of(path: Path) -> str:
    try:
        return read_quotable(path)
    except FileNotFoundError:
        return render_lock(Lock())
    except OSError as error:
        story = f"`{path}` cannot be read: {error.strerror}"
        raise StoreError(story, hint="let it be a readable file, or restore it from version control") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"`{path}` cannot be read: it is not UTF-8", hint="restore it from version control") from error


def _parse_tables(text: str, origin: str) -> dict[str, Any]:
    if any(mark in text for mark in _MERGE_MARKS):
        raise StoreError(f"`{origin}` holds marks of a merge conflict", hint="keep the tables of both sides")
    try:
        document = parse_toml(text)
    except ValueError as error:
        raise _damaged(origin, str(error)) from error
    if "format" not in document:
        raise _damaged(origin, "it has no `format`")
    if type(document["format"]) is not int:
        raise _damaged(origin, "its `format` is no number")
    if document["format"] != LOCK_FORMAT:
        raise StoreError(
            f"`{origin}` has format {str(document['format'])[:20]}, this version reads format {LOCK_FORMAT}",
            hint="use the version of trtheaders that wrote it, or a newer one",
        )
    tables = document.get("releases", {})
    if not isinstance(tables, dict):
        raise _damaged(origin, "`releases` is not a table")
    if len(tables) > _MOST_RELEASES:
        raise _damaged(origin, f"it has more than {_MOST_RELEASES} releases")
    return tables


def _damaged(origin: str, reason: str) -> StoreError:
    return StoreError(f"`{origin}` is damaged: {reason}", hint="restore it from version control")


def _read_release(version: str, table: Any, origin: str) -> LockedRelease:
    # The version becomes a folder's name, so it must be nothing but a version.
    try:
        named = canonical(version)
    except ReleaseError:
        named = ""
    if named != version or not isinstance(table, dict):
        raise _damaged(origin, f"`{version[:100]}` is not a release's table")
    tree, commit, tag_object = (_read_object(table, key, origin) for key in ("tree", "commit", "tag-object"))
    return LockedRelease(
        version=version,
        tag=_read_text(table, "tag", origin),
        remote=_read_text(table, "remote", origin),
        tag_object=CommitId(tag_object) if tag_object else None,
        commit=CommitId(commit) if commit else None,
        tree=TreeId(tree) if tree else None,
        compared=table.get("compared") is True,
        differing=_read_count(table, "differing", origin),
        license=_read_text(table, "license", origin),
        snapshot=_read_object(table, "snapshot", origin) or "",
        files=tuple(file for key in ("hashes", "generated") for file in _read_files(table, key, origin)),
    )


def _read_text(table: dict[str, Any], key: str, origin: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _damaged(origin, f"`{key}` is not a string")
    return value


def _read_count(table: dict[str, Any], key: str, origin: str) -> int:
    value = table.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _damaged(origin, f"`{key}` is not a count")
    return value


def _read_object(table: dict[str, Any], key: str, origin: str) -> str | None:
    value = _read_text(table, key, origin)
    if value and not _OBJECT.match(value):
        raise _damaged(origin, f"`{key}` is not an object id")
    return value or None


def _read_files(table: dict[str, Any], key: str, origin: str) -> tuple[LockedFile, ...]:
    """The rows of upstream's files, `hashes`, or of ours, `generated`."""
    files = []
    for line in _read_text(table, key, origin).splitlines():
        found = _ROW.match(line)
        if found is None or not _is_inside(found[4], generated=key == "generated"):
            raise _damaged(origin, f"`{line[:200]}` is not a line of `git ls-tree -r -l`")
        files.append(LockedFile(mode=found[1], blob=found[2], size=int(found[3]), path=found[4]))
    return tuple(files)


def _is_inside(path: str, *, generated: bool) -> bool:
    if generated and not path.startswith(f"{GENERATED_FOLDER}/"):
        return False
    path = path.removeprefix(f"{GENERATED_FOLDER}/") if generated else path
    if path == LICENSE_NAME:
        return not generated
    first, *others = path.split("/")
    return first == HEADER_FOLDER and bool(others) and not {"", ".", ".."} & set(others)
