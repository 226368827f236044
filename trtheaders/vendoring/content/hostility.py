"""Tree entries and file contents in, nothing out, or a :class:`HostileContentError` that names the entry and why.

What a checkout by git would refuse, or do something about, we refuse by name: nothing of upstream's is followed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from trtheaders.errors import HostileContentError

_FILE_MODES = ("100644", "100755")
_LONGEST_NAME = 255
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
# Characters that HFS+ ignores in names, so that `.g<ZWNJ>it` would be `.git` there (git's utf8.c, next_hfs_char).
_IGNORED_BY_HFS = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])


class TreeEntry(Struct, frozen=True, kw_only=True):
    """One entry of a git tree, read recursively: ``path`` as bytes, since nothing vouches for its encoding."""

    mode: str
    blob: str
    path: bytes


def vet_entries(entries: Iterable[TreeEntry], where: str) -> None:
    """Refuse an entry that is no plain file with a plain name; ``where`` names the tree for the message."""
    spellings: dict[str, str] = {}
    for entry in entries:
        shown = f"{where}/{entry.path.decode(errors='backslashreplace')}"
        _vet_mode(entry.mode, shown)
        parts = _decode(entry.path, shown).split("/")
        for part in parts:
            _vet_name(part, shown)
        _vet_twins(parts, spellings, shown)


def vet_content(data: bytes, where: str) -> None:
    """Refuse a Git LFS pointer, which stands for a file that is not in the repository."""
    if data.startswith(_LFS_POINTER):
        raise _refusal(where, "a Git LFS pointer, not the file itself")


def _refusal(shown: str, reason: str) -> HostileContentError:
    # Control characters of a hostile name must not reach the terminal.
    name = shown.encode("unicode_escape").decode().replace("\\\\", "\\")
    return HostileContentError(f"`{name}` is {reason}", hint="nothing was vendored; report it upstream")


def _vet_mode(mode: str, shown: str) -> None:
    if mode == "120000":
        raise _refusal(shown, "a symbolic link")
    if mode == "160000":
        raise _refusal(shown, "a submodule")
    if mode not in _FILE_MODES:
        raise _refusal(shown, f"an entry of mode {mode}, not a plain file")


def _decode(path: bytes, shown: str) -> str:
    try:
        return path.decode()
    except UnicodeDecodeError:
        raise _refusal(shown, "a name that is not UTF-8") from None


def _vet_name(part: str, shown: str) -> None:
    if part in ("", ".", ".."):
        raise _refusal(shown, f"a path with the component `{part}`")
    if _reads_as_git(part):
        raise _refusal(shown, "a name that some file systems take for `.git`")
    if "\\" in part or "'" in part or not part.isprintable():
        raise _refusal(shown, "a name with a backslash, a quotation mark or a control character")
    if len(part.encode()) > _LONGEST_NAME:
        raise _refusal(shown, f"a name longer than {_LONGEST_NAME} bytes")


def _reads_as_git(part: str) -> bool:
    folded = part.translate(_IGNORED_BY_HFS).casefold().split(":")[0].rstrip(". ")
    return folded in (".git", "git~1")


def _vet_twins(parts: list[str], spellings: dict[str, str], shown: str) -> None:
    """Refuse names that a case-insensitive or normalising file system takes for one, folders included."""
    for end in range(1, len(parts) + 1):
        is_file = end == len(parts)
        # The slash tells a folder from a file of the same name, which no tree of git's own making holds.
        path = "/".join(parts[:end]) + ("" if is_file else "/")
        key = unicodedata.normalize("NFC", path.rstrip("/")).casefold()
        seen = spellings.get(key, path)
        if seen != path or (is_file and key in spellings):
            raise _refusal(shown, f"the twin of `{seen}` where case does not count")
        spellings[key] = path
