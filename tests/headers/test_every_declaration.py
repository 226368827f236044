"""Every declaration is promised, exempt or unverifiable, and no symbol is owed twice: g++'s own dump has the list."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.cases import Case, all_cases
from support.recording import record_case, record_text

from trtheaders.model.headers.declarations import DeclarationKind
from trtheaders.model.headers.snapshot import AbiSnapshot

_ENTRY = re.compile(r"^@(\d+)\s+(\w+)\s+(.*?)(?=^@\d+\s|\Z)", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(\w{4}): @?(\S+)")
_NAMED = re.compile(r"strg: (.*?)\s+lngt:", re.DOTALL)
_DECLARED = ("function_decl", "var_decl")
_CLASSES = ("record_type", "union_type")
_INSIDE = ("function_decl", "block")
_STRUCTORS = {"__ct": "", "__dt": "~"}
_OPERATOR = re.compile(r"operator\s*(<=>|<<=|>>=|->\*|<<|>>|<=|>=|->|<|>)")
_ARGUMENTS = re.compile(r"<[^<>]*>")


def dump(folder: Path, entries: Sequence[str], flags: Sequence[str]) -> str:
    """What g++ has made of the headers (`-fdump-lang-raw`); empty where it refuses them."""
    (folder / "unit.cpp").write_text("".join(f"#include <{entry}>\n" for entry in entries))
    command = ["g++", "-w", *flags, "-fsyntax-only", "-fdump-lang-raw=dump", "unit.cpp"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    return (folder / "dump").read_text(errors="replace") if done.returncode == 0 else ""


class Dump:
    """The entries of g++'s dump by number."""

    def __init__(self, text: str) -> None:
        found = {number: (kind, body, dict(_FIELD.findall(body))) for number, kind, body in _ENTRY.findall(text)}
        self.entries = found

    def declared(self, files: set[str]) -> dict[str, set[tuple[str, ...]]]:
        """What ``files`` declare outside of bodies, but for what the compiler writes by itself: qualified name, without
        template arguments, to (place, types of parameters) of each.
        """
        found: dict[str, set[tuple[str, ...]]] = {}
        for number, (kind, body, fields) in self.entries.items():
            ours = fields.get("srcp", "").rpartition(":")[0] in files
            if kind in _DECLARED and ours and "note: artificial" not in body:
                name = self.qualify(number)
                if name:
                    found.setdefault(name, set()).add((fields["srcp"], *self.parameters(fields.get("type", ""))))
        return found

    def qualify(self, number: str) -> str:
        """The name with all scopes; '' for what stands in a body or has a name of the compiler's."""
        parts, scope = [self.name(number)], self.entries[number][2].get("scpe")
        while scope in self.entries and self.entries[scope][0] != "translation_unit_decl":
            if self.entries[scope][0] in _INSIDE:
                return ""
            holder = self.entries[scope][2].get("name", "") if self.entries[scope][0] in _CLASSES else scope
            if not parts[1:] and parts[0] in _STRUCTORS:
                parts[0] = _STRUCTORS[parts[0]] + self.name(holder)
            parts.append(self.name(holder))
            scope = self.entries.get(holder, ("", "", {}))[2].get("scpe")
        own = parts[0]
        if not own or own.startswith("__") or any(sign in own for sign in " .") or "__dguide" in own:
            return ""
        return "::".join(part for part in reversed(parts) if part not in ("", "::"))

    def name(self, number: str) -> str:
        """What stands as its name."""
        fields = self.entries.get(number, ("", "", {}))[2]
        match = _NAMED.search(self.entries.get(fields.get("name", ""), ("", ""))[1])
        return match[1] if match is not None else ""

    def parameters(self, type_: str) -> Iterator[str]:
        """The numbers of the types of a function's parameters: the same type has the same number."""
        row = self.entries.get(type_, ("", "", {}))[2].get("prms", "")
        while row in self.entries:
            fields = self.entries[row][2]
            yield fields.get("valu", "")
            row = fields.get("chan", "")


def plain(name: str) -> str:
    """``name`` without template arguments and unnamed classes."""
    text = _OPERATOR.sub(lambda match: f"operator{match[1].translate({60: 76, 62: 71})}", name)
    while _ARGUMENTS.search(text):
        text = _ARGUMENTS.sub("", text)
    return re.sub(r"(?:\(unnamed \w+\)|\._anon_\d+)::", "", text)


def find_faults(snapshot: AbiSnapshot, text: str) -> list[str]:
    """What g++ declares more or less often than ``snapshot`` judges it; instances and templates count once or more."""
    judged = [item.declaration for item in (*snapshot.promises, *snapshot.exempt)]
    judged = [item for item in judged if item.kind not in (DeclarationKind.THUNK, DeclarationKind.CLASS)]
    counted = Counter(plain(item.name) for item in judged)
    counted.update(plain(item.name) for item in snapshot.unverifiable)
    counted.update(item.name for item in snapshot.introductions or ())
    generic = {plain(item.name) for item in judged if item.template or "<" in item.name or item.spelling is not None}
    generic |= {item.name for item in snapshot.introductions or ()}
    declared = Dump(text).declared({Path(file).name for file in snapshot.files})
    faults = []
    for name, places in declared.items():
        times = counted[plain(name)]
        if not times or (times != len(places) and plain(name) not in generic):
            faults.append(f"{name}: {len(places)} declared, {times} judged")
    owed = Counter(symbol for promise in snapshot.promises for symbol in promise.symbols)
    return faults + [f"{symbol} is owed {times} times" for symbol, times in owed.items() if times > 1]


