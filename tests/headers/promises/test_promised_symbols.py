"""The names that we mangle are the names that g++ emits, and each declaration has exactly one verdict."""

from __future__ import annotations

from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

from trtheaders.model.headers.promises import Exemption, Use, Weight

API = """
#include <optional>
#include <string>
#include <vector>
namespace lib {
inline namespace _v1 { int versioned(int); }
enum class Mode : short { kA, kB };
struct Config {
    explicit Config(int width = 1, std::optional<int> const& top = std::nullopt);
    ~Config();
    bool operator==(Config const&) const;
    operator bool() const;
    static int count(std::vector<std::string> const&);
    static int total;
    void take() &&;
    void vary(char const*, ...);
};
class Thrown : public std::exception {
public:
    explicit Thrown(std::string const& why);
    ~Thrown() noexcept override;
};
extern int const limit;
extern thread_local int current;
extern "C" int plain(Mode);
std::string text(void (*)(int) noexcept);
}
"""

DEFINITIONS = """
#include "api.h"
namespace lib {
inline namespace _v1 { int versioned(int) { return 1; } }
Config::Config(int, std::optional<int> const&) {}
Config::~Config() {}
bool Config::operator==(Config const&) const { return true; }
Config::operator bool() const { return true; }
int Config::count(std::vector<std::string> const&) { return 0; }
int Config::total = 0;
void Config::take() && {}
void Config::vary(char const*, ...) {}
Thrown::Thrown(std::string const&) {}
Thrown::~Thrown() noexcept {}
extern int const limit = 3;
thread_local int current = 1;
extern "C" int plain(Mode) { return 0; }
std::string text(void (*)(int) noexcept) { return {}; }
}
"""


def test_each_promised_symbol_is_one_that_gcc_emits(tmp_path):
    snapshot = record_text(tmp_path, API)
    library = build_library(DEFINITIONS, include=[tmp_path])
    assert promised(snapshot) - exported_symbols(library) == set()
    ours = {name for name in exported_symbols(library) if "3lib" in name or name == "plain"}
    optional = {symbol for promise in snapshot.promises for symbol in promise.optional}
    assert ours - promised(snapshot) - optional == set()


def test_an_out_of_line_copyable_class_promises_vtable_and_typeinfo_to_whoever_copies_it(tmp_path):
    snapshot = record_text(tmp_path, API)
    (data,) = [item for item in snapshot.promises if item.declaration.kind.value == "class"]
    assert data.symbols == ("_ZTVN3lib6ThrownE", "_ZTIN3lib6ThrownE")
    assert data.optional == ("_ZTSN3lib6ThrownE",)
    consumer = '#include "api.h"\nvoid use(lib::Thrown const& other) { throw lib::Thrown(other); }'
    compiled = compile_cxx(consumer, include=[tmp_path])
    assert set(data.symbols) <= undefined_symbols(compiled.path)


def test_a_class_that_cannot_be_copied_outside_owes_no_vtable(tmp_path):
    """Nothing that a consumer compiles sets the vtable pointer, so nothing refers to `_ZTV`."""
    text = """
    struct Only {
        Only();
        Only(Only const&) = delete;
        virtual ~Only();
    };
    """
    snapshot = record_text(tmp_path, text)
    assert "_ZTI4Only" in promised(snapshot)
    assert "_ZTV4Only" not in promised(snapshot)
    consumer = (
        '#include "api.h"\nstruct Mine : Only {}; void* use() { return new Mine; } void other() { Only o; throw 1; }'
    )
    for level in ("-O0", "-O2"):
        compiled = compile_cxx(consumer, flags=("-c", level), include=[tmp_path])
        assert compiled.status == 0, compiled.messages
        assert "_ZTV4Only" not in undefined_symbols(compiled.path)


def test_a_private_member_is_owed_exactly_where_outside_code_refers_to_it(tmp_path):
    text = """
    class P {
    public:
        P() : pointer(make()) {}
        int by_default(int value = hidden_default());
    private:
        static int* make();
        static int hidden_default();
        static int from_initialiser();
        void never();
        friend class Elsewhere;
        int* pointer;
        int field = from_initialiser();
        virtual void overridable();
    };
    """
    snapshot = record_text(tmp_path, text)
    private = {item.declaration.name: item for item in snapshot.promises if item.declaration.access.value == "private"}
    assert set(private) == {"P::make", "P::hidden_default", "P::from_initialiser", "P::overridable"}
    assert private["P::make"].reached == ("P::P",)
    assert Use.DEFAULT_ARGUMENT in private["P::hidden_default"].uses
    assert [item.declaration.name for item in snapshot.exempt if item.reason is Exemption.PRIVATE] == ["P::never"]
    consumer = '#include "api.h"\nstruct D : P {}; int use() { P p; D d; return p.by_default(); }'
    undefined = undefined_symbols(compile_cxx(consumer, include=[tmp_path]).path)
    assert {symbol for item in private.values() for symbol in item.symbols} <= undefined
    assert "_ZN1P5neverEv" not in undefined


