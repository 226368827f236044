"""Snapshots and answers by hand: the values that the checks compare, without a header or a library behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from trtheaders.demangling import demangle
from trtheaders.model.headers.declarations import Declaration, DeclarationKind, Parameter, TypeUse
from trtheaders.model.headers.promises import Obligation, Promise, SymbolKind
from trtheaders.model.headers.snapshot import AbiSnapshot, SnapshotKey
from trtheaders.model.library.exports import (
    Answer,
    Export,
    ExportKind,
    LibraryAnswers,
    LibraryFacts,
    Lookalike,
    Machine,
    Standing,
)
from trtheaders.model.names import SymbolName
from trtheaders.model.places import Location

KEY = SnapshotKey(content="0" * 40, entries=("n.h",), standard="c++17", defines=())
LIBRARY = "libfixture.so"


def promise(
    *symbols: str,
    name: str = "",
    kind: DeclarationKind = DeclarationKind.FUNCTION,
    line: int = 1,
    file: str = "n.h",
    names: Sequence[str] = (),
    record: str | None = None,
    of_kind: SymbolKind = SymbolKind.FUNCTION,
    old: Sequence[str] = (),
    size: int | None = None,
    **more,
) -> Promise:
    """A promise of ``symbols``; its name is taken from the first one where none is given."""
    bare = name or demangle(symbols[0]).split("(")[0]
    parameters = tuple(Parameter(name=item, type=TypeUse(spelling="T", canonical="T")) for item in names)
    declaration = Declaration(
        name=bare,
        kind=kind,
        location=Location(file=file, line=line),
        signature=f"{bare}(…)",
        parameters=parameters,
        record=record,
    )
    spellings = (*(SymbolName(item) for item in old), *[None] * (len(symbols) - len(old)))
    obligations = tuple(
        Obligation(symbol=SymbolName(symbol), old_string_abi=spelling, kind=of_kind, size=size)
        for symbol, spelling in zip(symbols, spellings, strict=True)
    )
    return Promise(declaration=declaration, obligations=obligations, **more)


def snapshot(*promises: Promise, release: str | None = None, **more) -> AbiSnapshot:
    """A snapshot that holds ``promises`` in that order."""
    return AbiSnapshot(key=KEY, release=release, promises=promises, **more)


def facts(name: str = LIBRARY, **more) -> LibraryFacts:
    """What is known of a library called ``name``."""
    given = {"path": Path("/lib") / name, "name": name, "soname": name, "machine": Machine.X86_64, **more}
    return LibraryFacts(**given)


def export(symbol: str, library: str = LIBRARY, **more) -> Export:
    """An export of a function, unless ``kind`` says otherwise."""
    given = {"kind": ExportKind.FUNCTION, "size": 16, **more}
    return Export(symbol=SymbolName(symbol), library=library, **given)


def answer(symbol: str, standing: Standing = Standing.EXPORTED, library: str = LIBRARY, **more) -> Answer:
    """The answer for ``symbol``; ``more`` goes into its export, `also` into the answer."""
    also = tuple(more.pop("also", ()))
    there = standing not in (Standing.ABSENT, Standing.HIDDEN)
    return Answer(
        symbol=SymbolName(symbol),
        standing=standing,
        export=export(symbol, library, **more) if there else None,
        library="" if standing is Standing.ABSENT else library,
        also=also,
    )


def answers(
    *given: Answer | str,
    absent: Iterable[str] = (),
    alike: Mapping[str, Sequence[str]] | None = None,
    libraries: Sequence[LibraryFacts] = (),
    version: str | None = None,
) -> LibraryAnswers:
    """Answers: ``given`` (a symbol stands for an exported function), ``absent`` ones, and lookalikes."""
    known = [item if isinstance(item, Answer) else answer(item) for item in given]
    known += [answer(symbol, Standing.ABSENT) for symbol in absent]
    resembling = {
        SymbolName(symbol): tuple(Lookalike(export=export(other), demangled=demangle(other)) for other in others)
        for symbol, others in (alike or {}).items()
    }
    return LibraryAnswers(
        libraries=tuple(libraries) or (facts(),),
        answers={item.symbol: item for item in known},
        lookalikes=resembling,
        version_string=version,
    )
