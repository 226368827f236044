"""`template <…>` in a form that the names of parameters and white space do not change."""

import pytest

from trtheaders.headers.declarations.heads import read_head

HEADS = {
    "template <class T> struct A;": "class $0",
    "template<typename Type>struct A;": "class $0",
    "template <class, int N = 4> struct A;": "class $0, int $1 = 4",
    "template <class T, bool B = sizeof(T) == 4> struct A;": "class $0, bool $1 = sizeof ( $0 ) == 4",
    "template <class T, class U = std::vector<T, int>> struct A;": "class $0, class $1 = std :: vector < $0 , int > ",
    "template <class... T> void f(T...);": "class ... $0",
    "template <C T> requires (sizeof(T) > 2) T f(T a);": "C $0 requires ( sizeof ( $0 ) > 2 )",
    "template <class T> void f(T a) requires C<T> && D<T>;": "class $0 requires C < $0 > && D < $0 >",
    "template <template <class> class T> struct A;": "template < class > class $0",
    "template <> struct A<int>;": "",
    "int f();": "",
    "template <class T": "class $0",
}


@pytest.mark.parametrize("text", HEADS)
def test_a_head_is_its_parameters(text: str) -> None:
    assert read_head(text).split() == HEADS[text].split()
