"""The compiler's names hold: what it confirms, corrects, withdraws or refuses, and that it agrees with every case."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cases import Case, all_cases
from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.promised import promise
from support.recording import promised, record_text
from support.tools import tool

from trtheaders.headers.confirmation.assembly import Assembly
from trtheaders.headers.confirmation.compilation import CompilerAnswer
from trtheaders.headers.confirmation.names import settle
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.headers.snapshot_files import encode_snapshot
from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.model.headers.promises import Exemption, Promise
from trtheaders.model.headers.snapshot import AbiSnapshot

NAMED_OTHERWISE = """#include <type_traits>
struct S { template <class T> std::enable_if_t<std::is_integral<T>::value, int> get(long) const { return 0; } };
template <> int S::get<bool>(long) const;
"""


def record(folder: Path, text: str, **question: object) -> AbiSnapshot:
    return record_text(folder, text, confirmed=True, **question)


def reasons(snapshot: AbiSnapshot) -> dict[str, Exemption]:
    return {item.declaration.name: item.reason for item in snapshot.exempt}


def unconfirmed(snapshot: AbiSnapshot) -> dict[str, str]:
    return {item.declaration.name: item.unconfirmed for item in snapshot.promises if item.unconfirmed}


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_the_compiler_confirms_what_every_case_promises(case: Case) -> None:
    if case.compiler != "g++":
        tool(case.compiler)
    snapshot = record_snapshot(
        HeaderQuestion(
            root=case.folder,
            entries=case.entries,
            standard=case.standard,
            defines=case.defines,
            compiler=case.compiler,
            confirmed=True,
        )
    )
    # g++ makes nothing of a header that misses an include.
    assert bool(snapshot.unconfirmed) is bool(case.blame)
    told = {symbol for symbol, why in case.referenced.items() if why == "compiler-fragile"}
    assert promised(snapshot) == case.promised | told


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ('struct P { int v; };\nextern "C" { bool operator==(P const&, P const&); }', "_Zeq"),
        ('struct P { int v; };\nnamespace n { extern "C" { P operator-(P const&); } }', "_ZN1nngE"),
        ('struct S { __attribute__((abi_tag("r"))) __attribute__((abi_tag("s"))) S(); };', "_ZN1SC1B1sEv _ZN1SC2B1sEv"),
        (
            (
                "struct M { M(); ~M(); };\ntemplate <class T> struct A { static thread_local T v; };\n"
                "extern template struct A<M>;"
            ),
            "_ZTHN1AI1ME1vE _ZN1AI1ME1vE _ZN1MC1Ev _ZN1MC2Ev _ZN1MD1Ev _ZN1MD2Ev",
        ),
        ('enum __attribute__((abi_tag("v2"))) Kind { plain };\nint take(Kind);', "_Z4take4KindB2v2"),
        (
            (
                'namespace n { enum __attribute__((abi_tag("v2"))) Kind { plain }; struct U { U(Kind); };\n'
                "template <class T> struct Box { T get(); }; extern template struct Box<Kind>; }"
            ),
            "_ZN1n1UC1ENS_4KindB2v2E _ZN1n1UC2ENS_4KindB2v2E _ZN1n3BoxINS_4KindB2v2EE3getEv",
        ),
        ('__attribute__((abi_tag("x"))) __attribute__((abi_tag("y"))) int two(int);', "_Z3twoB1yi"),
        (NAMED_OTHERWISE, "_ZNK1S3getIbEENSt9enable_ifIXsrSt11is_integralIT_E5valueEiE4typeEl"),
        ('extern "C" int image_src(int);', "image_src"),
    ],
    ids=[
        "operator in extern C",
        "minus in extern C",
        "tags of a constructor",
        "TLS of an instance",
        "tag of an enumeration",
        "tag of an argument",
        "two tags",
        "dependent signature",
        "sr in a C name",
    ],
)
def test_the_compilers_name_is_owed(tmp_path: Path, text: str, symbols: str) -> None:
    assert promised(record(tmp_path, text)) == set(symbols.split())


def test_clang_gives_clangs_names(tmp_path: Path) -> None:
    tool("clang++")
    text = "template <class T> concept Small = sizeof(T) <= 4;\ntemplate <Small T> int only(T);\n"
    text += "extern template int only<int>(int);\n"
    by_gcc = record(tmp_path / "g", text, standard="c++20")
    by_clang = record(tmp_path / "c", text, standard="c++20", compiler="clang++")
    assert promised(by_gcc) == {"_Z4onlyIiEiT_"}
    assert by_clang.key.confirmed is not None
    assert by_clang.key.confirmed.family == "clang"
    assert not any(item.alternatives for promise in by_clang.promises for item in promise.obligations)


VALUES = """#include <type_traits>
namespace n {
template <auto V> int of() { return 0; }
enum class E { a, b };
template <E e> int en() { return 0; }
template <bool B> int bo() { return 0; }
template <int const* P> int at() { return 0; }
extern int const global;
template <> int of<sizeof(int)>();
template <> int of<'c'>();
template <> int en<E::b>();
template <> int bo<true>();
template <> int at<&global>();
template <class T, auto N = sizeof(T)> int size(T);
extern template int size(char);
template <class T, int (*F)()> int call(T);
extern template int call<int, &bo<true>>(int);
template <class T> typename std::enable_if<std::is_integral<T>::value, T>::type same(T);
extern template int same<int>(int);
}
"""


def test_instances_are_used_by_the_values_that_the_header_writes(tmp_path: Path) -> None:
    snapshot = record(tmp_path, VALUES)
    uses = "of<sizeof(int)>(); of<'c'>(); en<E::b>(); bo<true>(); at<&global>();"
    uses += "size('c'); call<int, &bo<true>>(1); same(1);"
    consumer = f'#include "api.h"\nusing namespace n;\nint const* p = &global;\nvoid f() {{ {uses} }}'
    undefined = undefined_symbols(compile_cxx(consumer, flags=("-c", "-O0"), include=[tmp_path]).path)
    assert promised(snapshot) == undefined
    assert unconfirmed(snapshot) == {}
    assert snapshot.unverifiable == ()


def test_a_function_without_overloads_is_used_by_whatever_type_the_compiler_has(tmp_path: Path) -> None:
    text = "#include <type_traits>\ntypedef std::conditional<(__VERSION__[0] <= '9'), int, long>::type number;\n"
    text += "struct S { int get(number) const; }; int take(number*);\n"
    consumer = '#include "api.h"\nint f(S s) { return s.get(1) + take(nullptr); }'
    snapshot = record(tmp_path, text)
    assert promised(snapshot) == undefined_symbols(compile_cxx(consumer, flags=("-c",), include=[tmp_path]).path)
    assert all(item.dependent for item in snapshot.promises)


def test_what_the_unit_itself_defines_is_withdrawn(tmp_path: Path) -> None:
    text = """template <class T> struct Erf { template <class S> static S run(S const&); };
