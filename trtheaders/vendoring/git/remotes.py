"""Where upstream is: a URL or a path as the user gives it, vetted, to a :class:`Remote`."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct

from trtheaders.errors import UsageError
from trtheaders.programs.files import expand_home, read_text
from trtheaders.programs.isolation import SCHEMES

_SCP_LIKE = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?!/?/)[\w./~+-]+\Z")


class Remote(Struct, frozen=True, kw_only=True):
    """Where to fetch from: exactly one of ``url`` (may hold credentials) and ``git_dir`` of a clone on this machine.

    ``shown`` is what messages and the lock say: the URL without credentials, or the clone's own origin.
    """

    shown: str
    url: str = ""
    git_dir: Path | None = None


def parse_remote(text: str) -> Remote:
    """The remote that ``text`` names. Raises :class:`UsageError` for options, other protocols and paths of no clone."""
    if not text or text.startswith("-") or not text.isprintable():
        raise _refusal(text, "is not a URL or a path")
    if "::" in text:
        raise _refusal(text, "names a remote helper, which would run a program")
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() == "file":
        return _parse_clone(Path(unquote(rest.removeprefix("localhost"))), text)
    if separator:
        return _parse_url(text, scheme.lower())
    path = expand_home(Path(text))
    if path.exists() or not _SCP_LIKE.match(text):
        return _parse_clone(path, text)
    return Remote(shown=text, url=text)


def _refusal(text: str, reason: str) -> UsageError:
    return UsageError(
        f"the remote `{_strip_credentials(text)}` {reason}",
        hint="give an https or ssh URL, or the path of a clone of TensorRT-LLM",
    )


def _parse_url(text: str, scheme: str) -> Remote:
    if scheme not in SCHEMES:
        raise _refusal(text, f"has the protocol `{scheme}`, which is not one of {', '.join(SCHEMES)} and file")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or host.startswith("-") or parts.netloc.startswith("-"):
        raise _refusal(text, "has no host")
    return Remote(shown=_strip_credentials(text), url=text)


def _strip_credentials(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return "(unreadable)"
    if "://" not in text or "@" not in parts.netloc:
        return text
    # `git@` of an ssh URL is part of the address; a password or an https user is a secret.
    user, host = parts.netloc.rsplit("@", 1)
    kept = f"{user}@{host}" if parts.scheme == "ssh" and ":" not in user else host
    return urlunsplit(parts._replace(netloc=kept))


def _parse_clone(path: Path, text: str) -> Remote:
    git_dir = _find_git_dir(path)
    if git_dir is None:
        raise _refusal(text, "is not a git repository" if path.exists() else "is not there")
    return Remote(shown=path.resolve().as_uri(), git_dir=git_dir.resolve())


def _read_line(file: Path) -> str:
    """What a `.git` file says (gitrepository-layout(5)); nothing where it cannot be read."""
    try:
        return read_text(file, errors="replace").strip()
    except OSError:
        return ""


def _find_git_dir(path: Path) -> Path | None:
    inner = path / ".git"
    if inner.is_file():
        words = _read_line(inner)
        target = path / words.removeprefix("gitdir: ") if words.startswith("gitdir: ") else None
        return target if target is not None and (target / "HEAD").is_file() else None
    for candidate in (inner, path):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return candidate
    return None
