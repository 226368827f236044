"""A tag's tree and the bytes behind its ids, to vetted files whose ids were computed again."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from trtheaders.errors import HostileContentError, UpstreamError
from trtheaders.model.names import TreeId
from trtheaders.model.vendoring.locks import HEADER_FOLDER, LICENSE_NAME, LockedFile
from trtheaders.vendoring.content.hostility import vet_content
from trtheaders.vendoring.git.object_ids import header_tree_id, object_id
from trtheaders.vendoring.git.objects import GitTree, Tag


class UpstreamContent(Struct, frozen=True, kw_only=True):
    """A tag's content, vetted: ``files`` (sorted by path) and the bytes of each, by path.

    The licence is among the files where upstream has one; ``tree`` is the header folder's id.
    """

    tag: Tag
    tree: TreeId
    files: tuple[LockedFile, ...]
    contents: Mapping[str, bytes]


def assemble(tag: Tag, tree: GitTree, blobs: Mapping[str, bytes]) -> UpstreamContent:
    """The files of ``tree`` with their contents, of ``blobs`` by id.

    Raises :class:`HostileContentError` for what must not be vendored, :class:`UpstreamError` for bytes that are not
    what their id says.
    """
    placed = [(f"{HEADER_FOLDER}/{entry.path.decode()}", entry) for entry in tree.entries]
    if tree.license is not None:
        placed.append((LICENSE_NAME, tree.license))
    files, contents = [], {}
    for path, entry in sorted(placed, key=lambda pair: pair[0]):
        data = blobs[entry.blob]
        vet_content(data, f"{tag.name}:{path}")
        if object_id("blob", data, digits=len(entry.blob)) != entry.blob:
            raise UpstreamError(f"the content of `{path}` in `{tag.name}` is not what its id says", hint="use `--full`")
        files.append(LockedFile(path=path, blob=entry.blob, size=len(data), mode=entry.mode))
        contents[path] = data
    if header_tree_id(files) != tree.tree:
        # A raw tree may hold a name with a slash in it, which reads like a folder.
        raise HostileContentError(f"the tree of `{tag.name}` is not one that git writes", hint="nothing was vendored")
    return UpstreamContent(tag=tag, tree=tree.tree, files=tuple(files), contents=contents)
