"""An object to everything that starting it would load, breadth first, as the dynamic loader does."""

from __future__ import annotations

from collections.abc import Iterator

from trtheaders.loader.search import Mapped, find_object
from trtheaders.loader.system import LoaderSystem
from trtheaders.model.library.loading import LackingVersion, LoadableObject, Loading, Resolved, Way


def load(root: LoadableObject, system: LoaderSystem) -> Loading:
    """What the loader makes of ``root``, which `ldd` would show; a library is taken for a program, as `ldd` does.

    Each DT_NEEDED name is told once, by the object that asked for it first. A library that is loaded already under
    that name or SONAME, or that is the same file, is not loaded again (glibc, `_dl_map_object`).
    """
    loaded = _Loaded(root)
    resolved = list(_walk(loaded, system))
    return Loading(root=root.path, resolved=tuple(resolved), lacking=tuple(_check_versions(loaded)))


class _Loaded:
    """The objects in memory, by every name that they answer to."""

    def __init__(self, root: LoadableObject) -> None:
        self.order = [Mapped(item=root)]
        self._by_identity = {root.identity: root}
        self.by_name: dict[str, LoadableObject] = {root.soname: root} if root.soname else {}

    def add(self, name: str, item: LoadableObject, asked_by: Mapped) -> None:
        known = self._by_identity.get(item.identity)
        if known is None:
            self._by_identity[item.identity] = known = item
            self.order.append(Mapped(item=item, asked_by=asked_by))
        self.by_name[name] = known
        if known.soname:
            self.by_name.setdefault(known.soname, known)


def _walk(loaded: _Loaded, system: LoaderSystem) -> Iterator[Resolved]:
    told: set[str] = set()
    # `order` grows while it is walked: breadth first.
    for mapped in loaded.order:
        for name in mapped.item.needed:
            known = loaded.by_name.get(name)
            if known is not None and name not in told:
                told.add(name)
                yield Resolved(name=name, by=mapped.item.path, path=known.path, way=Way.LOADED)
            if name in told:
                continue
            told.add(name)
            found = find_object(name, mapped, system)
            if found.item is not None:
                loaded.add(name, found.item, mapped)
            path = loaded.by_name[name].path if found.item is not None else None
            yield Resolved(name=name, by=mapped.item.path, path=path, way=found.way, misfits=found.misfits)


def _check_versions(loaded: _Loaded) -> Iterator[LackingVersion]:
    """As `_dl_check_map_versions`: a library without any versions of its own only draws a warning there."""
    for mapped in loaded.order:
        for need in mapped.item.requires:
            provider = loaded.by_name.get(need.library)
            if provider is None or not provider.defines:
                continue
            for version in need.versions:
                if version not in provider.defines:
                    yield LackingVersion(version=version, library=need.library, path=provider.path, by=mapped.item.path)
