"""NVML asked by name, run as a program of its own: `python nvml.py LIBRARY` prints one JSON document.

A driver's library can hang or crash a process that loads it, so that it is never loaded into ours. Nothing of
trtheaders is imported here. Source: nvml.h; every function here has kept its name and signature since CUDA 8.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

_P2P_READ = 0
_P2P_STATUS = {
    0: "OK",
    1: "chipset not supported",
    2: "GPU not supported",
    3: "IOH topology not supported",
    4: "disabled by registry key",
    5: "not supported",
    6: "unknown",
}
_TOPOLOGY = {0: "internal", 10: "single switch", 20: "multiple switches", 30: "host bridge", 40: "node", 50: "system"}
_NAME_SIZE = 96


class NvmlError(Exception):
    """A function answered with something other than NVML_SUCCESS."""


class NvmlMemory(ctypes.Structure):
    """`nvmlMemory_t`: bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class Library:
    """The library, with each call checked."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)

    def call(self, name: str, *arguments: Any) -> None:
        """Call the function ``name``; raises :class:`NvmlError`, also where an older library lacks it."""
        function = getattr(self._library, name, None)
        code = 13 if function is None else function(*arguments)
        if code:
            raise NvmlError(f"{name}: {self._describe(code)}")

    def _describe(self, code: int) -> str:
        describe = getattr(self._library, "nvmlErrorString", None)
        if describe is None:
            return f"error {code}"
        describe.restype = ctypes.c_char_p
        text: bytes = describe(code) or b""
        return text.decode(errors="replace")

    def text(self, name: str, *before: Any) -> str:
        """A function that fills in a string."""
        buffer = ctypes.create_string_buffer(_NAME_SIZE)
        self.call(name, *before, buffer, ctypes.c_uint(_NAME_SIZE))
        return buffer.value.decode(errors="replace")

    def number(self, name: str, *before: Any) -> int:
        """A function that fills in one integer."""
        value = ctypes.c_int()
        self.call(name, *before, ctypes.byref(value))
        return value.value


def attempt(function: Callable[..., Any], *arguments: Any, otherwise: Any = None) -> Any:
    """What ``function`` returns, or ``otherwise`` where this driver does not say."""
    try:
        return function(*arguments)
    except NvmlError:
        return otherwise


def describe_gpu(library: Library, index: int, handle: ctypes.c_void_p) -> dict[str, Any]:
    """One GPU as JSON-ready data."""
    major, minor = ctypes.c_int(), ctypes.c_int()
    library.call("nvmlDeviceGetCudaComputeCapability", handle, ctypes.byref(major), ctypes.byref(minor))
    memory = NvmlMemory()
    attempt(library.call, "nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory))
    mode, pending = ctypes.c_uint(), ctypes.c_uint()
    attempt(library.call, "nvmlDeviceGetMigMode", handle, ctypes.byref(mode), ctypes.byref(pending))
    return {
        "index": index,
        "name": library.text("nvmlDeviceGetName", handle),
        "capability": [major.value, minor.value],
        "memory": memory.total,
        "mig": mode.value == 1,
    }


def describe_pair(library: Library, first: int, second: int, handles: Sequence[ctypes.c_void_p]) -> dict[str, Any]:
    """How two GPUs reach each other, as JSON-ready data."""
    one, other = handles[first], handles[second]
    status = attempt(library.number, "nvmlDeviceGetP2PStatus", one, other, ctypes.c_int(_P2P_READ), otherwise=6)
    level = attempt(library.number, "nvmlDeviceGetTopologyCommonAncestor", one, other)
    return {
        "first": first,
        "second": second,
        "status": _P2P_STATUS.get(status, "unknown"),
        "path": _TOPOLOGY.get(level, ""),
    }


def describe(path: str) -> dict[str, Any]:
    """Everything, as JSON-ready data. Raises :class:`NvmlError` and :class:`OSError`."""
    library = Library(path)
    library.call("nvmlInit_v2")
    cuda = attempt(library.number, "nvmlSystemGetCudaDriverVersion_v2", otherwise=0)
    handles = []
    for index in range(library.number("nvmlDeviceGetCount_v2")):
        handle = ctypes.c_void_p()
        library.call("nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(index), ctypes.byref(handle))
        handles.append(handle)
    pairs = [(first, second) for first in range(len(handles)) for second in range(first + 1, len(handles))]
    return {
        "version": library.text("nvmlSystemGetDriverVersion"),
        "cuda": [cuda // 1000, cuda % 1000 // 10] if cuda else None,
        "gpus": [describe_gpu(library, index, handle) for index, handle in enumerate(handles)],
        "peers": [describe_pair(library, first, second, handles) for first, second in pairs],
    }


if __name__ == "__main__":
    try:
        answer = describe(sys.argv[1])
    except (NvmlError, OSError) as error:
        answer = {"complaint": str(error)}
    print(json.dumps(answer))  # noqa: T201 (a program of its own)
