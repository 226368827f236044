"""`trtheaders.toml`, or `[tool.trtheaders]` in a pyproject.toml, to one frozen value."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from trtheaders.errors import ConfigurationError
from trtheaders.model.headers.standards import STANDARD_HINT, STANDARDS
from trtheaders.model.vendoring.releases import (
    DEFAULT_DEFINES,
    DEFAULT_DESTINATION,
    DEFAULT_ENTRY,
    DEFAULT_REMOTE,
    DEFAULT_STANDARD,
    LOCK_NAME,
)
from trtheaders.programs.files import read_text
from trtheaders.programs.quoting import read_quotable
from trtheaders.programs.toml import parse_toml

FILE_NAME = "trtheaders.toml"
_LONGEST = 4096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOST_TOLD = 100


class Accepted(Struct, frozen=True, kw_only=True):
    """A finding that the consumer has put on record: rule and symbol (or name) patterns, a reason, and an end.

    ``expires`` is an ISO date or empty; ``releases`` a PEP 440 range (`>=1.1,<1.3`) or empty for every release.
    """

    rule: str
    reason: str
    symbol: str = ""
    name: str = ""
    expires: str = ""
    releases: str = ""


class Configuration(Struct, frozen=True, kw_only=True):
    """What the consumer's repository says. Paths are absolute; ``root`` is the folder that they were relative to.

    ``file`` is where it was read, None where there is no configuration and everything is at its default. ``compiler``
    is one that may be started, with flags that a file may give, or empty; ``set_aside`` says what else the file wished
    for, and why it is not done (:mod:`trtheaders.programs.flags`).
    """

    root: Path
    file: Path | None = None
    remote: str = DEFAULT_REMOTE
    destination: Path = Path(DEFAULT_DESTINATION)
    entries: tuple[str, ...] = (DEFAULT_ENTRY,)
    include_directories: tuple[Path, ...] = ()
    defines: tuple[str, ...] = DEFAULT_DEFINES
    standard: str = DEFAULT_STANDARD
    libraries: tuple[Path, ...] = ()
    python: Path | None = None
    sources: tuple[Path, ...] = ()
    flags: tuple[str, ...] = ()
    compiler: str = ""
    accepted: tuple[Accepted, ...] = ()
    set_aside: tuple[str, ...] = ()


class _Shape(Enum):
    """How a key's value is written."""

    TEXT = "a string"
    PATH = "a path"
    TEXTS = "a list of strings"
    PATHS = "a list of paths"
    PATTERNS = "a list of paths, or of patterns as the shell's"


_KEYS = {
    "remote": ("remote", _Shape.TEXT),
    "destination": ("destination", _Shape.PATH),
    "entries": ("entries", _Shape.TEXTS),
    "include-directories": ("include_directories", _Shape.PATHS),
    "defines": ("defines", _Shape.TEXTS),
    "standard": ("standard", _Shape.TEXT),
    "library": ("libraries", _Shape.PATHS),
    "python": ("python", _Shape.PATH),
    "sources": ("sources", _Shape.PATTERNS),
    "flags": ("flags", _Shape.TEXTS),
    "compiler": ("compiler", _Shape.TEXT),
}
KEYS = (*_KEYS, "accept")
_OPTIONS = {
    "entry": "entries",
    "include-dir": "include-directories",
    "define": "defines",
    "std": "standard",
    "libraries": "library",
}
"""What options are also called on the command line, where the keys' names will do as well."""


def load_configuration(start: Path) -> Configuration:
    """The configuration that governs ``start``: the nearest one in it or in a folder above.

    Without any, ``root`` is the nearest folder above with `.git`, or with a lock where it lies by default, else
    ``start``. Raises
    :class:`ConfigurationError` for a file that cannot be read, an unknown key, a value of the wrong kind, or a file
    above ``start`` that is somebody else's: anybody may put one into `/tmp`.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        found = _read_folder(folder)
        if found is not None:
            if folder != start and found.file is not None:
                _refuse_strangers(found.file, start)
            return found
        # An unpacked archive has no `.git`; its build may ask from a folder below.
        if (folder / DEFAULT_DESTINATION / LOCK_NAME).exists() or (folder / ".git").exists():
            return _at_defaults(folder)
    return _at_defaults(start)


def _refuse_strangers(file: Path, start: Path) -> None:
    """As git does with a repository that is somebody else's (git-config(1), `safe.directory`)."""
    if file.stat().st_uid not in (os.geteuid(), 0, start.stat().st_uid):
        raise ConfigurationError(
            f"`{file}` governs `{start}` and belongs to another user",
            hint=f"put a `{FILE_NAME}` of your own into the project, or `git init` it: nothing above counts then",
        )


