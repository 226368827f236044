"""Where the program `trtheaders` begins.

A commit hook runs many times a day and nearly always has nothing to say, since nothing changed: that is found out here,
before the command line is loaded, which would take as long again.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the program and exit with its code."""
    # A run is short and makes values without cycles: looking for cycles costs a tenth of a `verify`.
    gc.disable()
    words = sys.argv[1:]
    if words[:1] == ["hook"] and _is_unchanged(words[1:]):
        sys.exit(0)
    from trtheaders.cli.main import run

    sys.exit(run(words))


def _is_unchanged(words: list[str]) -> bool:
    """Whether a hook that is called just so was content with the very same repository before; no error is told here."""
    from trtheaders.errors import TrtHeadersError
    from trtheaders.verbs.hook import FILES, TOGETHER, is_unchanged

    required = "--required" in words
    question = [word for word in words if word != "--required"]
    if question not in ([FILES], [TOGETHER]):
        return False
    try:
        return is_unchanged(question[0], required=required)
    except (TrtHeadersError, OSError):
        return False
