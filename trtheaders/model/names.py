"""Vetted strings: a value of one of these types was checked where it entered the program."""

from __future__ import annotations

import re
from typing import NewType

SymbolName = NewType("SymbolName", str)
"""A linker-level name: mangled for C++ (`_ZN1n1fEv`), plain for C; never with an ELF version suffix."""

TreeId = NewType("TreeId", str)
"""The object id of a git tree, 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits."""

CommitId = NewType("CommitId", str)
"""The object id of a git commit or tag object, spelt as :data:`TreeId`."""

_VECTOR_VARIANT = re.compile(r"_ZGV[a-z][MN]\d+[a-z0-9]*_")


def is_vector_variant(symbol: SymbolName) -> bool:
    """Whether ``symbol`` is a variant of a function for vectors (x86-64 vector function ABI); a guard's is none."""
    return _VECTOR_VARIANT.match(symbol) is not None
