"""`verify --link`: the user's own linker is called as a witness for what was found missing."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from trtheaders.consumer.witness import WitnessQuestion, ask_linker
from trtheaders.headers.entrance import STAND_INS, generated_folders
from trtheaders.headers.parser.toolchain import find_compiler
from trtheaders.model.answers.findings import Finding, Severity, Witness
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.installations import Installation
from trtheaders.rules import LINK_RULES
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest


def call_witness(
    findings: Sequence[Finding], snapshot: AbiSnapshot, request: HeaderRequest, found: Installation
) -> tuple[Finding, ...]:
    """``findings`` with the linker's word on each that says that something does not link.

    One that the linker withdraws is a note from then on. Raises :class:`~trtheaders.errors.ToolchainError` where there
    is no compiler.
    """
    owners = {symbol: promise for promise in snapshot.promises for symbol in promise.symbols}
    asked = [item for item in findings if item.rule in LINK_RULES and item.symbols]
    if not asked:
        return tuple(findings)
    configuration = request.configuration
    question = WitnessQuestion(
        root=request.root,
        entries=snapshot.files if "all" in snapshot.key.entries else configuration.entries,
        include_directories=(*generated_folders(request.root), *configuration.include_directories, STAND_INS),
        defines=configuration.defines,
        standard=configuration.standard,
        compiler=find_compiler(configuration.compiler).command,
        libraries=found.linked,
        search=found.directories,
    )
    verdicts = ask_linker(question, {owners[item.symbols[0]]: item.symbols for item in asked})
    said = {item: verdicts[owners[item.symbols[0]]] for item in asked}
    return tuple(_mark(item, said[item]) if item in said else item for item in findings)


def _mark(finding: Finding, witness: Witness) -> Finding:
    severity = Severity.NOTE if witness is Witness.WITHDRAWN else finding.severity
    return replace(finding, witness=witness, severity=severity)
