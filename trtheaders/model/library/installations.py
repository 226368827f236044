"""An installed TensorRT-LLM, as it was found."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class Installation(Struct, frozen=True, kw_only=True):
    """An installed TensorRT-LLM, or the library files that the user named.

    ``libraries`` are all of its shared libraries, ``linked`` those of them that a consumer names on its link line; the
    others lie beside. ``version`` is as the installation spells it (`1.2.0rc3+cu130`), None where nothing says it.
    ``package`` is the folder `tensorrt_llm` of an installed wheel, ``python`` the interpreter where one was asked.
    ``reason`` says why this one was taken, as the end of a sentence ("the active virtual environment `/x/.venv`").
    ``passed_over`` are the places looked at before that had none, ``directories`` those to put on a run path: where
    what the libraries themselves need is installed. ``remarks`` are sentences that a reader should see, ``doubts``
    those that say why another installation may be meant.
    """

    libraries: tuple[Path, ...]
    linked: tuple[Path, ...]
    reason: str
    version: str | None = None
    package: Path | None = None
    python: Path | None = None
    directories: tuple[Path, ...] = ()
    passed_over: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
