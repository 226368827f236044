"""Libraries that were not found, not loadable or not fit: whose they are, and where they come from."""

from __future__ import annotations

import re

from msgspec.structs import replace

from trtheaders.checks.logs.symbols import Judged
from trtheaders.demangling import demangle
from trtheaders.model.answers.symptoms import Cause, Symptom, SymptomKind
from trtheaders.suppliers import (
    OWN_NAMES,
    SupplierKind,
    cuda_major_of,
    pip_requirement,
    supplier_of,
    supplier_of_symbol,
    wheel_folder,
)

OWN = re.compile(rf"(?:lib)?(?:{OWN_NAMES}|executorWorker)")
_PLUGIN = re.compile(r"libnvinfer_plugin_tensorrt_llm\.so\.(\d+)")
_BROUGHT_ALONG = frozenset(
    {SupplierKind.CUDA, SupplierKind.TORCH, SupplierKind.TENSORRT, SupplierKind.DRIVER, SupplierKind.MESSAGES}
)
"""Kinds of libraries that a program has for TensorRT-LLM's sake; the C library is everybody's."""
_OWN_FOLDER = re.compile(r"(?:^|/)tensorrt_llm/\S*\.so")
_SYSTEM = re.compile(r"^(?:GLIBC|GLIBCXX|CXXABI|GCC)_")


def library_name(text: str) -> str:
    """The file's name without its folder; `-lname` becomes `libname.so`."""
    name = text.rsplit("/", 1)[-1].lstrip(":")
    return name if ".so" in name or name.endswith((".a", ".o")) else f"lib{name}.so"


def owner_of(symbol: str) -> tuple[str, str]:
    """Whose symbol it is, and the package that brings it; ('', '') where its name does not tell."""
    supplier = supplier_of_symbol(demangle(symbol))
    return (supplier.owner, supplier.family) if supplier else ("", "")


def is_own(path: str) -> bool:
    """Whether ``path`` is a library of TensorRT-LLM's package: by its name, or by the package's folder."""
    return bool(path) and (OWN.match(library_name(path)) is not None or _OWN_FOLDER.search(path) is not None)


def judge_foreign_symbol(symptom: Symptom) -> Judged | None:
    """A symbol of CUDA, TensorRT, PyTorch, MPI or the system that a library of TensorRT-LLM asks for."""
    if not is_own(symptom.referrer):
        return None
    if _SYSTEM.match(symptom.scope):
        return _judge_runtime(replace(symptom, subject=symptom.scope))
    if symptom.kind is SymptomKind.UNDEFINED_REFERENCE:
        return Judged(symptom=symptom, cause=Cause.FOREIGN_LIBRARIES)
    # The loader would name a library that is missing: what is here lacks the symbol.
    return Judged(symptom=symptom, cause=Cause.OTHER_DEPENDENCY, library=owner_of(symptom.subject)[0])


def _judge_runtime(symptom: Symptom) -> Judged:
    if not _SYSTEM.match(symptom.subject):
        return Judged(symptom=symptom, cause=Cause.OTHER_DEPENDENCY, library="")
    old_c = symptom.subject.startswith("GLIBC_")
    return Judged(symptom=symptom, cause=Cause.C_LIBRARY_TOO_OLD if old_c else Cause.RUNTIME_TOO_OLD)


_OF_FILES = {
    SymptomKind.OTHER_ARCHITECTURE: Cause.OTHER_ARCHITECTURE,
    SymptomKind.NO_LIBRARY: Cause.DAMAGED_LIBRARY,
    SymptomKind.NO_STATIC_TLS: Cause.STATIC_TLS,
    SymptomKind.MAPPING_REFUSED: Cause.REFUSED_LIBRARY,
}


def judge_library(symptom: Symptom) -> Judged | None:
    """The cause behind a complaint about a library file; None if it does not concern TensorRT-LLM."""
    name = library_name(symptom.subject)
    if symptom.kind is SymptomKind.RUNTIME_TOO_OLD:
        return _judge_runtime(symptom) if is_own(symptom.referrer) else None
    own = is_own(symptom.subject) or OWN.match(name) is not None
    if symptom.kind in _OF_FILES:
        return Judged(symptom=symptom, cause=_OF_FILES[symptom.kind], library=name) if own else None
    if own and "denied" in symptom.scope:
        return Judged(symptom=symptom, cause=Cause.REFUSED_LIBRARY, library=name)
    plugin = _PLUGIN.match(name)
    if plugin:
        return Judged(symptom=symptom, cause=Cause.PLUGIN_NAME, library=name)
    if symptom.kind is SymptomKind.INDIRECTLY_LINKED:
        return Judged(symptom=symptom, cause=Cause.NOT_LINKED, library=name) if own else None
    if own:
        return Judged(symptom=symptom, cause=Cause.NOT_INSTALLED, library=name)
    supplier = supplier_of(name)
    if (supplier is not None and supplier.kind in _BROUGHT_ALONG) or is_own(symptom.referrer):
        return Judged(symptom=symptom, cause=Cause.FOREIGN_LIBRARIES, library=name, evidence=(_tell_supplier(name),))
    return None


def _tell_supplier(name: str) -> str:
    supplier, cuda = supplier_of(name), cuda_major_of(name)
    if supplier is None:
        return f"`{name}` is needed by TensorRT-LLM"
    package = pip_requirement(name, cuda) or supplier.family
    brought = f", brought by `{package}` in site-packages/{wheel_folder(name, cuda)}" if package else ""
    return f"`{name}` is {supplier.owner}{brought}{_tell_cuda(cuda)}"


def _tell_cuda(major: int | None) -> str:
    if major is None:
        return ""
    if major >= 13:
        return "; CUDA 13 came with TensorRT-LLM 1.1.0 and 1.2.0rc2"
    return "; TensorRT-LLM up to 1.0.0, 1.1.0rc5 and 1.2.0rc1 is built for CUDA 12"


def plugin_major(name: str) -> str:
    """The TensorRT major that a plugin's file name carries."""
    found = _PLUGIN.match(name)
    return found[1] if found else ""
