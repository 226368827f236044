"""Answers about sets of libraries agree with what the linker does with them."""

import subprocess
from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols
from support.tools import CROSS, tool

from trtheaders.errors import LibraryError
from trtheaders.library.answers import ask_libraries
from trtheaders.library.facts import read_facts
from trtheaders.model.library.exports import Machine, Standing
from trtheaders.model.names import SymbolName


def _standing(libraries, symbol, **options):
    return ask_libraries(libraries, [SymbolName(symbol)], **options).answers[SymbolName(symbol)]


def _link(consumer: str, *libraries: Path, flags=()) -> tuple[int, str]:
    built = compile_cxx(consumer, name="program", flags=("-Wl,--no-as-needed", *flags), inputs=libraries)
    return built.status, built.messages


def test_an_exported_symbol_is_kept_by_its_library():
    library = build_library("int f() { return 1; }", name="libkeeps.so")
    answer = _standing([library], "_Z1fv")
    assert (answer.standing, answer.library, answer.export.symbol) == (Standing.EXPORTED, "libkeeps.so", "_Z1fv")


def test_a_hidden_symbol_is_told_from_an_absent_one():
    text = '__attribute__((visibility("hidden"))) int f() { return 1; } int g() { return f(); }'
    consumer = "int f(); int main() { return f(); }"
    library = build_library(text, flags=("-O0",))
    assert _standing([library], "_Z1fv").standing is Standing.HIDDEN
    stripped = build_library(text, flags=("-O0", "-s"))
    assert _standing([stripped], "_Z1fv").standing is Standing.ABSENT
    assert _standing([library], "_Z1zv").standing is Standing.ABSENT
    for path in (library, stripped):
        status, messages = _link(consumer, path)
        assert status
        assert "f()" in messages


def test_a_symbol_made_local_by_a_version_script_is_hidden(tmp_path):
    script = tmp_path / "script"
    script.write_text("{ global: _Z1gv; local: *; };")
    library = build_library(
        "int f() { return 1; } int g() { return f(); }", flags=("-O0", f"-Wl,--version-script={script}")
    )
    assert _standing([library], "_Z1fv").standing is Standing.HIDDEN
    assert _standing([library], "_Z1gv").standing is Standing.EXPORTED


def test_a_non_default_version_is_old(tmp_path):
    script = tmp_path / "script"
    script.write_text("V1 { global: *; };")
    library = build_library(
        'extern "C" int f_old() { return 1; } __asm__(".symver f_old, f@V1");',
        flags=("-O1", f"-Wl,--version-script={script}"),
    )
    answer = _standing([library], "f")
    assert (answer.standing, answer.export.version) == (Standing.OLD_VERSION, "V1")
    status, messages = _link('extern "C" int f(); int main() { return f(); }', library)
    assert status
    assert "undefined reference" in messages


@pytest.fixture(name="needing")
def a_library_that_needs_another():
    inner = build_library("int d() { return 1; }", name="libinner.so")
    return build_library(
        "int d(); int f() { return d(); }",
        name="libouter.so",
        flags=("-Wl,--no-as-needed", f"-Wl,-rpath,{inner.parent}"),
        inputs=[inner],
    )


def test_a_needed_librarys_symbol_is_missing_from_the_command_line(needing):
    answer = _standing([needing], "_Z1dv")
    assert (answer.standing, answer.library) == (Standing.IN_NEEDED, "libinner.so")
    status, messages = _link("int d(); int main() { return d(); }", needing)
    assert status
    assert "DSO missing from command line" in messages


def test_a_needed_library_of_the_set_keeps_it(needing):
    inner = build_library("int d() { return 1; }", name="libinner.so")
    assert _standing([needing, inner], "_Z1dv").standing is Standing.EXPORTED


def test_what_every_link_names_keeps_symbols_too():
    library = build_library("int f() { return 1; }")
    consumer = 'extern "C" double cos(double); void* operator new(unsigned long);\nint main() { return cos(1); }'
    assert _link(consumer, library)[0] == 0
    for symbol, provider in (("cos", "libm.so.6"), ("_Znwm", "libstdc++.so.6"), ("strlen", "libc.so.6")):
        answer = _standing([library], symbol)
        assert (answer.standing, answer.library) == (Standing.EXPORTED, provider)


