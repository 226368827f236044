"""Slot order and bases from the vtables and typeinfos of stripped libraries."""

from __future__ import annotations

import pytest
from support.layout_builds import snapshot_of, stripped_library

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.library.layout.evidence import read_evidence
from trtheaders.report.evidence import spell_evidence

INTERFACE = """#pragma once
namespace n {{
class Decoder {{
public:
    Decoder();
    virtual ~Decoder();
    virtual void setup(int);
{inserted}
    virtual void step();
    virtual int finish() const;
    virtual void pure() = 0;
private:
    int mState;
}};
class Beam : public Decoder {{
public:
    Beam();
    ~Beam() override;
    void step() override;
    void pure() override;
    virtual void search();
}};
}}
"""
BODIES = """
namespace n {{
Decoder::Decoder() : mState(0) {{}}
Decoder::~Decoder() {{ mState = -1; }}
void Decoder::setup(int state) {{ mState = state; }}
{inserted}
void Decoder::step() {{ ++mState; }}
int Decoder::finish() const {{ return mState * 2; }}
Beam::Beam() {{}}
Beam::~Beam() {{}}
void Beam::step() {{}}
void Beam::pure() {{}}
void Beam::search() {{}}
}}
"""
MATCHING = INTERFACE.format(inserted="") + BODIES.format(inserted="")
RESET = "void Decoder::reset() { mState = 7; }"
INSERTED = INTERFACE.format(inserted="    virtual void reset();") + BODIES.format(inserted=RESET)
LINKS = {
    "plain": ("-O2",),
    "nameless": ("-O2", "-Wl,-Bsymbolic"),
    "packed": ("-O2", "-Wl,-Bsymbolic", "-Wl,-z,pack-relative-relocs"),
    "folded": ("-O2", "-fuse-ld=lld", "-Wl,--icf=all", "-Wl,-Bsymbolic"),
    "packed by lld": ("-O2", "-fuse-ld=lld", "-Wl,-Bsymbolic", "-Wl,--pack-dyn-relocs=relr"),
    "no typeinfo": ("-O2", "-fno-rtti"),
}


def _judge(header, source, *flags, compiler="g++"):
    snapshot = snapshot_of(header)
    library = stripped_library(source, *flags, compiler=compiler)
    return judge_layouts(snapshot, read_evidence([library], snapshot))


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("link", LINKS)
def test_matching_vtables_yield_nothing_and_count_as_evidence(link, compiler):
    judgement = _judge(INTERFACE.format(inserted=""), MATCHING, *LINKS[link], compiler=compiler)
    assert judgement.findings == ()
    assert judgement.judged == {"n::Decoder", "n::Beam"}


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("link", LINKS)
def test_a_virtual_function_inserted_in_the_middle_is_found_by_slot_order(link, compiler):
    judgement = _judge(INTERFACE.format(inserted=""), INSERTED, *LINKS[link], compiler=compiler)
    found = {finding.name: finding for finding in judgement.findings}
    assert set(found) == {"n::Decoder", "n::Beam"}
    assert {finding.rule for finding in judgement.findings} == {"reordered-vtable-slots"}
    assert any("slot 3" in line and "n::Decoder::step" in line for line in spell_evidence(found["n::Decoder"].evidence))


def test_two_virtual_functions_exchanged_are_found_though_the_size_is_the_same():
    members = "virtual void key(); virtual void one(); virtual void two(); int a;"
    header = f"#pragma once\nnamespace n {{ struct A {{ {members} }}; }}\n"
    swapped = header.replace("virtual void one(); virtual void two();", "virtual void two(); virtual void one();")
    bodies = "namespace n { void A::key() {} void A::one() { a = 1; } void A::two() { a = 2; } }"
    judgement = _judge(header, swapped + bodies, "-O2", "-Wl,-Bsymbolic")
    (finding,) = judgement.findings
    assert finding.rule == "reordered-vtable-slots"
    assert finding.explains == 2


BASES = """#pragma once
namespace n {{
struct Logger {{ virtual void log(); {extra} int mLevel; }};
struct Runner {{ virtual void run(); long mCount; }};
struct Engine : {bases} {{ void run() override; void log() override; int mMode; }};
}}
"""
BASE_BODIES = """namespace n {
void Logger::log() { mLevel = 0; } void Runner::run() { mCount = 0; }
void Engine::run() { mMode = 0; } void Engine::log() {}
}"""


@pytest.mark.parametrize("flags", [("-O2",), ("-O2", "-Wl,-Bsymbolic")])
def test_bases_that_were_exchanged_or_moved_are_found(flags):
    header = BASES.format(extra="", bases="Logger, Runner")
    assert _judge(header, header + BASE_BODIES, *flags).findings == ()
    exchanged = BASES.format(extra="", bases="Runner, Logger") + BASE_BODIES
    assert "moved-bases" in {finding.rule for finding in _judge(header, exchanged, *flags).findings}
    moved = BASES.format(extra="long mTime, mZone;", bases="Logger, Runner") + BASE_BODIES
    (finding,) = [item for item in _judge(header, moved, *flags).findings if item.rule == "moved-bases"]
    assert "at offset 16 in the headers, at offset 32 in the library" in finding.message


CALLBACK = "#include <string>\nstruct Callback {{ virtual ~Callback(); {} }};\n"
STRINGS = "virtual std::string name(long i); virtual void take(std::string const& s); virtual int plain();"
STRING_BODIES = (
    "Callback::~Callback() {} std::string Callback::name(long) { return {}; }\n"
    "void Callback::take(std::string const&) {} int Callback::plain() { return 0; }\n"
)


def test_functions_under_the_other_string_abi_are_the_same_functions():
    header = CALLBACK.format(STRINGS)
    old = "-D_GLIBCXX_USE_CXX11_ABI=0"
    assert _judge(header, header + STRING_BODIES, "-O2", old).findings == ()
    turned = CALLBACK.format(
        "virtual int plain(); virtual void take(std::string const& s); virtual std::string name(long i);"
    )
    (finding,) = _judge(header, turned + STRING_BODIES, "-O2", old).findings
    assert finding.rule == "reordered-vtable-slots"


def test_overloads_that_differ_in_the_string_alone_are_told_apart():
    header = "inline namespace __cxx11 {{ struct S {{}}; }} struct P {{ {} }};\n"
    one, other = "virtual void f(long);", "virtual void f(int);"
    bodies = "void P::f(long) {} void P::f(int) {}\n"
    (finding,) = _judge(header.format(one + other), header.format(other + one) + bodies).findings
    assert finding.rule == "reordered-vtable-slots"


VIRTUAL = (
    "struct Base {{ virtual ~Base(); virtual int seek(long); int b; }}; struct D : {} Base "
    "{{ D(); int seek(long) override; int d; }};\n"
)


def test_a_base_that_is_virtual_on_one_side_is_told_in_words():
    bodies = "Base::~Base() {} int Base::seek(long) { return 0; } D::D() {} int D::seek(long) { return 0; }\n"
    judgement = _judge(VIRTUAL.format("virtual"), VIRTUAL.format("") + bodies)
    (finding,) = [item for item in judgement.findings if item.rule == "moved-bases"]
    assert "base `Base` is virtual in the headers, at offset 0 in the library" in finding.message
