"""Where the program `trtheaders` begins.

A commit hook runs many times a day and nearly always has nothing new to say, since nothing changed: that is found out
here, before the command line is loaded, which would take as long again.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the program and exit with its code."""
    # A run is short and makes values without cycles: looking for cycles costs a tenth of a `verify`.
    gc.disable()
    words = sys.argv[1:]
    remarks = _recall(words[1:]) if words[:1] == ["hook"] else None
    if remarks is not None:
        for remark in remarks:
            print(f"remark: {remark}", file=sys.stderr)  # noqa: T201 (click is not loaded)
        sys.exit(0)
    from trtheaders.cli.main import run

    sys.exit(run(words))


def _recall(words: list[str]) -> tuple[str, ...] | None:
    """What a hook that was content with the very same repository before has to remark; no error is told here."""
    from trtheaders.errors import TrtHeadersError
    from trtheaders.verbs.hook import FILES, TOGETHER, recall

    required = "--required" in words
    question = [word for word in words if word != "--required"]
    if question not in ([FILES], [TOGETHER]):
        return None
    try:
        return recall(question[0], required=required)
    except (TrtHeadersError, OSError):
        return None