def test_several_libraries_that_export_the_same_are_named():
    first = build_library("namespace n { int f() { return 1; } }", name="libfirst.so")
    second = build_library("namespace n { int f() { return 2; } }", name="libsecond.so")
    answer = _standing([first, second], "_ZN1n1fEv")
    assert (answer.library, answer.also) == ("libfirst.so", ("libsecond.so",))


def test_linked_libraries_are_asked_before_those_that_lie_beside():
    first = build_library("namespace n { int f() { return 1; } }", name="libfirst.so")
    second = build_library("namespace n { int f() { return 2; } }", name="libsecond.so")
    answers = ask_libraries([first, second], [SymbolName("_ZN1n1fEv")], linked=[second])
    assert [(facts.name, facts.linked) for facts in answers.libraries] == [
        ("libsecond.so", True),
        ("libfirst.so", False),
    ]
    assert answers.answers[SymbolName("_ZN1n1fEv")].library == "libsecond.so"


def test_one_file_under_two_names_is_one_library(tmp_path):
    library = build_library("int f() { return 1; }")
    (tmp_path / "libalias.so").symlink_to(library)
    answers = ask_libraries([library, tmp_path / "libalias.so"], [SymbolName("_Z1fv")])
    assert len(answers.libraries) == 1
    assert not answers.answers[SymbolName("_Z1fv")].also


def test_mixed_architectures_and_empty_sets_are_refused():
    here = build_library("int f() { return 1; }", name="libhere.so")
    there = build_library("int f() { return 1; }", name="libthere.so", compiler=CROSS)
    with pytest.raises(LibraryError, match=r"libhere\.so` is for x86-64, `.*libthere\.so` for aarch64") as caught:
        ask_libraries([here, there], [])
    assert caught.value.hint == "name libraries of one architecture"
    with pytest.raises(LibraryError, match="there is no library to ask"):
        ask_libraries([], [])


def test_aarch64_libraries_are_asked_alike():
    library = build_library("int f() { return 1; }", compiler=CROSS)
    answers = ask_libraries([library], [SymbolName("_Z1fv"), SymbolName("_Znwm"), SymbolName("_Z1gv")])
    assert answers.libraries[0].machine is Machine.AARCH64
    standings = [answer.standing for answer in answers.answers.values()]
    assert standings == [Standing.EXPORTED, Standing.ABSENT, Standing.EXPORTED]


LOOKALIKES = {
    "other parameters": ("namespace n { int f(int); int f(long); }", "_ZN1n1fEd", ["_ZN1n1fEi", "_ZN1n1fEl"]),
    "a constructor": ("struct A { A(int); };", "_ZN1AC1Eii", ["_ZN1AC1Ei"]),
    "a destructor": ("namespace n { struct A { ~A(); }; }", "_ZN1n2v11AD1Ev", ["_ZN1n1AD1Ev"]),
    "an inline namespace gone": ("namespace n { int f(); }", "_ZN1n3_v11fEv", ["_ZN1n1fEv"]),
    "an inline namespace come": ("namespace n { inline namespace _v1 { int f(); } }", "_ZN1n1fEv", ["_ZN1n3_v11fEv"]),
    "another version": ("namespace n { namespace v2 { int f(); } }", "_ZN1n2v11fEv", ["_ZN1n2v21fEv"]),
    "a class in a namespace and a version": (
        "namespace t { inline namespace _v1 { struct A { int f(); }; } }",
        "_ZN1A1fEv",
        ["_ZN1t3_v11A1fEv"],
    ),
    "a tag": ('__attribute__((abi_tag("v2"))) int f(int);', "_Z1fi", ["_Z1fB2v2i"]),
    "const": ("struct A { int f(); };", "_ZNK1A1fEv", ["_ZN1A1fEv"]),
    "a vtable": ("namespace n { struct A { virtual void k(); }; }", "_ZTVN1n3_v11AE", ["_ZTVN1n1AE"]),
    "an operator": ("struct A {}; A operator+(A, int);", "_Zpl1AS_", ["_Zpl1Ai"]),
    "a template's member": ("template <class T> struct A { int f(T); };", "_ZN1AIiE1fEl", ["_ZN1AIiE1fEi"]),
    "nearest first": (
        "namespace n { int f(int, long, char); int f(int, char); namespace _v1 { int f(int, long); } }",
        "_ZN1n1fEil",
        ["_ZN1n1fEilc", "_ZN1n1fEic", "_ZN1n3_v11fEil"],
    ),
    "a C name of a C++ function": ('extern "C" int start(int);', "_Z5starti", ["start"]),
    "a C++ function of a C name": ("int start(int); int start();", "start", ["_Z5startv", "_Z5starti"]),
    "unrelated classes": ("struct A { int get(); }; struct B { int put(); };", "_ZN1B3getEv", []),
}
_BODIES = {
    "a constructor": "A::A(int) {}",
    "a destructor": "n::A::~A() {}",
    "a class in a namespace and a version": "int t::A::f() { return 1; }",
    "a vtable": "void n::A::k() {}",
    "const": "int A::f() { return 1; }",
    "an operator": "A operator+(A a, int) { return a; }",
    "a template's member": "template <class T> int A<T>::f(T) { return 1; } template struct A<int>;",
    "unrelated classes": "int A::get() { return 1; } int B::put() { return 1; }",
}


