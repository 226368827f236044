"""The words that stand for a release, `installed` and `latest`, wherever a release may be named."""

from __future__ import annotations

from trtheaders.configuration import Configuration
from trtheaders.errors import InstallationError, ReleaseError
from trtheaders.model.vendoring.releases import parse_release
from trtheaders.steps.question.library_choice import find_libraries
from trtheaders.vendoring.content.resolution import INSTALLED, LATEST
from trtheaders.vendoring.folder.store import Store


def settle_release(text: str, configuration: Configuration) -> str:
    """``text``, or the release that it stands for: what is installed, or the newest that is vendored.

    As with `add`, a pre-release is the latest only where there is no other. Raises
    :class:`~trtheaders.errors.InstallationError` where nothing is installed or says its version, and
    :class:`~trtheaders.errors.ReleaseError` where nothing is vendored.
    """
    if text == INSTALLED:
        return _installed(configuration)
    return _latest(Store(configuration.destination)) if text == LATEST else text


def _installed(configuration: Configuration) -> str:
    version = find_libraries(configuration).version
    if version is None:
        hint = "`trtheaders identify` reads it from the library; then name the release"
        raise InstallationError("nothing says which version the installed library is", hint=hint)
    store = Store(configuration.destination)
    known = store.lock().releases
    wanted = str(parse_release(version))
    base = wanted.split(".post")[0]
    # A post-release without headers of its own has those of the release that it follows.
    return base if wanted not in known and base in known else wanted


def _latest(store: Store) -> str:
    vendored = store.lock().ordered()
    if not vendored:
        message = f"no headers are vendored in `{store.destination}`"
        raise ReleaseError(message, hint="run `trtheaders add latest`")
    final = [item for item in vendored if not parse_release(item.version).is_prerelease]
    return (final or vendored)[-1].version
