"""Which members of a class template's instance have the constraints behind them satisfied (C++20 `requires`).

An explicit instantiation leaves out members whose constraints are not satisfied ([temp.explicit] 12), but a
using-declaration names them all the same. Overload resolution does not pick them, so a unit on top of the same
precompiled header asks whether their address can be taken, and what it makes of that is an enumerator's value.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from trtheaders.headers.clang import Kind, Node, Unit

_ENUM = "trtheaders_constraints"
_HELPERS = """template <class Owner, class Type> using trtheaders_pointer = Type Owner::*;
template <class Type> using trtheaders_plain = Type*;
"""


class Question(Struct, frozen=True):
    """Whether ``member`` of the instance ``owner``, made accessible by the struct ``prober``, can be used."""

    prober: str
    owner: str
    member: Node


def is_constrained(member: Node) -> bool:
    """Whether ``member`` is written with a trailing `requires`."""
    return member.kind in (Kind.METHOD, Kind.CONVERSION, Kind.CONSTRUCTOR) and "requires" in member.tokens()


def write_questions(probers: str, questions: Sequence[Question]) -> str:
    """C++ whose one enumeration answers ``questions`` in order; ``probers`` are the structs that they go through."""
    answers = ", ".join(f"answer{index} = trtheaders_can{index}<{item.prober}>" for index, item in enumerate(questions))
    asked = "".join(_write_question(index, item) for index, item in enumerate(questions))
    return f"{probers}{_HELPERS}{asked}enum {_ENUM} {{ {answers} }};\n"


def _write_question(index: int, question: Question) -> str:
    return f"template <class P> constexpr bool trtheaders_can{index} = {_write_condition(question)};\n"


def _write_condition(question: Question) -> str:
    member = question.member
    if member.kind == Kind.CONSTRUCTOR:
        types = "".join(f", {parameter.type.canonical.spelling}" for parameter in member.parameters())
        return f"sizeof(P) != 0 && __is_constructible(::{question.owner}{types})"
    type_ = member.type.canonical.spelling
    pointer = f"plain<{type_}>" if member.is_static_method else f"pointer<::{question.owner}, {type_}>"
    return f"requires {{ static_cast<trtheaders_{pointer}>(&P::{member.spelling}); }}"


def find_left_out(questions: Sequence[Question], unit: Unit) -> set[str]:
    """The symbols of the members whose constraints are not satisfied, as ``unit`` answers ``questions``."""
    asked = (node for node in unit.top_level() if node.kind == Kind.ENUM and node.spelling == _ENUM)
    answers = [child.enum_value for node in asked for child in node.children()]
    return {item.member.mangling for item, answer in zip(questions, answers, strict=True) if not answer}