template <> template <class S> inline S Erf<float>::run(S const& v) { return v; }
inline float use(float v) { return Erf<float>::run(v); }
int other(int);"""
    assert promised(record_text(tmp_path, text)) == {"_Z5otheri", "_ZN3ErfIfE3runIfEET_RKS2_"}
    snapshot = record(tmp_path, text)
    assert promised(snapshot) == {"_Z5otheri"}
    assert Exemption.DEFINED_IN_HEADER in reasons(snapshot).values()


def test_constructors_conversions_and_packs_of_a_specialised_class_are_withdrawn(tmp_path: Path) -> None:
    text = """template <class T> struct Any {
    template <class U> Any(U);
    template <class U> operator U() const;
    template <class... A> int count(A...);
};
template <> template <class U> inline Any<int>::Any(U) {}
template <> template <class U> inline Any<int>::operator U() const { return U(); }
template <> template <class... A> inline int Any<int>::count(A...) { return 0; }
template <> template <> Any<long>::Any(char);
template <> template <> Any<long>::operator short() const;
inline long use() { Any<int> v(1); short s = Any<long>('a'); return long(v) + v.count(1, 'a') + v.count() + s; }"""
    snapshot = record(tmp_path, text)
    undefined = undefined_symbols(compile_cxx(f"{text}\nlong f() {{ return use(); }}").path)
    assert {name.replace("C1", "C2") for name in promised(snapshot)} == {name.replace("C1", "C2") for name in undefined}
    assert not unconfirmed(snapshot)


def test_a_hidden_member_of_an_instance_is_withdrawn(tmp_path: Path) -> None:
    text = """template <class T> struct D { int shown() const; __attribute__((visibility("hidden"))) int own() const; };
