"""`extern template` declarations of every kind: what they promise, as units on top of the headers tell."""

from __future__ import annotations

from collections.abc import Mapping

from trtheaders.headers.clang import Unit
from trtheaders.headers.class_instances import (
    ClassInstance,
    ask_constraints,
    find_class_instances,
    read_class_probes,
    write_class_probes,
)
from trtheaders.headers.constraints import find_left_out, write_questions
from trtheaders.headers.function_instances import (
    are_conditional,
    drop_skipped,
    find_function_instances,
    read_friends,
    write_friends,
)
from trtheaders.headers.probing import Probing
from trtheaders.headers.reaching import Reach
from trtheaders.headers.sketches import Collection
from trtheaders.headers.tree import HeaderTree
from trtheaders.model.promises import Promise, Unverifiable


def read_instances(
    probing: Probing, tree: HeaderTree, collection: Collection, files: tuple[str, ...], reached: Mapping[str, Reach]
) -> list[Promise | Unverifiable]:
    """The promises of the `extern template` declarations in ``files``, and what could not be told of them.

    ``reached`` are the functions that code outside the library refers to although nobody outside may name them. Raises
    :class:`~trtheaders.errors.ToolchainError` if the parser cannot be asked.
    """
    classes = find_class_instances(collection, tree)
    functions = find_function_instances(collection, tree, files, probing)
    if are_conditional(functions, tree):
        functions = drop_skipped(functions, probing.read_directives(), tree)
    if not functions and not classes:
        return []
    unit = probing.ask(write_class_probes(classes) + write_friends(functions))
    left_out = _find_left_out(classes, unit, probing)
    return [*read_class_probes(classes, unit, left_out, collection, reached), *read_friends(functions, unit)]


def _find_left_out(classes: list[ClassInstance], unit: Unit, probing: Probing) -> frozenset[str]:
    questions = ask_constraints(classes, unit)
    return frozenset(find_left_out(questions, probing.ask(write_questions(questions))) if questions else ())
