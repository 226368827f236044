"""Git's object ids in pure Python: bytes to blob ids, file lists to tree ids (Pro Git 10.2, gitformat-pack(5))."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from trtheaders.model.names import TreeId
from trtheaders.model.vendoring.locks import HEADER_FOLDER, LockedFile

SHA1_DIGITS = 40
_DIRECTORY_MODE = b"40000"


def object_id(kind: str, data: bytes, *, digits: int = SHA1_DIGITS) -> str:
    """The id of the git object of ``kind`` with content ``data``; ``digits`` is 40 for SHA-1, 64 for SHA-256."""
    name = "sha1" if digits == SHA1_DIGITS else "sha256"
    digest = hashlib.new(name, b"%s %d\0" % (kind.encode(), len(data)), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def header_tree_id(files: Iterable[LockedFile]) -> TreeId:
    """The id that git gives the `tensorrt_llm` folder of ``files``; other files of the release are passed over."""
    root: dict[str, object] = {}
    digits = SHA1_DIGITS
    for file in files:
        if file.is_header:
            digits = len(file.blob)
            _plant(root, file.path.removeprefix(f"{HEADER_FOLDER}/").split("/"), file)
    return TreeId(_tree_id(root, digits))


def _plant(folder: dict[str, object], parts: list[str], file: LockedFile) -> None:
    for part in parts[:-1]:
        inner = folder.setdefault(part, {})
        # A file where a folder should be cannot come from git; the id of what is left will not match.
        folder = inner if isinstance(inner, dict) else {}
    folder[parts[-1]] = file


def _tree_id(folder: dict[str, object], digits: int) -> str:
    rows = []
    for name, item in folder.items():
        if isinstance(item, LockedFile):
            rows.append((name.encode(), item.mode.encode(), item.blob))
        elif isinstance(item, dict):
            # Git sorts a folder as if its name ended in a slash.
            rows.append((name.encode() + b"/", _DIRECTORY_MODE, _tree_id(item, digits)))
    body = b"".join(b"%s %s\0%s" % (mode, name.rstrip(b"/"), bytes.fromhex(oid)) for name, mode, oid in sorted(rows))
    return object_id("tree", body, digits=digits)