extern template struct D<int>;"""
    snapshot = record(tmp_path, text)
    assert promised(snapshot) == {"_ZNK1DIiE5shownEv"}
    assert reasons(snapshot)["D<int>::own"] is Exemption.HIDDEN


VERSIONED = """#define FOR(...) __attribute__((target(__VA_ARGS__)))
#define CLONED __attribute__((target_clones("default", "avx2")))
FOR("avx2") int versioned(int); FOR("default") int versioned(int); CLONED int cloned(int); FOR("avx2") int single(int);
struct S { FOR("avx2") int own() const; FOR("default") int own() const; CLONED static int shared(); CLONED int any(); };
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_every_version_of_a_function_is_owed_that_a_resolver_chooses_from(compiler: str, tmp_path: Path) -> None:
    tool(compiler)
    use = "int f(S& s) { return versioned(1) + cloned(1) + single(1) + s.own() + S::shared() + s.any(); }"
    undefined = undefined_symbols(compile_cxx(VERSIONED + use, compiler=compiler).path)
    # An alias for the resolver, which nobody else has; the resolver asks its runtime what processor this is.
    owed = {name for name in undefined if name.startswith("_Z") and not name.endswith(".ifunc")}
    assert promised(record(tmp_path, VERSIONED, compiler=compiler)) == owed


