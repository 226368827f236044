"""What a commit hook asks: are vendored files untouched, do headers, library and sources still belong together?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import AmbiguousInstallationError, InstallationError
from trtheaders.steps.memory.answer_cache import fingerprint_files, fingerprint_of, is_remembered, remember

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


def recall(question: str, *, required: bool = False, start: Path | None = None) -> tuple[str, ...] | None:
    """The remarks, mostly none, where the hook's ``question`` was answered well before and nothing changed since.

    None where it is to be asked. Raises :class:`~trtheaders.errors.TrtHeadersError` where the hook itself would.
    """
    configuration = load_configuration(start or Path.cwd())
    if question == FILES:
        return () if is_remembered(configuration.root, fingerprint_files(configuration)) else None
    found, remarks = _installed(configuration, required)
    return remarks if is_remembered(configuration.root, fingerprint_of(configuration, found)) else None


def check_files(start: Path | None = None) -> StoreStatus | None:
    """How the vendored files stand to their lock; None where nothing changed since they were as it says.

    As git does, a file of the same size and time of change counts as unchanged.
    """
    configuration = load_configuration(start or Path.cwd())
    fingerprint = fingerprint_files(configuration)
    if is_remembered(configuration.root, fingerprint):
        return None
    from trtheaders.verbs.status import status

    answer = status(destination=configuration.destination)
    if answer.is_clean:
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
    answer = HookAnswer(
        verification=_verify(start) if found else None,
        check=_check(start) if configuration.sources else None,
        remarks=remarks,
    )
    if answer.passed:
        # Verifying may have written a snapshot beside the headers.
        remember(configuration.root, fingerprint_of(configuration, found))
    return answer


def _installed(configuration: Configuration, required: bool) -> tuple[Installation | None, tuple[str, ...]]:
    from trtheaders.steps.question.library_choice import find_libraries

    try:
        return find_libraries(configuration), ()
    except InstallationError as error:
        named = configuration.libraries or configuration.python
        if required or named or isinstance(error, AmbiguousInstallationError):
            raise
        return None, (f"not compared with a library: {error.message}",)


def _verify(start: Path) -> Verification:
    from trtheaders.verbs.verify import verify

    return verify(start=start)


def _check(start: Path) -> Check:
    from trtheaders.verbs.check import check

    return check(start=start)
