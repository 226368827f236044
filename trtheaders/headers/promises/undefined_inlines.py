"""Functions that are declared inline and that no header defines: g++ warns ("inline function used but never defined"),
and leaves them to the linker.
"""

from __future__ import annotations

import re

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
    """Whether the name stands in front of parameters and a brace there; a call in front of one counts as well."""
    name = sketch.node.spelling.partition("<")[0].encode()
    body = re.compile(rb"(?<![\w~])" + re.escape(name) + rb"\s*\([^;{}]*\{")
    folder = (tree.root / sketch.location.file).parent
    beside = (path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix not in _SOURCES)
    texts = (tree.text(path.relative_to(tree.root).as_posix()) for path in beside)
    return any(name in text and body.search(text) is not None for text in texts)
