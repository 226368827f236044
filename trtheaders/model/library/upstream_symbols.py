"""What a library has of TensorRT-LLM, whichever release it may be."""

from __future__ import annotations

from msgspec import Struct

from trtheaders.model.names import SymbolName


class UpstreamSymbols(Struct, frozen=True, kw_only=True):
    """``symbols`` are the exports with `tensorrt_llm` in them, ``namespaces`` those directly below it (`executor`).

    ``inline_namespaces`` are the versioned ones in any of them (`_v1`), ``has_executor`` whether the class
    `executor::Executor` is there, ``cuda`` the major version of CUDA that the library needs, empty where none is named.
    """

    symbols: frozenset[SymbolName]
    namespaces: tuple[str, ...] = ()
    inline_namespaces: tuple[str, ...] = ()
    has_executor: bool = False
    cuda: str = ""
