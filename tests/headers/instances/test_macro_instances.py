"""`extern template` functions behind macros; g++ is the judge."""

from __future__ import annotations

from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

API = r"""
#define API __attribute__((visibility("default")))
#define FOR_TYPES(M) M(int) M(long)
#define DECLARE(T) extern template API T g<T>(T);
#define TEMPLATE template
#define LATER(T) \
    extern template \
    T h<T>(T)
#define T1 template <class T>
namespace n {
template <class T> T g(T);
template <class T> T h(T);
FOR_TYPES(DECLARE)
extern TEMPLATE short g<short>(short);
LATER(char);
#if 0
DECLARE(char)
#else
DECLARE(unsigned)
#endif
// DECLARE(float)
#define GONE(T) extern template T h<T>(T);
GONE(double)
#undef GONE
T1 struct Z { void k(); T t; };
T1 void Z<T>::k() {}
#define CLASS(T) extern template struct Z<T>;
CLASS(int)
}
"""
DEFINITIONS = """
#include "api.h"
namespace n {
template <class T> T g(T) { return T(); }
template <class T> T h(T) { return T(); }
template int g<int>(int); template long g(long); template short g(short); template unsigned g(unsigned);
template char h(char); template double h(double); template struct Z<int>;
}
"""


def test_instances_declared_through_macros_are_promised(tmp_path):
    snapshot = record_text(tmp_path, API)
    consumer = """
    #include "api.h"
    using namespace n;
    void f() { g(1); g(1L); g((short)1); g(1u); h('a'); h(1.0); Z<int>{}.k(); }
    """
    undefined = undefined_symbols(compile_cxx(consumer, flags=("-c", "-O0"), include=[tmp_path]).path)
    assert promised(snapshot) == undefined
    assert promised(snapshot) == exported_symbols(build_library(DEFINITIONS, include=[tmp_path]))
    assert not snapshot.unverifiable


def test_the_place_of_such_an_instance_is_where_the_macro_is_used(tmp_path):
    snapshot = record_text(tmp_path, API)
    lines = API.splitlines()
    places = {lines[item.location.line - 1].strip() for item in (promise.declaration for promise in snapshot.promises)}
    assert places == {
        "FOR_TYPES(DECLARE)",
        "extern TEMPLATE short g<short>(short);",
        "LATER(char);",
        "DECLARE(unsigned)",
        "GONE(double)",
        "CLASS(int)",
    }


def test_instances_in_a_namespace_that_a_foreign_header_opens_are_promised(tmp_path):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "begin.h").write_text(
        "struct Own { char c = '{'; };\n#define OPEN {\n#include \"outer.h\"\nnamespace deep {\n"
    )
    (foreign / "outer.h").write_text("namespace outer {\ninline void plain() {}\n")
    (foreign / "end.h").write_text("} }\n")
    text = """
    #include <begin.h>
    template <class T> T twice(T);
    extern template int twice<int>(int);
    #include <end.h>
    template <class T> T thrice(T);
    extern template int thrice<int>(int);
    """
    snapshot = record_text(tmp_path / "tree", text, include_directories=(foreign,))
    consumer = '#include "api.h"\nint f() { return outer::deep::twice(1) + thrice(2); }\n'
    source = compile_cxx(consumer, flags=("-c", "-O0"), include=[tmp_path / "tree", foreign])
    assert promised(snapshot) == undefined_symbols(source.path)
    assert not snapshot.unverifiable


def test_instances_behind_the_macro_of_a_foreign_header_are_promised(tmp_path):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "macros.h").write_text(
        '#define DECLARE_F(T) extern template T fun<T>(T);\n#define VECTOR __attribute__((simd("notinbranch")))\n'
    )
    text = """
    #include <macros.h>
    template <class T> T fun(T);
    DECLARE_F(int)
    VECTOR double fast(double);
    """
    snapshot = record_text(tmp_path / "tree", text, include_directories=(foreign,))
    assert promised(snapshot) == {"_Z3funIiET_S0_", "_Z4fastd"}
    assert {name for item in snapshot.promises for name in item.optional} == {"_ZGVbN2v__Z4fastd"}
    assert not snapshot.unverifiable
