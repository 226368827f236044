"""Where the program `trtheaders` begins.

A commit hook runs many times a day and nearly always has nothing new to say, since nothing changed: that is found out
here, before the command line is loaded, which would take as long again.
"""

from __future__ import annotations

import codecs
import gc
import io
import sys

from trtheaders.cli.endings import last_words, listen


def main() -> None:
    """Run the program and exit with its code."""
    # A run is short and makes values without cycles: looking for cycles costs a tenth of a `verify`.
    gc.disable()
    _let_every_name_through()
    listen()
    try:
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        # The command line was not loaded yet.
        words, code = last_words()
        print(words, file=sys.stderr)  # noqa: T201 (click is not loaded)
    # Python looks for cycles once more before it ends, which costs a tenth again; what is left goes with the process.
    gc.freeze()
    sys.exit(code)


def _run(words: list[str]) -> int:
    remarks = _recall(words[1:]) if words[:1] == ["hook"] else None
    if remarks is not None:
        from trtheaders.visible import show

        for remark in remarks:
            print(show(f"remark: {remark}"), file=sys.stderr)  # noqa: T201 (click is not loaded)
        return 0
    from trtheaders.cli.main import run

    return run(words)


def _let_every_name_through() -> None:
    """Print what a file's name holds: bytes that are no text as they are, and `?` for what the locale cannot write."""

    def replace(error: UnicodeError) -> tuple[bytes, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        characters = error.object[error.start : error.end]
        raw = bytes(ord(one) - 0xDC00 if 0xDC80 <= ord(one) <= 0xDCFF else ord("?") for one in characters)
        return raw, error.end

    codecs.register_error("trtheaders", replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="trtheaders")


def _recall(words: list[str]) -> tuple[str, ...] | None:
    """What a hook that was content with the very same repository before has to remark; no error is told here."""
    from trtheaders.integrations.hook import FILES, TOGETHER, recall

    required = "--required" in words
    question, *folders = [word for word in words if word != "--required"] or [""]
    if question not in (FILES, TOGETHER) or any(folder.startswith("-") for folder in folders):
        return None
    try:
        return recall(question, required=required, folders=folders)
    except Exception:
        # The command itself meets it again, and says it.
        return None
