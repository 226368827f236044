"""`check`: the consumer's own sources, objects or programs against every vendored release and the installed library."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from msgspec.structs import replace

from trtheaders.checks.uses import collect_used, find_unkept, is_ours, judge_compiled, judge_source, part_common
from trtheaders.configuration import Configuration, find_sources
from trtheaders.consumer.compile_commands import find_database, keep_flags, read_flags
from trtheaders.consumer.hidden_includes import HiddenInclude
from trtheaders.counting import count_of
from trtheaders.errors import InstallationError, LibraryError, NothingVerifiedError, ReleaseError, UsageError
from trtheaders.library.answers import ask_libraries
from trtheaders.library.elf.file_bytes import open_bytes
from trtheaders.library.elf.image import ElfImage
from trtheaders.library.undefined import read_undefined
from trtheaders.model.answers.uses import Check, Failure, SourceReading
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.builds import release_number
from trtheaders.model.library.evidence import DebugRecord
from trtheaders.model.library.exports import LibraryAnswers
from trtheaders.model.library.installations import Installation
from trtheaders.model.library.references import UndefinedSymbols
from trtheaders.model.names import SymbolName
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.programs.flags import Flags, expand_responses, tell_dropped, vet_flags
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest, obtain_snapshot
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.library_choice import find_libraries, tell_installation
from trtheaders.steps.question.settings import settle_configuration, tell_absent
from trtheaders.steps.question.source_text import read_source
from trtheaders.vendoring.folder.store import Store

_CUDA = frozenset({".cu", ".cuh"})
SOURCES = _CUDA | frozenset({".cpp", ".cc", ".cxx", ".c++", ".C", ".h", ".hpp", ".hh", ".hxx"})


def check(
    paths: Sequence[Path] = (),
    *,
    flags: Sequence[str] = (),
    releases: Sequence[str] = (),
    libraries: Sequence[Path] = (),
    python: Path | None = None,
    compile_commands: Path | None = None,
    jobs: int = 0,
    start: Path | None = None,
) -> Check:
    """How ``paths`` (sources, or objects, archives and programs; by default the configured sources) fare with each
    vendored release (or those of ``releases``), and with the installed library where there is one.

    ``flags`` are the consumer's compiler flags; without them those of ``compile_commands`` or of the nearest
    compile_commands.json are taken. So many ``jobs`` are done at once, one a processor if 0. ``libraries`` stand for
    the installed one, ``python`` is the interpreter whose environment has it, and ``start`` the folder whose
    configuration holds. Raises a :class:`~trtheaders.errors.TrtHeadersError` where there is no answer.
    """
    configuration = settle_configuration(start)
    subjects = tuple(paths) or find_sources(configuration)
    if not subjects:
        raise UsageError("there is nothing to check", hint="name sources, objects or programs")
    for path in subjects:
        if not path.is_file():
            _refuse(path, None if paths else configuration.file)
    requests = _requests(configuration, releases)
    found, taken, remarks = _find_installed(configuration, libraries, python)
    remarks = (*remarks, *tell_absent(configuration))
    sources = [path for path in subjects if path.suffix in SOURCES]
    if sources and len(sources) != len(subjects):
        raise UsageError("sources and compiled files were given together", hint="check them one after the other")
    if sources:
        given = {path: _flags_for(path, configuration, tuple(flags), compile_commands) for path in subjects}
        answer = _check_sources(given, requests, found, jobs or os.cpu_count() or 1, remarks)
    else:
        answer = _check_compiled(subjects, requests, found, remarks)
    return replace(answer, taken=taken)


def _requests(configuration: Configuration, releases: Sequence[str]) -> tuple[HeaderRequest, ...]:
    names = tuple(releases) or tuple(item.version for item in Store(configuration.destination).lock().ordered())
    if not names:
        raise ReleaseError(
            f"no headers are vendored in `{configuration.destination}`", hint="run `trtheaders add installed`"
        )
    return tuple(request_for(configuration, release=name, keep=True) for name in names)


def _find_installed(
    configuration: Configuration, libraries: Sequence[Path], python: Path | None
) -> tuple[Installation | None, str, tuple[str, ...]]:
    """(the installed library, why that one, remarks: that there is none); one that was named must be there."""
    try:
        found = find_libraries(configuration, libraries, python)
    except (InstallationError, LibraryError) as error:
        if libraries or python is not None:
            raise
        return None, "", (f"no installed library was asked: {error.message}",)
    taken, *remarks = tell_installation(found)
    return found, taken, tuple(remarks)


def _ask(found: Installation | None, symbols: Iterable[SymbolName]) -> LibraryAnswers | None:
    return None if found is None else ask_libraries(found.libraries, frozenset(symbols), linked=found.linked)


def _refuse(path: Path, file: Path | None) -> NoReturn:
    """Say that ``path`` cannot be checked; ``file`` is the configuration that names it, None if the user did."""
    story = f"`{path}` is no file" if path.exists() else f"there is no file `{path}`"
    if file is None:
        raise UsageError(story, hint="name sources, objects, archives or programs")
    raise UsageError(f"{story}, which `sources` in `{file}` names", hint=f"mend `sources` in `{file}`")


def _check_sources(
    given: Mapping[Path, Flags],
    requests: tuple[HeaderRequest, ...],
    found: Installation | None,
    jobs: int,
    remarks: tuple[str, ...],
) -> Check:
    subjects = tuple(given)
    dropped = dict.fromkeys(flag for flags in given.values() for flag in flags.dropped)
    snapshots = [obtain_snapshot(request) for request in requests]
    # Libclang lets go of Python's lock while it parses.
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        tasks = [
            [pool.submit(_read, path, request, snapshot, flags.kept) for path, flags in given.items()]
            for request, snapshot in zip(requests, snapshots, strict=True)
        ]
        readings = part_common([[task.result() for task in row] for row in tasks])
    _require_reached(subjects, [reading for row in readings for reading in row])
    answers = _ask(found, (item.symbol for row in readings for reading in row for item in reading.used))
    rows = [judge_source(request.release or "", row, answers) for request, row in zip(requests, readings, strict=True)]
    return Check(
        subjects=subjects,
        rows=tuple(rows),
        installed=(found.version or "") if found is not None else "",
        left=len(_common(readings)),
        remarks=(
            *remarks,
            *_tell_unreached(subjects, readings),
            *_tell_readings(readings),
            *tell_dropped(tuple(dropped)),
        ),
    )


def _flags_for(path: Path, configuration: Configuration, flags: tuple[str, ...], database: Path | None) -> Flags:
    if flags:
        expanded = expand_responses(flags, Path.cwd())
        unread = next((word[1:] for word in expanded if word.startswith("@")), None)
        if unread is not None:
            raise UsageError(f"the response file `{unread}` cannot be read", hint="name one that is there: `-- @FILE`")
        return Flags(kept=keep_flags(expanded, Path.cwd()))
    used = database or find_database(path, configuration.root)
    read = read_flags(used, path) if used is not None else Flags()
    own = vet_flags(configuration.flags, configuration.root)
    return Flags(kept=(*read.kept, *own.kept), dropped=(*read.dropped, *own.dropped))


def _read(path: Path, request: HeaderRequest, snapshot: AbiSnapshot, flags: tuple[str, ...]) -> SourceReading:
    from trtheaders.headers.entrance import HeaderQuestion
    from trtheaders.headers.sources import SourceQuestion, read_source

    wanted = request.configuration
    headers = HeaderQuestion(
        root=request.root,
        standard=wanted.standard,
        defines=(*wanted.defines, *_release_defines(request.release)),
        include_directories=wanted.include_directories,
        compiler=wanted.compiler,
    )
    promised = frozenset(symbol for promise in snapshot.promises for symbol in promise.symbols)
    reading = read_source(SourceQuestion(source=path, headers=headers, flags=flags), promised)
    if path.suffix in _CUDA and reading.errors:
        reading = replace(reading, errors=(), unjudged="CUDA source, which only nvcc compiles")
    return replace(reading, source=path)


def _release_defines(release: str | None) -> tuple[str, ...]:
    """What the CMake package defines for sources that ask which release they are compiled for."""
    if release is None:
        return ()
    number = release_number(parse_release(release))
    return (f'TRTHEADERS_RELEASE="{release}"', f"TRTHEADERS_RELEASE_NUMBER={number}")


def _require_reached(subjects: tuple[Path, ...], readings: Sequence[SourceReading]) -> None:
    """Refuse an answer where no source includes anything that could be judged."""
    if any(reading.reached for reading in readings):
        return
    hidden = [told for path in subjects if (told := _tell_hidden(path))]
    if hidden:
        raise NothingVerifiedError(f"nothing was judged: {hidden[0].message}", hint=hidden[0].hint)
    names = ", ".join(f"`{path}`" for path in subjects)
    verb = "includes" if len(subjects) == 1 else "include"
    absent = sorted({f"`{name}`" for reading in readings for name in reading.absent})
    first = next((error for reading in readings for error in (*reading.errors, *reading.common)), None)
    why = f" ({', '.join(absent)} not found)" if absent else f" (`{first.location}`: {first.message})" if first else ""
    raise NothingVerifiedError(
        f"{names} {verb} no header of TensorRT-LLM, so that nothing was judged{why}",
        hint="name sources that include one, or give the macros and folders of your build after `--`",
    )


def _tell_hidden(path: Path) -> HiddenInclude | None:
    """The condition that keeps ``path`` from including a header of TensorRT-LLM, if one does."""
    from trtheaders.consumer.hidden_includes import find_hidden_include

    return find_hidden_include(read_source(path), str(path))


def _tell_unreached(subjects: Sequence[Path], readings: Sequence[Sequence[SourceReading]]) -> tuple[str, ...]:
    """Sources that were passed over beside others that were judged, where a condition is why."""
    reached = [any(row[index].reached for row in readings) for index in range(len(subjects))]
    found = [_tell_hidden(path) for path, was in zip(subjects, reached, strict=True) if not was]
    return tuple(f"{item.message}, so that it was not judged: {item.hint}" for item in found if item)


_STRANGE = "errors that do not concern TensorRT-LLM were"


def _tell_readings(readings: Sequence[Sequence[SourceReading]]) -> tuple[str, ...]:
    absent = sorted({name for row in readings for reading in row for name in reading.absent})
    others = max((reading.others for row in readings for reading in row), default=0)
    told = []
    if absent:
        names = ", ".join(f"`{name}`" for name in absent)
        strange = "error that does not concern TensorRT-LLM was" if others == 1 else _STRANGE
        why = f"; {others} {strange} not judged" if others else ""
        told.append(f"includes not found: {names}{why}")
    common = _common(readings)
    if common:
        first, it = common[0], "is" if len(common) == 1 else "are"
        same = f"the same with every release and {it} " if len(readings) > 1 else ""
        told.append(
            f"{count_of(len(common), 'error')} that {it} {same}not about TensorRT-LLM "
            f"{it} left to the build (the first: {first.location}: {first.message})"
        )
    unjudged = {reading.source: reading.unjudged for row in readings for reading in row if reading.unjudged}
    told += [f"`{path}` was not judged: {why}" for path, why in unjudged.items()]
    return tuple(told)


def _common(readings: Sequence[Sequence[SourceReading]]) -> list[Failure]:
    return list(dict.fromkeys(item for row in readings for reading in row for item in reading.common))


def _check_compiled(
    subjects: tuple[Path, ...],
    requests: tuple[HeaderRequest, ...],
    found: Installation | None,
    remarks: tuple[str, ...],
) -> Check:
    parts = [read_undefined(path) for path in subjects]
    used = collect_used([reference for part in parts for reference in part.references])
    if not any(is_ours(item.symbol) for item in used):
        names = ", ".join(f"`{path}`" for path in subjects)
        raise NothingVerifiedError(f"{names} refer to nothing of TensorRT-LLM", hint="name the objects that use it")
    answers = _ask(found, (item.symbol for item in used))
    snapshots = [obtain_snapshot(request) for request in requests]
    dwarf = any(part.has_dwarf for part in parts)
    unkept = find_unkept(snapshots, used, answers) if dwarf else frozenset()
    if unkept:
        parts = [read_undefined(path, located=unkept) for path in subjects]
        used = collect_used([reference for part in parts for reference in part.references])
    layouts, unread = _read_layouts(parts, snapshots)
    rows = [
        judge_compiled(snapshot, request.release or "", used, answers, layouts, request.root)
        for request, snapshot in zip(requests, snapshots, strict=True)
    ]
    return Check(
        subjects=subjects,
        rows=tuple(rows),
        installed=(found.version or "") if found is not None else "",
        compiled=True,
        remarks=(*remarks, *(remark for part in parts for remark in part.remarks), *unread),
    )


def _read_layouts(
    parts: Sequence[UndefinedSymbols], snapshots: Sequence[AbiSnapshot]
) -> tuple[list[DebugRecord], list[str]]:
    """The layouts that objects and programs were compiled with, as their DWARF has them, and what was not read."""
    layouts: list[DebugRecord] = []
    unread: list[str] = []
    for part in parts:
        if not part.has_dwarf:
            unread.append(f"`{part.path}` has no debug information: its layouts are not judged")
        elif part.path.suffix == ".a":
            unread.append(f"`{part.path}` is an archive: its layouts are not judged, check its objects instead")
        else:
            found, remarks = _layouts_of(part, snapshots)
            layouts += found
            unread += remarks
            if remarks and part.path.suffix != ".o":
                unread.append(f"the objects that `{part.path}` was linked of can be checked instead")
    return layouts, unread


def _layouts_of(
    part: UndefinedSymbols, snapshots: Sequence[AbiSnapshot]
) -> tuple[Iterator[DebugRecord], Sequence[str]]:
    from trtheaders.library.layout.dwarf import read_debug_layouts

    with open_bytes(part.path) as data:
        found = read_debug_layouts(ElfImage(data, part.path, str(part.path)), snapshots)
    return (replace(record, library=part.path.name) for record in found.records), found.remarks
