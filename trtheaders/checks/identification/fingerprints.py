"""A snapshot cut down to what tells releases apart by their symbols."""

from __future__ import annotations

from trtheaders.model.answers.candidates import Fingerprint, Owed
from trtheaders.model.headers.promises import Promise, Weight
from trtheaders.model.headers.snapshot import AbiSnapshot


def take_fingerprint(snapshot: AbiSnapshot, origin: str) -> Fingerprint:
    """What ``snapshot`` owes; its release, or ``origin`` where it is none, names it."""
    owed = (_cut_down(promise) for promise in snapshot.promises if promise.weight is Weight.REQUIRED)
    return Fingerprint(release=snapshot.release or origin, origin=origin, owed=tuple(owed))


def _cut_down(promise: Promise) -> Owed:
    old = tuple(item.old_string_abi or item.symbol for item in promise.obligations)
    alternatives = tuple((item.symbol, *item.alternatives) for item in promise.obligations if item.alternatives)
    symbols = promise.symbols
    return Owed(symbols=symbols, old_symbols=() if old == symbols else old, alternatives=alternatives)
