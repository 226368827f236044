"""Evidence of layout against the headers' layouts: findings, and how many classes there was evidence of.

Silence is not agreement: a class without evidence counts as unjudged, never as right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from trtheaders.checks.layout.accessors import pair_accessors
from trtheaders.checks.layout.conventions import check_return_convention
from trtheaders.checks.layout.debug import agrees, check_debug_enumeration, check_debug_record
from trtheaders.checks.layout.members import weigh_accessors
from trtheaders.checks.layout.places import Agreement, Sighting, see_member
from trtheaders.checks.layout.sizes import (
    check_allocations,
    check_constructor,
    check_deletion,
    check_result,
    confirm_growth,
    copies,
    fixed_makings,
    keeps_more_behind,
    sized_deletions,
)
from trtheaders.checks.layout.unions import merge_findings
from trtheaders.checks.layout.vtables import check_bases, check_vtable
from trtheaders.model.answers.findings import Evidence, EvidenceKind, Finding, LayoutCounts, Severity
from trtheaders.model.headers.declarations import Declaration, DeclarationKind
from trtheaders.model.headers.layouts import Record
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.headers.special_members import special_members
from trtheaders.model.library.evidence import FunctionTrace, LayoutEvidence
from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName
from trtheaders.rules.layout import GROWN_RECORDS, MOVED_MEMBERS


class LayoutJudgement(Struct, frozen=True, kw_only=True):
    """What came of it. ``judged`` names the classes that there was evidence of, ``classes`` counts those with a known
    size; ``accessors`` counts the accessors that told where their member lies, ``agreeing`` those that agree.
    """

    findings: tuple[Finding, ...]
    judged: frozenset[str]
    classes: int
    accessors: int
    agreeing: int
    debugged: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def counts(self) -> LayoutCounts:
        """The evidence's reach in figures."""
        proved = {finding.name for finding in self.findings if finding.severity is Severity.ERROR} & self.judged
        doubted = {finding.name for finding in self.findings} & self.judged - proved
        return LayoutCounts(
            classes=self.classes,
            judged=len(self.judged),
            contradicted=len(proved),
            doubted=len(doubted),
            unread=bool(self.remarks),
        )

    @property
    def coverage(self) -> str:
        """The evidence's reach in one sentence; '' where no class could have evidence."""
        if not self.classes:
            return ""
        sentence = f"{len(self.judged)} of {self.classes} classes have evidence of layout in the library"
        rest = f"; {self.agreeing} of {self.accessors} accessors find their member where the headers have it"
        debug = "" if self.debugged else "; there is no debug information, in it or in a separate file"
        return sentence + (rest if self.accessors else "") + debug


def check_layouts(snapshot: AbiSnapshot, evidence: LayoutEvidence) -> tuple[Finding, ...]:
    """A finding for every class or function whose layout the library contradicts."""
    return judge_layouts(snapshot, evidence).findings


def judge_layouts(snapshot: AbiSnapshot, evidence: LayoutEvidence) -> LayoutJudgement:
    """All evidence weighed: findings, and what they rest on."""
    if not _same_target(snapshot, evidence.machine):
        remark = (
            f"layouts were not compared: the headers were read for {snapshot.key.target}, the library is for another"
        )
        sized = sum(record.size is not None for record in snapshot.records)
        return LayoutJudgement(
            findings=(), judged=frozenset(), classes=sized, accessors=0, agreeing=0, remarks=(remark,), debugged=True
        )
    judge = _Judge(snapshot, evidence)
    judge.weigh()
    return judge.judgement(evidence.remarks)


def _same_target(snapshot: AbiSnapshot, machine: Machine) -> bool:
    return snapshot.key.target.startswith("aarch64") == (machine is Machine.AARCH64)


_Member = tuple[Declaration, tuple[SymbolName, ...]]


