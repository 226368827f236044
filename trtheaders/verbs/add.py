"""Vendor releases: `add`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import InstallationError, UsageError
from trtheaders.model.vendoring.vendored import Vendoring
from trtheaders.steps.question.store_choice import choose_store
from trtheaders.steps.vendored_tag import Order, install
from trtheaders.vendoring.content.resolution import parse_request, resolve
from trtheaders.vendoring.content.sources import open_source
from trtheaders.vendoring.git.upstream import Progress

_HINT = (
    "install tensorrt-llm, name its interpreter with `--python PYTHON`, or name the release: `trtheaders add RELEASE`"
)


def add(
    releases: Sequence[str],
    *,
    configuration: Configuration | None = None,
    remote: str | None = None,
    destination: Path | None = None,
    python: Path | None = None,
    pre: bool = False,
    offline: bool = False,
    full: bool = False,
    force: bool = False,
    progress: Progress | None = None,
    tell: Callable[[Vendoring], None] | None = None,
) -> tuple[Vendoring, ...]:
    """Vendor ``releases`` (`v1.2.0rc4`, `1.2.0`, `installed`, `latest`), each whole or not at all, in this order.

    ``configuration`` is that of the current folder unless given; ``remote`` (a URL, or the path of a clone) and
    ``destination`` go before what it says. ``python`` is the interpreter whose environment `installed` looks at,
    ``pre`` lets `latest` be a pre-release, ``offline`` uses what was fetched before, ``full`` is for servers that
    cannot filter, ``force`` overrides a moved tag and local changes. ``progress`` hears a line now and then, ``tell``
    each answer as soon as it is there. Raises :class:`~trtheaders.errors.TrtHeadersError`; the releases before the
    failing one stay.
    """
    if not releases:
        raise UsageError("no release was named", hint="`trtheaders add v1.2.0rc4`, `installed` or `latest`")
    configuration = configuration or load_configuration(Path.cwd())
    store = choose_store(configuration, destination)
    wanted = [parse_request(text, lambda: _find_installed(configuration, python)) for text in releases]
    answers = []
    with open_source(remote or configuration.remote, offline=offline, full=full, progress=progress) as source:
        tags = {tag.name: tag for tag in source.tags()}
        found = [resolve(version, tags, pre=pre) for version in wanted]
        for resolution in dict.fromkeys(found):
            order = Order(
                version=str(resolution.version),
                tag=tags[resolution.tag],
                source=source,
                store=store,
                configuration=configuration,
                force=force,
                remarks=(resolution.remark,) if resolution.remark else (),
                progress=progress,
            )
            answers.append(install(order))
            if tell is not None:
                tell(answers[-1])
    return tuple(answers)


def _find_installed(configuration: Configuration, python: Path | None) -> str:
    """The installed version as the wheel spells it. Raises :class:`InstallationError` where nothing says it."""
    from trtheaders.installation.choice import find_installation

    installation = find_installation(
        configuration.root,
        python=python,
        configured_python=configuration.python,
        configured_libraries=configuration.libraries,
        hint=_HINT,
    )
    if installation.version is None:
        message = f"nothing says which version {installation.reason} is"
        raise InstallationError(message, hint="`trtheaders identify` reads it from the library; then name it to `add`")
    return installation.version