@pytest.mark.parametrize("case", LOOKALIKES)
def test_lookalikes_are_the_exports_that_resemble_it(case):
    header, symbol, expected = LOOKALIKES[case]
    body = _BODIES.get(case)
    text = f"{header}\n{body}" if body else header.replace(");", ") { return 1; }")
    found = ask_libraries([build_library(text)], [SymbolName(symbol)]).lookalikes.get(SymbolName(symbol), ())
    assert [lookalike.export.symbol for lookalike in found] == expected


def test_lookalikes_are_demangled_as_cxxfilt_does():
    library = build_library("#include <string>\nnamespace n { int f(std::string const&, int) { return 1; } }")
    symbol = SymbolName("_ZN1n1fEv")
    (lookalike,) = ask_libraries([library], [symbol]).lookalikes[symbol]
    done = subprocess.run([tool("c++filt"), lookalike.export.symbol], capture_output=True, text=True, check=True)
    assert lookalike.demangled == done.stdout.strip()


STRINGS = """
#include <string>
namespace tensorrt_llm { struct A { std::string get() const; int put(std::string const&); }; }
std::string tensorrt_llm::A::get() const { return "a"; }
int tensorrt_llm::A::put(std::string const& text) { return text.size(); }
"""


@pytest.mark.parametrize("new", [True, False])
def test_the_string_abi_is_decided_on_defined_symbols(new):
    library = build_library(STRINGS, flags=(f"-D_GLIBCXX_USE_CXX11_ABI={int(new)}",))
    assert read_facts(library).new_string_abi is new


def test_a_user_of_new_strings_that_exports_old_ones_is_old():
    uses = "#include <string>\nnamespace other { int size(std::string const&); }\n"
    old = "#define _GLIBCXX_USE_CXX11_ABI 0\n" + STRINGS
    new_name = "_ZN5other4sizeERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
    caller = f'{old} extern "C" int {new_name}(void*); int call() {{ return {new_name}(nullptr); }}'
    provider = build_library(uses + "int other::size(std::string const& s) { return s.size(); }", name="libother.so")
    assert read_facts(build_library(caller, inputs=[provider])).new_string_abi is False


@pytest.mark.parametrize("new", [True, False])
def test_a_result_alone_shows_the_string_abi_by_the_members_that_make_it(new):
    text = '#include <string>\nstruct A { std::string get() const; };\nstd::string A::get() const { return "a"; }'
    library = build_library(text, flags=(f"-D_GLIBCXX_USE_CXX11_ABI={int(new)}",))
    assert read_facts(library).new_string_abi is new


def test_without_strings_nothing_tells_the_string_abi():
    assert read_facts(build_library("namespace n { int f(int) { return 1; } }")).new_string_abi is None


POLYMORPHIC = "struct A { virtual ~A(); virtual int k(); }; A::~A() {} int A::k() { return 1; }"


def test_typeinfo_is_there_unless_the_library_was_built_without():
    assert read_facts(build_library(POLYMORPHIC)).has_typeinfo is True
    assert read_facts(build_library(POLYMORPHIC, flags=("-fno-rtti",))).has_typeinfo is False
    assert read_facts(build_library("int f() { return 1; }")).has_typeinfo is None


def test_facts_name_what_readelf_names():
    library = build_library(POLYMORPHIC, name="libfacts.so", flags=("-Wl,-rpath,$ORIGIN",))
    facts = read_facts(library)
    assert (facts.name, facts.soname, facts.run_path) == ("libfacts.so", "libfacts.so", ("$ORIGIN",))
    assert facts.comment.startswith("GCC: ")
    assert facts.exports == len(exported_symbols(library))
    assert not facts.stripped
    assert facts.stub_of is None
