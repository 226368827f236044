"""`matrix`: what each release was built for, and what of it is here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from trtheaders.compatibility.fits import Means, obstacles
from trtheaders.compatibility.table import figures_of, read_table
from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import InstallationError, ReleaseError, TrtHeadersError
from trtheaders.installation.choice import find_installation
from trtheaders.model.setup.figures import ReleaseFigures
from trtheaders.model.setup.matrix import Matrix, MatrixRow
from trtheaders.model.vendoring.releases import canonical
from trtheaders.snapshots import shipped_snapshot
from trtheaders.vendoring.folder.store import Store


def matrix(*, everything: bool = False, fits: bool = False, here: bool = True, start: Path | None = None) -> Matrix:
    """The rows of what is installed, vendored here or shipped with trtheaders; of every release with ``everything``.

    With ``fits`` only releases that this machine can run, as far as its driver, GPUs and Python tell; an
    :class:`~trtheaders.errors.InstallationError` where no driver is visible. ``start`` is the
    folder whose configuration holds. Without ``here`` nothing of this machine counts but what the repository vendors,
    as in a document that many machines check. Raises :class:`~trtheaders.errors.ConfigurationError`.
    """
    configuration = load_configuration(start or Path.cwd())
    installed, vendored = _installed(configuration) if here else None, _vendored(configuration)
    means = _means(configuration) if fits else None
    own = figures_of(installed)
    rows = [_row(item, vendored, own, means) for item in reversed(read_table())]
    if fits:
        rows = [row for row in rows if row.obstacles == ()]
    elif not everything:
        rows = [row for row in rows if row.installed or row.vendored or row.shipped]
    return Matrix(rows=tuple(rows), installed=installed or "")


def figures_for(release: str) -> ReleaseFigures:
    """The figures of one release. Raises :class:`~trtheaders.errors.ReleaseError` where the table does not have it."""
    found = figures_of(canonical(release))
    if found is None:
        raise ReleaseError(
            f"nothing is known of TensorRT-LLM {canonical(release)}",
            hint="`trtheaders matrix --all` lists what is known",
        )
    return found


def _row(figures: ReleaseFigures, vendored: set[str], own: ReleaseFigures | None, means: Means | None) -> MatrixRow:
    return MatrixRow(
        figures=figures,
        vendored=figures.release in vendored,
        shipped=shipped_snapshot(figures.release) is not None,
        installed=own is not None and own.release == figures.release,
        obstacles=obstacles(figures, means) if means else None,
    )


def _installed(configuration: Configuration) -> str | None:
    try:
        return find_installation(
            configuration.root,
            configured_python=configuration.python,
            configured_libraries=configuration.libraries,
        ).version
    except TrtHeadersError:
        return None


def _vendored(configuration: Configuration) -> set[str]:
    try:
        return {item.version for item in Store(configuration.destination).lock().ordered()}
    except TrtHeadersError:
        return set()


def _means(configuration: Configuration) -> Means:
    import platform
    import sys

    from trtheaders.diagnosis.probes.driver import find_driver
    from trtheaders.library.loading import read_system
    from trtheaders.model.library.exports import Machine

    machine = Machine.AARCH64 if platform.machine() == "aarch64" else Machine.X86_64
    system = read_system(machine, os.environ, working_folder=configuration.root)
    driver = find_driver(Path("/"), os.environ, system)
    if driver is None or not driver.version:
        raise InstallationError(
            "no NVIDIA driver is visible here, so that no release can run",
            hint="start a container with `--gpus all`; `trtheaders doctor --for run` says more",
        )
    return Means(driver=driver, pythons=(f"3.{sys.version_info.minor}", *_pythons_on_path()))


def _pythons_on_path() -> Iterator[str]:
    """The minor versions whose interpreters lie on PATH under their own names."""
    for part in os.environ.get("PATH", "").split(":"):
        if part.startswith("/"):
            names = (path.name for path in Path(part).glob("python3.*"))
            yield from (name.removeprefix("python") for name in names if name.removeprefix("python3.").isdigit())
