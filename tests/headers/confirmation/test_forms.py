"""Which form of a question is tried after a refusal: each costs a run of the compiler."""

from __future__ import annotations

import pytest
from support.recording import record_text

from trtheaders.headers.confirmation.unit import UnitQuestion, choose_all, strike


@pytest.mark.parametrize(
    ("words", "following"),
    [
        ("'struct A' is abstract", 1),
        ("'bytes' was not declared in this scope; did you mean 'n::bytes'?", 2),
        ("use of undeclared identifier 'bytes'", 2),
        ("'other' was not declared in this scope", 1),
    ],
)
def test_a_form_that_names_what_is_not_declared_is_passed_over(words: str, following: int) -> None:
    question = UnitQuestion(entries=(), items={0: ("use(f<bytes>);", "take(f<bytes>);", "use(f<n::bytes>);")})
    chosen = strike(question, choose_all(question, [0]), {0: words})
    assert chosen.forms == {0: following}


def test_what_has_no_other_form_is_left_out() -> None:
    question = UnitQuestion(entries=(), items={0: ("use(bytes);", "take(bytes);"), 1: ("use(f);",)})
    chosen = strike(question, choose_all(question, [0, 1]), {0: "'bytes' was not declared in this scope", 1: "no"})
    assert chosen.forms == {}


def test_the_private_constructor_of_a_final_class_is_confirmed(tmp_path) -> None:
    text = """
    struct B { virtual ~B(); };
    class A final : public B { A(int); public: static A* make() { return new A(1); } };
    """
    (promise,) = (
        item for item in record_text(tmp_path, text, confirmed=True).promises if item.declaration.name == "A::A"
    )
    assert promise.unconfirmed == ""
