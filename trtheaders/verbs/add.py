"""Vendor releases: `add`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trtheaders.configuration import Configuration, load_configuration
from trtheaders.errors import UsageError
from trtheaders.model.vendored import Vendoring
from trtheaders.vendoring.resolution import parse_request, resolve
from trtheaders.vendoring.sources import open_source
from trtheaders.vendoring.store import Store
from trtheaders.vendoring.upstream import Progress
from trtheaders.verbs.installing import Order, install


def add(
    releases: Sequence[str],
    *,
    configuration: Configuration | None = None,
    remote: str | None = None,
    destination: Path | None = None,
    pre: bool = False,
    offline: bool = False,
    full: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> tuple[Vendoring, ...]:
    """Vendor ``releases`` (`v1.2.0rc4`, `1.2.0`, `installed`, `latest`), each whole or not at all, in this order.

    ``configuration`` is that of the current folder unless given; ``remote`` (a URL, or the path of a clone) and
    ``destination`` go before what it says. ``pre`` lets `latest` be a pre-release; ``offline`` uses what was fetched
    before; ``full`` is for servers that cannot filter; ``force`` overrides a moved tag and local changes. ``progress``
    hears a line now and then. Raises :class:`~trtheaders.errors.TrtHeadersError`; releases before the failing one stay.
    """
    if not releases:
        raise UsageError("no release was named", hint="`trtheaders add v1.2.0rc4`, `installed` or `latest`")
    configuration = configuration or load_configuration(Path.cwd())
    store = Store(destination or configuration.destination)
    wanted = [parse_request(text, lambda: _installed_version(configuration)) for text in releases]
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
            )
            answers.append(install(order))
    return tuple(answers)


def _installed_version(configuration: Configuration) -> str:
    from trtheaders.library.installation import find_installation

    installation = find_installation(configuration)
    return str(installation.version)
