"""`explain`: what is behind a failed build's output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from trtheaders.checks.logs.explanations import explain_symptoms, symptoms_about_symbols
from trtheaders.checks.logs.known import Known
from trtheaders.checks.logs.symbols import symbols_to_ask
from trtheaders.configuration import Configuration
from trtheaders.consumer.logs import read_log
from trtheaders.errors import InstallationError, LibraryError, NothingVerifiedError
from trtheaders.library.answers import ask_libraries
from trtheaders.model.answers.symptoms import Account, InstalledLibrary, KnownRelease, Log
from trtheaders.steps.question.known_releases import known_releases
from trtheaders.steps.question.library_choice import find_libraries, tell_installation
from trtheaders.steps.question.settings import settle_configuration


def explain(
    lines: Iterable[str],
    *,
    libraries: Sequence[Path] = (),
    python: Path | None = None,
    releases: Sequence[KnownRelease] | None = None,
    start: Path | None = None,
) -> Account:
    """The causes behind the complaints in ``lines`` (of a compiler, a linker, the dynamic loader) and their remedies.

    The installed library is asked where one is found; named ``libraries`` or ``python`` must be usable. ``releases``
    are those vendored here and those that ship, unless given. ``start`` is the folder whose configuration holds. Raises
    :class:`~trtheaders.errors.NothingVerifiedError` for a log without a line, and
    :class:`~trtheaders.errors.TrtHeadersError` for what is named and cannot be used.
    """
    log = read_log(lines)
    if not log.lines:
        raise NothingVerifiedError(
            "the log is empty", hint="compilers complain on stderr: `make 2>&1 | trtheaders explain`"
        )
    configuration = settle_configuration(start)
    known = tuple(releases) if releases is not None else known_releases(configuration)
    installed, remarks = _ask_installed(log, known, configuration, libraries, python)
    account = explain_symptoms(log, known, installed)
    return replace(account, remarks=(*account.remarks, *remarks))


def _ask_installed(
    log: Log,
    known: tuple[KnownRelease, ...],
    configuration: Configuration,
    libraries: Sequence[Path],
    python: Path | None,
) -> tuple[InstalledLibrary | None, tuple[str, ...]]:
    """What the installed library says about what is undefined; without one the releases alone must tell."""
    named = bool(libraries) or python is not None
    try:
        found = find_libraries(configuration, libraries, python)
        symptoms = symptoms_about_symbols(log, known)
        answers = ask_libraries(found.libraries, symbols_to_ask(symptoms, Known(known)), linked=found.linked)
    except (InstallationError, LibraryError) as error:
        if named:
            raise
        return None, (f"no installed library was asked: {error.message}",)
    version = found.version or answers.version_string or ""
    return InstalledLibrary(version=version, answers=answers), tell_installation(found)
