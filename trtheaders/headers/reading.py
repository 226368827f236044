"""One parsed unit to verdicts and layouts: what a single run of the parser can tell."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from trtheaders.headers.clang import Kind, Node, Unit
from trtheaders.headers.collecting import collect_declarations, qualified_name
from trtheaders.headers.constraints import Question, find_left_out, write_questions
from trtheaders.headers.describing import Describer
from trtheaders.headers.implicit import reach_implicitly
from trtheaders.headers.instances import (
    are_conditional,
    ask_constraints,
    drop_skipped,
    find_function_instances,
    read_friends,
    read_probes,
    write_friends,
    write_probes,
)
from trtheaders.headers.judging import Judge, Verdict
from trtheaders.headers.reaching import Reaching
from trtheaders.headers.records import RecordReader
from trtheaders.headers.sketches import Collection, Scope, Sketch
from trtheaders.headers.surface import read_alias, read_enumeration
from trtheaders.headers.tree import HeaderTree
from trtheaders.headers.trust import Trust
from trtheaders.model.declarations import Access
from trtheaders.model.layouts import Alias, Enumeration, Record
from trtheaders.model.places import Location
from trtheaders.model.promises import Unverifiable


class Reading(Struct, frozen=True):
    """What one unit tells. ``included`` are the absolute paths of all files that were read."""

    collection: Collection
    verdicts: tuple[Verdict, ...]
    records: tuple[Record, ...]
    enumerations: tuple[Enumeration, ...]
    aliases: tuple[Alias, ...]
    files: tuple[str, ...]
    included: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether something was not understood."""
        return any(isinstance(verdict, Unverifiable) for verdict in self.verdicts)


_BEFORE_17 = frozenset(
    f"-std={family}++{year}" for family in ("c", "gnu") for year in ("98", "03", "11", "0x", "14", "1y")
)


def include_all(entries: tuple[str, ...]) -> str:
    """A unit that includes ``entries`` in order; in angle brackets, so that the working folder is not searched."""
    return "".join(f"#include <{entry}>\n" for entry in entries)


def read_unit(tree: HeaderTree, entries: tuple[str, ...], arguments: list[str]) -> Reading:
    """Parse ``entries`` of ``tree`` as one unit and judge every declaration of the tree in it."""
    unit = Unit.parse(include_all(entries), arguments, declared_only=True)
    trust = Trust(unit, tree)
    collection = collect_declarations(unit, tree)
    describer = Describer(tree, inline_constants=_BEFORE_17.isdisjoint(arguments))
    inclusions = unit.inclusions()
    files = tuple(sorted({name for item in inclusions if (name := tree.name_of(item.file)) is not None}))
    verdicts = _judge_all(collection, describer, trust)
    verdicts += _name_lost_parts(verdicts, trust)
    verdicts += _read_instances(unit, tree, entries, arguments, collection, files)
    reader = RecordReader(describer, trust)
    records = (reader.read(record) for record in collection.records.values())
    return Reading(
        collection=collection,
        verdicts=tuple(verdicts),
        records=tuple(filter(None, records)),
        enumerations=tuple(
            read_enumeration(node, scope, describer.locate(node)) for node, scope in collection.enumerations
        ),
        aliases=tuple(read_alias(node, scope, describer.locate(node), describer) for node, scope in collection.aliases),
        files=files,
        included=tuple(item.file for item in inclusions),
    )


def _judge_all(collection: Collection, describer: Describer, trust: Trust) -> list[Verdict]:
    reaching = Reaching(collection)
    judge = Judge(describer, trust, {**reach_implicitly(collection), **reaching.reached})
    verdicts: list[Verdict] = []
    for function in collection.functions.values():
        verdicts.extend(judge.functions(function))
    verdicts.extend(judge.variable(variable) for variable in collection.variables.values())
    for record in collection.records.values():
        verdicts.extend(judge.record(record))
    for usr, node in reaching.local.items():
        sketch = _sketch_local(usr, node, describer)
        verdicts.extend([judge.variable(sketch)] if node.kind == Kind.VARIABLE else judge.functions(sketch))
    return verdicts


def _name_lost_parts(verdicts: list[Verdict], trust: Trust) -> list[Verdict]:
    """One entry for each header with an error that no declaration shows: part of it is missing from the parse."""
    named = {item.location.file for item in verdicts if isinstance(item, Unverifiable)}
    found: list[Verdict] = []
    for name, error in trust.troubled_files().items():
        if name not in named:
            include, place = trust.blame(error.file)
            found.append(
                Unverifiable(
                    name=name,
                    location=Location(file=name, line=error.line),
                    reason=f"part of this header was not understood: {error.message}",
                    blame=place,
                    remedy=f"name the folder that holds `{include}` with `--include-dir`" if include else "",
                )
            )
    return found


def _sketch_local(usr: str, node: Node, describer: Describer) -> Sketch:
    """What only a body declares: `inline int g() { extern int h(); return h(); }`."""
    name = qualified_name(node)
    return Sketch(
        usr=usr,
        node=node,
        name=name,
        scope=Scope(),
        location=describer.locate(node),
        access=Access.PUBLIC,
        nodes=[node],
    )


def _read_instances(
    unit: Unit,
    tree: HeaderTree,
    entries: tuple[str, ...],
    arguments: list[str],
    collection: Collection,
    files: tuple[str, ...],
) -> list[Verdict]:
    """The promises of `extern template` declarations, which take a second unit on top of the first one."""
    functions = find_function_instances(collection, tree, files)
    instances, probes = write_probes(collection, tree)
    if are_conditional(functions, tree):
        directives = Unit.parse(include_all(entries), arguments, declared_only=True, directives=True)
        functions = drop_skipped(functions, directives, tree)
    if not functions and not instances:
        return []
    import tempfile

    with tempfile.TemporaryDirectory(prefix="trtheaders-") as folder:
        header = Path(folder) / "unit.pch"
        unit.write(header)
        on_top = [*arguments, "-include-pch", str(header)]
        probing = Unit.parse(probes + write_friends(functions), on_top, declared_only=True)
        questions = ask_constraints(instances, probing)
        left_out = _ask(questions, probes, on_top) if questions else frozenset[str]()
        return [*read_probes(instances, probing, left_out), *read_friends(functions, probing)]


def _ask(questions: list[Question], probes: str, on_top: list[str]) -> frozenset[str]:
    unit = Unit.parse(write_questions(probes, questions), on_top, declared_only=True)
    return frozenset(find_left_out(questions, unit))
