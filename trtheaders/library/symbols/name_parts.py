"""Mangled names taken apart as far as scopes and the last name go, without demangling (Itanium C++ ABI 5.1).

Used to pick the few names that are worth a real demangler; what cannot be followed is None, never wrong silently.
"""

from __future__ import annotations

import re

from msgspec import Struct

_HEAD = re.compile(rb"_Z(T[VTIS]|GV|TH|TW|T[hv]n?\d+_(?:n?\d+_)?|Tc(?:[hv]n?\d+_(?:n?\d+_)?){2})?(N[rVK]*[RO]?)?")
_PIECE = re.compile(rb"L?(\d+)|(St|S[0-9A-Z]*_|S[abiosd])|(C[123]|D[0-5])|(B\d+)|(cv)|([a-z][a-zA-Z])")
_ARGUMENT = re.compile(rb"(\d+)|S[0-9A-Z]*_|S[a-z]|DF\d+[_bx]|D[tT]|D[a-z]|[NIXLJFZ]|E|.", re.DOTALL)

_VERSION_SCOPE = re.compile(rb"_*(?:v|V|abi|cxx)?\d[\d_]*\Z")


class MangledParts(Struct, frozen=True):
    """``head`` is the kind of special name (`TV`, `TI`, …; `T` for any thunk) or empty; ``scope`` the enclosing names;
    ``name`` the last one, for constructors and destructors `C1`, `D2`; ``rest`` the parameters as mangled.
    ABI tags are left out, template arguments too.
    """

    head: bytes
    scope: tuple[bytes, ...]
    name: bytes
    rest: bytes

    @property
    def token(self) -> bytes:
        """What two names that resemble each other share: the last name, with the class for `C1` and `D1`."""
        last = self.scope[-1] + b"::" + self.name if self.name[:1] in b"CD" and self.scope else self.name
        return self.head + b" " + last


def unversioned(scope: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """``scope`` without the inline namespaces that carry a version (`v1`, `__cxx11`)."""
    return tuple(name for name in scope if not _VERSION_SCOPE.match(name))


def take_apart(name: bytes) -> MangledParts | None:
    """The parts of a mangled name; None for a plain or local name, or one that uses what is not understood."""
    start = _HEAD.match(name)
    if start is None:
        return None
    head = start[1] or b""
    if head[:1] == b"T" and head[1:2] in b"hvc":
        head = b"T"
    names, position = _names(name, start.end(), nested=start[2] is not None)
    if not names:
        return None
    return MangledParts(head, tuple(names[:-1]), names[-1], name[position:])


def _names(name: bytes, position: int, *, nested: bool) -> tuple[list[bytes], int]:
    """The names from ``position`` on, and where they end.

    No names where they cannot be followed.
    """
    names: list[bytes] = []
    while piece := _PIECE.match(name, position):
        position = piece.end()
        if length := piece[1] or piece[4]:
            count = int(length.lstrip(b"B")[:6])
            if piece[1]:
                names.append(name[position : position + count])
            position += count
        else:
            names.append(piece[0])
        if name[position : position + 1] == b"I":
            position = _skip_arguments(name, position)
        if not nested and name[position : position + 1] != b"B" and piece[0] != b"St":
            return names, position
    if nested and name[position : position + 1] == b"E":
        return names, position + 1
    return [], position


def _skip_arguments(name: bytes, position: int) -> int:
    """Where the template arguments that start at ``position`` end; the end of the name where that is unclear."""
    open_kinds: list[bytes] = []
    after_type = False
    while token := _ARGUMENT.match(name, position):
        position = token.end()
        text = token[0]
        literal = bool(open_kinds) and open_kinds[-1] == b"L" and after_type
        if token[1]:
            position += 0 if literal else int(text[:6])
        elif text in (b"N", b"I", b"X", b"L", b"J", b"F", b"Z", b"DT", b"Dt"):
            open_kinds.append(text)
        elif text == b"E":
            open_kinds.pop()
            if not open_kinds:
                return position
        # In `L<type><value>E` digits are a value as soon as the type has been read.
        after_type = text != b"L"
    return len(name)
