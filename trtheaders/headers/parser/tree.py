"""A header tree on disk: which files belong to it, and what they say."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from trtheaders.errors import HeaderError
from trtheaders.model.places import Location
from trtheaders.model.vendoring.releases import DEFAULT_ENTRY
from trtheaders.programs.files import MOST_SOURCE, read_bytes
from trtheaders.programs.quoting import is_called_as_header

SUFFIXES = frozenset({".h", ".hpp", ".hh", ".hxx", ".inl", ".cuh", ".tpp"})
ALL = "all"
_NAME_IT = "name the folder that holds `tensorrt_llm/`"


class HeaderTree:
    """The folder that is given to `-I`; files are named relative to it, with `/`."""

    def __init__(self, root: Path, within: Iterable[str] = ()) -> None:
        """``within``, files and folders with a `/` behind, is all that belongs to the tree; by default everything does.

        Raises :class:`HeaderError` if ``root`` is no folder or cannot be read.
        """
        if not root.is_dir():
            problem = "is no folder" if root.exists() else "does not exist"
            raise HeaderError(f"the header tree `{root}` {problem}", hint=_NAME_IT)
        self.root = root.resolve()
        self._prefix = f"{self.root}{os.sep}"
        self._within = frozenset(within)
        self._names: dict[str, str | None] = {}
        self._texts: dict[str, bytes] = {}
        self._foreign: dict[str, bytes] = {}

    def name_of(self, file: str) -> str | None:
        """``file`` (as the parser names it) relative to the root, None if it lies elsewhere."""
        if file not in self._names:
            path = os.path.normpath(file)
            name = path[len(self._prefix) :] if path.startswith(self._prefix) else None
            holds = name is not None and self._holds(name) and not self._leads_astray(path)
            self._names[file] = name if holds else None
        return self._names[file]

    def _leads_astray(self, path: str) -> bool:
        """Whether it is a link to what is no header, elsewhere: nothing of that is to be told as if it were ours."""
        real = os.path.realpath(path)
        return not real.startswith(self._prefix) and not is_called_as_header(real)

    def _holds(self, name: str) -> bool:
        return not self._within or name in self._within or f"{name.partition('/')[0]}/" in self._within

    def locate(self, file: str, line: int) -> Location | None:
        """The location in this tree, None outside it."""
        name = self.name_of(file)
        return None if name is None else Location(file=name, line=line)

    def headers(self) -> tuple[str, ...]:
        """Every header of the tree, sorted."""
        found = (path for path in self.root.rglob("*") if path.suffix in SUFFIXES and path.is_file())
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in found))

    def entries(self, wanted: tuple[str, ...], folders: Iterable[Path] = ()) -> tuple[str, ...]:
        """``wanted`` checked to be there and readable, `all` spelt out; ``folders`` are searched behind the root.

        What is found there and lies below the root is named from there. Raises :class:`HeaderError`.
        """
        if ALL in wanted:
            headers = self.headers()
            if not headers:
                raise HeaderError(f"the header tree `{self.root}` holds no header", hint=_NAME_IT)
            return headers
        found = tuple(self._find(entry, folders) for entry in wanted)
        for entry in found:
            # The parser passes over what it may not read.
            self.text(entry)
        return found

    def _find(self, entry: str, folders: Iterable[Path]) -> str:
        """``entry`` as it is named from the root."""
        if (self.root / entry).is_file():
            return entry
        behind = [folder.resolve() / entry for folder in folders if (folder / entry).is_file()]
        inside = [path for path in behind if path.is_relative_to(self.root)]
        if inside:
            return inside[0].relative_to(self.root).as_posix()
        hint = "name another with `--entry`"
        if behind:
            hint = f"`{behind[0]}` lies outside of it: name its folder with `--headers`"
        elif entry == DEFAULT_ENTRY:
            hint += "; a release without it has no Executor API"
        raise HeaderError(f"there is no header `{entry}` in `{self.root}`", hint=hint)

    def texts(self) -> tuple[bytes, ...]:
        """The files of the tree that were read so far."""
        return tuple(self._texts.values())

    def text_at(self, file: str) -> bytes:
        """The bytes of ``file`` (as the parser names it), also if it lies elsewhere; none of what is no file there, or
        cannot be read again. Read once. Raises :class:`HeaderError` as :meth:`text` does.
        """
        name = self.name_of(file)
        if name is not None:
            return self.text(name)
        if file not in self._foreign:
            try:
                self._foreign[file] = read_bytes(file, MOST_SOURCE)
            except OSError:
                self._foreign[file] = b""
        return self._foreign[file]

    def text(self, name: str) -> bytes:
        """The bytes of a file of the tree, read once. Raises :class:`HeaderError`."""
        if name not in self._texts:
            try:
                self._texts[name] = read_bytes(self.root / name, MOST_SOURCE)
            except OSError as error:
                message = f"`{self.root / name}` cannot be read: {error.strerror}"
                raise HeaderError(message, hint="make it readable") from error
        return self._texts[name]
