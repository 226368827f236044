"""What the user asked for and the tags that there are, to the one tag that is meant. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from msgspec import Struct
from packaging.version import Version

from trtheaders.errors import ReleaseError
from trtheaders.model.vendoring.releases import parse_release, tag_of

INSTALLED = "installed"
LATEST = "latest"
_NEAREST = 4


class Resolution(Struct, frozen=True, kw_only=True):
    """A request understood: the release, the tag that carries it, and what the user should know of how it was found."""

    version: Version
    tag: str
    remark: str = ""


def parse_request(text: str, installed: Callable[[], str]) -> Version | None:
    """The version that ``text`` asks for; None for `latest`.

    ``installed`` is asked only for `installed`, and gives a version as a wheel has it (`1.2.0rc3+cu130`). Raises
    :class:`ReleaseError` for what is no release.
    """
    if text == LATEST:
        return None
    return parse_release(installed() if text == INSTALLED else text)


def resolve(version: Version | None, tags: Iterable[str], *, pre: bool = False) -> Resolution:
    """The tag among ``tags`` for ``version``, or for the newest release where that is None.

    ``pre`` lets the newest be a pre-release. A `.postN` without a tag of its own is taken from the tag without it, and
    the remark says so. Raises :class:`ReleaseError` that names the nearest tags.
    """
    known = release_tags(tags)
    if version is None:
        return _resolve_latest(known, pre)
    if version in known:
        return Resolution(version=version, tag=known[version])
    base = _without_post(version)
    if base != version and base in known:
        remark = f"there is no tag `{tag_of(version)}`; `{known[base]}` is taken, of which it is a post-release"
        return Resolution(version=version, tag=known[base], remark=remark)
    near = [known[key] for key in nearest(version, known)]
    hint = f"the nearest tags are {', '.join(f'`{tag}`' for tag in near)}" if near else "upstream has no release tags"
    raise ReleaseError(f"upstream has no tag `{tag_of(version)}`", hint=hint)


def release_tags(tags: Iterable[str]) -> dict[Version, str]:
    """Those of ``tags`` that are spelt as releases, by version, oldest first; upstream's own spelling goes first."""
    found: dict[Version, str] = {}
    for tag in tags:
        try:
            version = parse_release(tag)
        except ReleaseError:
            continue
        if version not in found or tag == tag_of(version):
            found[version] = tag
    return dict(sorted(found.items()))


def _resolve_latest(known: dict[Version, str], pre: bool) -> Resolution:
    fit = [version for version in known if pre or not version.is_prerelease]
    if not fit:
        hint = "use `latest --pre`" if known else "upstream has no release tags"
        raise ReleaseError("upstream has no final release", hint=hint)
    return Resolution(version=fit[-1], tag=known[fit[-1]])


def _without_post(version: Version) -> Version:
    return Version(str(version).split(".post")[0])


def nearest(version: Version, known: Iterable[Version], count: int = _NEAREST) -> list[Version]:
    """At most ``count`` of ``known`` around ``version``, those of the same final release before others, in order."""
    ordered = sorted(known)
    place = bisect_left(ordered, version)
    distances = {other: abs(index - place + 0.5) for index, other in enumerate(ordered)}

    def remoteness(other: Version) -> tuple[int, float]:
        shared = next((n for n, (a, b) in enumerate(zip(_parts(version), _parts(other), strict=True)) if a != b), 3)
        return -shared, distances[other]

    return sorted(sorted(ordered, key=remoteness)[:count])


def _parts(version: Version) -> tuple[int, int, int]:
    return version.major, version.minor, version.micro
