"""Libraries of several architectures in one set: no program links them together."""

from __future__ import annotations

from collections.abc import Mapping

from trtheaders.model.answers.findings import Finding, Severity
from trtheaders.model.library.exports import Machine


def check_architectures(machines: Mapping[str, Machine]) -> tuple[Finding, ...]:
    """One finding for all libraries whose architecture is not that of the first; ``machines`` is by file name."""
    first, *others = machines
    foreign = [name for name in others if machines[name] is not machines[first]]
    if not foreign:
        return ()
    return (
        Finding(
            rule="foreign-architectures",
            severity=Severity.ERROR,
            message=(
                f"`{first}` is built for {machines[first].value}, "
                f"{' and '.join(f'`{name}` for {machines[name].value}' for name in foreign)}"
            ),
            evidence=tuple(f"`{name}` was not asked about any symbol" for name in foreign),
            hint="take libraries of one installation",
        ),
    )
