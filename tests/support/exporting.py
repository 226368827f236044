"""Libraries that export what a release promises, made by the assembler."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from support.cxx import compile_cxx
from trtheaders.model.answers.candidates import Fingerprint
from trtheaders.snapshots import fingerprints_file
from trtheaders.snapshots.fingerprints import read_fingerprints

VERSION = "_ZN12tensorrt_llm8executor7versionEv"


def shipped(release: str) -> Fingerprint:
    return next(item for item in read_fingerprints(fingerprints_file()) if item.release == release)


def symbols(release: str, *, old_abi: bool = False) -> list[str]:
    """What a shipped release promises."""
    owed = shipped(release).owed
    return sorted({name for item in owed for name in ((old_abi and item.old_symbols) or item.symbols)})


def library(exported: Sequence[str], version: str = "") -> Path:
    """A library that exports ``exported``, and `version()` if there is one to tell."""
    plain = [name for name in exported if not (version and name == VERSION)]
    lines = [f".globl {name}\\n.type {name},@function\\n{name}: ret\\n.size {name},.-{name}" for name in plain]
    if version:
        body = f"{VERSION}: lea 9f(%rip),%rax\\nret\\n.size {VERSION},.-{VERSION}"
        words = f'.section .rodata\\n9: .asciz \\"{version}\\"\\n.text'
        lines.append(f".globl {VERSION}\\n.type {VERSION},@function\\n{body}\\n{words}")
    text = "\n".join(f'asm("{line}");' for line in lines)
    built = compile_cxx(text, name="libtensorrt_llm.so", flags=("-shared", "-nostdlib"))
    assert built.status == 0, built.messages
    return built.path
