"""One name, one thing: no two classes of the package share a name, no module's name is a gerund, rooms stay small."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import trtheaders

PACKAGE = Path(trtheaders.__file__).parent
MODULES = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
ONE_THING_A_MODULE = {"verbs", "cli/commands", "rules", "report/verification", "diagnosis/checks"}
"""Rooms that hold one module for each thing of a kind."""
MOST = 12


def test_no_class_name_stands_for_two_things():
    nodes = (node for path in MODULES for node in ast.walk(ast.parse(path.read_text())))
    names = Counter(node.name for node in nodes if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_room_is_crowded():
    rooms = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in MODULES)
    assert {room: count for room, count in rooms.items() if count > MOST and room not in ONE_THING_A_MODULE} == {}


def test_every_room_says_what_goes_in_and_what_comes_out():
    rooms = {path.parent / "__init__.py" for path in MODULES}
    silent = [room for room in rooms if not (room.is_file() and ast.get_docstring(ast.parse(room.read_text())))]
    assert silent == []
