"""`diff`: what changed between two releases' headers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trtheaders.checks.diff.comparison import compare_snapshots, find_unjudged
from trtheaders.checks.diff.usage import keep_used
from trtheaders.errors import UsageError
from trtheaders.model.answers.changes import Change, Comparison
from trtheaders.model.headers.snapshot import AbiSnapshot, SnapshotKey
from trtheaders.steps.question.settings import settle_configuration
from trtheaders.steps.question.sides import read_side


def diff(
    old: str | Path,
    new: str | Path,
    *,
    used_by: Sequence[Path] = (),
    entries: Sequence[str] = (),
    include_directories: Sequence[Path] = (),
    defines: Sequence[str] = (),
    standard: str = "",
    compiler: str = "",
    start: Path | None = None,
) -> Comparison:
    """What changed from ``old`` to ``new``, each a vendored or shipped release, a snapshot file or a header tree.

    ``used_by`` are C++ sources: only what they mention is kept. The other arguments say how a header tree is read, and
    where the configuration lies. Raises :class:`~trtheaders.errors.TrtHeadersError` where a side cannot be had.
    """
    configuration = settle_configuration(
        start,
        entries=entries,
        include_directories=include_directories,
        defines=defines,
        standard=standard,
        compiler=compiler,
    )
    sources = [_read_source(path) for path in used_by]
    old_side, before = read_side(str(old), configuration)
    new_side, after = read_side(str(new), configuration)
    changes = compare_snapshots(before, after)
    kept = keep_used(changes, sources, before, after) if sources else changes
    return Comparison(
        old=old_side,
        new=new_side,
        changes=kept,
        unjudged=find_unjudged(before, after),
        remarks=(*_compare_keys(before.key, after.key), *_tell_filter(changes, kept, before, used_by)),
    )


def _read_source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}", hint="`--used-by` names a C++ source") from error


_ASPECTS = {
    "entries": "entry headers",
    "standard": "C++ standard",
    "defines": "macros",
    "target": "target",
    "new_string_abi": "std::string ABI",
}


def _compare_keys(old: SnapshotKey, new: SnapshotKey) -> tuple[str, ...]:
    """What the sides were not read alike in: a difference between them may come from there."""
    remarks = [
        f"the sides were read with different {words}: {_show(getattr(old, name))} and {_show(getattr(new, name))}"
        for name, words in _ASPECTS.items()
        if _normal(getattr(old, name)) != _normal(getattr(new, name))
    ]
    libraries = [key.toolchain.standard_library for key in (old, new) if key.toolchain]
    if len(set(libraries)) > 1:
        remarks.append(f"the sides were read with different standard libraries: {libraries[0]} and {libraries[1]}")
    return tuple(remarks)


def _normal(value: object) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


def _show(value: object) -> str:
    return ", ".join(f"`{item}`" for item in value) or "none" if isinstance(value, tuple) else f"`{value}`"


def _tell_filter(
    changes: Sequence[Change], kept: Sequence[Change], snapshot: AbiSnapshot, used_by: Sequence[Path]
) -> tuple[str, ...]:
    if not used_by:
        return ()
    names = ", ".join(f"`{path}`" for path in used_by)
    return (f"{len(changes) - len(kept)} of {len(changes)} changes concern nothing that {names} mentions",)
