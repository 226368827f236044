"""What surrounds git when we run it: the caller's `GIT_*` variables stay out, the user's way to the network stays in.

A commit from a linked worktree runs its hooks with GIT_DIR and GIT_INDEX_FILE set, which would turn every git command
of ours on the caller's repository. So every `GIT_*` variable is dropped but those that say how to reach a server or
where git and its configuration lie. The user's own configuration counts (proxy, `insteadOf`, certificates,
credential helpers); whatever in it could run something or change what comes is overridden by :data:`SETTINGS`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

SCHEMES = ("https", "http", "ssh", "git")
"""Protocols that upstream may be reached by; beside them there is `file`."""

_KEPT = frozenset(
    {
        "GIT_ASKPASS",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
        "GIT_HTTP_PROXY_AUTHMETHOD",
        "GIT_PROXY_COMMAND",
        "GIT_PROXY_SSL_CAINFO",
        "GIT_PROXY_SSL_CERT",
        "GIT_PROXY_SSL_KEY",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "GIT_SSL_CERT",
        "GIT_SSL_KEY",
    }
)

_NETWORK_SETTINGS = ("http.", "https.", "url.", "credential.", "core.sshcommand", "core.gitproxy", "ssh.")
"""What CI gives by GIT_CONFIG_COUNT to reach a server: headers with tokens, mirrors, proxies, certificates."""

_NEVER_ASK = {
    "GIT_LFS_SKIP_SMUDGE": "1",
    # A commit id must mean the commit: a clone may hold `refs/replace/`, which shows another one in its place.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "SSH_ASKPASS_REQUIRE": "force",
}
_ASKPASS = ("GIT_ASKPASS", "SSH_ASKPASS")
"""A program that answers for the user is the user's own way; where none is named nobody is asked."""
ONLINE = {**_NEVER_ASK, "GIT_ALLOW_PROTOCOL": ":".join((*SCHEMES, "file"))}
"""Variables of a git command that may talk to a server, but never to the user."""

OFFLINE = {**_NEVER_ASK, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
"""Variables of a git command that reads: without them a partial clone fetches what it lacks behind our back, and a git
too old for GIT_NO_LAZY_FETCH (before 2.45, or a distribution's back-port) is stopped by having no protocol."""

SLOWEST_BYTES_PER_SECOND = 1000
STALL_SECONDS = 30

SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.symlinks=false",
    "fetch.fsckObjects=false",
    "fetch.negotiationAlgorithm=noop",
    "fetch.prune=false",
    "fetch.pruneTags=false",
    "fetch.recurseSubmodules=false",
    # Small fetches stay packs, too: one file, whose growth can be watched.
    "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    f"http.lowSpeedLimit={SLOWEST_BYTES_PER_SECOND}",
    f"http.lowSpeedTime={STALL_SECONDS}",
    "maintenance.auto=false",
    "protocol.version=2",
    # A clone cannot bring a `.git/config`; a bare repository among its files would have one (git 2.38 knows this).
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
    # Our own checks name the hostile entry, and judge the header tree only: git's would refuse a repository for a
    # blemish anywhere in 15,000 files.
    "transfer.fsckObjects=false",
)


def variables_to_drop(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the environment variables ``names`` that git must not see, sorted."""
    return tuple(sorted(name for name in names if name.startswith("GIT_") and name not in _KEPT))


def variables_to_add(environment: Mapping[str, str]) -> dict[str, str]:
    """What git is to see instead of dropped variables: the caller's ways to the network, and nobody to ask.

    Of the settings that GIT_CONFIG_COUNT brings (git-config(1), "Environment") those that say how to reach a server.
    """
    count = environment.get("GIT_CONFIG_COUNT", "")
    rows = range(min(int(count), 1000) if count.isascii() and count.isdigit() and len(count) < 5 else 0)
    pairs = [(environment.get(f"GIT_CONFIG_KEY_{row}", ""), environment.get(f"GIT_CONFIG_VALUE_{row}")) for row in rows]
    kept = [pair for pair in pairs if pair[0].lower().startswith(_NETWORK_SETTINGS) and pair[1] is not None]
    added = {name: "true" for name in _ASKPASS if not environment.get(name)}
    for number, (key, value) in enumerate(kept):
        added |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value or ""}
    return {**added, "GIT_CONFIG_COUNT": str(len(kept))} if kept else added


def surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a git command: :data:`OFFLINE` or :data:`ONLINE` upon the caller's own."""
    dropped = set(variables_to_drop(os.environ))
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, **variables_to_add(os.environ), **variables}
