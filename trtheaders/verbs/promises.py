"""`promises`: what a header tree owes, exempts and leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trtheaders.model.headers.snapshot import AbiSnapshot
from trtheaders.steps.memory.recorded_snapshots import obtain_snapshot
from trtheaders.steps.question.header_choice import request_for
from trtheaders.steps.question.settings import settle_configuration


def promises(
    release: str | None = None,
    *,
    headers: Path | None = None,
    entries: Sequence[str] = (),
    include_directories: Sequence[Path] = (),
    defines: Sequence[str] = (),
    standard: str = "",
    compiler: str = "",
    compile_commands: Path | None = None,
    start: Path | None = None,
) -> AbiSnapshot:
    """Everything that the headers of ``release`` (or the tree ``headers``) promise, exempt and leave open.

    ``entries``, ``include_directories``, ``defines``, ``standard``, ``compiler`` and ``compile_commands`` are those of
    :func:`~trtheaders.verbs.verify.verify`; ``start`` is the folder whose configuration holds. Raises
    :class:`~trtheaders.errors.TrtHeadersError` where that cannot be said.
    """
    configuration = settle_configuration(
        start,
        entries=entries,
        include_directories=include_directories,
        defines=defines,
        standard=standard,
        compiler=compiler,
        compile_commands=compile_commands,
    )
    return obtain_snapshot(request_for(configuration, release=release, headers=headers))
