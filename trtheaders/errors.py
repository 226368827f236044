"""Every way of having no answer, as an exception with a message and a hint.

A mismatch is a value (:class:`trtheaders.model.answers.findings.Finding`); an exception means that the question could
not be answered. Foreign exceptions are translated into these by the one module that wraps the foreign library.
"""

from __future__ import annotations


class TrtHeadersError(Exception):
    """No answer: ``message`` says what is wrong and where, ``hint`` what to do about it (may be empty)."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(TrtHeadersError):
    """The command line or an argument of the Python API cannot be understood."""


class ConfigurationError(TrtHeadersError):
    """`trtheaders.toml` or `[tool.trtheaders]` is not readable, or holds a key or value that means nothing."""


class ReleaseError(TrtHeadersError):
    """A release is not known: not spelt as one, not upstream, or not vendored here."""


class UpstreamError(TrtHeadersError):
    """The upstream repository cannot be reached, or does not answer as git should."""


class HostileContentError(TrtHeadersError):
    """Upstream's tree holds an entry that must not be vendored (symbolic link, submodule, `..`, case twins, …)."""


class StoreError(TrtHeadersError):
    """The vendored folder or its lock cannot be read or written, or would lose something."""


class SparseCheckoutError(StoreError):
    """Git has the vendored folder, and a sparse checkout leaves it out."""


class TagMovedError(TrtHeadersError):
    """Upstream's tag does not point where the lock says that it did."""


class ToolchainError(TrtHeadersError):
    """The user's C++ compiler, its standard library or libclang is missing or unusable."""


class HeaderError(TrtHeadersError):
    """A header tree cannot be read at all: no such folder, no such entry header, nothing in it."""


class LibraryError(TrtHeadersError):
    """A shared library cannot be read: not there, not ELF, truncated, 32-bit, another architecture."""


class InstallationError(TrtHeadersError):
    """No installed TensorRT-LLM was found."""


class AmbiguousInstallationError(InstallationError):
    """Several installations of TensorRT-LLM, and nothing says which is meant."""


class UnaskedInterpreterError(InstallationError):
    """An interpreter was not asked, because a file of the repository would choose what is run."""


class EngineError(TrtHeadersError):
    """A built engine's folder cannot be read: none there, or its `config.json` is none."""


class SnapshotError(TrtHeadersError):
    """A recorded snapshot cannot be read or written, or is damaged."""


class SnapshotFormatError(SnapshotError):
    """A recorded snapshot is whole, and of another version of its format."""


class NothingVerifiedError(TrtHeadersError):
    """There was not one promise to check, which is no success."""
