"""A :class:`Checkup` as text, JSON or Markdown; paths are shortened, and what tells who and where is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.counting import count_of
from trtheaders.model.setup.checkup import Checkup, SetupAnswer, SetupState, SetupVerdict
from trtheaders.report.colours import Ink, paint
from trtheaders.visible import dump_json, join_lines, show

SCHEMA = 1
_WORDS = {
    SetupState.OK: "ok",
    SetupState.WARN: "warn",
    SetupState.FAIL: "FAIL",
    SetupState.NOTE: "note",
    SetupState.UNKNOWN: "?",
}
_INKS = {
    SetupState.OK: Ink.GOOD,
    SetupState.WARN: Ink.WARNING,
    SetupState.FAIL: Ink.ERROR,
    SetupState.NOTE: Ink.NOTE,
    SetupState.UNKNOWN: Ink.NOTE,
}
_HEAD = "TensorRT-LLM C++ setup on this machine"
_INDENT = " " * 9


class Privacy(Struct, frozen=True, kw_only=True):
    """What is not to be told: the home folder becomes `~`, the names of user and host disappear."""

    home: str = ""
    user: str = ""
    host: str = ""

    def hide(self, text: str) -> str:
        """``text`` without them."""
        if self.home and self.home != "/":
            text = re.sub(rf"{re.escape(self.home.rstrip('/'))}(?=[/\s:;,)'\"`]|$)", "~", text)
        if len(self.user) > 1 and self.user != "root":
            text = re.sub(rf"(?<=/){re.escape(self.user)}(?=[/\s:;,)'\"`]|$)", "USER", text)
        if len(self.host) > 2 and self.host != "localhost":
            text = re.sub(rf"(?<![\w.-]){re.escape(self.host)}(?![\w-])", "HOST", text)
        return text


def render_text(
    checkup: Checkup,
    privacy: Privacy,
    *,
    folder: Path,
    quiet: bool = False,
    verbose: bool = False,
    coloured: bool = False,
) -> str:
    """One line an answer and what to do under it; the counts come first. ``quiet`` leaves out what is well."""
    shown = [item for item in checkup.answers if not quiet or item.state in (SetupState.FAIL, SetupState.WARN)]
    width = min(24, max((len(item.title) for item in shown), default=0))
    blocks = [
        line
        for item in shown
        for line in _block(_shorten(item, folder, privacy), width, verbose=verbose, coloured=coloured)
    ]
    return join_lines([f"{_HEAD} — {_count(checkup)}", *(["", *blocks] if blocks else [])])


def _shorten(item: SetupAnswer, folder: Path, privacy: Privacy) -> SetupAnswer:
    """``item`` with short paths, its ``fix`` apart: what is pasted has to work from anywhere."""

    def short(text: str) -> str:
        return privacy.hide(text.replace(f"{folder}/", ""))

    return replace(
        item,
        found=short(item.found),
        needed=short(item.needed),
        why=short(item.why),
        details=tuple(short(line) for line in item.details),
    )


def _count(checkup: Checkup) -> str:
    if checkup.verdict is SetupVerdict.UNANSWERED:
        return "TensorRT-LLM is not here, so that little can be judged"
    parts = [count_of(checkup.problems, "problem")] if checkup.problems else []
    parts += [count_of(checkup.warnings, "warning")] if checkup.warnings else []
    return ", ".join(parts) or "no problems"


def _block(item: SetupAnswer, width: int, *, verbose: bool, coloured: bool) -> list[str]:
    word = paint(f"{_WORDS[item.state]:<6}", _INKS[item.state], coloured=coloured)
    lines = [f"  {word} {item.title:<{width}}  {item.found}".rstrip()]
    broken = item.state in (SetupState.FAIL, SetupState.WARN, SetupState.UNKNOWN)
    if (broken or verbose) and item.needed:
        lines.append(f"{_INDENT}needed: {item.needed}")
    if (broken or item.state is SetupState.NOTE or verbose) and item.why:
        lines.append(f"{_INDENT}why: {item.why}")
    if (broken or verbose) and item.fix:
        lines.append(f"{_INDENT}{paint('fix:', Ink.HINT, coloured=coloured)} {item.fix}")
    if verbose:
        lines += [f"{_INDENT}- {line}" for line in item.details]
        lines += [f"{_INDENT}source: {item.source}"] if item.source else []
    return lines


def document_checkup(checkup: Checkup, privacy: Privacy) -> dict[str, object]:
    """``checkup`` as `schemas/doctor.schema.json` describes it."""
    return {
        "schema": SCHEMA,
        "verdict": checkup.verdict.value,
        "checks": [_document(item, privacy) for item in checkup.answers],
    }


def _document(item: SetupAnswer, privacy: Privacy) -> Mapping[str, str]:
    texts = {
        "found": item.found,
        "needed": item.needed,
        "why": item.why,
        "fix": item.fix,
        "source": item.source,
    }
    return {"id": item.id, "state": item.state.value, **{name: privacy.hide(text) for name, text in texts.items()}}


def render_json(checkup: Checkup, privacy: Privacy) -> str:
    """The document of :func:`document_checkup`."""
    return dump_json(document_checkup(checkup, privacy))


def render_markdown(checkup: Checkup, privacy: Privacy, version: str) -> str:
    """A block to paste into an issue: everything, folded away under the counts."""
    rows = [
        f"| {_WORDS[item.state]} | {_cell(item.title)} | {_cell(item.found)} | {_advise(item)} |"
        for item in checkup.answers
    ]
    table = ["| | | found | needed |", "|---|---|---|---|", *rows]
    summary = f"<summary><code>trtheaders doctor</code> {version}: {_count(checkup)}</summary>"
    return privacy.hide("\n".join(["<details>", summary, "", *table, "", "</details>"]))


def _advise(item: SetupAnswer) -> str:
    """What is needed, and unless all is well, why, and what to do."""
    told = [item.needed]
    if item.state is not SetupState.OK:
        told += [f"why: {item.why}"] if item.why else []
        told += [f"fix: `{item.fix}`"] if item.fix else []
    return "<br>".join(_cell(line) for line in told if line)


def _cell(text: str) -> str:
    return show(text).replace("|", "\\|").replace("<", "&lt;")
