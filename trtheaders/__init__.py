"""Do your TensorRT-LLM C++ headers belong to your libtensorrt_llm.so?

The Python API has the verbs of the command line, one function each, which take and return frozen values of
`trtheaders.model` and raise :class:`trtheaders.errors.TrtHeadersError` where there is no answer::

    import trtheaders

    trtheaders.add(["v1.2.0rc4"])
    answer = trtheaders.verify()
    for finding in answer.findings:
        print(finding.location, finding.message)

A verb is imported when it is first used, so that `import trtheaders` costs nothing; type checkers see them all.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from trtheaders.version import __version__

if TYPE_CHECKING:
    from trtheaders.verbs.add import add
    from trtheaders.verbs.adopt import adopt
    from trtheaders.verbs.check import check
    from trtheaders.verbs.diff import diff
    from trtheaders.verbs.doctor import doctor
    from trtheaders.verbs.explain import explain
    from trtheaders.verbs.guard import guard
    from trtheaders.verbs.identify import identify
    from trtheaders.verbs.init import init
    from trtheaders.verbs.list_releases import list_releases
    from trtheaders.verbs.matrix import matrix
    from trtheaders.verbs.page import page
    from trtheaders.verbs.path import path
    from trtheaders.verbs.promises import promises
    from trtheaders.verbs.remove import remove
    from trtheaders.verbs.status import status
    from trtheaders.verbs.stub import stub
    from trtheaders.verbs.sync import sync
    from trtheaders.verbs.verify import verify

# Each verb lies in the module of `trtheaders.verbs` that is called like it; a test holds this list against that folder.
__all__ = [
    "__version__",
    "add",
    "adopt",
    "check",
    "diff",
    "doctor",
    "explain",
    "guard",
    "identify",
    "init",
    "list_releases",
    "matrix",
    "page",
    "path",
    "promises",
    "remove",
    "status",
    "stub",
    "sync",
    "verify",
]


if not TYPE_CHECKING:  # A type checker believes in every name where a module has this function.

    def __getattr__(name: str) -> Any:
        """The verb called ``name``, imported now (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"trtheaders.verbs.{name}"), name)


def __dir__() -> list[str]:
    """The verbs, loaded or not."""
    return sorted({*globals(), *__all__})
