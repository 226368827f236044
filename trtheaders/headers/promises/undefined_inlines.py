"""Functions that are declared inline and that no header defines: g++ warns ("inline function used but never defined"),
and leaves them to the linker.
"""

from __future__ import annotations

import re
from pathlib import Path

from trtheaders.headers.declarations.sketches import Sketch
from trtheaders.headers.parser.tree import HeaderTree

_SOURCES = frozenset({".c", ".cc", ".cpp", ".cxx", ".cu"})


def is_never_defined(sketch: Sketch, tree: HeaderTree) -> bool:
    """Whether no body of the inline function ``sketch`` was read, and none lies in a file beside its header.

    What lies there (`api-inl.h`, `api.ipp`) its users include as well.
    """
    if any(node.is_definition for node in sketch.nodes) or sketch.node.definition is not None:
        return False
    return not _is_defined_beside(sketch, tree)


def _is_defined_beside(sketch: Sketch, tree: HeaderTree) -> bool:
    name = re.escape(sketch.node.spelling.partition("<")[0].encode())
    body = re.compile(rb"\b" + name + rb"\s*\([^;{}]*\)[^;{}]*\{")
    folder = (tree.root / sketch.location.file).parent
    beside = (path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix not in _SOURCES)
    return any(body.search(_read(path)) for path in beside)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
