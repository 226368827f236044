"""A :class:`Check` as a table of releases with the reasons under it, and as a JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trtheaders.counting import count_of, verb_for
from trtheaders.model.answers.uses import Check, Failure, ReleaseRow
from trtheaders.model.places import Location
from trtheaders.report.colours import Ink, paint
from trtheaders.report.places import short_path
from trtheaders.visible import join_lines, show

_MOST = 10


def render_check(check: Check, *, verbose: bool = False, coloured: bool = False, base: Path | None = None) -> str:
    """``check`` as text: the answer, the table, and for each release what speaks against it, with its lines.

    Sources in the table are written as somebody in the folder ``base`` does, as they are where it is None.
    """
    library = f"in library {check.installed}".rstrip() if any(row.kept is not None for row in check.rows) else ""
    titles = ["release", "layouts hold" if check.compiled else "compiles", "uses", "declared", library]
    word, sentence = tell_answer(check)
    ink = Ink.OK if check.good else Ink.ERROR
    blocks = [f"{paint(word, ink, coloured=coloured)}: {show(sentence)}"]
    blocks.append(_align([titles, *(_cells(row, check) for row in check.rows)]))
    if len(check.subjects) > 1 and not check.compiled:
        blocks.append(_align(_source_rows(check, base)))
    blocks += _reasons(check, verbose)
    notes = (*check.remarks, *filter(None, (check.taken,))) if verbose else check.remarks
    blocks += [show(f"note: {remark}") for remark in notes]
    return "\n\n".join(blocks) + "\n"


def tell_answer(check: Check) -> tuple[str, str]:
    """A word (`ok`, `mismatch`), and the sentence that goes after it."""
    first, *more = check.subjects
    subject = count_of(len(check.subjects), "file") if more else f"`{first}`"
    told = _tell_compiled(check, subject, more) if check.compiled else _tell_sources(check, subject, more)
    if check.unkept:
        told.append(f"the installed library{_version(check)} lacks {len(check.unkept)} of the symbols that are used")
    elif check.theirs and check.good and any(row.used for row in check.theirs):
        told.append(f"the installed library{_version(check)} has what is used of it")
    elif check.installed and not check.theirs and any(row.used for row in check.rows):
        told.append(f"the installed library is {check.installed}, which was not tried")
    return "ok" if check.good else "mismatch", "; ".join(filter(None, told))


def _tell_sources(check: Check, subject: str, more: list[Path]) -> list[str]:
    failing = [row.release for row in check.rows if not row.fits]
    if failing:
        return [f"{_name_failing(check, subject)} not compile with {_list_of(failing)}"]
    judged = [row for row in check.rows if row.compiles is not None]
    if not judged:
        return [f"nothing speaks against {subject}, which could not be judged"]
    far = ", as far as judged" if any(row.partial for row in judged) else ""
    own = f", but for {count_of(check.left, 'error')} of {'their' if more else 'its'} own" if check.left else ""
    verb = "compile" if more else "compiles"
    with_which = f"with {_list_of([row.release for row in judged])}{own or far}"
    seen = [path for path in check.subjects if any(dict(row.sources).get(path) is not None for row in check.rows)]
    unseen = len(check.subjects) - len(seen)
    if not (seen and unseen):
        return [f"{subject} {verb} {with_which}"]
    what = f"{len(seen)} of {subject} compile" if len(seen) > 1 else f"`{seen[0]}` compiles"
    return [f"{what} {with_which}", f"{count_of(unseen, 'file')} {verb_for(unseen)} not judged"]


def _name_failing(check: Check, subject: str) -> str:
    """Which of several sources do not compile, or how many, with the verb."""
    failing = list(dict.fromkeys(path for row in check.rows for path, compiles in row.sources if compiles is False))
    if len(check.subjects) == 1 or not failing:
        return f"{subject} {'does' if len(check.subjects) == 1 else 'do'}"
    if len(failing) == 1:
        return f"`{failing[0]}` does"
    return f"{f'{len(failing)} of ' if len(failing) < len(check.subjects) else ''}{subject} do"


def _tell_compiled(check: Check, subject: str, more: list[Path]) -> list[str]:
    fitting = [row.release for row in check.rows if row.fits]
    if fitting:
        return [f"{subject} {'fit' if more else 'fits'} the headers of {' or '.join(fitting)}"]
    one = len(check.rows) == 1
    return [f"{subject} {'fit' if more else 'fits'} {f'not {check.rows[0].release}' if one else 'no vendored release'}"]


def _version(check: Check) -> str:
    return f" {check.installed}" if check.installed else ""


def _list_of(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _align(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return join_lines(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _source_rows(check: Check, base: Path | None) -> list[list[str]]:
    """Which source compiles with which release."""
    verdicts = [(dict(row.sources), row.partly) for row in check.rows]
    names = {path: short_path(path, base) if base else str(path) for path in check.subjects}
    return [
        ["source", *(row.release for row in check.rows)],
        *(
            [name, *(_word(judged.get(path), path in partly) for judged, partly in verdicts)]
            for path, name in names.items()
        ),
    ]


def _word(judged: bool | None, partial: bool) -> str:
    return "as far as judged" if judged and partial else _WORDS[judged]


_WORDS = {True: "yes", False: "no", None: "not judged"}


def _cells(row: ReleaseRow, check: Check) -> list[str]:
    word = _word(row.layouts_hold if check.compiled else row.compiles, row.partial)
    kept = "" if row.kept is None else f"{row.kept} of {row.used}"
    if not row.used:
        return [row.release, word, "0", "-", "-" if kept else ""]
    return [row.release, word, str(row.used), f"{row.declared} of {row.used}", kept]


def _reasons(check: Check, verbose: bool) -> list[str]:
    """What speaks against each release; what speaks against several stands once.

    What the library lacks is the same for every row of compiled code; what it lacks of another release is no fault.
    """
    theirs = check.theirs[:1] if check.compiled else check.rows if verbose else check.theirs
    told: dict[tuple[str, Location | None, str], tuple[Failure, list[str]]] = {}
    for row in check.rows:
        for item in dict.fromkeys((*row.failures, *(row.lacking if row in theirs else ()))):
            told.setdefault(_sameness(item, row.release), (item, []))[1].append(row.release)
    groups: dict[tuple[str, ...], list[Failure]] = {}
    for item, releases in told.values():
        groups.setdefault(tuple(dict.fromkeys(releases)), []).append(item)
    return [_list(releases, failures, verbose) for releases, failures in groups.items()]


def _sameness(item: Failure, release: str) -> tuple[str, Location | None, str]:
    """What two failures have in common that are one: the words, and the line, in whichever release's headers."""
    place = item.location
    if place is not None:
        place = Location(file=place.file.replace(f"/{release}/", "/*/"), line=place.line)
    return item.message, place, item.origin


