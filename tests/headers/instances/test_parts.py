"""Ordinary classes made of instances whose bodies lie in the library; g++'s objects are the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

SHARED = """template <class S> class Shared {
public: Shared(); Shared(const Shared&); Shared& operator=(const Shared&); ~Shared() { down(); } void unused();
private: void down(); void* node; };
"""
HASH = """template <class T> struct Hash {
    virtual ~Hash() {} virtual void update(const T*, int); virtual void restart();
};
"""
CODED = """struct Base { virtual ~Base() {} };
struct Key : virtual Base {};
template <class B> class Coded : public B {};
"""
THEIRS = ("_ZTVN10__cxxabiv", "_ZdlPv", "_Znwm", "_ZSt", "__", "_Unw")
MADE = {
    "a base": (f"{SHARED}class O : public Shared<O> {{ public: int id() const; }};", "O o; O p = o; p = o; p.id();"),
    "a member": (f"{SHARED}struct O {{ Shared<int> part; int id() const; }};", "O o; O p = o; p = o; p.id();"),
    "an inline constructor": (
        f"{SHARED}class O {{ public: O() {{}} ~O() {{}} O(const O&) = delete; private: Shared<int> part; }};",
        "O o, p; o = p;",
    ),
    "a result": (f"{SHARED}Shared<int> make();", "make();"),
    "a vtable": (f"{HASH}struct Sha : Hash<unsigned> {{ static int id(); }};", "Sha s; Sha t = s; s = t; Sha::id();"),
    "a member with a vtable": (f"{HASH}struct User {{ Hash<int> hash; }};", "User u; User v = u; u = v;"),
    "a chain of instances": (
        (
            "template <class T> struct Root { Root(); ~Root(); T v; }; template <class T> struct Mid : Root<T> {};"
            "struct Leaf : Mid<int> {};"
        ),
        "Leaf leaf;",
    ),
    "the elements of a container": (
        f"#include <vector>\n{SHARED}struct O {{ std::vector<Shared<int>> all; }};",
        "O o; O p = o; o = p;",
    ),
    "a class inside an instance": (
        (
            "template <class T> struct Out { struct In { virtual ~In() {} virtual void v(); }; };\n"
            "struct O : Out<int>::In {};"
        ),
        "O o;",
    ),
    "an abstract class": (
        f"{SHARED}struct O {{ Shared<int> part; virtual int id() const = 0; }};",
        "struct D : O { int id() const override { return 0; } }; D d; D e = d; d = e;",
    ),
    "a final class": (f"{SHARED}struct O final {{ Shared<int> part; }};", "O o; O p = o; p = o;"),
    "a class that cannot be copied": (
        (
            "#include <memory>\ntemplate <class T> struct Held { Held(); ~Held(); std::unique_ptr<T> p; };\n"
            "#include <vector>\nstruct O { std::vector<Held<int>> v; Held<int> h; O& operator=(O&&) = delete; };"
        ),
        "O o;",
    ),
    "a default member initialiser": (
        (
            "template <class T> struct Slot { Slot(T); ~Slot(); static T none(); };\n"
            "struct O { Slot<int> s = Slot<int>::none(); };"
        ),
        "O o;",
    ),
    "a class without a name": (
        f"{SHARED}struct O {{ struct {{ Shared<int> part; }} in[2]; struct : Shared<char> {{}} d; }};",
        "O o; O p = o; p = o;",
    ),
    "a constructor with parameters": (
        (
            f"{SHARED}struct O {{ Shared<int> part; O(int (*)(char), ...); O(O const&) = delete; }};\n"
            "inline O::O(int (*)(char), ...) {}"
        ),
        "O o(nullptr), p(nullptr); o = p;",
    ),
    "a constructor for derived classes": (
        f"{SHARED}class O {{ Shared<int> part; O(O const&) = delete; protected: O(int) {{}} }};",
        "struct D : O { D() : O(1) {} }; D d, e; d = e;",
    ),
    "the default of a parameter": (
        f"{HASH}template <class T, class B = Hash<T>> struct Mid : B {{}}; struct O : Mid<char> {{}};",
        "O o; O p = o; p = o;",
    ),
    "what a template calls its base": (
        (
            f"{SHARED}template <class T> struct Traits {{ using base = Shared<T>; }};\n"
            "template <class T> struct Mid : Traits<T>::base {}; struct O : Mid<char> {};"
        ),
        "O o; O p = o; p = o;",
    ),
    "a template derived from itself": (
        (
            "template <class T, class... R> struct List : List<R...> { virtual void visit(T&); };\n"
            "template <class T> struct List<T> { virtual void visit(T&); virtual ~List() {} };\n"
            "struct O : List<int, char> {};"
        ),
        "O o; O p = o; p = o;",
    ),
    "what a conversion gives": (
        f"{SHARED}struct O {{ operator Shared<int>() const; }};",
        "O o; o.operator Shared<int>();",
    ),
    "an instance that a library makes": (
        (
            "template <class T> struct Part { ~Part(); T t; };\n"
            "template <class T> struct Use { Part<T> part; Use() {} };\n"
            "extern template struct Use<char>;"
        ),
        "Use<char> u; Use<char> v = u; u = v;",
    ),
    "an instance that overrides what a parameter brings": (
        (
            f"{HASH}template <class T, class B = Hash<T>> struct Mid : B {{ void restart() override; }};\n"
            "extern template struct Mid<char>;"
        ),
        "Mid<char> m; Mid<char> n = m; m = n; m.Mid<char>::restart(); m.update(nullptr, 0); throw m;",
    ),
    "a virtual base behind an instance": (
        f"{CODED}struct X : Coded<Key> {{ ~X() {{}} virtual int id() const; }};",
        "X x; X y = x; x.id(); throw X();",
    ),
}
SPARED = {
    "nothing that is inline": "template <class T> struct H { H() {} ~H() {} T t; }; struct O { H<int> h; };",
    "nothing of a library's own constructors": SHARED
    + """class O {
public: O(); O(const O&); ~O(); O& operator=(const O&); private: Shared<int> part; };""",
    "nothing of a pointer": f"{SHARED}struct O {{ Shared<int>* part; }};",
}


@pytest.mark.parametrize(("text", "use"), MADE.values(), ids=MADE)
def test_what_the_compiler_writes_refers_to_members_of_the_instance(tmp_path, text, use):
    unit = compile_cxx(f"{text}\nvoid f() {{ {use} }}", flags=("-c", "-O0", "-std=c++17"))
    assert unit.status == 0, unit.messages
    ours = {name for name in undefined_symbols(unit.path) if not name.startswith(THEIRS)}
    promises = promised(record_text(tmp_path, text, confirmed=True))
    assert {one_kind(name) for name in promises} == {one_kind(name) for name in ours}


def one_kind(symbol: str) -> str:
    """Constructors and destructors of an object, or of a base, are one debt."""
    for code in ("C2", "D0", "D2"):
        symbol = symbol.replace(f"E{code}E", f"E{code[0]}1E")
    return symbol


@pytest.mark.parametrize("text", SPARED.values(), ids=SPARED)
def test_nothing_else_does(tmp_path, text):
    snapshot = record_text(tmp_path, text, confirmed=True)
    assert {name for name in promised(snapshot) if "Shared" in name or "1H" in name} == set()
    assert snapshot.unverifiable == ()
