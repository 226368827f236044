"""Which members of a class template's instance have the constraints behind them satisfied (C++20 `requires`).

An explicit instantiation leaves out members whose constraints are not satisfied ([temp.explicit] 12), but a set of
overloads holds them all the same. Overload resolution does not pick them, so a unit on top of the same precompiled
header asks whether their address can be taken, or an object be made, and the answer is an enumerator's value.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from trtheaders.headers.parser.kinds import AccessKind, Kind
from trtheaders.headers.parser.nodes import Node
from trtheaders.headers.parser.probes import find_answers, inside
from trtheaders.headers.parser.unit import Unit

_ENUM = "trtheaders_constraint_"
_HELPERS = """template <class trtheaders_owner, class trtheaders_type>
using trtheaders_pointer = trtheaders_type trtheaders_owner::*;
template <class trtheaders_type> using trtheaders_plain = trtheaders_type*;
"""


class Question(Struct, frozen=True):
    """Whether ``member`` of the instance ``owner``, named in ``namespace``, can be used by who may name it."""

    namespace: str
    owner: str
    member: Node


def is_constrained(member: Node) -> bool:
    """Whether ``member`` is written with a trailing `requires`."""
    return member.kind in (Kind.METHOD, Kind.CONVERSION, Kind.CONSTRUCTOR) and "requires" in member.tokens()


def is_public(question: Question) -> bool:
    """Whether anybody may name the member."""
    return question.member.access == AccessKind.PUBLIC


def write_questions(questions: Sequence[Question]) -> str:
    """C++ that answers each of ``questions`` with an enumerator of its own."""
    asked = (inside(item.namespace, _write_question(index, item)) for index, item in enumerate(questions))
    return f"{_HELPERS}{''.join(asked)}"


def _write_question(index: int, question: Question) -> str:
    condition = f"template <class trtheaders_self> constexpr bool trtheaders_can{index} = {_write_condition(question)};"
    answer = f"trtheaders_answer{index} = 1 + trtheaders_can{index}<::{question.owner}>"
    return f"{condition} enum {_ENUM}{index} {{ {answer} }};"


def _write_condition(question: Question) -> str:
    member = question.member
    if member.kind == Kind.CONSTRUCTOR:
        types = "".join(f", {parameter.type.canonical.spelling}" for parameter in member.parameters())
        return f"__is_constructible(trtheaders_self{types})"
    type_ = member.type.canonical.spelling
    pointer = f"plain<{type_}>" if member.is_static_method else f"pointer<trtheaders_self, {type_}>"
    return f"requires {{ static_cast<trtheaders_{pointer}>(&trtheaders_self::{member.spelling}); }}"


def find_left_out(questions: Sequence[Question], unit: Unit) -> set[str]:
    """The symbols of the members whose constraints are not satisfied, as ``unit`` answers ``questions``.

    What gets no answer is not among them.
    """
    answers = find_answers(unit, _ENUM)
    return {item.member.mangling for index, item in enumerate(questions) if _is_no(answers.get(f"{_ENUM}{index}"))}


def _is_no(answer: Node | None) -> bool:
    """An enumerator that says 1; where the parser made nothing of the question, it is 0, and nothing is left out."""
    return answer is not None and [child.enum_value for child in answer.children()] == [1]
