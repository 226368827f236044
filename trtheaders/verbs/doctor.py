"""`doctor`: is everything here that a C++ program on TensorRT-LLM needs, to be built and to run?"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from trtheaders.configuration import load_configuration
from trtheaders.diagnosis.checks.registry import CHECKS
from trtheaders.diagnosis.examine import examine
from trtheaders.diagnosis.row import SetupCheck
from trtheaders.diagnosis.site import PATIENCE, Site
from trtheaders.errors import UsageError
from trtheaders.model.answers.findings import Verification
from trtheaders.model.setup.checkup import Checkup, Purpose


def doctor(
    *,
    purpose: Purpose | None = None,
    only: Sequence[str] = (),
    engine: Path | None = None,
    python: Path | None = None,
    libraries: Sequence[Path] = (),
    start: Path | None = None,
    environment: Mapping[str, str] | None = None,
    root: Path = Path("/"),
    patience: float = PATIENCE,
) -> Checkup:
    """Look at this machine; nothing is imported, changed or fetched.

    ``purpose`` leaves out what a machine for building, or for running, need not have. ``only`` names checks. ``engine``
    is a built engine's folder to judge as well. ``libraries`` or the environment of the interpreter ``python`` have the
    TensorRT-LLM to look at, which is found without them. ``start`` is the folder whose configuration holds,
    ``environment`` stands for `os.environ`, ``root`` for `/`; ``patience`` is how long all checks together may take, in
    seconds. Raises :class:`~trtheaders.errors.UsageError` for a check or folder that there is not, and
    :class:`~trtheaders.errors.ConfigurationError`.
    """
    checks = _choose(only)
    folder = start or Path.cwd()
    site = Site(
        load_configuration(folder),
        environment=dict(os.environ if environment is None else environment),
        verify=lambda: _verify(folder, libraries or _named(site, environment), python),
        purpose=purpose,
        engine=engine,
        python=python,
        libraries=libraries,
        root=root,
        patience=patience,
    )
    return Checkup(answers=examine(site, checks), subject=site.installation is not None)


def _choose(names: Sequence[str]) -> tuple[SetupCheck, ...]:
    """The checks called ``names``: by id, or as they head their line on the screen (`libraries`, `CUDA headers`)."""
    known = {check.id: check for check in CHECKS}
    titles = {_slug(check.title): check.id for check in CHECKS}
    names = [name if name in known else titles.get(_slug(name), name) for name in names]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"checks are {', '.join(known)}"
            raise UsageError(f"there is no check `{name}`", hint=hint)
    return tuple(check for check in CHECKS if not names or check.id in names)


def _slug(title: str) -> str:
    return title.lower().replace(" ", "-")


def _named(site: Site, environment: Mapping[str, str] | None) -> tuple[Path, ...]:
    """The libraries to name to `verify`, which by itself would look in the environment of this process."""
    found = site.installation if environment is not None else None
    return found.linked if found else ()


def _verify(start: Path, libraries: Sequence[Path], python: Path | None) -> Verification:
    from trtheaders.verbs.verify import verify

    return verify(libraries=libraries, python=python, start=start)