def _at_defaults(root: Path) -> Configuration:
    return Configuration(root=root, destination=root / DEFAULT_DESTINATION)


def _read_folder(folder: Path) -> Configuration | None:
    own = folder / FILE_NAME
    if os.path.lexists(own):
        return _configure(own, _read_toml(own))
    project = folder / "pyproject.toml"
    if project.is_file():
        table = _own_table(project, _read_toml(project))
        if table is not None:
            return _configure(project, table)
    return None


def _own_table(file: Path, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`[tool.trtheaders]` of a pyproject.toml; None where there is none."""
    table: Any = document
    for key, name in (("tool", "tool"), ("trtheaders", "tool.trtheaders")):
        table = table.get(key)
        if table is None:
            return None
        if not isinstance(table, Mapping):
            raise ConfigurationError(
                f"`{name}` in `{file}` must be a table (`[{name}]`), found {_tell(table)}",
                hint=f"write `[{name}]` on a line of its own",
            )
    own: Mapping[str, Any] = table
    return own


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = parse_toml(read_quotable(path))
    except OSError as error:
        raise ConfigurationError(
            f"`{path}` cannot be read: {error.strerror}", hint="make it a readable file of UTF-8 text"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"`{path}` cannot be read: {error}", hint="make it a readable file of UTF-8 text"
        ) from error
    except ValueError as error:
        raise ConfigurationError(
            f"`{path}` is not TOML: {error}", hint="mend the line that is named; text stands in quotes"
        ) from error
    return table


def _configure(file: Path, table: Mapping[str, Any]) -> Configuration:
    root = file.parent
    _refuse_unknown(file, table, KEYS)
    values: dict[str, Any] = {
        name: _read_value(file, key, table[key], shape) for key, (name, shape) in _KEYS.items() if key in table
    }
    _check_standard(file, values.get("standard", DEFAULT_STANDARD))
    if "compiler" in values:
        values["compiler"], values["set_aside"] = _vet_compiler(file, values["compiler"])
    values["accepted"] = tuple(_accept(file, row) for row in _rows(file, table.get("accept", [])))
    return replace(_at_defaults(root), file=file, **values)


def _vet_compiler(file: Path, text: str) -> tuple[str, tuple[str, ...]]:
    """The compiler that ``file`` names, as far as it may be started, and what is to be said of the rest."""
    import shlex

    from trtheaders.programs.flags import tell_dropped, vet_command

    vetted = vet_command(text, file.parent)
    told = [f"`compiler` in `{file}`: {sentence}" for sentence in tell_dropped(vetted.dropped)]
    if vetted.refused:
        way_out = "it is not started unless `--compiler` or $CXX names it"
        told.append(f"`{text}`, which `compiler` in `{file}` names, {vetted.refused}: {way_out}")
    return shlex.join(vetted.words), tuple(told)


def _check_standard(file: Path, standard: str) -> None:
    if standard not in STANDARDS:
        raise ConfigurationError(f"`standard` in `{file}` is no C++ standard: `{standard}`", hint=STANDARD_HINT)


def _read_value(file: Path, key: str, value: Any, shape: _Shape) -> str | Path | tuple[str, ...] | tuple[Path, ...]:
    if shape is _Shape.TEXT:
        return _text(file, key, value)
    if shape is _Shape.PATH:
        return _path(file, key, _text(file, key, value))
    if shape is _Shape.TEXTS:
        return _texts(file, key, value)
    return tuple(_path(file, key, item) for item in _texts(file, key, _listed(value)))


def find_sources(configuration: Configuration) -> tuple[Path, ...]:
    """The configured sources: the files that fit a pattern now, and what fits none as it is written."""
    if configuration.file is None:
        return configuration.sources
    folder = configuration.file.parent
    return tuple(found for path in configuration.sources for found in _match(folder, path))


def _match(folder: Path, path: Path) -> tuple[Path, ...]:
    """The files that ``path`` means as a shell's pattern (or with `**`); itself where none fits it.

    Only below ``folder``, the configuration's own: one that a clone brings must not have the whole disk searched.
    """
    inside = path.is_relative_to(folder) and ".." not in path.parts
    parts = path.relative_to(folder).parts if inside else ()
    if not has_magic("/".join(parts)) or parts.count("**") > _DEEP or path.exists():
        return (path,)
    return tuple(sorted(set(_search(folder, parts)))) or (path,)


_DEEP = 2
"""How often `**` may stand in one pattern: each multiplies what is searched."""


def _search(folder: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """The files below ``folder`` that fit the pattern's ``parts``; no link is followed, which may lead anywhere."""
    first, *others = parts
    rest = tuple(others)
    if first == "**" and rest:
        yield from _search(folder, rest)
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        deeper = entry.is_dir(follow_symlinks=False)
        if first == "**" and deeper:
            yield from _search(Path(entry), parts)
        elif not fnmatchcase(entry.name, first):
            continue
        elif rest and deeper:
            yield from _search(Path(entry), rest)
        elif not rest and entry.is_file(follow_symlinks=False):
            yield Path(entry)


def _path(file: Path, key: str, text: str) -> Path:
    try:
        return file.parent / Path(text).expanduser()
    except RuntimeError as error:
        message = f"`{key}` in `{place_of(file, key)}` names a home folder that there is not: `{text}`"
        raise ConfigurationError(message, hint="write the path without `~`") from error


def _refuse_unknown(file: Path, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            from difflib import get_close_matches

            option = [_OPTIONS[key]] if _OPTIONS.get(key) in known else []
            near = option or get_close_matches(key[:_MOST_TOLD], known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(sorted(known))}"
            raise ConfigurationError(f"`{place_of(file, key)}` has an unknown key `{key[:_MOST_TOLD]}`", hint=hint)


def _listed(value: Any) -> Any:
    """A single path stands for a list of one: most name one library."""
    return [value] if isinstance(value, str) and value else value


def place_of(file: Path, key: str) -> str:
    """`file:line` of a key, as an editor opens it; its parser tells no lines."""
    try:
        lines = read_text(file, errors="replace").splitlines()
    except OSError:
        return str(file)
    written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    found = next((number for number, line in enumerate(lines, 1) if written.match(line)), 0)
    return f"{file}:{found}" if found else str(file)


def _text(file: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        message = f"`{key}` in `{place_of(file, key)}` must be a string, found {_tell(value)}"
        raise ConfigurationError(message, hint=f'write `{key} = "…"`')
    return _plain(file, key, value)


def _plain(file: Path, key: str, value: str) -> str:
    """``value``, unless it holds a control character or is longer than any path or flag."""
    if len(value) > _LONGEST or _CONTROL.search(value):
        fault = f"is longer than {_LONGEST} characters" if len(value) > _LONGEST else "holds a control character"
        message = f"`{key}` in `{place_of(file, key)}` {fault}: {_tell(value)}"
        raise ConfigurationError(message, hint="write it in plain characters")
    return value


def _tell(value: Any) -> str:
    """``value`` as TOML nearly has it, cut where it is long."""
    if isinstance(value, int) and value.bit_length() >= 200:
        return "a number of many digits"
    try:
        text = repr(value)
    except RecursionError:
        return "a value with many others in it"
    return text if len(text) <= _MOST_TOLD else f"{text[:_MOST_TOLD]}…"


def _texts(file: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        message = f"`{key}` in `{place_of(file, key)}` must be a list of strings, found {_tell(value)}"
        raise ConfigurationError(message, hint=f"write `{key} = {_as_list(value)}`")
    return tuple(_plain(file, key, item) for item in value)


def _as_list(value: Any) -> str:
    import json

    return f"[{json.dumps(value)}]" if isinstance(value, str) and value else '["…"]'


def _rows(file: Path, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ConfigurationError(
            f"`accept` in `{file}` must be a list of tables (`[[accept]]`)", hint="begin each with a line `[[accept]]`"
        )
    return value


def _accept(file: Path, row: Mapping[str, Any]) -> Accepted:
    known = ("rule", "reason", "symbol", "name", "expires", "releases")
    _refuse_unknown(file, row, known)
    for key in ("rule", "reason"):
        if key not in row:
            raise ConfigurationError(
                f"an `[[accept]]` table in `{file}` has no `{key}`", hint=f'write `{key} = "…"` under it'
            )
    # TOML has dates of its own; `expires = 2027-06-30` means what `"2027-06-30"` does.
    values = {key: value.isoformat() if type(value) is date else value for key, value in row.items()}
    accepted = Accepted(**{key: _text(file, key, value) for key, value in values.items()})
    _check_rule(file, accepted.rule)
    _check_date(file, accepted.expires)
    return accepted


def _check_rule(file: Path, pattern: str) -> None:
    """Refuse a pattern that no rule has: what it was written for would never be accepted."""
    from fnmatch import filter as matching

    from trtheaders.rules import RULES

    if not matching(RULES, pattern):
        from difflib import get_close_matches

        near = get_close_matches(pattern, RULES, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "run `trtheaders rules` for the list"
        raise ConfigurationError(f"an `[[accept]]` table in `{file}` names no rule: `{pattern}`", hint=hint)


def _check_date(file: Path, text: str) -> None:
    try:
        # Compared as text, so that of ISO's spellings only the plain one will do.
        known = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        known = False
    if not known:
        message = f"`expires` of an `[[accept]]` table in `{file}` is no date: `{text}`"
        raise ConfigurationError(message, hint="write it like `2027-06-30`")
