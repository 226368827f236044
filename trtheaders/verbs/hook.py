"""What a commit hook asks: are the vendored files untouched, and do headers, library and sources belong together?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import AmbiguousInstallationError, InstallationError
from trtheaders.model.findings import Verdict, Verification
from trtheaders.model.installations import Installation
from trtheaders.model.uses import Check
from trtheaders.model.vendored import StoreStatus
from trtheaders.verbs.installed import find_libraries
from trtheaders.verbs.remembering import fingerprint_of, is_remembered, remember
from trtheaders.verbs.status import status


@dataclass(frozen=True, slots=True, kw_only=True)
class HookAnswer:
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
        verified = self.verification is None or self.verification.verdict is Verdict.VERIFIED
        return verified and (self.check is None or self.check.good)


def check_vendored(start: Path | None = None) -> StoreStatus:
    """Whether the vendored files of the repository around ``start`` are what its lock says; offline, nothing parsed."""
    return status(destination=load_configuration(start or Path.cwd()).destination)


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
