"""The engine's number is raised whenever what it promises or records changes: records are told apart by it."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path

import msgspec
from support.cases import CASES, read_case

from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.headers import snapshot
from trtheaders.model.headers.snapshot import PROMISED, PROMISES_ENGINE, AbiSnapshot

UPSTREAM = CASES.parent / "upstream"
NAMES = (
    *("01-free-function", "04-gnu-inline", "08-defaulted-out-of-class", "11-abstract-constructor", "15-key-function"),
    *(
        "21-virtual-bases",
        "23-covariant-thunks",
        "25-plain-exception",
        "28-static-data-member",
        "31-static-constexpr-14",
    ),
    *("37-asm-label", "48-thread-local", "51-abi-tags", "52-std-string", "59-conversions", "60-defaulted-comparison"),
    *("62-friend-declared", "65-inline-body-calls-private", "68-extern-template", "69-full-specialisation"),
)
"""Cases that were there when the engine got its number: a further one changes no promise."""
WITH_FOREIGN = ("52-std-string", "60-defaulted-comparison")
"""Those that include the standard library: what is recorded of its classes is the machine's."""


def digest() -> str:
    made = hashlib.sha256()
    for release in ("1.0.0", "1.1.0", "1.2.0rc1"):
        made.update(describe(record_snapshot(HeaderQuestion(root=UPSTREAM / release, entries=("all",)))).encode())
    for name in NAMES:
        case = read_case(CASES / name)
        question = HeaderQuestion(root=case.folder, entries=case.entries, standard=case.standard, defines=case.defines)
        recorded = record_snapshot(question)
        made.update(describe(recorded).encode())
        made.update(b"" if name in WITH_FOREIGN else encode(recorded))
    return made.hexdigest()[:16]


def describe(made: AbiSnapshot) -> str:
    """What a consumer would be told is owed; layouts of the standard library's classes are the machine's."""
    promised = [(item.declaration.name, item.declaration.kind.value, item.symbols) for item in made.promises]
    exempt = [(item.declaration.name, item.declaration.kind.value) for item in made.exempt]
    return repr((sorted(promised), sorted(exempt), sorted(item.name for item in made.unverifiable)))


def encode(made: AbiSnapshot) -> bytes:
    """All that is recorded, but for what it was made with."""
    parts = [getattr(made, name) for name in AbiSnapshot.__struct_fields__ if name != "key"]
    return msgspec.json.encode(parts, order="deterministic")


def test_the_engine_s_number_is_raised_when_its_promises_change() -> None:
    found = digest()
    source = Path(inspect.getsourcefile(snapshot) or "")
    lines = source.read_text(encoding="utf-8").splitlines()
    number = next(place for place, line in enumerate(lines, 1) if line.startswith("PROMISES_ENGINE"))
    assert found == PROMISED, (
        f"what is promised or recorded of the fixtures changed: recorded snapshots are older now.\n"
        f"In `{source.name}`, line {number}, write\n\n"
        f'PROMISES_ENGINE, PROMISED = {PROMISES_ENGINE + 1}, "{found}"\n\n'
        f"and say in CHANGELOG.md what is promised now; shipped snapshots are recorded by tools/record_snapshot.py."
    )