class _Judge(Struct):
    snapshot: AbiSnapshot
    evidence: LayoutEvidence
    records: dict[str, Record] = field(default_factory=dict)
    traces: dict[SymbolName, FunctionTrace] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)
    sightings: list[Sighting] = field(default_factory=list)
    members: dict[str, list[_Member]] = field(default_factory=dict)
    open_ended: dict[str, bool] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for declaration, symbols in _functions(self.snapshot):
            self.members.setdefault(declaration.record or "", []).append((declaration, symbols))
        self.records = {record.name: record for record in self.snapshot.records if record.size is not None}
        self.traces = {trace.symbol: trace for trace in self.evidence.functions}

    def weigh(self) -> None:
        """Every kind of evidence, the hard ones first: an odd convention makes a function's offsets meaningless."""
        constructors = _constructors(self.snapshot, self.records)
        for trace in self.evidence.functions:
            for finding in check_allocations(trace, constructors):
                self._add(finding.name, finding)
            for callee, size in fixed_makings(trace):
                if callee in constructors:
                    name = constructors[callee].name
                    self.rooms[name] = max(size, self.rooms.get(name, 0))
        for declaration, trace in _traced(self.snapshot, self.records, self.traces):
            self._weigh_function(declaration, trace)
        for symbol, record in constructors.items():
            self._weigh_constructor(record, symbol)
        self._weigh_accessors()
        self._weigh_tables()
        self._weigh_debug()

    def _add(self, name: str, finding: Finding | None) -> bool:
        if finding is not None:
            self.findings.append(finding)
            self.judged |= {name} & self.records.keys()
        return finding is not None

    def _weigh_function(self, declaration: Declaration, trace: FunctionTrace) -> None:
        record = self.records[declaration.record or ""]
        machine = self.evidence.machine
        if declaration.kind is DeclarationKind.DESTRUCTOR:
            if not self._add(record.name, check_deletion(record, trace)) and sized_deletions(trace):
                self.judged.add(record.name)
            return
        if declaration.kind is DeclarationKind.STATIC_METHOD:
            self._add(record.name, check_result(declaration, self.records, trace, machine))
            return
        if self._add(record.name, check_return_convention(declaration, self.records, trace, machine)):
            return
        self._add(record.name, check_result(declaration, self.records, trace, machine))
        for accessor in pair_accessors((declaration,), self.records, machine):
            sighting = see_member(accessor, trace)
            if sighting is not None:
                self.sightings.append(sighting)

    def _weigh_accessors(self) -> None:
        weighed = weigh_accessors(self.sightings, self.records)
        self.findings += (finding for finding in weighed.findings if finding.name in self.records)
        self.sightings = list(weighed.counted)
        self.judged |= {sighting.accessor.record.name for sighting in self.sightings}

    def _weigh_constructor(self, record: Record, symbol: SymbolName) -> None:
        trace = self.traces.get(symbol)
        if trace is not None and (copies(symbol) or not self._keeps_more_behind(record)):
            self._add(record.name, check_constructor(record, trace, room=self.rooms.get(record.name, 0)))

    def _keeps_more_behind(self, record: Record) -> bool:
        if record.name not in self.open_ended:
            members = self.members.get(record.name, [])
            traced = {item: self.traces.get(symbols[0]) if symbols else None for item, symbols in members}
            fixed = record.name in self.rooms
            self.open_ended[record.name] = keeps_more_behind(record, traced, made_at_fixed_size=fixed)
        return self.open_ended[record.name]

    def _weigh_tables(self) -> None:
        by_vtable = {record.vtable: record for record in self.snapshot.records if record.vtable}
        for vtable in self.evidence.vtables:
            record = by_vtable[vtable.symbol]
            self.judged |= {record.name} & self.records.keys()
            self._add(record.name, check_vtable(record, vtable))
        by_typeinfo = {record.typeinfo: record for record in self.snapshot.records if record.typeinfo}
        for typeinfo in self.evidence.typeinfos:
            record = by_typeinfo[typeinfo.symbol]
            self._add(record.name, check_bases(record, typeinfo, self.records))

    def _weigh_debug(self) -> None:
        for debug in self.evidence.debug_records:
            record = self.records[debug.name]
            self.judged.add(record.name)
            if agrees(record, debug):
                self._withdraw(record.name)
            for finding in check_debug_record(record, debug):
                self._add(record.name, finding)
        enumerations = {enumeration.name: enumeration for enumeration in self.snapshot.enumerations}
        for described in self.evidence.debug_enumerations:
            self._add("", check_debug_enumeration(enumerations[described.name], described))

    def _withdraw(self, name: str) -> None:
        """Take back what code seemed to say of a class's size and members: debug information says it outright."""
        rules = (MOVED_MEMBERS.id, GROWN_RECORDS.id)
        self.findings = [item for item in self.findings if item.name != name or item.rule not in rules]

    def _doubt_disputed(self, finding: Finding) -> Finding:
        """``finding`` as a warning where it rests on a layout that no compiler confirmed, and on which they differ."""
        record = self.records.get(finding.name)
        if record is None or not record.doubt or finding.severity is not Severity.ERROR:
            return finding
        why = f"compilers lay out {record.doubt} differently, and none has confirmed the headers' figures"
        return replace(
            finding, severity=Severity.WARNING, evidence=(*finding.evidence, Evidence(EvidenceKind.FACT, why))
        )

    def judgement(self, remarks: tuple[str, ...]) -> LayoutJudgement:
        """The result, findings of one class and rule told once."""
        sure = confirm_growth(self.findings)
        return LayoutJudgement(
            findings=merge_findings(self._doubt_disputed(item) for item in sure),
            judged=frozenset(self.judged),
            classes=len(self.records),
            accessors=len(self.sightings),
            agreeing=sum(sighting.agreement is not Agreement.CONTRADICTS for sighting in self.sightings),
            debugged=self.evidence.debugged,
            remarks=remarks,
        )


def _traced(
    snapshot: AbiSnapshot, records: Mapping[str, Record], traces: Mapping[SymbolName, FunctionTrace]
) -> Iterator[tuple[Declaration, FunctionTrace]]:
    """Each member function of a class whose layout is known, with what its code does."""
    for declaration, symbols in _functions(snapshot):
        if declaration.record not in records:
            continue
        for symbol in symbols:
            trace = traces.get(symbol)
            if trace is not None:
                yield declaration, trace


def _functions(snapshot: AbiSnapshot) -> Iterator[_Member]:
    """Every declaration with the symbols that it owes or may leave."""
    yield from ((promise.declaration, promise.symbols) for promise in snapshot.promises)
    yield from ((exempt.declaration, exempt.symbols) for exempt in snapshot.exempt)


def _constructors(snapshot: AbiSnapshot, records: Mapping[str, Record]) -> dict[SymbolName, Record]:
    """Every constructor's symbol with its class, those that no header declares included."""
    found: dict[SymbolName, Record] = {}
    for record in records.values():
        found |= dict.fromkeys(special_members(record), record)
    for declaration, symbols in _functions(snapshot):
        if declaration.kind is DeclarationKind.CONSTRUCTOR and declaration.record in records:
            found |= dict.fromkeys(symbols, records[declaration.record or ""])
    return found
