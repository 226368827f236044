"""Snapshot × confirmation → snapshot: what is asked of the compiler, and the snapshot as it answers."""

from __future__ import annotations

from msgspec.structs import replace

from trtheaders.headers.confirmation.compilation import CompilerAnswer
from trtheaders.headers.confirmation.layouts import apply_layouts, list_layouts, write_layouts
from trtheaders.headers.confirmation.names import INITIALISER, Subject, is_open, leave, settle, settle_thunks
from trtheaders.headers.confirmation.parts import PRELUDE, hollow_fragment, promise_parts, write_parts
from trtheaders.headers.confirmation.unit import UnitQuestion, complete
from trtheaders.headers.confirmation.uses import Forms, write_use
from trtheaders.headers.instances.parts import Parts
from trtheaders.model.headers.promises import Exempt, Promise, SymbolKind, Unverifiable, Use
from trtheaders.model.headers.snapshot import AbiSnapshot, Confirmer


def write_question(snapshot: AbiSnapshot, entries: tuple[str, ...], parts: Parts, *, clang: bool) -> UnitQuestion:
    """All that ``snapshot`` proposes, in the order of :func:`subjects_of`, each in the forms that it may be used in."""
    abstract = frozenset(record.name for record in snapshot.records if record.abstract)
    items: dict[int, Forms] = {}
    for number, subject in enumerate(subjects_of(snapshot)):
        declaration = subject.declaration
        if declaration is not None:
            local = isinstance(subject, Promise) and Use.INLINE_BODY in subject.uses
            forms = write_use(declaration, number, clang=clang, abstract=declaration.record in abstract, local=local)
            items |= {number: forms} if forms else {}
    layouts = write_layouts(list_layouts(snapshot), len(subjects_of(snapshot)))
    made = write_parts(parts, abstract, len(subjects_of(snapshot)) + len(layouts))
    return UnitQuestion(
        entries=entries,
        items={number: complete(forms) for number, forms in (items | layouts | made).items()},
        prelude=PRELUDE if made else "",
        sought="|".join(filter(None, [hollow_fragment(parts) if made else "", _initialisers(snapshot)])),
    )


def _initialisers(snapshot: AbiSnapshot) -> str:
    threads = any(owed.kind is SymbolKind.TLS for item in snapshot.promises for owed in item.obligations)
    return INITIALISER if threads else ""


def subjects_of(snapshot: AbiSnapshot) -> list[Subject]:
    """The promises, and what was left open because compilers name it differently."""
    return [*snapshot.promises, *filter(is_open, snapshot.exempt), *filter(is_open, snapshot.unverifiable)]


def apply_answer(
    snapshot: AbiSnapshot, question: UnitQuestion, answer: CompilerAnswer, confirmer: Confirmer, parts: Parts
) -> AbiSnapshot:
    """``snapshot`` with the compiler's names and layouts, as far as it was asked and answered."""
    subjects = subjects_of(snapshot)
    settled = settle_thunks(
        settle(subject, number, number in question.items, answer) for number, subject in enumerate(subjects)
    )
    named = _with_verdicts(replace(snapshot, key=replace(snapshot.key, confirmed=confirmer)), settled)
    laid = apply_layouts(named, list_layouts(snapshot), len(subjects), answer.assembly)
    return promise_parts(laid, parts, answer.assembly)


def leave_open(snapshot: AbiSnapshot) -> AbiSnapshot:
    """``snapshot`` where no compiler answered: what needed one is unverifiable, and all else stays as proposed."""
    settled = [
        item if isinstance(item, Promise) else leave(item, snapshot.unconfirmed) for item in subjects_of(snapshot)
    ]
    return _with_verdicts(snapshot, settled)


def _with_verdicts(snapshot: AbiSnapshot, settled: list[Subject]) -> AbiSnapshot:
    return replace(
        snapshot,
        promises=tuple(item for item in settled if isinstance(item, Promise)),
        exempt=(
            *(item for item in snapshot.exempt if not is_open(item)),
            *(item for item in settled if isinstance(item, Exempt)),
        ),
        unverifiable=(
            *(item for item in snapshot.unverifiable if not is_open(item)),
            *(item for item in settled if isinstance(item, Unverifiable)),
        ),
    )