def _list(releases: tuple[str, ...], failures: list[Failure], verbose: bool) -> str:
    shown = failures if verbose else failures[:_MOST]
    more = len(failures) - len(shown)
    lines = [f"{', '.join(releases)}:", *(f"   {_tell(item)}" for item in shown)]
    return join_lines([*lines, f"   … and {more} more (-v shows them)"] if more else lines)


def _tell(item: Failure) -> str:
    place = str(item.location) if item.location else item.origin
    return f"{place}: {item.message}" if place else item.message


def document_check(check: Check) -> dict[str, Any]:
    """``check`` as JSON-ready data."""
    return {
        "schema": 1,
        "good": check.good,
        "answer": ": ".join(tell_answer(check)),
        "subjects": [str(path) for path in check.subjects],
        "installed": check.installed or None,
        "releases": [_document(row) for row in check.rows],
        "remarks": [*filter(None, (check.taken,)), *check.remarks],
    }


def _document(row: ReleaseRow) -> dict[str, Any]:
    return {
        "release": row.release,
        "compiles": row.compiles,
        "partial": row.partial,
        "sources": [
            {"file": str(path), "compiles": compiles, "partial": path in row.partly} for path, compiles in row.sources
        ],
        "layouts_hold": row.layouts_hold,
        "used": row.used,
        "declared": row.declared,
        "kept": row.kept,
        "failures": [_document_failure(item) for item in row.failures],
        "lacking": [_document_failure(item) for item in row.lacking],
    }


def _document_failure(item: Failure) -> dict[str, Any]:
    return {
        "message": item.message,
        "file": item.location.file if item.location else None,
        "line": item.location.line if item.location else None,
        "origin": item.origin or None,
    }
