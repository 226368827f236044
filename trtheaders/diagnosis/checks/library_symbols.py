"""Symbols that the library refers to and nothing that is loaded with it defines: a PyTorch of another version, say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from trtheaders.counting import count_of
from trtheaders.demangling import demangle
from trtheaders.diagnosis.row import RUNNING, Judgement, SetupCheck
from trtheaders.diagnosis.site import Site
from trtheaders.library.unresolved import find_unresolved
from trtheaders.model.setup.checkup import SetupState
from trtheaders.model.setup.figures import FigureName

_PYTHON = re.compile(r"_?Py[A-Z_]")
_TORCH = ("c10", "N2at", "5torch", "NK2at", "3c10")


class SymbolsSeen(Struct, frozen=True, kw_only=True):
    """``unresolved`` by library; ``torch`` is the version that the release wants."""

    unresolved: Mapping[str, tuple[str, ...]]
    looked_at: int
    torch: str


def _probe(site: Site) -> SymbolsSeen | None:
    loadings = site.loadings()
    if loadings is None or any(item.path is None for item in loadings.linked.resolved):
        # With a library missing nobody can say whose the others' symbols are.
        return None
    everything = [item.path for item in loadings.linked.resolved if item.path is not None]
    unresolved = find_unresolved([item.path for item in loadings.own], everything)
    return SymbolsSeen(
        unresolved=unresolved,
        looked_at=len(everything),
        torch=site.figures.get(FigureName.PYTORCH) or "",
    )


def _judge(seen: SymbolsSeen | None) -> Iterator[Judgement]:
    if seen is None:
        return
    for library, everything in seen.unresolved.items():
        python = tuple(symbol for symbol in everything if _PYTHON.match(symbol))
        if python:
            yield _judge_python(library, python)
        symbols = tuple(symbol for symbol in everything if symbol not in python)
        if not symbols:
            continue
        names = [f"`{demangle(symbol)}`" for symbol in symbols[:3]]
        yield Judgement(
            title=library,
            state=SetupState.FAIL,
            found=f"{count_of(len(symbols), 'symbol')} that nothing defines: {', '.join(names)}",
            needed=f"PyTorch {seen.torch}".rstrip() if _is_torch(symbols) else "libraries of one build",
            why=f"the program ends at its start or first call: undefined symbol: {symbols[0]}",
            details=tuple(symbols),
        )
    if not seen.unresolved:
        yield Judgement(state=SetupState.OK, found=f"all defined, by {seen.looked_at} libraries")


def _judge_python(library: str, symbols: tuple[str, ...]) -> Judgement:
    names = ", ".join(f"`{symbol}`" for symbol in symbols[:3])
    return Judgement(
        title=library,
        state=SetupState.WARN,
        found=f"{count_of(len(symbols), 'symbol')} of Python's own: {names}",
        needed="a Python process, which a C++ program is not",
        why="where one of them is data the program ends at its start, else at the first call that needs it",
        fix="g++ … $(python3-config --embed --ldflags)",
        details=symbols,
    )


def _is_torch(symbols: tuple[str, ...]) -> bool:
    return any(part in symbol for symbol in symbols for part in _TORCH)


def _remedy(seen: SymbolsSeen, judgement: Judgement) -> str:
    if not _is_torch(seen.unresolved.get(judgement.title, ())):
        return "pip install --force-reinstall tensorrt-llm"
    pin = f"=={seen.torch.split(',')[0]}" if seen.torch else ""
    return f"pip install 'torch{pin}'"


CHECK = SetupCheck(
    id="library-symbols",
    title="symbols",
    question="Is every symbol that the library refers to defined by something that is loaded with it?",
    source="ld.so: undefined symbol; `ldd -r` says the same",
    probe=_probe,
    judge=_judge,
    remedy=_remedy,
    purposes=RUNNING,
)