EXTERN_TEMPLATES = """
namespace n {
template <class T> struct Box {
    Box(T);
    int get(T) const;
    int get(T, T) const;
    int inside() { return 1; }
    static int shared;
    virtual void slot();
    virtual ~Box();
};
template <class T> Box<T>::Box(T) {}
template <class T> int Box<T>::get(T) const { return 1; }
template <class T> int Box<T>::get(T, T) const { return 2; }
template <class T> int Box<T>::shared = 1;
template <class T> void Box<T>::slot() {}
template <class T> Box<T>::~Box() {}
extern template struct Box<int>;
template <class T> T twice(T value) { return value + value; }
extern template int twice<int>(int);
template <class T> struct Part { void a(); void b(); };
template <class T> void Part<T>::a() {}
extern template void Part<char>::a();
}
"""


def test_extern_templates_are_promises_of_every_member(tmp_path):
    snapshot = record_text(tmp_path, EXTERN_TEMPLATES)
    consumer = """
    #include "api.h"
    int use() {
        n::Box<int> box(1); n::Box<int> copy(box); struct D : n::Box<int> { using Box::Box; } d(2);
        n::Part<char> part; part.a();
        return box.get(1) + box.get(1, 2) + box.inside() + n::Box<int>::shared + n::twice(3) + d.get(1);
    }
    """
    undefined = {item for item in undefined_symbols(compile_cxx(consumer, include=[tmp_path]).path) if "1n" in item}
    required = promised(snapshot)
    assert undefined <= required
    library = build_library(
        '#include "api.h"\ntemplate struct n::Box<int>;\n'
        "template int n::twice<int>(int);\ntemplate void n::Part<char>::a();\n",
        include=[tmp_path],
    )
    assert required <= exported_symbols(library)
    weights = {item.declaration.name: item.weight for item in snapshot.promises}
    assert weights["n::Box<int>::inside"] is Weight.UNOPTIMISED
    assert weights["n::Box<int>::get"] is Weight.REQUIRED


def test_each_declaration_has_exactly_one_verdict(tmp_path):
    snapshot = record_text(tmp_path, API + "namespace lib { void lost(Unknown); }")
    verdicts = [
        (item.declaration.name, item.declaration.signature, item.declaration.kind)
        for group in (snapshot.promises, snapshot.exempt, snapshot.unverifiable)
        for item in group
    ]
    assert len(verdicts) == len(set(verdicts))
    assert "lib::lost" in {item.name for item in snapshot.unverifiable}


def test_names_under_the_old_string_abi_are_the_ones_that_gcc_emits(tmp_path):
    snapshot = record_text(tmp_path, API, both_string_abis=True)
    library = build_library(DEFINITIONS, flags=("-O2", "-D_GLIBCXX_USE_CXX11_ABI=0"), include=[tmp_path])
    exported = exported_symbols(library)
    for promise in snapshot.promises:
        for obligation in promise.obligations:
            assert (obligation.old_string_abi or obligation.symbol) in exported
    assert any(item.old_string_abi for promise in snapshot.promises for item in promise.obligations)


def test_a_friend_that_a_body_declares_is_owed(tmp_path):
    text = """
    class H { friend H* make(char const*); friend H* never(long); };
    struct S { S(char const* name) { extern H* make(char const*); held = make(name); } H* held; };
    """
    unit = compile_cxx(f"{text}\nvoid f() {{ S s(0); }}", flags=("-c", "-O0"))
    assert promised(record_text(tmp_path, text)) == undefined_symbols(unit.path) == {"_Z4makePKc"}


def test_a_friend_that_no_lookup_finds_is_owed_by_nobody(tmp_path):
    text = """
    struct A {
        friend int hidden(unsigned long, char const*);
        friend int found(A&);
    };
    """
    snapshot = record_text(tmp_path, text)
    assert promised(snapshot) == {"_Z5foundR1A"}
    assert [(item.declaration.name, item.reason) for item in snapshot.exempt] == [("hidden", Exemption.UNNAMEABLE)]
    called = compile_cxx('#include "api.h"\nint use(A& a) { return found(a); }', include=[tmp_path])
    assert undefined_symbols(called.path) == promised(snapshot)
    assert compile_cxx('#include "api.h"\nint use() { return hidden(1, ""); }', include=[tmp_path]).status != 0


def test_extern_templates_are_found_however_they_are_written(tmp_path):
    text = """
    namespace n {
    template <class C> auto point(int) -> C; extern template auto point(int) -> char;
    template <class C> C other(C);
      extern template wchar_t other(wchar_t); /* extern template short other(short); */
    #ifdef NOT_DEFINED
    extern template float other(float);
    #else
    extern template double other(double);
    #endif
    }
    // extern template long n::other(long);
    """
    assert promised(record_text(tmp_path, text)) == {
        "_ZN1n5pointIcEET_i",
        "_ZN1n5otherIwEET_S1_",
        "_ZN1n5otherIdEET_S1_",
    }
    consumer = "#include \"api.h\"\nauto use() { return n::point<char>(1) + n::other(1.0) + n::other(L'a'); }"
    undefined = undefined_symbols(compile_cxx(consumer, include=[tmp_path]).path)
    assert undefined == promised(record_text(tmp_path, text))
