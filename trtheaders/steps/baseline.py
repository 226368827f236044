"""Put what `verify` found on record, so that only what comes later counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from trtheaders.configuration import FILE_NAME, load_configuration
from trtheaders.errors import ConfigurationError
from trtheaders.model.answers.findings import Finding, Severity, Verification

_REASON = "known when the baseline was written"


class Baseline(Struct, frozen=True, kw_only=True):
    """What was written: ``count`` entries into ``file``."""

    file: Path
    count: int


def write_baseline(verification: Verification, *, start: Path | None = None) -> Baseline:
    """Append an `[[accept]]` table for every error of ``verification`` to the configuration that governs ``start``.

    One table accepts one promise, so that a further one with the same cause still counts. Raises
    :class:`~trtheaders.errors.ConfigurationError` where the file cannot be written.
    """
    configuration = load_configuration(start or Path.cwd())
    file = configuration.file or configuration.root / FILE_NAME
    heading = "[[tool.trtheaders.accept]]" if file.name == "pyproject.toml" else "[[accept]]"
    broken = [item for item in verification.findings if item.severity is Severity.ERROR]
    tables = [table for item in broken for table in _tables(item, heading, verification.release)]
    try:
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        parts = [old.rstrip("\n"), *tables] if old.strip() else tables
        file.write_text("\n\n".join(parts) + "\n" if parts else old, encoding="utf-8")
    except OSError as error:
        hint = "make it writable, or run `verify` where it is; nothing was put on record"
        raise ConfigurationError(f"`{file}` cannot be written: {error.strerror}", hint=hint) from error
    return Baseline(file=file, count=len(tables))


def _tables(finding: Finding, heading: str, release: str | None) -> Iterable[str]:
    """The tables for one finding: one for each symbol of a folded one, whose symptoms have rules of their own."""
    if finding.explains > 1 and finding.symbols:
        for symbol in finding.symbols:
            yield _table(heading, {"rule": "*", "symbol": symbol}, release)
    else:
        narrow = {"symbol": finding.symbols[0]} if finding.symbols else {"name": finding.name}
        rule = finding.rule if finding.explains == 1 and not _is_cause(finding) else "*"
        yield _table(heading, {"rule": rule, **narrow}, release)


def _is_cause(finding: Finding) -> bool:
    """Whether the finding stands for another one, which is what will be matched."""
    from trtheaders.rules import LINK_RULES

    return bool(finding.symbols) and finding.rule not in LINK_RULES


def _table(heading: str, keys: dict[str, str], release: str | None) -> str:
    rows = {key: value for key, value in keys.items() if value} | {"reason": _REASON}
    if release:
        rows["releases"] = f"=={release}"
    # A TOML basic string is spelt as a JSON string is.
    return "\n".join([heading, *(f"{key} = {json.dumps(value)}" for key, value in rows.items())])