HIDDEN_TYPES = """#define SHOWN __attribute__((visibility("default")))
struct __attribute__((visibility("hidden"))) Inner { int n; Inner() {} Inner(int) {} };
template <class T> struct Box { T t; };
template <class T> struct Instance { int get(); }; template <class T> int instance(T);
extern template struct Instance<Inner>; extern template int instance(Inner*);
namespace shown SHOWN { int takes(Inner*); struct Owner { int takes(Inner*); }; }
struct SHOWN Shown { Shown(Inner*); virtual ~Shown(); int takes(Inner*); Inner gives(); static Inner object; };
struct Plain { Plain(Inner&); int takes(Inner*); SHOWN int takes_shown(Inner*); static Inner object; };
int takes(Inner*); Inner gives(); int called(void (*)(Inner&));
int boxed(Box<Inner>*); int Inner::* member(); int open(int);
SHOWN int takes_shown(Inner*); int takes_shown(Inner*);
#pragma GCC visibility push(default)
int takes_pushed(Inner*);
#pragma GCC visibility pop
"""
HIDDEN_BODIES = """
int shown::takes(Inner*) { return 1; } int shown::Owner::takes(Inner*) { return 1; }
Shown::Shown(Inner*) {} Shown::~Shown() {} int Shown::takes(Inner*) { return 1; } Inner Shown::gives() { return 1; }
Inner Shown::object; Plain::Plain(Inner&) {} int Plain::takes(Inner*) { return 1; }
int Plain::takes_shown(Inner*) { return 1; }
Inner Plain::object; int takes(Inner*) { return 1; } Inner gives() { return 1; }
int called(void (*)(Inner&)) { return 1; }
int boxed(Box<Inner>*) { return 1; } int Inner::* member() { return nullptr; } int open(int) { return 1; }
int takes_shown(Inner*) { return 1; } int takes_pushed(Inner*) { return 1; }
template <class T> int Instance<T>::get() { return 1; } template <class T> int instance(T) { return 1; }
template struct Instance<Inner>; template int instance(Inner*);
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_what_names_a_hidden_class_is_owed_where_the_compiler_exports_it(compiler: str, tmp_path: Path) -> None:
    tool(compiler)
    built = exported_symbols(build_library(HIDDEN_TYPES + HIDDEN_BODIES, compiler=compiler))
    snapshot = record(tmp_path, HIDDEN_TYPES, compiler=compiler)
    assert promised(snapshot) == {symbol for symbol in built if not symbol.startswith("_ZTS")}
    left = {name for name, reason in reasons(snapshot).items() if reason is Exemption.HIDDEN}
    assert left == {"Instance<Inner>::get", "instance"} | (
        {"takes", "gives", "called", "boxed", "member"} if compiler == "g++" else set()
    ) | ({"Plain::Plain", "Plain::takes", "Plain::object"} if compiler == "g++" else {"Plain::object"})


def test_visibility_on_the_command_line_hides_no_declaration(tmp_path: Path) -> None:
    assert promised(record(tmp_path, "int open(int);", compiler="g++ -fvisibility=hidden")) == {"_Z4openi"}


def test_private_members_are_confirmed_with_access_checked(tmp_path: Path) -> None:
    text = """class A { struct P {}; static int count; void step(P*); int size() const; A(int); ~A();
public: A(); int all() { A other(1); step(nullptr); return count + size(); } };"""
    snapshot = record(tmp_path, text)
    assert {"_ZN1A5countE", "_ZN1A4stepEPNS_1PE", "_ZNK1A4sizeEv", "_ZN1AC1Ei", "_ZN1AD1Ev"} <= promised(snapshot)
    assert not unconfirmed(snapshot)


def test_every_shape_of_a_declaration_can_be_used(tmp_path: Path) -> None:
    text = """#include <cstdarg>
