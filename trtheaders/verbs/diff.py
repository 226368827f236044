"""`diff`: what changed between two releases' headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from trtheaders.checks.diff.comparison import compare_snapshots, find_unjudged
from trtheaders.checks.diff.usage import keep_touched, keep_used
from trtheaders.consumer.hidden_includes import find_hidden_include
from trtheaders.model.answers.changes import Change, Comparison
from trtheaders.model.answers.uses import Touched
from trtheaders.model.headers.snapshot import AbiSnapshot, SnapshotKey
from trtheaders.steps.memory.recorded_snapshots import HeaderRequest
from trtheaders.steps.question.settings import settle_configuration
from trtheaders.steps.question.sides import find_headers, read_side
from trtheaders.steps.question.source_text import read_source
from trtheaders.steps.question.touched import read_touched


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
    compile_commands: Path | None = None,
    start: Path | None = None,
) -> Comparison:
    """What changed from ``old`` to ``new``, each a vendored or shipped release, a snapshot file or a header tree.

    ``used_by`` are C++ sources: only what they touch is kept, as the compiler and the parser read them with the old
    headers; by their words where those headers are not here. ``entries``, ``include_directories``, ``defines``,
    ``standard``, ``compiler`` and ``compile_commands`` are those of :func:`~trtheaders.verbs.verify.verify`, for a
    header tree. ``start`` is the folder whose configuration holds. Raises
    :class:`~trtheaders.errors.TrtHeadersError` where a side cannot be had.
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
    old_side, before = read_side(str(old), configuration)
    new_side, after = read_side(str(new), configuration)
    changes = compare_snapshots(before, after)
    kept, told = _filter(changes, used_by, find_headers(str(old), configuration), before, after)
    return Comparison(
        old=old_side,
        new=new_side,
        changes=kept,
        unjudged=find_unjudged(before, after),
        remarks=(*_compare_keys(before.key, after.key), *configuration.set_aside, *told),
    )


def _filter(
    changes: tuple[Change, ...],
    used_by: Sequence[Path],
    headers: HeaderRequest | None,
    before: AbiSnapshot,
    after: AbiSnapshot,
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """What of ``changes`` concerns the sources ``used_by``, and how that was found out."""
    if not used_by:
        return changes, ()
    touched = read_touched(used_by, headers) if headers is not None else None
    if touched is not None and touched.reached:
        kept, how = keep_touched(changes, touched, before), _tell_broken(touched)
    else:
        texts = {path: read_source(path) for path in used_by}
        kept = keep_used(changes, list(texts.values()), before, after)
        how = f"by their words alone, since {_tell_closed(texts) if touched is not None else _LACKING}"
    names = ", ".join(f"`{path}`" for path in used_by)
    counted = f"{len(changes) - len(kept)} of {len(changes)} changes concern nothing that {names} touch"
    return kept, (
        f"{counted}es" if len(used_by) == 1 else counted,
        *((f"the sources were judged {how}",) if how else ()),
    )


_LACKING = "the old headers are not here: vendor that release to have them parsed"


def _tell_closed(texts: Mapping[Path, str]) -> str:
    """What keeps a source from the headers, and what would let it in."""
    hidden = (find_hidden_include(text, str(path)) for path, text in texts.items())
    found = next((item for item in hidden if item is not None), None)
    if found is None:
        return "not all of them include one of the headers as they are compiled: give the macros of your build with -D"
    return f"{found.message}: give {f'`-D{found.macro}`' if found.macro else 'the macros of your build with -D'}"


def _tell_broken(touched: Touched) -> str:
    """How the sources were judged besides, where the parser may have passed over something."""
    if not touched.broken:
        return ""
    names = ", ".join(f"`{path}`" for path in touched.broken)
    verb = "does" if len(touched.broken) == 1 else "do"
    return f"by the words of what is not understood as well, since {names} {verb} not compile with the old headers"


_ASPECTS = {
    "entries": "entry headers",
    "standard": "C++ standard",
    "defines": "macros",
    "flags": "compiler flags",
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
