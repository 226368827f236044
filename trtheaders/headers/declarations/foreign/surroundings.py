"""Foreign files around the tree's: what opens a namespace, includes the tree's headers in it and closes it again."""

from __future__ import annotations

from collections import Counter

from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit


def files_around(unit: Unit, tree: HeaderTree) -> frozenset[str]:
    """The foreign files from which files of ``tree`` may be included in the middle: those that include one, directly or
    not, and those that are read more than once, as what opens a namespace and closes it again may be.
    """
    inclusions = unit.inclusions()
    includers = {item.file: item.includer for item in inclusions}
    counted = Counter(item.file for item in inclusions)
    found = {file for file, times in counted.items() if times > 1}
    waiting = [item.includer for item in inclusions if tree.name_of(item.file) is not None]
    while waiting:
        file = waiting.pop()
        if file not in found and file in includers:
            found.add(file)
            waiting.append(includers[file])
    return frozenset(file for file in found if tree.name_of(file) is None)
