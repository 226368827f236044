"""What changed between two releases, for people: gravest first, grouped by what it does to a consumer."""

from __future__ import annotations

from trtheaders.counting import count_of
from trtheaders.model.answers.changes import Change, Comparison, Impact
from trtheaders.report.colours import Ink, paint
from trtheaders.visible import join_lines, show

HEADINGS = {
    Impact.LINK: "breaks linking",
    Impact.SILENT: "breaks silently",
    Impact.COMPILE: "breaks compiling",
    Impact.NONE: "harmless",
}
_INKS = {Impact.LINK: Ink.ERROR, Impact.SILENT: Ink.ERROR, Impact.COMPILE: Ink.WARNING, Impact.NONE: Ink.NOTE}

_NAMED = 4


def render_changes(comparison: Comparison, *, verbose: bool = False, coloured: bool = False) -> str:
    """``comparison`` as text, the answer first; harmless changes are one line each, with ``verbose`` in full."""
    blocks = []
    for impact, heading in HEADINGS.items():
        group = [change for change in comparison.changes if change.impact is impact]
        if group:
            title = paint(f"{heading} ({len(group)})", _INKS[impact], coloured=coloured)
            lines = [line for change in group for line in _describe(change, verbose=verbose, coloured=coloured)]
            blocks.append(join_lines([title, *lines]))
    if comparison.unjudged:
        names = [f"`{name}`" for name in comparison.unjudged]
        shown = ", ".join(names if len(names) <= _NAMED else [*names[:_NAMED], "…"])
        blocks.append(f"not judged, because a side could not be parsed: {len(comparison.unjudged)} ({show(shown)})")
    blocks += [show(f"remark: {remark}") for remark in comparison.remarks]
    return "\n\n".join([show(summarise(comparison)), *blocks])


def _describe(change: Change, *, verbose: bool, coloured: bool) -> list[str]:
    place = f"{paint(tell_place(change), Ink.PLACE, coloured=coloured)}: " if change.location else ""
    words = f"{change.subject.value.replace('-', ' ')} `{change.name}`"
    if change.impact is Impact.NONE and not verbose:
        return [f"  {place}{words} {tell_briefly(change)}"]
    return [f"  {place}{words} {change.action.value}", *(f"     {line}" for line in tell_details(change))]


def tell_place(change: Change) -> str:
    """Where it stands: in the new headers, or in the old ones where it is there alone."""
    return str(change.new_location or f"{change.location} (old)")


def tell_briefly(change: Change) -> str:
    """The change in one phrase."""
    return "; ".join(detail.text for detail in change.details) or change.action.value


def tell_details(change: Change) -> list[str]:
    """One line for each thing that is different, marked where it does something else than the change as a whole."""
    lines = []
    for detail in change.details:
        other = detail.impact is not change.impact and detail.impact is not Impact.NONE
        lines.append(f"{detail.text} [{HEADINGS[detail.impact]}]" if other else detail.text)
    return lines


def summarise(comparison: Comparison) -> str:
    """The answer: the two sides, and how many changes of each kind."""
    counted = [(sum(change.impact is impact for change in comparison.changes), words) for impact, words in _COUNTED]
    told = " · ".join(f"{count} {words}" for count, words in counted)
    old, new = _shorten(comparison.old.name, comparison.new.name)
    return f"{old} to {new}: {count_of(len(comparison.changes), 'change')}: {told}"


def _shorten(old: str, new: str) -> tuple[str, str]:
    """Both sides without the folder that they have in common: the answer is to stand in front."""
    heads, tails = zip(*(name.rstrip("/").rpartition("/")[::2] for name in (old, new)), strict=True)
    same_folder = heads[0] == heads[1] and tails[0] != tails[1]
    return (tails[0], tails[1]) if same_folder else (old, new)


_COUNTED = (
    (Impact.LINK, "break linking"),
    (Impact.SILENT, "break silently"),
    (Impact.COMPILE, "break compiling"),
    (Impact.NONE, "harmless"),
)
