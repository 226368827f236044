"""`extern template` declarations of every kind: what they promise, as units on top of the headers tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from trtheaders.headers.declarations.sketches import Collection
from trtheaders.headers.instances.classes import ClassInstance, find_class_instances, write_class_probes
from trtheaders.headers.instances.constraints import Question, find_left_out, is_public, write_questions
from trtheaders.headers.instances.functions import (
    FunctionInstance,
    are_named,
    read_function_probes,
    write_function_probes,
)
from trtheaders.headers.instances.members import (
    Named,
    ask_constraints,
    find_named,
    is_complete,
    read_members,
)
from trtheaders.headers.parser.probes import Probing
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit
from trtheaders.headers.reach.references import Reach
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable


def have_questions(collection: Collection, tree: HeaderTree, functions: Sequence[FunctionInstance]) -> bool:
    """Whether :func:`read_instances` asks the parser anything."""
    return bool(functions or find_class_instances(collection, tree)[0])


def read_instances(
    probing: Probing,
    tree: HeaderTree,
    collection: Collection,
    functions: Sequence[FunctionInstance],
    reached: Mapping[str, Reach],
) -> list[Promise | Exempt | Unverifiable]:
    """The promises of the `extern template` classes of ``collection`` and of ``functions``, and what could not be told.

    ``reached`` are the functions that code outside the library refers to although nobody outside may name them. Raises
    :class:`~trtheaders.errors.ToolchainError` if the parser cannot be asked.
    """
    classes, exempt = find_class_instances(collection, tree)
    if not functions and not classes:
        return [*exempt]
    units = _ask(probing, classes, functions)
    named = find_named(classes, units)
    sketches = {**collection.functions, **collection.variables}
    members = read_members(named, _find_left_out(named, probing), sketches, reached)
    return [*exempt, *members, *read_function_probes(functions, units)]


def _ask(probing: Probing, classes: list[ClassInstance], functions: Sequence[FunctionInstance]) -> list[Unit]:
    """The probes as anybody may write them, and without checks of access where some got no answer."""
    text = write_class_probes(classes) + write_function_probes(functions)
    unit = probing.ask(text)
    if is_complete(find_named(classes, [unit])) and are_named(functions, unit):
        return [unit]
    return [unit, probing.ask(text, unchecked=True)]


def _find_left_out(named: Named, probing: Probing) -> frozenset[str]:
    questions = ask_constraints(named)
    public = [item for item in questions if is_public(item)]
    others = [item for item in questions if not is_public(item)]
    return frozenset((*_left_out_of(public, probing), *_left_out_of(others, probing, unchecked=True)))


def _left_out_of(questions: list[Question], probing: Probing, *, unchecked: bool = False) -> Iterable[str]:
    if not questions:
        return ()
    return find_left_out(questions, probing.ask(write_questions(questions), unchecked=unchecked))
