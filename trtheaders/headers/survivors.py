"""Headers of which libclang dies, found by isolation, so that every other header is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trtheaders.headers.includes import IncludeGraph
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.model.headers.promises import Unverifiable
from trtheaders.model.places import Location


def find_deadly(names: Sequence[str], survives: Callable[[tuple[str, ...]], bool]) -> list[str]:
    """Those of ``names`` that do not survive alone; asked by halves, since most do."""
    if not names or survives(tuple(names)):
        return []
    if len(names) == 1:
        return list(names)
    middle = len(names) // 2
    return [*find_deadly(names[:middle], survives), *find_deadly(names[middle:], survives)]


def list_candidates(tree: HeaderTree, entries: Sequence[str]) -> list[str]:
    """``entries`` and all that they include of ``tree``, what is included before what includes it."""
    graph = IncludeGraph(tree)
    steps: dict[str, int] = {}
    for entry in entries:
        for name, count in graph.reach(entry).items():
            steps[name] = max(count, steps.get(name, 0))
    return sorted(steps, key=lambda name: (-steps[name], name))


def tell_deadly(tree: HeaderTree, deadly: Sequence[str], cause: str) -> tuple[Unverifiable, ...]:
    """One entry for each header that was not read: the one at fault by its signal, and those that include it."""
    graph = IncludeGraph(tree)
    found = []
    for name in deadly:
        guilty = [other for other in graph.reach(name) if other in deadly and other != name]
        reason = f"it includes `{guilty[-1]}`, of which libclang died" if guilty else f"libclang died of it ({cause})"
        remedy = "leave it out with `--entry`, and see what of it another compiler takes"
        found.append(Unverifiable(name=name, location=Location(file=name, line=1), reason=reason, remedy=remedy))
    return tuple(found)