@pytest.mark.slow
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_whatever_the_compiler_has_is_judged_once(tmp_path: Path, case: Case):
    flags = [f"-std={case.standard}", *(f"-D{item}" for item in case.defines), *(f"-I{item}" for item in case.include)]
    assert find_faults(record_case(case), dump(tmp_path, case.entries, flags)) == []


SAMPLES = {
    "scopes": """
int f(int); int f(long); int f(int, ...);
namespace n {
int f(int); int f(int, int); int f(long);
inline namespace v { int f(char); }
namespace m { int f(int); struct g { int f(int); int f(int) const; int f(int, char) &&; static int f(long); }; }
}
namespace a = n;
namespace n { int f(short); extern int x, y; extern const int *z, w[]; class Late; int late(int); }
class n::Late { public: Late(); int late(int); static int late(); class In; };
class n::Late::In { int in(); };
int n::late(int);
namespace { int f(double); int hidden; struct In { int f(); }; }
static int f(float);
extern "C" { int c(int); extern int cv; struct C { int g(); }; namespace q { int c2(int); } }
extern "C" int ch, *ci(int);
namespace n::k::l { int nested(); }
""",
    "declarators": """
typedef int F(int);
F g, h;
using G = long(long);
struct S { F m; static F s; G c; typedef void V() const; V q; virtual F vf; friend F fr; int (*fp)(int); };
extern int (*ret(int))(long); extern int (*arr[3])(int); extern decltype(sizeof 0) sz; auto tr(int) -> long;
decltype(g) g2; extern int unknown[]; extern int unknown[3]; extern int a1, *a2, a3[2], (*a4)(int); int a5(int), &a6();
void (paren)(int); int ((paren2))(long); int given(int a = sizeof(int), int (*cb)(int) = nullptr);
void arrays(int a[3][4]);
constexpr int known(int) { return 1; } auto deduced() { return 1; } int deleted() = delete;
""",
    "members": """
struct A {
    A(); A(int); A(const A&); A(A&&); ~A(); A& operator=(const A&); A& operator=(A&&);
    int operator()(int); int operator()(long) const; A* operator->(); int operator[](int);
    A operator++(); A operator++(int);
    void* operator new(unsigned long); void operator delete(void*);
    bool operator<(const A&) const; bool operator<(int) const;
    static int x; static const int k = 1; static constexpr int ce = 2; inline static int is; static thread_local int tl;
    struct B { B(); struct C { C(); int f(int); static int s; };
    union U { U(); int i; float f; int g(); }; friend int fb(B); };
    template <class T> int t(T); template <class T> int t(T*); template <class T> static T v;
private:
    int p(int); class D { int d(); };
protected:
    int pr();
};
int operator+(A, A); int operator+(A, int); bool operator<(int, A); A operator""_a(unsigned long long);
struct { int um(); int z; } unnamed; typedef struct { int tm(); static int ts(); } Tagged;
struct Outer { struct { int in(); } inner; union { int ua; float ub; }; };
""",
    "redeclared": """
int r(int); int r(int); int r(const int); extern int rv; extern int rv;
struct R { friend int fr(R); friend int fr2(R, int); int m(); static int s; friend class W; };
int fr(R);
namespace n { struct X { friend int nf(X); friend int ::r(int); void g(); int v; }; int nf(X); }
inline int inlined(); inline int inlined() { return 1; }
inline int local() { extern int le; extern int lf(int); int lg(int, int); return le + lf(1) + lg(1, 2); }
int n::nf(X);
template <class T> struct Q { int a(); T b(T); static int s; template <class U> int c(U); struct I { int d(); }; };
template <> struct Q<int> { int a(); int z(int); static int s; }; template <> int Q<long>::a();
template <class T> struct Q<T*> { int pa(); }; template <class T> int Q<T>::s = 0;
template <class T> int ft(T); template <> int ft<int>(int); template <> int ft(long); template <class T> int ft(T, T);
template <class T> T var; template <> int var<int>; extern template int ft<short>(short);
extern template struct Q<char>;
""",
    "macros": """
#define BOTH(n) int get_##n(); void set_##n(int); struct n##_t { int get() const; n##_t(); };
#define DECLARE(r, n, ...) r n(__VA_ARGS__);
BOTH(alpha) BOTH(beta) DECLARE(int, ma, int, long) DECLARE(long, ma, int) namespace mm { BOTH(alpha) }
struct P { BOTH(inner) DECLARE(static int, st, int) DECLARE(virtual int, vi, long) };
#define LIST(X) X(one) X(two)
#define X(n) extern int v_##n; int f_##n(int);
LIST(X)
""",
}


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_each_overload_in_each_scope_is_judged_once(tmp_path: Path, text: str):
    snapshot = record_text(tmp_path / "tree", text)
    made = dump(tmp_path, ["api.h"], ["-std=c++17", f"-I{tmp_path / 'tree'}"])
    assert len(Dump(made).declared({"api.h"})) > 15
    assert find_faults(snapshot, made) == []


@pytest.mark.parametrize("lost", ["n::f", "n::m::g::f", "f", "n::Late::late"])
def test_a_declaration_that_is_judged_nowhere_is_a_fault(tmp_path: Path, lost: str):
    snapshot = record_text(tmp_path / "tree", SAMPLES["scopes"])
    index = next(number for number, item in enumerate(snapshot.promises) if item.declaration.name == lost)
    less = replace(snapshot, promises=(*snapshot.promises[:index], *snapshot.promises[index + 1 :]))
    made = dump(tmp_path, ["api.h"], ["-std=c++17", f"-I{tmp_path / 'tree'}"])
    assert [fault.partition(": ")[0] for fault in find_faults(less, made)] == [lost]
