"""What a commit hook asks: are vendored files untouched, do headers, library and sources still belong together?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import AmbiguousInstallationError, InstallationError, LibraryError, ReleaseError
from trtheaders.steps.memory.answer_cache import fingerprint_files, fingerprint_of, is_remembered, remember
from trtheaders.steps.question.projects import find_projects

# The vocabulary of verdicts takes longer to load than all that a hook does which asks nothing again.
if TYPE_CHECKING:
    from trtheaders.model.answers.findings import Verification
    from trtheaders.model.answers.uses import Check
    from trtheaders.model.library.installations import Installation
    from trtheaders.model.vendoring.vendored import StoreStatus

FILES, TOGETHER = "files", "verify"
"""What a hook may be asked, as it is written on the command line."""


class HookAnswer(Struct, frozen=True, kw_only=True):
    """What was found; ``remembered`` says that nothing changed since it passed, so that nothing was asked again.

    ``verification`` is None where no TensorRT-LLM is installed, which ``remarks`` then say; ``check`` is None where the
    configuration names no sources.
    """

    verification: Verification | None = None
    check: Check | None = None
    remembered: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the commit may go on."""
        from trtheaders.model.answers.findings import Verdict

        verified = self.verification is None or self.verification.verdict is Verdict.VERIFIED
        return verified and (self.check is None or self.check.good)


def recall(
    question: str, *, required: bool = False, start: Path | None = None, folders: Iterable[str] = ()
) -> tuple[str, ...] | None:
    """The remarks, mostly none, where the hook's ``question`` was answered well before and nothing changed since.

    None where it is to be asked of one of the projects. Raises :class:`~trtheaders.errors.TrtHeadersError` where the
    hook itself would.
    """
    told: list[str] = []
    for configuration in find_projects(start or Path.cwd(), map(Path, folders)):
        remarks = _recall(question, configuration, required)
        if remarks is None:
            return None
        told += remarks
    return tuple(told)


def _recall(question: str, configuration: Configuration, required: bool) -> tuple[str, ...] | None:
    if question == FILES:
        return () if is_remembered(configuration.root, fingerprint_files(configuration)) else None
    found, remarks = _installed(configuration, required)
    return remarks if is_remembered(configuration.root, fingerprint_of(configuration, found)) else None


def check_files(start: Path | None = None) -> StoreStatus | None:
    """How the vendored files stand to their lock; None where nothing changed since they were as it says.

    As git does, a file of the same size and time of change counts as unchanged. Raises
    :class:`~trtheaders.errors.ReleaseError` where nothing is vendored.
    """
    configuration = load_configuration(start or Path.cwd())
    fingerprint = fingerprint_files(configuration)
    if is_remembered(configuration.root, fingerprint):
        return None
    from trtheaders.verbs.status import status

    answer = status(destination=configuration.destination)
    if not (answer.releases or answer.unlocked or answer.hollow):
        _refuse_nothing(configuration)
    if answer.is_clean and not any(release.left_out for release in answer.releases):
        remember(configuration.root, fingerprint)
    return answer


def check_together(start: Path | None = None, *, required: bool = False) -> HookAnswer:
    """Whether headers and installed library belong together, and the configured sources fit every vendored release.

    A machine without TensorRT-LLM passes, unless ``required``. Raises :class:`~trtheaders.errors.TrtHeadersError` where
    there is no answer.
    """
    start = start or Path.cwd()
    configuration = load_configuration(start)
    found, remarks = _installed(configuration, required)
    fingerprint = fingerprint_of(configuration, found)
    if is_remembered(configuration.root, fingerprint):
        return HookAnswer(remembered=True, remarks=remarks)
    _require_vendored(configuration)
    answer = HookAnswer(
        verification=_verify(start) if found else None,
        check=_check(start) if configuration.sources else None,
        remarks=remarks,
    )
    if answer.passed:
        remember(configuration.root, fingerprint_of(configuration, found))
    return answer


def _require_vendored(configuration: Configuration) -> None:
    from trtheaders.vendoring.folder.store import Store

    if not Store(configuration.destination).lock().releases:
        _refuse_nothing(configuration)


def _refuse_nothing(configuration: Configuration) -> NoReturn:
    """A hook that looks at nothing must not pass: it would for ever, and nobody would know."""
    raise ReleaseError(
        f"nothing is vendored in `{configuration.destination}`, nor in a project below",
        hint="run `trtheaders add installed`, or name the project's folder: `trtheaders hook files FOLDER`",
    )


def _installed(configuration: Configuration, required: bool) -> tuple[Installation | None, tuple[str, ...]]:
    from trtheaders.steps.question.library_choice import find_libraries

    try:
        return find_libraries(configuration), ()
    except (InstallationError, LibraryError) as error:
        if required or _is_wrong(configuration) or isinstance(error, AmbiguousInstallationError):
            raise
        return None, (f"not compared with a library: {error.message}",)


def _is_wrong(configuration: Configuration) -> bool:
    """Whether what is configured is a mistake, and not merely what this machine does not have."""
    if configuration.libraries:
        return any(path.parent.is_dir() for path in configuration.libraries)
    return configuration.python is not None and configuration.python.parent.parent.is_dir()


def _verify(start: Path) -> Verification:
    from trtheaders.verbs.verify import verify

    return verify(start=start)


def _check(start: Path) -> Check:
    from trtheaders.verbs.check import check

    return check(start=start)
