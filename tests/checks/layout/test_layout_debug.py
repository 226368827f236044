"""Debug information, where a library has it: everything is compared."""

from __future__ import annotations

import shutil
import struct
import subprocess

import pytest
from support.cxx import build_library, compile_cxx
from support.layout_builds import snapshot_of

from trtheaders.checks.layout.judgement import judge_layouts
from trtheaders.library.elf.image import SectionType, open_image
from trtheaders.library.layout.dwarf import read_debug_layouts
from trtheaders.library.layout.evidence import read_evidence, read_version_string
from trtheaders.report.evidence import spell_evidence

HEADER = """# 1 "tensorrt_llm/executor/executor.h"
#pragma once
#include <string>
#include <vector>
namespace n {{
enum class Mode {{ kFirst, {enumerator} kLast = {last} }};
struct Base {{ long mBase; void base(); }};
struct Other {{ int mOther; void other(); }};
class A : public {bases} {{
public:
    A();
    void use(Mode mode);
    static int sCount;
private:
    unsigned mFlag : 3;
    unsigned mMore : 5;
    std::string mName;
    {inserted}
    struct Inner {{ int mDepth; }} mInner;
    union {{ int mInt; float mFloat; }};
    std::vector<int> mItems;
}};
}}
"""
BODIES = """# 1 "library.cpp"
namespace n {
void Base::base() { mBase = 1; }
void Other::other() { mOther = 1; }
int A::sCount = 0;
A::A() : mFlag(0), mMore(0), mInt(0) {}
void A::use(Mode mode)
{
    Inner inner{1};
    mFlag = mode == Mode::kLast;
    mInner.mDepth = 2;
    mInt = 3;
    mMore = inner.mDepth;
}
}
"""
SAME = {"enumerator": "", "last": 5, "bases": "Base, public Other", "inserted": ""}


def _judge(compiler="g++", flags=("-O2", "-g"), **changes):
    snapshot = snapshot_of(HEADER.format(**SAME))
    library = build_library(HEADER.format(**{**SAME, **changes}) + BODIES, flags=flags, compiler=compiler)
    return judge_layouts(snapshot, read_evidence([library], snapshot))


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("version", ["-gdwarf-4", "-gdwarf-5"])
def test_a_matching_pair_agrees_in_every_class(compiler, version):
    judgement = _judge(compiler, ("-O2", version))
    assert judgement.findings == ()
    assert {"n::A", "n::Base", "n::Other"} <= judgement.judged


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_an_inserted_member_is_told_with_offsets_though_no_accessor_shows_it(compiler):
    (finding,) = _judge(compiler, inserted="long mNew;").findings
    assert finding.rule == "moved-members"
    text = "\n".join(spell_evidence(finding.evidence))
    assert "`mInner` at offset" in text
    assert "`mNew` not in the headers" in text
    assert any("bytes here" in line for line in spell_evidence(finding.evidence))


@pytest.mark.parametrize("compiler", ["g++", "clang++", "aarch64-linux-gnu-g++"])
@pytest.mark.parametrize("more", [(), ("-gz",), ("-gdwarf-4",), ("-ffunction-sections",)])
def test_an_object_tells_what_the_library_that_is_linked_of_it_tells(compiler, more):
    snapshot = snapshot_of(HEADER.format(**SAME))
    text = HEADER.format(**{**SAME, "inserted": "long mNew;"}) + BODIES
    made = compile_cxx(text, flags=("-c", "-fPIC", "-O1", "-g", *more), compiler=compiler)
    linked = compile_cxx("", name="liblinked.so", flags=("-shared",), inputs=[made.path], compiler=compiler)
    assert (made.status, linked.status) == (0, 0), made.messages + linked.messages
    ours, theirs = (_read(path, snapshot) for path in (made.path, linked.path))
    assert "n::A" in ours
    assert ours == theirs


def test_a_debug_section_without_bytes_in_the_file_is_no_traceback(tmp_path):
    """As a damaged section table may say: type NOBITS, and an offset far beyond the end."""
    snapshot = snapshot_of(HEADER.format(**SAME))
    made = compile_cxx(HEADER.format(**SAME) + BODIES, flags=("-c", "-O1", "-g"))
    data = bytearray(made.path.read_bytes())
    with open_image(made.path) as image:
        index = image.section(".debug_info").index
    (table,) = struct.unpack_from("<Q", data, 0x28)
    struct.pack_into("<I", data, table + index * 64 + 4, SectionType.NOBITS)
    struct.pack_into("<Q", data, table + index * 64 + 24, 1 << 40)
    (tmp_path / "odd.o").write_bytes(data)
    with open_image(tmp_path / "odd.o") as image:
        assert read_debug_layouts(image, [snapshot]).records == []


