"""`extern template` in unusual company: what a consumer refers to is promised, and no more than a library exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

from trtheaders.model.headers.promises import Exemption, SymbolKind

G = "template <class T> T g(T);\n"
G_BODY = "template <class T> T g(T) { return T(); }\n"
CASES = {
    "a macro that is defined anew, and one that is empty where it counts": (
        G
        + """
        template <class T> T h(T);
        #define D(T) extern template T g<T>(T);
        D(int)
        #undef D
        #define D(T) extern template T h<T>(T);
        D(int)
        #undef D
        #if 1
        #define D(T)
        #else
        #define D(T) extern template T g<T>(T);
        #endif
        D(long)
        """,
        G_BODY + "template <class T> T h(T) { return T(); } template int g(int); template int h(int);",
        "int f() { return g(1) + h(1); }",
    ),
    "comments, strings and conditions around it": (
        G
        + r"""
        #if 1
        #endif /* x
         extern template int g<int>(int);
        */
        #define D(T) extern template T g<T>(T); /* declares
             an instance */
        D(long)
        #define DOC(x) template
        #if 0
        DOC(don't)
        #endif
        #define EXT extern
        EXT template short g<short>(short);
        #define ALL() D(char) D(unsigned)
        ALL()
        extern template auto g<float>(float) -> decltype(float{});
        inline char x() { return '"'; } extern template double g<double>(double); inline char y() { return '"'; }
        extern \
        template bool g<bool>(bool);
        inline const char* raw() { return R"(
         extern template long long g<long long>(long long);
         " )"; }
        D(
        #if 0
         int
        #else
         wchar_t
        #endif
        )
        """,
        G_BODY
        + """
        template long g(long); template short g(short); template char g(char); template unsigned g(unsigned);
        template float g(float); template double g(double); template bool g(bool); template wchar_t g(wchar_t);
        """,
        "void f() { g(1L); g((short)1); g((char)1); g(1u); g(1.f); g(1.0); g(true); g(L'x'); }",
    ),
    "operators and conversions": (
        """
        struct O {};
        template <class T> struct X { operator T() const; T get(); };
        template <class T> O& operator<<(O&, X<T> const&);
        template <class T> bool operator<(X<T>, X<T>);
        template <class T> inline T in(T t) { return t; }
        extern template O& operator<<(O&, X<long> const&);
        extern template O& operator<< <int>(O&, X<int> const&);
        extern template bool operator<(X<int>, X<int>);
        extern template X<int>::operator int() const;
        extern template int X<int>::get();
        extern template int in(int);
        """,
        """
        template <class T> X<T>::operator T() const { return T(); } template <class T> T X<T>::get() { return T(); }
        template <class T> O& operator<<(O& o, X<T> const&) { return o; }
        template <class T> bool operator<(X<T>, X<T>) { return 0; }
        template O& operator<<(O&, X<long> const&); template O& operator<<(O&, X<int> const&);
        template bool operator<(X<int>, X<int>); template X<int>::operator int() const; template int X<int>::get();
        template int in(int);
        """,
        "int f(O& o, X<int> x) { o << x << X<long>(); return (x < x) + x + x.get() + in(1); }",
    ),
    "constructor templates and other qualified names": (
        """
        struct S { template <class T> S(T); template <class T> void m(T); template <class T> static T st(T); };
        extern template S::S(int);
        extern template void S::m(int);
        extern template int S::st(int);
        namespace n { template <class T> T f(T); struct Q { template <class T> explicit Q(T, int); }; }
        extern template int n::f(int);
        namespace n { extern template long f(long); extern template Q::Q(char, int); }
        """,
        """
        template <class T> S::S(T) {} template <class T> void S::m(T) {}
        template <class T> T S::st(T t) { return t; } template S::S(int); template void S::m(int);
        template int S::st(int); template <class T> T n::f(T t) { return t; } template int n::f(int);
        template long n::f(long); template <class T> n::Q::Q(T, int) {} template n::Q::Q(char, int);
        """,
        "void f() { S s(1); s.m(1); S::st(1); n::f(1); n::f(1L); n::Q q('c', 1); }",
    ),
    "names that a probe might use itself": (
        """
        struct P { int i; };
        template <class T> struct X { void m(); void c(P) requires (sizeof(T) > 0); };
        extern template struct X<P>;
        extern template struct X<int>;
        #define size 4
        #define Type 1
        #define value 3
        """,
        """
        template <class T> void X<T>::m() {} template <class T> void X<T>::c(P) requires (sizeof(T) > 0) {}
        template struct X<P>; template struct X<int>;
        """,
        "void f() { X<P>{}.m(); X<int>{}.c({}); }",
    ),
    "constraints that ask for access": (
        """
        class K { void hidden(); };
        template <class T> concept Open = requires(T t) { t.hidden(); };
        template <class T> struct X {
            void m() requires Open<T>; void k() requires (!Open<T>); X() requires (!Open<T>);
        };
        extern template struct X<K>;
        """,
        """
        template <class T> void X<T>::m() requires Open<T> {} template <class T> void X<T>::k() requires (!Open<T>) {}
        template <class T> X<T>::X() requires (!Open<T>) {} template struct X<K>;
        """,
        "void f() { X<K> x; x.k(); }",
    ),
    "members that are specialised by themselves": (
        """
        template <class T> struct X { struct In { void q(); }; void m(); void n(); void o(); static int s; };
        template <> struct X<int>::In { void other(); };
        template <> void X<int>::m();
        template <> inline void X<int>::n() {}
        template <> inline int X<int>::s = 3;
        extern template struct X<int>;
        """,
        """
        void X<int>::In::other() {} template <> void X<int>::m() {} template <class T> void X<T>::o() {}
        template struct X<int>;
        """,
        "void f() { X<int>::In{}.other(); X<int> x; x.m(); x.n(); x.o(); }",
    ),
    "arguments that nobody else has, and a null pointer": (
        """
        namespace { struct Mine {}; }
        template <class T> struct X { void m(); };
        extern template struct X<Mine>;
        extern template struct X<int>;
        template <decltype(nullptr) p> struct N { void m(); };
        extern template struct N<nullptr>;
        """,
        """
        template <class T> void X<T>::m() {} template struct X<int>;
        template <decltype(nullptr) p> void N<p>::m() {} template struct N<nullptr>;
        """,
        "void f() { X<int>{}.m(); N<nullptr>{}.m(); }",
    ),
    "lines that end as on Windows, and letters beyond ASCII": (
        "template <class T> T grüß(T);\r\n#define D(T) \\\r\n  extern template T grüß<T>(T);\r\nD(int)\r\n",
        "template <class T> T grüß(T) { return T(); } template int grüß(int);",
        "int f() { return grüß(1); }",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_promised_is_what_consumers_refer_to(tmp_path: Path, name):
    text, definitions, consumer = CASES[name]
    snapshot = record_text(tmp_path, text, standard="c++20")
    library = build_library(f'#include "api.h"\n{definitions}', flags=("-std=c++20", "-O2"), include=[tmp_path])
    source = f'#include "api.h"\n{consumer}'
    unit = compile_cxx(source, flags=("-c", "-O0", "-std=c++20"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert undefined_symbols(unit.path) <= promised(snapshot) <= exported_symbols(library)
    assert not snapshot.unverifiable


def test_references_and_objects_with_an_open_end_have_no_size_to_compare(tmp_path):
    text = """
    template <class T> struct X { static T& r; static T t; };
    extern template struct X<char>;
    template <class T> T& Y = *(T*)0;
    struct Open { int n; int values[]; };
    extern Open open;
    template <class T> struct Table { int n; T values[]; };
    extern Table<int> table;
    """
    data = [item for item in record_text(tmp_path, text).promises if item.obligations[0].kind is SymbolKind.DATA]
    sizes = {item.declaration.name: item.obligations[0].size for item in data}
    assert sizes == {"X<char>::r": None, "X<char>::t": 1, "open": None, "table": None}


def test_headers_that_the_preprocessor_gives_up_on_are_said_to_be_unread(tmp_path):
    text = G + "#define D(T) extern template T g<T>(T);\nD(int)\n#include <a\n"
    snapshot = record_text(tmp_path, text + "int other();\n")
    assert promised(snapshot) == {"_Z5otherv"}
    reasons = [item.reason for item in snapshot.unverifiable]
    assert any("could not be sought" in reason for reason in reasons), reasons


def test_an_include_that_leads_nowhere_hides_no_instance(tmp_path):
    snapshot = record_text(tmp_path, "#include <nowhere/at/all.h>\n" + G + "extern template int g<int>(int);\n")
    assert promised(snapshot) == {"_Z1gIiET_S0_"}


def test_a_name_that_g_plus_plus_writes_otherwise_is_not_demanded(tmp_path):
    text = """
    #include <type_traits>
    template <class T> typename std::enable_if<std::is_integral<T>::value, T>::type twice(T);
    extern template int twice<int>(int);
    template <> long twice<long>(long);
    struct srL_Z { void sr(short); };
    void srsr(short);
    """
    snapshot = record_text(tmp_path, text)
    consumer = '#include "api.h"\nvoid f() { twice(1); twice(1L); srL_Z{}.sr(1); srsr(1); }'
    undefined = undefined_symbols(compile_cxx(consumer, flags=("-c", "-O0"), include=[tmp_path]).path)
    assert promised(snapshot) < undefined
    assert len(undefined - promised(snapshot)) == 2
    [open_] = snapshot.unverifiable
    assert open_.name == "extern template int twice<int>(int)"
    assert {item.reason for item in snapshot.exempt if "long" in item.declaration.signature} == {
        Exemption.COMPILER_SPECIFIC
    }


def test_instances_in_a_namespace_have_the_compilers_names_and_visibility(tmp_path: Path) -> None:
    text = """
    namespace outer __attribute__((visibility("default"))) {
        int plain(int);
        template <int (*F)(int)> int call();
        extern template int call<plain>();
        template <class T> struct Own {
            template <class U> __attribute__((visibility("hidden"))) U secret(U);
            T open();
        };
        extern template long Own<int>::secret<long>(long);
        extern template int Own<int>::open();
    }
    namespace a::inline b { template <class T> T g(T); extern template int g<int>(int); }
    """
    snapshot = record_text(tmp_path, text, standard="c++20", confirmed=True)
    use = "outer::plain(0) + outer::call<outer::plain>() + outer::Own<int>().open() + a::g(1)"
    consumer = f'#include "api.h"\nint f() {{ return {use}; }}'
    unit = compile_cxx(consumer, flags=("-c", "-O0", "-std=c++20"), include=[tmp_path])
    assert undefined_symbols(unit.path) == promised(snapshot)
    assert not snapshot.unverifiable
    assert [item.declaration.name for item in snapshot.exempt if item.reason is Exemption.HIDDEN] == [
        "outer::Own<int>::secret"
    ]


def test_members_without_a_name_are_not_called_after_a_place(tmp_path) -> None:
    snapshot = record_text(
        tmp_path, "template <class T> struct V { union { int i; T t; }; };\nint use(V<char>);\n", confirmed=True
    )
    (record,) = (item for item in snapshot.records if item.name == "V<char>")
    assert record.fields
    assert not any("/" in item.name for item in record.fields)