namespace n { inline namespace v1 {
typedef int Four __attribute__((vector_size(16)));
Four widen(Four, void (*)(int), int (&)[3], va_list, void (&&)(int)); void (*back(int))(long);
int print(char const*, ...); void fail(void (*)() __attribute__((noreturn)));
extern thread_local int mine; extern int& alias; extern int rows[]; extern int const (&table)[2];
struct Base { virtual ~Base(); virtual int f() const&; virtual int g() && = 0; operator bool() const; void h() volatile;
protected: Base(int, ...); Base(); };
struct Final final : Base { Final(Base const&); int g() && override; };
struct Holder { friend int found(Holder const&); };
inline int local() { extern int elsewhere; int beside(int); return elsewhere + beside(1); }
} }
extern "C" { int plain(int); extern int global; }"""
    assert not unconfirmed(record(tmp_path, text))


HIDDEN_BY_A_FUNCTION = "struct point { int x; };\nvoid point();\n"
"""The class can be named with `struct` alone, which no type that clang spells says."""


def test_a_refused_use_leaves_the_promise_and_says_so(tmp_path: Path) -> None:
    snapshot = record(tmp_path, f"{HIDDEN_BY_A_FUNCTION}int take(struct point*);\nint take(int);")
    assert promised(snapshot) == {"_Z5pointv", "_Z4takeP5point", "_Z4takei"}
    assert set(unconfirmed(snapshot)) == {"take"}
    assert unconfirmed(snapshot)["take"] == "template argument 1 is invalid"


def test_a_name_that_nobody_confirms_is_never_exempt(tmp_path: Path) -> None:
    text = NAMED_OTHERWISE.replace("(long)", "(struct point*)")
    snapshot = record(tmp_path, f"{HIDDEN_BY_A_FUNCTION}{text}")
    assert promised(snapshot) == {"_Z5pointv"}
    assert [item.name for item in snapshot.unverifiable] == ["S::get"]


def test_headers_that_the_compiler_refuses_are_left_as_proposed(tmp_path: Path) -> None:
    snapshot = record(tmp_path, "int both(int);\n#ifndef __clang__\n#error no\n#endif\n")
    assert promised(snapshot) == {"_Z4bothi"}
    assert snapshot.key.confirmed is None
    assert "no" in snapshot.unconfirmed


def test_one_broken_header_does_not_keep_the_others_from_being_confirmed(tmp_path: Path) -> None:
    (tmp_path / "broken.h").write_text('#include "absent.h"\nint lost(Absent);\n')
    (tmp_path / "late.h").write_text("int late(int);\n#ifndef __clang__\n#error no\n#endif\n")
    record(tmp_path, "int both(int);")
    snapshot = record_snapshot(HeaderQuestion(root=tmp_path, entries=("all",), defines=(), confirmed=True))
    assert snapshot.key.confirmed is not None
    assert set(unconfirmed(snapshot)) == {"late"}


def test_the_same_bytes_from_two_compilers_of_one_family(tmp_path: Path) -> None:
    wrapper = tmp_path / "elsewhere" / "my-g++"
    wrapper.parent.mkdir()
    wrapper.write_text('#!/bin/sh\nexec g++ "$@"\n')
    wrapper.chmod(0o755)
    text = "#include <string>\nint f(std::string); template <class T> int t(T); extern template int t<int>(int);"
    usual = record(tmp_path / "tree", text)
    assert encode_snapshot(record(tmp_path / "tree", text, compiler=str(wrapper))) == encode_snapshot(usual)
    assert str(tmp_path).encode() not in encode_snapshot(usual)


def test_an_answer_is_kept_until_something_changes(tmp_path: Path) -> None:
    calls, memory = tmp_path / "calls", tmp_path / "memory"
    wrapper = tmp_path / "counting-g++"
    wrapper.write_text(f'#!/bin/sh\ncase "$*" in *" -S "*) echo >> {calls};; esac\nexec /usr/bin/env g++ "$@"\n')
    wrapper.chmod(0o755)
    tree = HeaderQuestion(
        root=tmp_path / "tree", entries=("api.h",), defines=(), compiler=str(wrapper), confirmed=True, memory=memory
    )
    tree.root.mkdir()
    for text in ("int f();", "int f(); int g();"):
        (tree.root / "api.h").write_text(text)
        for _ in range(2):
            record_snapshot(tree)
    assert calls.read_text().count("\n") == 2
    for file in memory.iterdir():
        file.write_bytes(b"damaged")
    assert promised(record_snapshot(tree)) == {"_Z1fv", "_Z1gv"}
    assert calls.read_text().count("\n") == 3


@pytest.mark.parametrize(
    ("proposed", "referred", "owed"),
    [
        ("_ZN1n3BoxIiEC1Ev", "_ZN1n3BoxIiEC1EvQ3HasIT_E", "_ZN1n3BoxIiEC2EvQ3HasIT_E"),
        ("_ZN1n1UC1ENS_4KindE", "_ZN1n1UC1ENS_4KindB2v2E", "_ZN1n1UC2ENS_4KindB2v2E"),
        ("_ZN1n1UC1Ev", "_ZN1n1UC1B1xEv", "_ZN1n1UC2B1xEv"),
    ],
    ids=["what a constructor requires", "a parameter's tag", "its own tag"],
)
def test_both_symbols_of_a_constructor_follow_the_compiler(proposed: str, referred: str, owed: str) -> None:
    constructor = promise(proposed, proposed.replace("C1", "C2"), kind=DeclarationKind.CONSTRUCTOR)
    answer = CompilerAnswer(assembly=Assembly(references={0: frozenset({referred, "_Znwm"})}))
    settled = settle(constructor, 0, True, answer)
    assert isinstance(settled, Promise)
    assert set(settled.symbols) == {referred, owed}
