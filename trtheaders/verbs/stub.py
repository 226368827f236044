"""`stub`: a small library that exports what a release promises, to link against where the real one is not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.configuration import Configuration
from trtheaders.errors import ReleaseError, StoreError, UsageError
from trtheaders.headers.snapshot_files import read_snapshot
from trtheaders.library.facts import read_facts
from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.model.library.exports import LibraryFacts, Machine
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.snapshots import shipped_snapshot
from trtheaders.steps.memory.recorded_snapshots import obtain_snapshot
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.release_words import settle_release
from trtheaders.steps.question.settings import require_compiler, settle_configuration
from trtheaders.steps.verdict.target_machine import retarget
from trtheaders.stubs.assembly import write_assembly
from trtheaders.stubs.build import build_stub

DEFAULT_NAME = "libtensorrt_llm.so"


class Stub(Struct, frozen=True, kw_only=True):
    """A stub that was made: the library's facts, and how many promises it keeps with how many symbols.

    ``remarks`` say what else to know, one sentence each.
    """

    facts: LibraryFacts
    promises: int
    symbols: int
    remarks: tuple[str, ...] = ()


def stub(
    release: str | None = None,
    *,
    output: Path = Path(DEFAULT_NAME),
    soname: str = "",
    machine: Machine = Machine.X86_64,
    headers: Path | None = None,
    entries: Sequence[str] = (),
    include_directories: Sequence[Path] = (),
    defines: Sequence[str] = (),
    standard: str = "",
    compiler: str = "",
    compile_commands: Path | None = None,
    start: Path | None = None,
) -> Stub:
    """Make ``output``, a shared library that exports all that ``release`` (or the tree ``headers``) promises.

    A release that is not vendored here is taken from those that ship with trtheaders. ``soname`` is the output's name
    if empty, ``machine`` the architecture that it is for. ``compiler`` links, and parses where a snapshot must be made;
    ``entries``, ``include_directories``, ``defines``, ``standard`` and ``compile_commands`` are those of
    :func:`~trtheaders.verbs.verify.verify` then. ``start`` is the folder whose configuration holds. Raises a
    :class:`~trtheaders.errors.TrtHeadersError` where the promises are not known or the stub cannot be built.
    """
    if compiler:
        require_compiler(compiler)
    _require_folder_of(output)
    configuration = settle_configuration(
        start,
        entries=entries,
        include_directories=include_directories,
        defines=defines,
        standard=standard,
        compiler="" if machine is not Machine.X86_64 else compiler,
        compile_commands=compile_commands,
    )
    snapshot = retarget(_promises_of(configuration, release, headers), machine)
    build_stub(
        write_assembly(snapshot, machine),
        release=snapshot.release or "headers",
        output=output,
        soname=soname or output.name,
        machine=machine,
        compiler=compiler or configuration.compiler,
    )
    symbols = {symbol for promise in snapshot.promises for symbol in promise.symbols}
    return Stub(
        facts=read_facts(output),
        promises=len(snapshot.promises),
        symbols=len(symbols),
        remarks=configuration.set_aside,
    )


def _require_folder_of(output: Path) -> None:
    if not output.parent.is_dir():
        hint = f"make it (`mkdir -p {quote(str(output.parent))}`), or name another file with -o"
        raise UsageError(f"`{output}` cannot be made: there is no folder `{output.parent}`", hint=hint)


def _promises_of(configuration: Configuration, release: str | None, headers: Path | None) -> AbiSnapshot:
    release = settle_release(release, configuration) if release else None
    try:
        return obtain_snapshot(request_for(configuration, release=release, headers=headers))
    except (ReleaseError, StoreError):
        path = shipped_snapshot(str(parse_release(release))) if release else None
        if path is None:
            raise
        return replace(read_snapshot(path), release=str(parse_release(release or "")))
