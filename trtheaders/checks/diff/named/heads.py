"""`template <…>` on both sides: other parameters, other defaults, other demands."""

from __future__ import annotations

from itertools import zip_longest

from trtheaders.model.answers.changes import Detail, Impact


def compare_heads(old: str, new: str) -> list[Detail]:
    """How the parameters of a template differ for whoever names it; nothing where a side has none recorded.

    Both are heads as :class:`~trtheaders.model.headers.introductions.Introduction` has them.
    """
    if not old or not new or old == new:
        return []
    (mine, demands), (theirs, demanded) = _read(old), _read(new)
    details = []
    for index, (one, other) in enumerate(zip_longest(mine, theirs), 1):
        details += _compare_parameter(index, one, other)
    if demanded and demands != demanded:
        details.append(Detail(text="asks for something else: what fulfilled it may not", impact=Impact.COMPILE))
    return details


_Parameter = tuple[str, str]


def _compare_parameter(index: int, one: _Parameter | None, other: _Parameter | None) -> list[Detail]:
    title = f"template parameter {index}"
    if one is None:
        assert other is not None
        free = bool(other[1]) or "..." in other[0]
        return [Detail(text=f"{title} added", impact=Impact.NONE if free else Impact.COMPILE)]
    if other is None:
        return [Detail(text=f"{title} removed", impact=Impact.COMPILE)]
    details = []
    if one[0] != other[0]:
        text = f"{title} is `{_bare(other[0])}`, was `{_bare(one[0])}`"
        # What was named `class` and asks for a concept now takes less; the other way round it takes more.
        wider = _bare(other[0]) == "class" and not _is_value(one[0]) and "..." not in one[0]
        details.append(Detail(text=text, impact=Impact.NONE if wider else Impact.COMPILE))
    if one[1] == other[1] or not one[1]:
        return details
    if not other[1]:
        return [*details, Detail(text=f"{title} lost its default `{one[1]}`", impact=Impact.COMPILE)]
    text = f"{title} has another default: `{one[1]}` became `{other[1]}`"
    return [*details, Detail(text=text, impact=Impact.SILENT)]


_NUMBERS = frozenset({"int", "bool", "char", "long", "short", "unsigned", "auto", "std", "size_t"})


def _is_value(kind: str) -> bool:
    return not _NUMBERS.isdisjoint(kind.replace(":", " ").split())


def _bare(kind: str) -> str:
    return kind.rpartition(" $")[0]


def _read(head: str) -> tuple[list[_Parameter], str]:
    """Each parameter's kind and default, and what the template demands of them."""
    parameters, _, demands = head.partition(" requires ")
    pairs = [part.partition(" = ") for part in _split(parameters)]
    return [(kind, default) for kind, _, default in pairs], demands


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for token in text.split(" "):
        depth += (token in ("<", "(", "[", "{")) - (token in (">", ")", "]", "}"))
        if depth == 0 and token.endswith(","):
            parts[-1] += f" {token[:-1]}"
            parts.append("")
        else:
            parts[-1] += f" {token}"
    return [part.strip() for part in parts if part.strip()]
