"""Libraries of several architectures in one set: no program links them together."""

from __future__ import annotations

from collections.abc import Mapping

from trtheaders.model.answers.findings import Finding
from trtheaders.model.library.exports import Machine
from trtheaders.rules.symbols import FOREIGN_ARCHITECTURES


def check_architectures(machines: Mapping[str, Machine]) -> tuple[Finding, ...]:
    """One finding for all libraries whose architecture is not that of the first; ``machines`` is by file name."""
    first, *others = machines
    foreign = [name for name in others if machines[name] is not machines[first]]
    if not foreign:
        return ()
    return (
        FOREIGN_ARCHITECTURES.found(
            message=(
                f"`{first}` is built for {machines[first].value}, "
                f"{' and '.join(f'`{name}` for {machines[name].value}' for name in foreign)}"
            ),
            lines=tuple(f"`{name}` was not asked about any symbol" for name in foreign),
        ),
    )


def check_target(library: str, machine: Machine, target: Machine | None) -> tuple[Finding, ...]:
    """A finding where the consumer's compiler builds for ``target`` and the ``library`` is for another ``machine``."""
    if target is None or target is machine:
        return ()
    return (
        FOREIGN_ARCHITECTURES.found(
            message=f"your compiler builds for {target.value}, `{library}` is built for {machine.value}",
            hint=f"install the tensorrt-llm wheel for {target.value} and name it, or build for {machine.value}",
        ),
    )
