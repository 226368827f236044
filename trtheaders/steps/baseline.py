"""Put what `verify` found on record, so that only what comes later counts."""

from __future__ import annotations

from collections import Counter
from glob import escape
from pathlib import Path

from msgspec import Struct

from trtheaders.configuration import FILE_NAME, load_configuration
from trtheaders.errors import ConfigurationError
from trtheaders.model.answers.findings import Finding, Severity, Verification
from trtheaders.programs.files import read_text, write_whole
from trtheaders.programs.toml import spell_text

_REASON = "known when the baseline was written"


class Baseline(Struct, frozen=True, kw_only=True):
    """What was written: ``count`` entries into ``file``."""

    file: Path
    count: int


def write_baseline(verification: Verification, *, start: Path | None = None) -> Baseline:
    """Append an `[[accept]]` table for each error and warning of ``verification`` to the configuration of ``start``.

    One table accepts one declaration by one rule, so that a further one with the same cause still counts. Raises
    :class:`~trtheaders.errors.ConfigurationError` where the file cannot be written.
    """
    configuration = load_configuration(start or Path.cwd())
    file = configuration.file or configuration.root / FILE_NAME
    heading = "[[tool.trtheaders.accept]]" if file.name == "pyproject.toml" else "[[accept]]"
    # A warning that a cause explained would be told by itself once its cause is on record.
    broken = [item for item in verification.symptoms if item.severity is not Severity.NOTE]
    named = Counter((item.rule, item.name) for item in broken)
    tables = [_table(heading, item, verification.release, alone=named[item.rule, item.name] == 1) for item in broken]
    if file.is_symlink():
        story = f"`{file}` is a symbolic link, which nothing is written through"
        raise ConfigurationError(story, hint="put the tables that `verify` finds into the file it leads to yourself")
    try:
        old = read_text(file) if file.exists() else ""
        parts = [old.rstrip("\n"), *tables] if old.strip() else tables
        write_whole(file, ("\n\n".join(parts) + "\n" if parts else old).encode())
    except OSError as error:
        hint = "make it writable, or run `verify` where it is; nothing was put on record"
        raise ConfigurationError(f"`{file}` cannot be written: {error.strerror}", hint=hint) from error
    return Baseline(file=file, count=len(tables))


def _table(heading: str, finding: Finding, release: str | None, *, alone: bool) -> str:
    """The entry for one declaration: by its name, and by a symbol where several of that name are concerned."""
    rows = {"rule": finding.rule, "name": escape(finding.name)}
    if not alone and finding.symbols:
        rows["symbol"] = finding.symbols[0]
    rows["reason"] = _REASON
    if release:
        rows["releases"] = f"=={release}"
    place = f"{finding.location}: " if finding.location else ""
    comment = "".join(one if one.isprintable() else "?" for one in f"# {place}{finding.message}")
    return "\n".join([comment, heading, *(f"{key} = {spell_text(value)}" for key, value in rows.items() if value)])
