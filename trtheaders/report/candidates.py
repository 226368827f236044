"""Which release a library is, for people and as JSON (`schemas/identify.schema.json`)."""

from __future__ import annotations

from typing import Any

from trtheaders.counting import count_of
from trtheaders.model.answers.candidates import Candidate, Fit, Identification
from trtheaders.report.colours import Ink, paint
from trtheaders.visible import join_lines

SCHEMA = 1


def render_identification(known: Identification, *, verbose: bool = False, coloured: bool = False) -> str:
    """``known`` as text: the answer, then candidates; with ``verbose`` those after the third, and evidence of all."""
    fitting = () if known.fit is Fit.UNKNOWN else known.candidates[:3]
    shown = known.candidates if verbose else fitting
    lines = [paint(tell_answer(known), Ink.GOOD if _is_named(known) else Ink.WARNING, coloured=coloured), ""]
    for rank, candidate in enumerate(shown):
        # Why it is one says already why it is not the other.
        head, *evidence = _describe(candidate)
        lines += [head, *(evidence if verbose or rank == 0 or not _is_named(known) else ())]
    if shown and len(shown) < len(known.candidates):
        lines.append(f"… and {len(known.candidates) - len(shown)} more (`-v` shows them)")
    lines += [f"remark: {remark}" for remark in _remarks(known)]
    return join_lines(lines)


def _is_named(known: Identification) -> bool:
    return known.fit in (Fit.IDENTIFIED, Fit.AMBIGUOUS)


def tell_answer(known: Identification) -> str:
    """The answer in one sentence."""
    library = known.libraries[0] if known.libraries else "the library"
    if known.fit is Fit.UNKNOWN:
        return f"{library} fits no release that is known here"
    best = known.candidates[0]
    if known.stub_of:
        return f"{library} is a stub that imitates TensorRT-LLM {known.stub_of}: {_count(best)}"
    if known.fit is Fit.NEAR:
        return f"{library} is nearest to TensorRT-LLM {best.release}, but is not it: {_count(best)}"
    if known.fit is Fit.AMBIGUOUS:
        names = ", ".join(known.equal)
        return f"{library} is one of TensorRT-LLM {names}, which are equal for what is known: {_count(best)}"
    return f"{library} is TensorRT-LLM {best.release}: {_count(best)}"


def _count(candidate: Candidate) -> str:
    if candidate.kept == candidate.promised == 1:
        return "its one promise kept"
    if candidate.kept == candidate.promised:
        return f"all {count_of(candidate.promised, 'promise')} kept"
    return f"{candidate.kept} of {count_of(candidate.promised, 'promise')} kept"


def _describe(candidate: Candidate) -> list[str]:
    head = f"  {candidate.release:<12} score {candidate.score:.4f}   {_count(candidate)} ({candidate.origin})"
    return [head, *(f"     {line}" for line in candidate.evidence)]


def _remarks(known: Identification) -> list[str]:
    remarks = list(known.remarks)
    if known.version_string and known.agrees:
        remarks.insert(0, f"the library calls itself {known.version_string}, and its symbols agree")
    if known.old_string_abi:
        remarks.append("the library was built with the old std::string (_GLIBCXX_USE_CXX11_ABI=0)")
    return remarks


def document_identification(known: Identification) -> dict[str, Any]:
    """``known`` as `schemas/identify.schema.json` describes it."""
    return {
        "schema": SCHEMA,
        "libraries": list(known.libraries),
        "answer": tell_answer(known),
        "fit": known.fit.value,
        "release": known.candidates[0].release if known.fit in (Fit.IDENTIFIED, Fit.AMBIGUOUS) else None,
        "equal": list(known.equal),
        "version_string": known.version_string,
        "version_string_agrees": known.agrees,
        "old_string_abi": known.old_string_abi,
        "candidates": [_candidate(item) for item in known.candidates],
        "remarks": list(known.remarks),
        "stub_of": known.stub_of,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "release": candidate.release,
        "origin": candidate.origin,
        "score": candidate.score,
        "kept": candidate.kept,
        "promised": candidate.promised,
        "evidence": list(candidate.evidence),
    }