def test_a_packed_debug_section_that_does_not_unpack_is_told(tmp_path):
    snapshot = snapshot_of(HEADER.format(**SAME))
    made = compile_cxx(HEADER.format(**SAME) + BODIES, flags=("-c", "-O1", "-g", "-gz=zlib"))
    data = bytearray(made.path.read_bytes())
    with open_image(made.path) as image:
        section = image.section(".debug_info")
    middle = section.offset + section.size // 2
    data[middle : middle + 8] = b"\xff" * 8
    (tmp_path / "odd.o").write_bytes(data)
    with open_image(tmp_path / "odd.o") as image:
        layouts = read_debug_layouts(image, [snapshot])
    assert layouts.records == []
    assert "cannot be read" in layouts.remarks[0]


def _read(path, snapshot):
    with open_image(path) as image:
        layouts = read_debug_layouts(image, [snapshot])
    assert layouts.remarks == []
    return {record.name: (record.size, record.members, record.bases) for record in layouts.records}


FORMS = {
    "version 2": ("-gdwarf-2",),
    "version 2 alone": ("-gdwarf-2", "-gstrict-dwarf"),
    "version 3": ("-gdwarf-3",),
    "version 3 alone": ("-gdwarf-3", "-gstrict-dwarf"),
    "64 bits": ("-g", "-gdwarf64"),
    "type units 4": ("-gdwarf-4", "-fdebug-types-section"),
    "type units 5": ("-gdwarf-5", "-fdebug-types-section"),
    "compressed": ("-g", "-gz"),
}


@pytest.mark.parametrize("flags", FORMS.values(), ids=FORMS)
def test_every_form_of_debug_information_tells_the_same(flags):
    matching = _judge(flags=("-O1", *flags))
    assert (matching.findings, matching.remarks) == ((), ())
    assert {"n::A", "n::Base", "n::Other"} <= matching.judged
    moved = _judge(flags=("-O1", *flags), inserted="long mNew;")
    assert ("moved-members", "n::A") in {(finding.rule, finding.name) for finding in moved.findings}


def test_what_is_split_off_is_said_to_be_unread(tools):
    tools("objcopy")  # g++ calls it for `-gsplit-dwarf`
    judgement = _judge(flags=("-O1", "-g", "-gsplit-dwarf"), inserted="long mNew;")
    assert any("in another file, which was not read" in remark for remark in judgement.remarks)


def _library(tmp_path, **changes):
    path = tmp_path / "libown.so"
    made = build_library(HEADER.format(**{**SAME, **changes}) + BODIES, flags=("-O1", "-g", "-Wl,--build-id"))
    shutil.copy(made, path)
    return path


def _run(*command):
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("folder", ["", ".debug"])
def test_a_separate_file_is_read_where_debuggers_look_for_it(tmp_path, folder, tools):
    snapshot = snapshot_of(HEADER.format(**SAME))
    library = _library(tmp_path, inserted="long mNew;")
    separate = tmp_path / folder / "libown.debug"
    separate.parent.mkdir(exist_ok=True)
    _run(tools("objcopy"), "--only-keep-debug", str(library), str(separate))
    _run(tools("objcopy"), "--strip-debug", f"--add-gnu-debuglink={separate}", str(library))
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    assert "moved-members" in {finding.rule for finding in judgement.findings}
    separate.unlink()
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    (remark,) = judgement.remarks
    assert "`libown.debug`" in remark


def test_a_separate_file_of_another_build_is_not_believed(tmp_path, tools):
    snapshot = snapshot_of(HEADER.format(**SAME))
    other = _library(tmp_path, inserted="long mNew;")
    other.rename(tmp_path / "libown.debug")
    library = _library(tmp_path)
    _run(tools("objcopy"), "--strip-debug", f"--add-gnu-debuglink={tmp_path / 'libown.debug'}", str(library))
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    assert judgement.findings == ()
    assert len(judgement.remarks) == 1


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("version", [(), ("--dwarf-5",)], ids=["dwz", "dwz -5"])
def test_what_dwz_made_smaller_tells_the_same(tmp_path, shared, version, tools):
    dwz = str(tools("dwz"))
    snapshot = snapshot_of(HEADER.format(**SAME))
    library, twin = _library(tmp_path, inserted="long mNew;"), tmp_path / "libtwin.so"
    shutil.copy(library, twin)
    made = (str(library), str(twin))
    _run(dwz, *version, *(("-m", str(tmp_path / "common")) if shared else ()), *made)
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    assert ("moved-members", "n::A") in {(finding.rule, finding.name) for finding in judgement.findings}
    if shared:
        shutil.copy(twin, tmp_path / "common")
        (remark,) = judge_layouts(snapshot, read_evidence([library], snapshot)).remarks
        assert "`common`" in remark
        (tmp_path / "common").unlink()
        assert judge_layouts(snapshot, read_evidence([library], snapshot)).remarks == (remark,)


