"""A set of libraries and the symbols asked for to `LibraryAnswers`: each symbol's standing, and what resembles it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from trtheaders.errors import LibraryError
from trtheaders.library.facts import facts_of
from trtheaders.library.needed import IMPLICIT, find_library, walk_needed
from trtheaders.library.symbols.exports import OpenLibrary, open_library
from trtheaders.model.library.exports import Answer, LibraryAnswers, Lookalike, Standing
from trtheaders.model.names import SymbolName

_Answers = dict[SymbolName, Answer]


def ask_libraries(
    libraries: Sequence[Path],
    symbols: Collection[SymbolName],
    *,
    linked: Collection[Path] | None = None,
    search: Sequence[Path] = (),
) -> LibraryAnswers:
    """What the set of ``libraries`` says about each of ``symbols``.

    ``linked`` are those that a consumer names on its link line, all where None; they are asked first. ``search`` are
    further folders for what the libraries need. Raises :class:`LibraryError` for a file that is no library, for an
    empty set, and for libraries of different architectures.
    """
    named = None if linked is None else {path.resolve() for path in linked}
    paths = list({path.resolve(): path for path in libraries}.values())
    if named is not None:
        paths.sort(key=lambda path: path.resolve() not in named)
    with ExitStack() as stack:
        opened = [stack.enter_context(open_library(path)) for path in paths]
        _check_machines(opened)
        answers = _answer(opened, frozenset(symbols), search)
        unkept = [symbol for symbol, answer in answers.items() if answer.standing is not Standing.EXPORTED]
        return LibraryAnswers(
            libraries=tuple(
                facts_of(library, linked=named is None or library.image.path.resolve() in named) for library in opened
            ),
            answers=answers,
            lookalikes=_find_lookalikes(opened, unkept),
        )


def _find_lookalikes(
    libraries: Sequence[OpenLibrary], unkept: Sequence[SymbolName]
) -> Mapping[SymbolName, tuple[Lookalike, ...]]:
    if not unkept:
        return {}
    # Names are only taken apart where one is missing.
    from trtheaders.library.lookalikes import find_lookalikes

    return find_lookalikes(libraries, unkept)


def _check_machines(libraries: Sequence[OpenLibrary]) -> None:
    if not libraries:
        raise LibraryError("there is no library to ask", hint="name one with `--library FILE`")
    first = libraries[0]
    for other in libraries[1:]:
        if other.image.machine is not first.image.machine:
            raise LibraryError(
                f"`{first.image.path}` is for {first.image.machine.value}, "
                f"`{other.image.path}` for {other.image.machine.value}",
                hint="name libraries of one architecture",
            )


def _answer(libraries: Sequence[OpenLibrary], symbols: frozenset[SymbolName], search: Sequence[Path]) -> _Answers:
    """One answer for each symbol; each step is asked only about what the steps before left open."""
    answers: _Answers = {}
    for step in (_ask_exports, _ask_implicit, _ask_old_versions):
        answers |= step(libraries, symbols - answers.keys())
    answers |= _ask_needed(libraries, symbols - answers.keys(), search)
    answers |= _ask_hidden(libraries, symbols - answers.keys())
    absent = {symbol: Answer(symbol=symbol, standing=Standing.ABSENT) for symbol in symbols - answers.keys()}
    return dict(sorted((answers | absent).items()))


def _ask_exports(libraries: Sequence[OpenLibrary], symbols: frozenset[SymbolName]) -> _Answers:
    answers: _Answers = {}
    for symbol in symbols:
        exports = [export for library in libraries if (export := library.look_up(symbol)) is not None]
        if exports:
            answers[symbol] = Answer(
                symbol=symbol,
                standing=Standing.EXPORTED,
                export=exports[0],
                library=exports[0].library,
                also=tuple(export.library for export in exports[1:]),
            )
    return answers


def _ask_implicit(libraries: Sequence[OpenLibrary], symbols: frozenset[SymbolName]) -> _Answers:
    """A declaration of `memcpy` is kept by the C library, which every link names."""
    if not symbols:
        return {}
    machine = libraries[0].image.machine
    found = (find_library(name, machine, ()) for name in IMPLICIT)
    return _ask_files([path for path in found if path is not None], symbols, Standing.EXPORTED)


def _ask_old_versions(libraries: Sequence[OpenLibrary], symbols: frozenset[SymbolName]) -> _Answers:
    return {
        symbol: Answer(symbol=symbol, standing=Standing.OLD_VERSION, export=export, library=export.library)
        for library in reversed(libraries)
        for symbol in symbols
        if (export := library.look_up_old(symbol)) is not None
    }


def _ask_needed(libraries: Sequence[OpenLibrary], symbols: frozenset[SymbolName], search: Sequence[Path]) -> _Answers:
    if not symbols:
        return {}
    needed = walk_needed([library.image for library in libraries], search)
    return _ask_files((row.path for row in needed if row.path is not None), symbols, Standing.IN_NEEDED)


def _ask_files(paths: Iterator[Path] | Sequence[Path], symbols: frozenset[SymbolName], standing: Standing) -> _Answers:
    answers: _Answers = {}
    for path in paths:
        with open_library(path) as library:
            for symbol in symbols - answers.keys():
                export = library.look_up(symbol)
                if export is not None:
                    answers[symbol] = Answer(symbol=symbol, standing=standing, export=export, library=library.name)
    return answers


def _ask_hidden(libraries: Sequence[OpenLibrary], symbols: frozenset[SymbolName]) -> _Answers:
    return {
        symbol: Answer(symbol=symbol, standing=Standing.HIDDEN, library=library.name)
        for library in reversed(libraries)
        for symbol in library.hidden_among(symbols)
    }
