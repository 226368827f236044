"""Mismatches planted on purpose, each of another kind: the command line finds exactly what the linker finds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.cases import strong_references, undefined_references
from support.cxx import build_library, compile_cxx

from trtheaders.cli.main import run

pytestmark = pytest.mark.slow

PLANTED = Path(__file__).resolve().parents[1] / "fixtures" / "planted"
# Both compilers emit the deleting destructor beside the others, and a consumer reaches it through the vtable only.
BEYOND_REACH = ("D0Ev",)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One change of the library: edits of its header and its source, or other ``flags``.

    ``beside`` is the source of a library that it needs. ``told`` are the symbols where ld does not name them:
    ``says`` is what it says instead, and with ``links`` it says nothing, so that only running would show it.
    ``besides`` are vtables and typeinfo that are others too, which a linker does not look into.
    """

    edits: tuple[tuple[str, str], ...] = ()
    besides: frozenset[str] = frozenset()
    flags: tuple[str, ...] = ()
    beside: str = ""
    told: frozenset[str] = frozenset()
    says: str = ""
    links: bool = False


def edit(*pairs: tuple[str, str], **more) -> Mutation:
    return Mutation(edits=pairs, **more)


MUTATIONS = {
    "a function removed": edit(("int removed(int x) { return x; }", "")),
    "a parameter of another type": edit(("retyped(int", "retyped(long")),
    "a parameter gained": edit(("extended(int)", "extended(int, int)"), ("extended(int x)", "extended(int x, int)")),
    "a parameter lost": edit(("shortened(int, int)", "shortened(int)"), ("shortened(int x, int)", "shortened(int x)")),
    "parameters reordered": edit(
        ("reordered(int, char const*)", "reordered(char const*, int)"),
        ("reordered(int x, char const*)", "reordered(char const*, int x)"),
    ),
    "a reference that became a pointer": edit(("pointed(int&)", "pointed(int*)")),
    "a function renamed": edit(("int renamed(", "int named_otherwise(")),
    "a function made static": edit(("int local(int x)", "static int local(int x)"), ("API int local(int);", "")),
    "a function made inline": edit(("int inlined(int x)", "inline int inlined(int x)")),
    "noexcept dropped from a function type": edit(("(*)(int) noexcept)", "(*)(int))")),
    "an enumeration that became an int": edit(("paint(Colour)", "paint(int)")),
    "another integer of the same width": edit(("sized(std::int64_t)", "sized(long long)")),
    "an ellipsis dropped": edit(("varied(char const*, ...)", "varied(char const*)")),
    "an ABI tag added": edit(("API int tagged", '__attribute__((abi_tag("new"))) int tagged')),
    "an asm label dropped": edit((' __asm__("labelled_symbol")', "")),
    "the old std::string": Mutation(flags=("-D_GLIBCXX_USE_CXX11_ABI=0",)),
    "a function hidden": edit(("API int concealed", '__attribute__((visibility("hidden"))) int concealed')),
    "a function made local by a version script": Mutation(
        flags=("-Wl,--version-script=@{ global: *; local: _ZN4shop8scriptedEi; };",)
    ),
    "a function that a needed library has": edit(
        ("int elsewhere(int x) { return x; }", "int here() { return elsewhere(1); }"),
        beside="namespace shop { int elsewhere(int x) { return x; } }",
    ),
    "C linkage dropped": edit(('extern "C" int plain_c', "int plain_c")),
    "C linkage gained": edit(("\nint mangled(int);", '\nextern "C" int mangled(int);')),
    "only an old version kept": edit(
        ("int versioned(int x) { return x; }", 'extern "C" int versioned_old(int x) { return x; }'),
        ("#include <string>", '#include <string>\n__asm__(".symver versioned_old, versioned@V1");'),
        flags=("-Wl,--version-script=@V1 { };",),
    ),
    "a function that became a variable": edit(
        ('extern "C" int callable(int);', 'extern "C" int callable;'),
        ("int callable(int x) { return x; }", "int callable = 1;"),
        told=frozenset({"callable"}),
        links=True,
    ),
    "a variable renamed": edit(("int level", "int height")),
    "a variable made const": edit(("extern int readable;", ""), ("int readable = 2;", "const int readable = 2;")),
    "an array of another length": edit(("table[8]", "table[4]"), told=frozenset({"_ZN4shop5tableE"}), links=True),
    "a variable made protected": edit(
        ("extern int guarded", '__attribute__((visibility("protected"))) extern int guarded'),
        told=frozenset({"_ZN4shop7guardedE"}),
        says="protected symbol",
    ),
    "thread-local no more": edit(
        ("thread_local int current", "int current"), told=frozenset({"_ZN4shop7currentE"}), says="TLS"
    ),
    "an inline namespace of another version": edit(
        ("inline namespace v2", "inline namespace v1"), ("v2::current", "v1::current")
    ),
    "a namespace renamed": edit(("namespace inner", "namespace within"), ("inner::moved", "within::moved")),
    "a constructor with another parameter": edit(
        ("Item(char const* name, int price)", "Item(char const* name, unsigned price)"),
        ("Item(char const*, int price)", "Item(char const*, unsigned price)"),
    ),
    "a destructor defaulted in the class": edit(("    ~Item();", "    ~Item() = default;"), ("Item::~Item() {}", "")),
    "const dropped from a member function": edit(("price() const", "price()")),
    "const added to a member function": edit(("weigh()", "weigh() const")),
    "a reference qualifier changed": edit(("spend() &&", "spend() const&")),
    "a static data member removed": edit(("    static int total;", ""), ("int Item::total = 0;", "")),
    "a conversion to another type": edit(("operator bool() const", "operator long() const")),
    "an operator that became a friend": edit(
        ("    bool operator==(Item const&) const;", "    friend bool operator==(Item const&, Item const&);"),
        ("bool Item::operator==(Item const&) const", "bool operator==(Item const&, Item const&)"),
    ),
    "a class's operator delete removed": edit(
        ("    static void operator delete(void*);", ""), ("void Item::operator delete(void*) {}", "")
    ),
    "a private function that an inline one calls": edit(
        ("return 2 * single();", "return 2;"),
        ("    int single() const;", ""),
        ("int Item::single() const { return 1; }", ""),
    ),
    "a private function that a member initialiser calls": edit(
        ("= start()", "= 0"), ("    static int start();", ""), ("int Item::start() { return 1; }", "")
    ),
    "a key function missing": edit(("int Keyed::key() { return 1; }", "")),
    "no typeinfo": Mutation(flags=("-fno-rtti",)),
    "another base in between": edit(
        ("struct Both : Left, Right", "struct Pad { virtual int pad(); long p[2]; };\nstruct Both : Left, Pad, Right"),
        ("int Left::left()", "int Pad::pad() { return 1; }\nint Left::left()"),
        besides=frozenset({"_ZTVN4shop4BothE", "_ZTIN4shop4BothE"}),
    ),
    "a covariant result given up": edit(
        ("Both* clone() override", "Right* clone() override"), ("Both* Both::clone", "Right* Both::clone")
    ),
    "a virtual function made plain": edit(
        ("virtual int code() const", "int code()"),
        ("Thrown::code() const", "Thrown::code()"),
        besides=frozenset({"_ZTVN4shop6ThrownE"}),
    ),
    "an abstract class's constructor": edit(
        ("    Abstract();", "    Abstract(int);"), ("Abstract::Abstract()", "Abstract::Abstract(int)")
    ),
    "a specialisation removed": edit(("template <>\nint special<int>(int x) {\n    return x;\n}", "")),
    "an instance of a template removed": edit(("return held;\n}\ntemplate struct Box<int>;", "return held;\n}")),
}


