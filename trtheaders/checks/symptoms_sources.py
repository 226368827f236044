"""Compile errors about TensorRT-LLM's declarations: which releases have what the source asks for."""

from __future__ import annotations

import re

from trtheaders.checks.symptoms_known import Known, tell_releases
from trtheaders.checks.symptoms_symbols import NAMESPACE, Judged
from trtheaders.demangling import split_parameters
from trtheaders.model.declarations import Declaration
from trtheaders.model.symptoms import Cause, Symptom, SymptomKind
from trtheaders.spelling import last_component, short_name

_HEADER_OF_OURS = re.compile(rf"(?:^|/){NAMESPACE}/")
_FOREIGN_HEADERS = (
    (r"NvInfer\w*\.h|NvOnnxParser\.h", "TensorRT's headers: `apt-get install libnvinfer-headers-dev`"),
    (r"nccl\.h", "NCCL's headers: `apt-get install libnccl-dev`"),
    (r"mpi\.h", "Open MPI's headers: `apt-get install libopenmpi-dev`"),
    (r"(?:torch|c10|ATen)/.*", "PyTorch's headers: add `torch.utils.cpp_extension.include_paths()`"),
    (r"(?:cu|nvrtc|nv_|nvtx).*\.h(?:pp)?", "the CUDA toolkit's headers: add its `include` directory"),
)


def judge_source(symptom: Symptom, known: Known) -> Judged | None:
    """The cause behind a compile error; None if it does not concern TensorRT-LLM."""
    if symptom.kind is SymptomKind.HEADER_NOT_FOUND:
        return _judge_header(symptom, known)
    if symptom.kind is SymptomKind.NO_MEMBER:
        return _judge_member(symptom, known)
    if symptom.kind is SymptomKind.WRONG_ARGUMENTS:
        return _judge_call(symptom, known)
    return _judge_override(symptom, known)


def _judge_header(symptom: Symptom, known: Known) -> Judged | None:
    ours = _HEADER_OF_OURS.search(symptom.subject)
    if ours:
        name = symptom.subject[ours.start() :].lstrip("/")
        having = tuple(item.release for item in known.releases if name in item.snapshot.files)
        if having and len(having) < len(known.names):
            line = f"`{name}` is read by the Executor API of {tell_releases(having, known.names)}"
            return Judged(symptom=symptom, cause=Cause.HEADERS_LACK_IT, evidence=(line,), releases=having)
        return Judged(symptom=symptom, cause=Cause.NO_HEADERS, releases=having)
    if any(_HEADER_OF_OURS.search(header) for header in symptom.headers):
        return Judged(symptom=symptom, cause=Cause.FOREIGN_HEADERS, evidence=(_tell_header(symptom.subject),))
    return None


def _tell_header(name: str) -> str:
    for pattern, words in _FOREIGN_HEADERS:
        if re.fullmatch(pattern, name):
            return f"`{name}` belongs to {words}"
    return f"`{name}` is included by a header of TensorRT-LLM"


def _is_ours(symptom: Symptom) -> bool:
    """Whether the tool shows that a declaration of TensorRT-LLM is meant."""
    texts = (symptom.subject, symptom.scope)
    return any(f"{NAMESPACE}::" in text or text.endswith(NAMESPACE) for text in texts) or any(
        _HEADER_OF_OURS.search(header) for header in symptom.headers
    )


def _judge_member(symptom: Symptom, known: Known) -> Judged | None:
    scope = re.sub(r"^(?:class|struct|union|enum(?: class)?|const|namespace) ", "", symptom.scope)
    scope = scope.removeprefix("const ").split("<", 1)[0].strip(" &*")
    # A namespace alias (`tle::Gone`) hides the scope; the name alone must do then, if a release declares it.
    having = tuple(known.declared(symptom.subject, scope))
    if not having and not _is_ours(symptom):
        having = tuple(known.declared(symptom.subject)) if _may_be_alias(scope, known) else ()
        if not having:
            return None
    elif not _is_ours(symptom):
        return None
    label = short_name(f"{scope}::{symptom.subject}")
    if not having:
        line = f"no known release declares `{label}`"
        return Judged(symptom=symptom, cause=Cause.UNKNOWN_DECLARATION, evidence=(line,))
    line = f"`{label}` is declared by {tell_releases(having, known.names)}"
    return Judged(symptom=symptom, cause=Cause.HEADERS_LACK_IT, evidence=(line,), releases=having)


def _may_be_alias(scope: str, known: Known) -> bool:
    """Whether ``scope`` can be a consumer's short name for a namespace of TensorRT-LLM: one word, nobody's class."""
    return re.fullmatch(r"\w+", scope) is not None and scope != "std" and not known.declared(scope)


def _judge_call(symptom: Symptom, known: Known) -> Judged | None:
    if not _is_ours(symptom):
        return None
    name = _called_name(symptom)
    scope = name.rpartition("::")[0]
    last = last_component(name)
    found = known.declared(last, scope) or known.declared(last, last) or known.declared(last)
    counts = {release: _counts([row for _, row in rows if row is not None]) for release, rows in found.items()}
    counts = {release: count for release, count in counts.items() if count}
    shapes = {tuple(count) for count in counts.values()}
    lines = [_tell_shape(shape, counts, known, _called_label(name)) for shape in sorted(shapes)]
    cause = Cause.HEADERS_LACK_IT if len(shapes) > 1 else Cause.OTHER_CALL
    return Judged(symptom=symptom, cause=cause, evidence=tuple(lines), releases=tuple(counts))


def _called_name(symptom: Symptom) -> str:
    """The function's name: `n::A::A` for a constructor, however the tool puts it."""
    name = split_parameters(symptom.subject)[0].strip()
    name = name.split("<", 1)[0].rsplit(" ", 1)[-1].lstrip("*&")
    return name


def _called_label(name: str) -> str:
    return "::".join(name.split("::")[-2:])


def _counts(declarations: list[Declaration]) -> list[int]:
    return sorted({len(declaration.parameters) for declaration in declarations})


def _tell_shape(shape: tuple[int, ...], counts: dict[str, list[int]], known: Known, label: str) -> str:
    having = tuple(release for release, count in counts.items() if tuple(count) == shape)
    words = " or ".join(map(str, shape))
    plural = "" if shape == (1,) else "s"
    return f"`{label}` takes {words} parameter{plural} in {tell_releases(having, known.names)}"


def _judge_override(symptom: Symptom, known: Known) -> Judged | None:
    name = last_component(split_parameters(symptom.subject)[0].split(" ")[-1])
    found = known.declared(name)
    if not any(_HEADER_OF_OURS.search(header) for header in symptom.headers) and not found:
        return None
    if not found:
        return None
    line = f"`{name}` is declared by {tell_releases(tuple(found), known.names)}"
    cause = Cause.HEADERS_LACK_IT if len(found) < len(known.names) else Cause.OTHER_CALL
    return Judged(symptom=symptom, cause=cause, evidence=(line,), releases=tuple(found))
