"""Where exports that no header declares come from."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from trtheaders.model.names import SymbolName


class Origin(Enum):
    """The origin of an export that no header declares; none of them is an error."""

    STANDARD_LIBRARY = "the standard library"
    DEPENDENCY = "a dependency that is linked in statically"
    TEMPLATE_INSTANCE = "a template's instance"
    INTERNAL = "an internal namespace"
    ARTEFACT = "the compiler or the linker"
    UNKNOWN = "unknown"


class OriginCount(Struct, frozen=True, kw_only=True):
    """How many exports have an origin; ``detail`` narrows it down (`fmt`), ``example`` is one of them, demangled."""

    origin: Origin
    detail: str
    count: int
    symbol: SymbolName
    example: str
