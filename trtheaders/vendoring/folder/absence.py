"""Whether git has a vendored folder that this checkout has not: a sparse checkout, or a submodule that is not there."""

from __future__ import annotations

import os
from pathlib import Path

from trtheaders.counting import count_of
from trtheaders.errors import SparseCheckoutError, StoreError
from trtheaders.programs.git import ask_git, work_trees

_SUBMODULE, SKIPPED = b"160000 ", b"S "
"""The mode of a submodule's entry, and the mark of a file that a sparse checkout leaves out (git-ls-files)."""


def refuse_absent(folder: Path) -> None:
    """Raise where git knows files in ``folder``, of which there is none here because they are not checked out.

    :class:`~trtheaders.errors.SparseCheckoutError` for a sparse checkout, :class:`~trtheaders.errors.StoreError` for a
    submodule; nothing where git does not know the folder, or there is no git.
    """
    roots = work_trees(folder.parent)
    if not roots:
        return
    root = roots[0]
    left_out = find_left_out(folder)
    if left_out:
        name = os.path.relpath(folder, root)
        message = f"`{folder}` is left out of this sparse checkout ({count_of(left_out, 'file')}): nothing was compared"
        raise SparseCheckoutError(message, hint=f"run `git sparse-checkout add {name}`")
    submodule = _find_submodule(root, folder)
    if submodule is not None:
        name = os.path.relpath(submodule, root)
        message = f"`{submodule}` is a submodule that is not checked out, so that there is no `{folder}`"
        raise StoreError(message, hint=f"run `git submodule update --init {name}`")


def find_left_out(folder: Path) -> int:
    """How many files in ``folder`` git has, and a sparse checkout leaves out."""
    roots = work_trees(folder.parent)
    if not roots:
        return 0
    name = os.path.relpath(folder, roots[0])
    found = ask_git(roots[0], ["ls-files", "-z", "-t", "--cached", "--", f":(literal){name}"]) or b""
    return sum(row.startswith(SKIPPED) for row in found.split(b"\0"))


def _find_submodule(root: Path, folder: Path) -> Path | None:
    """The submodule of ``root`` at or above ``folder``."""
    above = [path for path in (folder, *folder.parents) if path.is_relative_to(root) and path != root]
    words = [f":(literal){os.path.relpath(path, root)}" for path in above]
    found = ask_git(root, ["ls-files", "-z", "-s", "--cached", "--", *words]) or b""
    names = {row.partition(b"\t")[2] for row in found.split(b"\0") if row.startswith(_SUBMODULE)}
    return next((path for path in above if os.fsencode(os.path.relpath(path, root)) in names), None)
