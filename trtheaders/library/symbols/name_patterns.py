"""Mangled names to one pattern for all that resemble them, for tables of a million names (Itanium C++ ABI 5.1).

It is tried at the beginning of a name alone and follows it piece by piece, as far as it may still become one of those
that are looked for: what a name costs depends neither on its length nor on how many are looked for. It lets a few
through that resemble none; :func:`~.name_parts.take_apart` has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from trtheaders.library.symbols.name_parts import MangledParts, unversioned

_START = rb"\0_Z(?:T[VTIS]|GV|TH|TW|T[hvc][hvn\d_]*_)?(?:N[rVK]*[RO]?)?"
_SHORT = re.compile(rb"(?:S[0-9A-Z]*_|S[a-z]|[CD]\d|[a-z][a-zA-Z])\Z")


def _either(ways: Iterable[bytes]) -> bytes:
    different = list(dict.fromkeys(ways))
    return different[0] if len(different) == 1 else b"(?:" + b"|".join(different) + b")"


def _spell(ends: Mapping[bytes, bytes]) -> bytes:
    """A pattern for any key of ``ends`` with what follows it, as a tree of bytes: at each place few are tried."""
    if len(ends) == 1:
        ((text, end),) = ends.items()
        return re.escape(text) + end
    branches: dict[bytes, dict[bytes, bytes]] = {}
    for text, end in ends.items():
        branches.setdefault(text[:1], {})[text[1:]] = end
    # The longest first: what goes on with a digit is another name.
    return _either(
        re.escape(first) + _spell(inner) if first else inner[b""]
        for first, inner in sorted(branches.items(), reverse=True)
    )


_LONGEST = 59
"""Bytes of a name that one scope has and the other has not."""


def _identifiers(lengths: Iterable[int]) -> bytes:
    """Identifiers of these lengths, each with its length before it; they may begin with anything but a digit."""
    ends = {b"%d" % length: rb"\D.{%d}" % (length - 1) for length in lengths}
    return _spell(ends)


_IDENTIFIER = _identifiers(range(1, _LONGEST + 1))
_VERSIONS = rb"(?:(?=\d_*(?:v|V|abi|cxx)?\d)(?:%s)){0,2}" % b"|".join(rb"%d.{%d}" % (n, n) for n in range(2, 10))
_TAGS = rb"(?:B%s){0,2}" % _identifiers(range(1, 10))
_LAST = rb"(?!\d|[CD]\d)"
"""An identifier that another name follows, if only a constructor's or destructor's, was not the last."""
_ARGUMENTS = rb"(?=I)"
"""Template arguments nest, which no pattern follows: at the first ones a name has passed."""


class _Scope(Struct):
    """A scope of what is looked for: the scopes ``inside``, and the ``last`` names in it, as they are spelt."""

    inside: dict[bytes, _Scope] = field(default_factory=dict)
    last: set[bytes] = field(default_factory=set)


def resembling(wanted: Iterable[MangledParts]) -> re.Pattern[bytes]:
    """A pattern for the NUL before a name and the name up to its last part, where it resembles one of ``wanted``; up to
    template arguments where some come before.

    The scope is the same but for versions, which may come and go anywhere, or has one name more or less.
    """
    root = _Scope()
    for parts in wanted:
        for scope in {parts.scope, unversioned(parts.scope)}:
            inner = root
            for name in scope:
                inner = inner.inside.setdefault(name, _Scope())
            inner.last.add(parts.name)
    return re.compile(_START + _follow(root, loose=True), re.DOTALL)


def _spellings(name: bytes) -> Iterator[bytes]:
    """How a name is written: with its length, as an abbreviation or operator; one that looks so may be either."""
    yield b"%d%s" % (len(name), name)
    if _SHORT.match(name):
        yield name


def _follow(scope: _Scope, *, loose: bool) -> bytes:
    """What may come in ``scope``; ``loose``: one name more or less may still come."""
    ways: dict[bytes, list[bytes]] = {}
    for text, rest in _ways(scope, loose=loose):
        ways.setdefault(text, []).append(rest)
    known = rb"L?" + _spell({text: _either(rest) for text, rest in ways.items()})
    more = [_IDENTIFIER + _TAGS + _follow(scope, loose=False)] if loose else []
    return _VERSIONS + _either([known, *more])


def _ways(scope: _Scope, *, loose: bool) -> Iterator[tuple[bytes, bytes]]:
    """Each name that may come in ``scope``, as it is spelt, and what may come behind it."""
    for last in scope.last:
        yield from ((text, _LAST if text[:1].isdigit() else b"") for text in _spellings(last))
    for name, inner in scope.inside.items():
        rest = _TAGS + _either([_ARGUMENTS, _follow(inner, loose=loose)])
        yield from ((text, rest) for text in _spellings(name))
        if loose:
            # Without ``name``.
            yield from _ways(inner, loose=False)
