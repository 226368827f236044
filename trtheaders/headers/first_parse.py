"""One parsed unit to verdicts and layouts: what a single run of the parser can tell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.headers.declarations.descriptions import Describer
from trtheaders.headers.declarations.introductions import read_introduction
from trtheaders.headers.declarations.sketches import Collection, Scope, Sketch
from trtheaders.headers.declarations.surface import read_alias, read_enumeration
from trtheaders.headers.declarations.trust import Trouble, Trust
from trtheaders.headers.declarations.walk import collect_declarations, qualified_name
from trtheaders.headers.instances.extern_templates import have_questions, read_instances
from trtheaders.headers.instances.layouts import read_instance_layouts
from trtheaders.headers.instances.parts import Parts, find_parts
from trtheaders.headers.parser.child import begun_apart
from trtheaders.headers.parser.kinds import Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.probes import Probing
from trtheaders.headers.parser.tree import HeaderTree
from trtheaders.headers.parser.unit import Unit
from trtheaders.headers.promises.classes import without_typeinfo
from trtheaders.headers.promises.disputes import Disputes
from trtheaders.headers.promises.layouts import RecordReader
from trtheaders.headers.promises.open_functions import OpenVerdicts, add_use, judge_open
from trtheaders.headers.promises.undefined_inlines import UndefinedInlines
from trtheaders.headers.promises.variable_sizes import fill_sizes, read_sizes
from trtheaders.headers.promises.verdicts import Judge, Verdict
from trtheaders.headers.reach.implicit_members import ImplicitMembers
from trtheaders.headers.reach.references import Reach, Reaching
from trtheaders.headers.wording import Wording
from trtheaders.model.headers.declarations import Access
from trtheaders.model.headers.introductions import Introduction
from trtheaders.model.headers.layouts import Alias, Enumeration, Record
from trtheaders.model.headers.promises import Exempt, Promise, Unverifiable

_MANY_FILES = 50
"""Headers of a tree: in libraries with fewer, questions are fewer, and what they take is quickly written."""

_MANY = 1000
"""Functions; with fewer a second process takes as long as it saves."""


class Layouts(Struct, frozen=True):
    """How the types of one unit lie in memory, and what else is told of it without a judgement.

    ``parts`` are the instances that its classes are made of.
    """

    records: tuple[Record, ...]
    enumerations: tuple[Enumeration, ...]
    aliases: tuple[Alias, ...]
    introductions: tuple[Introduction, ...]
    sizes: dict[str, int]
    """Those in bytes of variables whose class no declaration completes, by name; 0 where nothing can tell."""
    parts: Parts


class Reading(Struct, frozen=True):
    """What one unit tells. ``included`` are the absolute paths of all files that were read."""

    collection: Collection
    verdicts: tuple[Verdict, ...]
    layouts: Layouts
    words: Wording
    included: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether something was not understood."""
        return any(isinstance(verdict, Unverifiable) for verdict in self.verdicts)


_BEFORE_17 = frozenset(
    f"-std={family}++{year}" for family in ("c", "gnu") for year in ("98", "03", "11", "0x", "14", "1y")
)

_SINCE_20 = frozenset(
    f"-std={family}++{year}" for family in ("c", "gnu") for year in ("20", "2a", "23", "2b", "26", "2c")
)


def include_all(entries: tuple[str, ...]) -> str:
    """A unit that includes ``entries`` in order; in angle brackets, so that the working folder is not searched."""
    return "".join(f"#include <{entry}>\n" for entry in entries)


def judge_unit(unit: Unit, tree: HeaderTree, arguments: list[str], words: Wording, *, rtti: bool = True) -> Reading:
    """Judge every declaration of ``tree`` in ``unit``, which was parsed with ``arguments`` from headers that say
    ``words``; with ``rtti`` types are known when the program runs.
    """
    probing = Probing(unit, arguments)
    with _begin_probing(probing, words):
        parsed = _Parsed(
            collection=collect_declarations(unit, tree),
            tree=tree,
            trust=Trust(unit, tree),
            words=words,
            probing=probing,
            before_20=_SINCE_20.isdisjoint(arguments),
            before_17=not _BEFORE_17.isdisjoint(arguments),
        )
        if have_questions(parsed.collection, tree, words.functions):
            probing.prepare()
        with _begin_aside(parsed) as aside:
            verdicts = _read_verdicts(parsed, aside.open_verdicts)
            if not rtti:
                verdicts = [without_typeinfo(item) for item in verdicts]
            layouts = aside.layouts()
            return Reading(
                collection=parsed.collection,
                verdicts=tuple(fill_sizes(verdicts, parsed.collection, parsed.probing, layouts.sizes)),
                layouts=layouts,
                words=words,
                included=tuple(item.file for item in unit.inclusions()),
            )


def _begin_probing(probing: Probing, words: Wording) -> AbstractContextManager[None]:
    """Begun on another core before it is known whether there is a question, where it takes long and is likely."""
    begun = len(words.files) >= _MANY_FILES and threading.active_count() == 1
    return probing.prepared_apart() if begun else nullcontext()


class _Parsed(Struct, frozen=True, kw_only=True):
    """A unit and what is known of it before anything is judged."""

    collection: Collection
    tree: HeaderTree
    trust: Trust
    words: Wording
    probing: Probing
    before_20: bool
    before_17: bool

    def describe(self) -> Describer:
        """A new one each time, so that what one question learnt of a type does not change another's answer."""
        return Describer(self.tree, inline_constants=not self.before_17)

    def judge(self, reached: dict[str, Reach]) -> Judge:
        """One that knows what code refers to by ``reached``."""
        undefined = UndefinedInlines(self.tree, self.collection.functions.values)
        return Judge(self.describe(), self.trust, reached, self.words.variants, undefined)