def build(mutation: Mutation, folder: Path) -> Path:
    """The mutated library; its header and script are kept in ``folder``."""
    texts = {name: (PLANTED / name).read_text() for name in ("api.h", "library.cpp")}
    for old, new in mutation.edits:
        assert any(old in text for text in texts.values()), old
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    (folder / "built").mkdir()
    (folder / "built" / "api.h").write_text(texts["api.h"])
    flags = [_place_script(flag, folder) for flag in mutation.flags]
    needed = [build_library(mutation.beside, name="libbeside.so")] if mutation.beside else []
    runs = [f"-Wl,-rpath,{path.parent}" for path in needed]
    return build_library(
        texts["library.cpp"],
        name="libplanted.so",
        flags=("-O2", "-w", "-Wl,-Bsymbolic-functions", *flags, *runs),
        inputs=needed,
        include=(folder / "built",),
    )


def _place_script(flag: str, folder: Path) -> str:
    head, mark, script = flag.partition("@")
    if not mark:
        return flag
    (folder / "script.map").write_text(script)
    return f"{head}{folder / 'script.map'}"


def consumer(level: str) -> Path:
    text = (PLANTED / "consumer.cpp").read_text()
    done = compile_cxx(text, name="consumer.o", flags=("-c", level, "-std=c++17"), include=(PLANTED,))
    assert done.status == 0, done.messages
    return done.path


def verify(library: Path, folder: Path, capsys, monkeypatch) -> tuple[int, dict]:
    monkeypatch.chdir(folder)
    question = ["--headers", str(PLANTED), "--entry", "api.h", "--library", str(library), "--format", "json"]
    code = run(["verify", *question])
    return code, json.loads(capsys.readouterr().out)


def link(library: Path):
    flags = ("-Wl,--no-demangle", f"-Wl,-rpath,{library.parent}")
    return [compile_cxx("", name="program", flags=flags, inputs=(consumer(level), library)) for level in ("-O0", "-O2")]


def test_the_honest_library_verifies_and_links(tmp_path, capsys, monkeypatch):
    library = build(Mutation(), tmp_path)
    code, told = verify(library, tmp_path, capsys, monkeypatch)
    assert (code, told["verdict"], told["findings"]) == (0, "verified", [])
    assert [done.messages for done in link(library)] == ["", ""]
    assert "_ZN4shop7removedEi" in strong_references(consumer("-O0"))


def test_there_are_at_least_32_kinds():
    assert len(MUTATIONS) >= 32


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_planted_mismatch_is_found_and_nothing_else(kind, tmp_path, capsys, monkeypatch):
    mutation = MUTATIONS[kind]
    library = build(mutation, tmp_path)
    code, told = verify(library, tmp_path, capsys, monkeypatch)
    assert (code, told["verdict"]) == (1, "mismatch")
    found = {symbol for finding in told["findings"] for symbol in finding["symbols"]}
    reached = {symbol for symbol in found if not symbol.endswith(BEYOND_REACH)}
    assert reached == _linker_says(mutation, library) | mutation.besides
    assert [finding for finding in told["findings"] if not finding["symbols"]] == []


def _linker_says(mutation: Mutation, library: Path) -> set[str]:
    """The symbols that the linker misses, or those that ``mutation`` states where it does not name any."""
    done = link(library)
    assert all(one.status == 0 for one in done) == mutation.links
    assert all(mutation.says in one.messages for one in done)
    named = {symbol for one in done for symbol in undefined_references(one.messages)}
    assert not (named and mutation.told)
    return set(mutation.told) or named