def test_a_source_file_s_own_type_of_the_same_name_is_another_type(tmp_path):
    header = '# 1 "tensorrt_llm/executor/executor.h"\nstruct Node { int value; Node* next; }; int use(Node const&);\n'
    own = '# 1 "other.cpp"\nstruct Node { char key[99]; }; Node node; int f() { return node.key[3]; }\n'
    snapshot = snapshot_of(header)
    first = compile_cxx(own, flags=("-c", "-fPIC", "-g"))
    library = build_library(header + "int use(Node const& n) { return n.value; }\n", flags=("-g",), inputs=[first.path])
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    assert (judgement.findings, judgement.judged) == ((), {"Node"})


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("flags", FORMS.values(), ids=FORMS)
def test_bases_have_the_names_that_typedefs_and_classes_around_give_them(flags, compiler):
    header = (
        '# 1 "tensorrt_llm/executor/executor.h"\n'
        "namespace k {{ typedef struct {{ int x; {} char y; }} CStyle; struct FromC : CStyle {{ int z; }};"
        " struct Outer {{ struct Inner; int a; }}; struct Outer::Inner {{ int b; }};"
        " struct Own {{ virtual ~Own(); int c; }}; struct Last : private Outer::Inner, Own {{ ~Last(); int d; }};"
        " int use(FromC const&, Last const&); int take(CStyle const& c, Outer::Inner const& i); }}\n"
    )
    bodies = (
        "k::Own::~Own() {} k::Last::~Last() {} int k::use(FromC const& f, Last const& l) { return f.z + l.d; }"
        "int k::take(CStyle const& c, Outer::Inner const& i) { return c.x + i.b; }\n"
    )
    snapshot = snapshot_of(header.format(""))
    for more, expected in (("", set()), ("long n;", {"k::CStyle", "k::FromC"})):
        library = build_library(header.format(more) + bodies, flags=("-O1", *flags), compiler=compiler)
        judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
        assert {finding.name for finding in judgement.findings} == expected
        assert {"k::CStyle", "k::FromC", "k::Outer::Inner", "k::Last"} <= judgement.judged


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("flags", FORMS.values(), ids=FORMS)
def test_packed_bit_fields_lie_across_the_units_of_their_types(flags, compiler):
    header = (
        '# 1 "tensorrt_llm/executor/executor.h"\n'
        "#pragma once\nstruct __attribute__((packed)) Flags { char tag; unsigned few : 5, many : 30; long wide : 60; };"
        " int use(Flags const&);\n"
    )
    snapshot = snapshot_of(header)
    library = build_library(f"{header}int use(Flags const& f) {{ return f.many; }}", flags=flags, compiler=compiler)
    judgement = judge_layouts(snapshot, read_evidence([library], snapshot))
    assert (judgement.findings, judgement.judged) == ((), {"Flags"})


def test_bases_that_changed_places_are_told():
    assert "moved-bases" in {finding.rule for finding in _judge(bases="Other, public Base").findings}


def test_an_enumerator_of_another_value_is_told():
    (finding,) = _judge(last=6).findings
    assert (finding.rule, finding.name) == ("changed-enumerators", "n::Mode")
    assert "`kLast` is 5 in the headers, 6 in" in finding.message


@pytest.mark.parametrize("compiler", ["g++", "clang++", "aarch64-linux-gnu-g++"])
@pytest.mark.parametrize("level", ["-O0", "-O1", "-O2"])
def test_the_version_string_is_read_without_running_anything(compiler, level):
    source = 'namespace tensorrt_llm::executor { char const* version() noexcept { return "1.2.0rc3"; } }'
    assert read_version_string(build_library(source, flags=(level, "-s"), compiler=compiler)) == "1.2.0rc3"
    other = (
        "namespace tensorrt_llm::executor { extern char const* kept; char const* version() noexcept { return kept; } }"
    )
    kept = 'namespace tensorrt_llm::executor { char const* kept = "1"; }'
    assert read_version_string(build_library(other + kept, flags=(level, "-s"), compiler=compiler)) is None
    assert read_version_string(build_library("int f() { return 1; }", flags=(level, "-s"), compiler=compiler)) is None


DISPUTED = """# 1 "tensorrt_llm/executor/executor.h"
#pragma once
class Value {{ public: Value(); private: long v_; char c_; }};
class Holder {{ public: int use(); {mark} Value value; char c; {more} long last; }};
"""


@pytest.mark.parametrize(("mark", "severity"), [("[[no_unique_address]]", "warning"), ("", "error")])
def test_where_compilers_differ_and_none_confirmed_nothing_is_more_than_a_doubt(mark, severity):
    ours, theirs = (DISPUTED.format(mark=mark, more=more) for more in ("", "long newcomer;"))
    library = build_library(theirs + "int Holder::use() { return last; } Value::Value() {}", flags=("-g", "-std=c++20"))
    snapshot = snapshot_of(ours)
    (finding,) = judge_layouts(snapshot, read_evidence([library], snapshot)).findings
    assert (finding.name, finding.severity.value) == ("Holder", severity)
    assert ("none has confirmed" in "\n".join(spell_evidence(finding.evidence))) is bool(mark)
