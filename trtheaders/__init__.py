"""Do your TensorRT-LLM C++ headers belong to your libtensorrt_llm.so?

The Python API has the verbs of the command line, one function each, which take and return frozen values of
`trtheaders.model` and raise :class:`trtheaders.errors.TrtHeadersError` where there is no answer::

    import trtheaders

    trtheaders.add(["v1.2.0rc4"])
    answer = trtheaders.verify()
    for finding in answer.findings:
        print(finding.location, finding.message)

A verb is imported when it is first used, so that `import trtheaders` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

from trtheaders.version import __version__

_VERBS = {
    "add": "add",
    "adopt": "adopt",
    "check": "check",
    "diff": "diff",
    "explain": "explain",
    "identify": "identify",
    "list_releases": "list_releases",
    "path": "path",
    "promises": "promises",
    "remove": "remove",
    "status": "status",
    "stub": "stub",
    "sync": "sync",
    "verify": "verify",
}

__all__ = ["__version__", *_VERBS]


def __getattr__(name: str) -> Any:
    """The verb called ``name``, imported now (PEP 562)."""
    if name not in _VERBS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"trtheaders.verbs.{_VERBS[name]}"), name)