class _Aside(Struct, frozen=True):
    """What the work on references does not wait for, and gives answers to when they are asked for."""

    open_verdicts: Callable[[], OpenVerdicts]
    layouts: Callable[[], Layouts]


@contextmanager
def _begin_aside(parsed: _Parsed) -> Iterator[_Aside]:
    """Begun on other cores where there is much to read, and no thread that a fork cuts off.

    Each side describes types for itself, so that the answers are the same on one core.
    """
    aside = _Aside(lambda: _judge_open(parsed), lambda: _read_layouts(parsed))
    if len(parsed.collection.functions) < _MANY or threading.active_count() > 1:
        yield aside
        return
    with begun_apart(aside.layouts, Layouts) as layouts:
        if parsed.words.variants.asked:
            # What of them cannot be named is noted by who judges.
            yield replace(aside, layouts=layouts)
            return
        with begun_apart(aside.open_verdicts, OpenVerdicts) as open_verdicts:
            yield _Aside(open_verdicts, layouts)


def _judge_open(parsed: _Parsed) -> OpenVerdicts:
    return judge_open(parsed.collection.functions.values(), parsed.judge({}))


def _read_verdicts(parsed: _Parsed, open_verdicts: Callable[[], OpenVerdicts]) -> list[Verdict]:
    collection, tree, words = parsed.collection, parsed.tree, parsed.words
    reaching = Reaching(collection, tree, ImplicitMembers(collection))
    verdicts = _judge_all(parsed, reaching, open_verdicts())
    verdicts += [*words.unsought, *words.variants.find_open(collection.functions.values(), tree)]
    verdicts += _name_lost_parts(verdicts, parsed.trust)
    verdicts += [*words.unread, *read_instances(parsed.probing, tree, collection, words.functions, reaching.reached)]
    return verdicts + _without_symbols_of(verdicts, reaching.named.promises())


def _read_layouts(parsed: _Parsed) -> Layouts:
    collection, describer, tree, trust = parsed.collection, parsed.describe(), parsed.tree, parsed.trust
    reader = RecordReader(describer, trust, Disputes(tree, before_20=parsed.before_20))
    # First, since an answer of the parser may have to be waited for.
    records = [reader.read(record) for record in collection.records.values()]
    instances = tuple(read_instance_layouts(collection, tree, describer, trust, parsed.probing))
    sizes = read_sizes(collection, describer, parsed.probing)
    return Layouts(
        records=(*filter(None, records), *instances),
        enumerations=tuple(read_enumeration(node, scope, describer) for node, scope in collection.enumerations),
        aliases=tuple(read_alias(node, scope, describer.locate(node), describer) for node, scope in collection.aliases),
        introductions=tuple(
            filter(None, (read_introduction(node, scope, describer) for node, scope in collection.introductions))
        ),
        sizes=sizes,
        parts=find_parts(collection),
    )


def _judge_all(parsed: _Parsed, reaching: Reaching, open_verdicts: OpenVerdicts) -> list[Verdict]:
    collection, describer, judge = parsed.collection, parsed.describe(), parsed.judge(reaching.reached)
    known = open_verdicts.by_function()
    verdicts: list[Verdict] = []
    for number, function in enumerate(collection.functions.values()):
        judged = known.get(number)
        reach = reaching.reached.get(function.usr)
        verdicts.extend(judge.functions(function) if judged is None else add_use(judged, reach))
    verdicts.extend(judge.variable(variable) for variable in collection.variables.values())
    for record in collection.records.values():
        verdicts.extend(judge.record(record))
    for usr, node in reaching.local.items():
        sketch = _sketch_local(usr, node, describer)
        verdicts.extend([judge.variable(sketch)] if node.kind == Kind.VARIABLE else judge.functions(sketch))
    return verdicts


def _name_lost_parts(verdicts: list[Verdict], trust: Trust) -> list[Verdict]:
    """One entry for each header with an error that no declaration shows: part of it may be missing from the parse."""
    named = {item.location.file for item in verdicts if isinstance(item, Unverifiable)}
    troubles = (item for item in trust.troubled_files() if item.place.file not in named)
    return [_tell_trouble(item, trust) for item in troubles]


def _tell_trouble(trouble: Trouble, trust: Trust) -> Unverifiable:
    include, place = trust.blame_of(trouble.place.file)
    culprit = f"`{trouble.foreign}`, which it includes, has an error" if trouble.foreign else ""
    what = f"{culprit}, behind which declarations may be lost" if culprit else "part of this header was not understood"
    return Unverifiable(
        name=trouble.place.file,
        location=trouble.place,
        reason=f"{what}: {trouble.message}",
        blame=place,
        remedy=f"name the folder that holds `{include}` with `--include-dir`" if include else "",
    )


def _without_symbols_of(verdicts: list[Verdict], more: Iterable[Promise | Exempt]) -> list[Verdict]:
    """Those of ``more`` that no promise among ``verdicts`` owes already."""
    known = {symbol for item in verdicts if isinstance(item, Promise) for symbol in item.symbols}
    return [item for item in more if isinstance(item, Exempt) or known.isdisjoint(item.symbols)]


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
