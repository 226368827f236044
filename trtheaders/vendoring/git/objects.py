"""Objects of a git repository on this machine, read without network, work tree or checkout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from trtheaders.errors import HostileContentError, ReleaseError, UpstreamError
from trtheaders.model.names import CommitId, TreeId
from trtheaders.model.vendoring.locks import LICENSE_NAME
from trtheaders.model.vendoring.releases import HEADER_DIRECTORY
from trtheaders.vendoring.content.hostility import TreeEntry
from trtheaders.vendoring.git.upstream import run_git


class Tag(Struct, frozen=True, kw_only=True):
    """A tag as a repository shows it; ``tag_object`` is None for a lightweight one."""

    name: str
    commit: CommitId
    tag_object: CommitId | None = None


class GitTree(Struct, frozen=True, kw_only=True):
    """What a commit holds for us: the header tree's id and entries, and the licence's entry if there is one."""

    tree: TreeId
    entries: tuple[TreeEntry, ...]
    license: TreeEntry | None

    @property
    def blobs(self) -> tuple[str, ...]:
        """The ids of all contents needed, each once."""
        entries = (*self.entries, *((self.license,) if self.license else ()))
        return tuple(dict.fromkeys(entry.blob for entry in entries if entry.mode != "160000"))


_DAMAGED = "`git fsck` in it says what is damaged; a clone can be made anew, and so can what lies in a cache folder"


def read_tags(git_dir: Path) -> tuple[Tag, ...]:
    """The tags of the repository ``git_dir``, those that point at a commit."""
    form = "%(refname:lstrip=2) %(objecttype) %(objectname) %(*objecttype) %(*objectname)"
    done = run_git(git_dir, ["for-each-ref", f"--format={form}", "refs/tags/"])
    if done.status:
        raise UpstreamError(f"the tags of `{git_dir}` cannot be read: {done.messages}", hint=_DAMAGED)
    tags = []
    for line in done.output.decode(errors="replace").splitlines():
        name, kind, oid, *peeled = line.split()
        if kind == "commit":
            tags.append(Tag(name=name, commit=CommitId(oid)))
        elif peeled[:1] == ["commit"]:
            tags.append(Tag(name=name, commit=CommitId(peeled[1]), tag_object=CommitId(oid)))
    return tuple(tags)


def has_commit(git_dir: Path, commit: str) -> bool:
    """Whether ``commit`` is there."""
    return run_git(git_dir, ["cat-file", "-e", f"{commit}^{{commit}}"]).status == 0


def point_tag(git_dir: Path, tag: Tag) -> bool:
    """Let the repository's own tag be as ``tag`` says; False where the object that it is of is not there."""
    target = tag.tag_object or tag.commit
    return run_git(git_dir, ["update-ref", f"refs/tags/{tag.name}", target]).status == 0


def read_header_tree(git_dir: Path, commit: str, tag: str) -> GitTree:
    """The headers of ``commit``, which ``tag`` names in messages.

    Raises :class:`ReleaseError` where there is no header directory, :class:`HostileContentError` where it or the
    licence is something else than it should be.
    """
    done = run_git(git_dir, ["rev-parse", "--verify", "--quiet", f"{commit}:{HEADER_DIRECTORY}"])
    tree = done.output.decode().strip()
    if done.status or not tree:
        # A clone that lacks trees cannot say whether there is such a folder.
        find_missing(git_dir, commit)
        raise ReleaseError(
            f"`{tag}` has no `{HEADER_DIRECTORY}`", hint="`trtheaders list --remote` names other releases"
        )
    if run_git(git_dir, ["cat-file", "-t", tree]).output.strip() != b"tree":
        raise HostileContentError(f"`{HEADER_DIRECTORY}` of `{tag}` is not a folder", hint="nothing was vendored")
    entries = _list_tree(git_dir, ["-r", tree])
    license_entry = next(iter(_list_tree(git_dir, ["--full-tree", commit, "--", LICENSE_NAME])), None)
    if license_entry is not None and license_entry.mode == "040000":
        license_entry = None
    return GitTree(tree=TreeId(tree), entries=entries, license=license_entry)


def _list_tree(git_dir: Path, arguments: Sequence[str]) -> tuple[TreeEntry, ...]:
    done = run_git(git_dir, ["ls-tree", "-z", *arguments])
    if done.status:
        raise UpstreamError(f"a tree in `{git_dir}` cannot be read: {done.messages}", hint=_DAMAGED)
    entries = []
    for row in done.output.split(b"\0")[:-1]:
        head, path = row.split(b"\t", 1)
        mode, _, oid = head.decode().split()
        entries.append(TreeEntry(mode=mode, blob=oid, path=path))
    return tuple(entries)


def find_missing(git_dir: Path, commit: str) -> frozenset[str]:
    """The ids of contents below the header directory, and of the licence, that a partial repository lacks."""
    arguments = ["rev-list", "--objects", "--missing=print", "--no-walk", commit, "--", HEADER_DIRECTORY, LICENSE_NAME]
    done = run_git(git_dir, arguments)
    if "unable to read tree" in done.messages:
        message = f"`{git_dir}` is a partial clone that lacks the folders of commit {commit}"
        raise UpstreamError(message, hint="give a URL as `--remote`: only the files needed are fetched")
    if done.status:
        raise UpstreamError(f"commit {commit} in `{git_dir}` cannot be read: {done.messages}", hint=_DAMAGED)
    lines = done.output.decode(errors="replace").splitlines()
    return frozenset(line[1:] for line in lines if line.startswith("?"))


def find_commit_with(git_dir: Path, tree: TreeId) -> str:
    """The newest commit of any branch or tag whose header folder is ``tree``, described by the tag before it."""
    commits = run_git(git_dir, ["rev-list", "--all", "--", HEADER_DIRECTORY]).output.decode().split()
    given = "".join(f"{commit}:{HEADER_DIRECTORY}\n" for commit in commits).encode()
    lines = run_git(git_dir, ["cat-file", "--batch-check"], given=given).output.decode(errors="replace").splitlines()
    for commit, line in zip(commits, lines, strict=False):
        if line.split()[0] == tree:
            described = run_git(git_dir, ["describe", "--tags", "--always", commit]).output.decode().strip()
            return f"commit {commit[:12]} ({described})"
    return ""


def read_blobs(git_dir: Path, blobs: Sequence[str]) -> dict[str, bytes]:
    """The contents of ``blobs`` by id. Raises :class:`UpstreamError` where one is missing or is no blob."""
    done = run_git(git_dir, ["cat-file", "--batch"], given="".join(f"{blob}\n" for blob in blobs).encode())
    contents: dict[str, bytes] = {}
    data, position = done.output, 0
    for blob in blobs:
        end = data.find(b"\n", position)
        words = data[position:end].split() if end >= 0 else []
        if len(words) != 3 or words[1] != b"blob":
            story = f"the content {blob} is missing from `{git_dir}` {done.messages}".strip()
            raise UpstreamError(story, hint=_DAMAGED)
        size = int(words[2])
        contents[blob] = data[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return contents
