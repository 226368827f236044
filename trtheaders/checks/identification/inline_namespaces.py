"""Names that a versioned inline namespace alone tells apart: `tensorrt_llm::_v1::common::f` is `common::f` here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trtheaders.checks.identification.ranks import IsExported
from trtheaders.demangling import demangle
from trtheaders.model.answers.candidates import Fit, Identification
from trtheaders.model.library.upstream_symbols import UpstreamSymbols
from trtheaders.model.names import SymbolName

_VERSIONED = re.compile(r"\b_+v\d+_*::")


def look_through(symbols: Iterable[SymbolName], is_exported: IsExported) -> IsExported:
    """As ``is_exported``, which takes a symbol for exported if one of ``symbols`` reads the same but for versions."""
    texts = {_without_versions(symbol) for symbol in symbols}
    return lambda symbol: is_exported(symbol) or _without_versions(symbol) in texts


def _without_versions(symbol: SymbolName) -> str:
    return _VERSIONED.sub("", demangle(symbol))


def describe_library(found: UpstreamSymbols, known: Identification, *, through: bool) -> tuple[str, ...]:
    """What is known of a library that is no known release; ``through``: versions were passed over for ``known``."""
    told = []
    best = known.candidates[0] if known.candidates else None
    inline = ", ".join(f"`{name}`" for name in found.inline_namespaces)
    if through and best is not None and known.fit is not Fit.UNKNOWN:
        kept = f"{best.kept} of the {best.promised} promises of {best.release} are kept"
        told.append(f"apart from `inline namespace` {inline}, {kept}")
    if "executor" in found.namespaces and not found.has_executor:
        told.append("the class `tensorrt_llm::executor::Executor` is not in it: upstream removed it during 1.3")
    if known.fit is Fit.UNKNOWN:
        told += _describe_stranger(found, inline)
    return tuple(told)


def _describe_stranger(found: UpstreamSymbols, inline: str) -> list[str]:
    if not found.symbols:
        return ["it exports no symbol of `tensorrt_llm`: it is another library"]
    names = ", ".join(f"`{name}`" for name in found.namespaces)
    lines = [f"it exports {len(found.symbols)} symbols of `tensorrt_llm`, in the namespaces {names}"]
    if "executor" not in found.namespaces:
        lines.append(
            "it has nothing of `tensorrt_llm::executor`: no Executor API, as before 0.9 or in kernel libraries"
        )
    if inline:
        lines.append(f"it has `inline namespace` {inline}, as TensorRT-LLM after 1.2.0rc4")
    if found.cuda:
        lines.append(f"it was built for CUDA {found.cuda}")
    return lines
