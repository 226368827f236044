"""A recorded snapshot and one made now of the same headers, to a finding where the record is not what they promise.

The lock pins the record's bytes; against a commit that changes both, only making the promises anew helps.
"""

from __future__ import annotations

from collections import Counter

from trtheaders.model.answers.findings import Finding
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.vendoring.releases import SNAPSHOT_NAME
from trtheaders.rules.vendored import CHANGED_FILES

_MOST_NAMED = 5
_HINT = f"do not trust what was committed: delete its `{SNAPSHOT_NAME}`, and `trtheaders sync` records it anew"


def check_recorded(recorded: AbiSnapshot, made: AbiSnapshot) -> Finding | None:
    """What ``recorded`` has otherwise than ``made``, of the same headers by the same engine; None if nothing.

    Where the toolchains differ, layouts of the standard library's classes may, too: then symbols alone are compared.
    """
    wanted, found = (Counter(promise.symbols for promise in item.promises) for item in (made, recorded))
    told = [
        f"{sum(difference.values())} of its promises {words}"
        for words, difference in (("are missing from it", wanted - found), ("are no promise", found - wanted))
        if difference
    ]
    same_toolchain = recorded.key.toolchain == made.key.toolchain
    if not told and (not same_toolchain or _contents(recorded) == _contents(made)):
        return None
    lost = [name for symbols in (wanted - found) for name in symbols[:1]]
    return CHANGED_FILES.found(
        f"the recorded snapshot of {made.release or 'these headers'} is not what they promise: "
        + (", ".join(told) or "what it says of their layouts is not theirs"),
        name=SNAPSHOT_NAME,
        lines=(*lost[:_MOST_NAMED], *([f"and {len(lost) - _MOST_NAMED} more"] if len(lost) > _MOST_NAMED else [])),
        hint=_HINT,
    )


def _contents(snapshot: AbiSnapshot) -> tuple[object, ...]:
    """All that the headers give; the release and the key say how it was asked."""
    return tuple(getattr(snapshot, name) for name in snapshot.__struct_fields__ if name not in ("key", "release"))
