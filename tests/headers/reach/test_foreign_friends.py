"""What code outside the tree calls of it: a foreign friend's templates, and what is only named in an operand."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

ACCESS = """struct access {
    template <class F> static void increment(F& f) { f.increment(); }
    template <class F> static bool equal(F& a, F& b) { return a.equal(b); }
};
template <class D> struct facade {
    D& operator++() { access::increment(static_cast<D&>(*this)); return static_cast<D&>(*this); }
};
"""
BETWEEN = """#include <facade.h>
class P { public: class I; private: static void step(I&); };
class P::I : public facade<P::I> { friend FRIEND; friend class P; void increment() { P::step(*this); } };
"""
DIRECT = "#include <facade.h>\nclass I : public facade<I> { friend FRIEND; void increment(); void other(); };"
CALLED = {"an inline one between": (BETWEEN, "P::I i; ++i;"), "one of the library's": (DIRECT, "I i; ++i;")}


@pytest.mark.parametrize("friend", ["struct ::access", "access"])
@pytest.mark.parametrize(("text", "use"), CALLED.values(), ids=CALLED)
def test_a_foreign_friend_calls_what_is_private(tmp_path, text, use, friend):
    text = text.replace("FRIEND", friend)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "facade.h").write_text(f"#pragma once\n{ACCESS}")
    snapshot = record_text(tmp_path / "tree", text, include_directories=(tmp_path / "foreign",))
    include = [tmp_path / "tree", tmp_path / "foreign"]
    unit = compile_cxx(f'#include "api.h"\nvoid f() {{ {use} }}', flags=("-c", "-O0"), include=include)
    assert unit.status == 0, unit.messages
    assert promised(snapshot) == undefined_symbols(unit.path) != set()


def test_a_friend_may_be_named_through_namespaces_and_classes(tmp_path):
    text = """namespace one { struct Outer { template <class F> struct In { static void go(F& f) { f.step(); } }; }; }
namespace two { class I { friend struct one::Outer::In<I>; void step(); void other(); }; }
"""
    unit = compile_cxx(f"{text}\nvoid f(two::I& i) {{ one::Outer::In<two::I>::go(i); }}", flags=("-c", "-O0"))
    assert promised(record_text(tmp_path, text)) == undefined_symbols(unit.path) == {"_ZN3two1I4stepEv"}


MAKERS = {
    "a local object": ("static T& get() { static T t; return t; }", "X::get();"),
    "an object on the heap": (
        "static T* get() { return new T; }\nstatic void end(T* t) { delete t; }",
        "X::end(X::get());",
    ),
}


@pytest.mark.parametrize(("maker", "use"), MAKERS.values(), ids=MAKERS)
def test_a_friend_s_template_makes_and_destroys_what_only_it_may(tmp_path, maker, use):
    text = f"""template <class T> struct Single {{ {maker} }};
class A {{ friend struct Single<A>; A(); ~A(); A(A const&); void operator=(A const&); public: int kept; }};
typedef Single<A> X;
"""
    unit = compile_cxx(f"{text}\nvoid f() {{ {use} }}", flags=("-c", "-O0", "-std=c++17"))
    ours = {name for name in undefined_symbols(unit.path) if name.startswith("_ZN1A")}
    owed = {name.replace("C2E", "C1E").replace("D2E", "D1E") for name in promised(record_text(tmp_path, text))}
    assert owed == ours != set()


OPERANDS = {
    "sizeof in a macro": "#define COUNT(a) (sizeof(helper(a)))\ninline unsigned long f() { S s[2]; return COUNT(s); }",
    "noexcept in a macro": "#define SAFE(a) noexcept(helper(a))\ninline bool f() { S s[2]; return SAFE(s); }",
    "a macro in a template": "#define COUNT(a) sizeof(helper(a))\n"
    "template <class T> unsigned long g(T) { S s[2]; return COUNT(s); }\ninline unsigned long f() { return g(1); }",
}


@pytest.mark.parametrize("text", OPERANDS.values(), ids=OPERANDS)
def test_an_operand_that_a_macro_writes_refers_to_nothing(tmp_path, text):
    text = f"struct S {{ int a; }};\ntemplate <class T, unsigned long N> char (&helper(const T (&)[N]))[N];\n{text}"
    unit = compile_cxx(f"{text}\nauto use() {{ return f(); }}", flags=("-c", "-O0"))
    assert promised(record_text(tmp_path, text)) == undefined_symbols(unit.path) == set()


def test_a_folder_that_the_compiler_searches_by_itself_stays_where_it_is(tmp_path):
    found = compile_cxx("#include <stdlib.h>", flags=("-M", "-MF", "-", "-fsyntax-only")).messages.split()
    folder = next(word.removesuffix("/stdlib.h") for word in found if word.endswith("/stdlib.h"))
    text = "#include <cstdlib>\ninline int parse(const char* s) { return std::atoi(s); }\nint twice(int);"
    snapshot = record_text(tmp_path, text, include_directories=(type(tmp_path)(folder),))
    assert (promised(snapshot), snapshot.unverifiable) == ({"_Z5twicei"}, ())


PRIVATE = """template <class T> class Filter {{
public: T access(T) const;
{access}: struct Range {{ Range(T a, unsigned f = 0) : start(a), flags(f) {{}} void far(); T start; unsigned flags; }};
public: {body}
}};
extern template class Filter<int>;
"""


def test_nothing_of_a_private_class_in_an_instance_is_owed(tmp_path):
    snapshot = record_text(tmp_path, PRIVATE.format(access="private", body=""))
    assert promised(snapshot) == {"_ZNK6FilterIiE6accessEi"}


def test_what_inline_code_calls_of_it_is(tmp_path):
    text = PRIVATE.format(access="private", body="void go() { Range(1).far(); }")
    assert "_ZN6FilterIiE5Range3farEv" in promised(record_text(tmp_path, text))


def test_a_public_class_in_an_instance_owes_all(tmp_path):
    text = PRIVATE.format(access="public", body="")
    assert "_ZN6FilterIiE5Range3farEv" in promised(record_text(tmp_path, text))
