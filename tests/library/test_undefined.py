"""What compiled code leaves undefined is what `nm -u` prints, with the place that uses it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from support.cxx import build_library, compile_cxx, undefined_symbols
from support.tools import CROSS, tool

from trtheaders.errors import LibraryError
from trtheaders.library.undefined import read_undefined
from trtheaders.model.library.exports import Machine

SOURCE = """\
#include <string>
namespace api {
struct Base { virtual ~Base(); virtual int k(std::string const&) = 0; };
struct Error { ~Error(); virtual void raise(); };
int call(int);
extern int value;
extern thread_local int local;
__attribute__((weak)) int perhaps();
}
struct Own : api::Base { int k(std::string const& s) override { return s.size(); } };
int uses(int x)
{
    return api::call(x)
        + api::value;
}
int more() { try { return uses(1) + api::local; } catch (api::Error const&) { return perhaps ? api::perhaps() : 0; } }
api::Base* make() { return new Own; }
"""
SOURCE = SOURCE.replace("return perhaps ?", "return api::perhaps ?")


def _object(flags=("-c", "-O1", "-g"), compiler="g++", name="unit.o", text=SOURCE):
    built = compile_cxx(text, flags=flags, compiler=compiler, name=name)
    assert built.status == 0, built.messages
    return built.path


LINKER_PROVIDES = {"_GLOBAL_OFFSET_TABLE_", "__dso_handle"}


@pytest.mark.parametrize(
    ("compiler", "flags"),
    [
        ("g++", ("-c", "-O0")),
        ("g++", ("-c", "-O2", "-fPIC", "-ffunction-sections")),
        ("g++", ("-c", "-O1", "-g", "-gz")),
        (CROSS, ("-c", "-O2")),
    ],
)
def test_an_objects_references_are_those_of_nm(compiler, flags):
    path = _object(flags, compiler)
    found = read_undefined(path)
    assert set(found.symbols) == undefined_symbols(path) - LINKER_PROVIDES
    assert not found.linked
    assert found.machine is (Machine.AARCH64 if compiler == CROSS else Machine.X86_64)


def test_a_reference_names_function_file_and_line(tools):
    tools("addr2line")
    found = read_undefined(_object(), located=("_ZN3api4callEi", "_ZN3api5valueE"))
    places = {(row.symbol, row.function): row.location for row in found.references}
    assert places["_ZN3api4callEi", "_Z4usesi"].line == 13
    assert places["_ZN3api4callEi", "_Z4usesi"].file.endswith("unit.cpp")
    assert places["_ZN3api5valueE", "_Z4usesi"].line == 14
    assert found.has_dwarf


def test_lines_are_looked_up_only_of_what_is_asked_for(tools):
    tools("addr2line")
    found = read_undefined(_object(), located=("_ZN3api4callEi",))
    assert {row.symbol for row in found.references if row.location is not None} == {"_ZN3api4callEi"}


def test_without_debug_information_the_function_is_named():
    found = read_undefined(_object(("-c", "-O1")), located=("_ZN3api4callEi",))
    (row,) = (row for row in found.references if row.symbol == "_ZN3api4callEi")
    assert (row.origin, row.function, row.location) == ("unit.o", "_Z4usesi", None)
    assert not found.has_dwarf


def test_weak_references_are_marked():
    found = read_undefined(_object(("-c", "-O1")))
    assert {row.symbol for row in found.references if row.weak} == {"_ZN3api7perhapsEv", "_ZTHN3api5localE"}


@pytest.fixture(params=["rcs", "rcsT"], name="archive")
def an_archive_and_a_thin_one(request, tmp_path):
    for name, text in {
        "a": "int b(); int outside(); int a() { return b() + outside(); }",
        "b_with_a_rather_long_name": "int b() { return 1; }",
        "odd": "int c() { return 3; } ",
    }.items():
        shutil.copy(_object(("-c",), text=text), tmp_path / f"{name}.o")
    objects = sorted(path.name for path in tmp_path.glob("*.o"))
    subprocess.run([tool("ar"), request.param, "libx.a", *objects], cwd=tmp_path, check=True)
    return tmp_path / "libx.a"


def test_members_of_an_archive_keep_each_others_references(archive):
    found = read_undefined(archive)
    assert [(row.symbol, row.origin) for row in found.references] == [("_Z7outsidev", "libx.a(a.o)")]


def test_a_thin_archive_without_its_files_is_refused(archive):
    (archive.parent / "a.o").unlink()
    if archive.read_bytes().startswith(b"!<thin>"):
        with pytest.raises(LibraryError, match=r"thin archive whose member `a\.o` cannot be read"):
            read_undefined(archive)
    else:
        assert read_undefined(archive).references


def test_a_member_that_is_no_object_is_named_and_the_rest_judged(archive):
    (archive.parent / "notes.txt").write_text("hello")
    thin = archive.read_bytes().startswith(b"!<thin>")
    subprocess.run([tool("ar"), "rcsT" if thin else "rcs", archive.name, "notes.txt"], cwd=archive.parent, check=True)
    found = read_undefined(archive)
    assert found.symbols == ("_Z7outsidev",)
    assert found.remarks == ("`libx.a(notes.txt)` is not an ELF file; it was not judged",)


@pytest.mark.parametrize("size", [20, 67, 300, 2000])
def test_a_damaged_archive_is_refused(archive, size):
    if archive.read_bytes().startswith(b"!<arch>"):
        archive.write_bytes(archive.read_bytes()[:size])
        with pytest.raises(LibraryError, match=r"is a (damaged|truncated) archive"):
            read_undefined(archive)


def test_an_object_without_machine_code_is_not_taken_for_one_without_references():
    found = read_undefined(_object(("-c", "-flto", "-fno-fat-lto-objects")))
    assert found.remarks == (
        "`unit.o` holds no machine code (-flto): compile it with -ffat-lto-objects to have it judged",
    )


LIBRARY = """
namespace api {
struct Base { virtual ~Base(); virtual int k() = 0; };
Base::~Base() {}
int call(int x) { return x; }
int value = 3;
}
"""
PROGRAM = """
namespace api { struct Base { virtual ~Base(); virtual int k() = 0; }; int call(int); extern int value; }
struct Own : api::Base { int k() override { return api::value; } };
int main() { Own own; return api::call(own.k()); }
"""


def _program(flags=()) -> Path:
    library = build_library(LIBRARY, name="libapi.so")
    built = compile_cxx(PROGRAM, name="program", flags=(f"-Wl,-rpath,{library.parent}", *flags), inputs=[library])
    assert built.status == 0, built.messages
    return built.path


@pytest.mark.parametrize("flags", [("-fPIE", "-pie"), ("-fno-pie", "-no-pie"), ("-fno-pie", "-no-pie", "-s")])
def test_a_programs_references_are_what_the_loader_must_find(flags):
    program = _program(flags)
    found = read_undefined(program)
    lines = subprocess.run(
        [tool("nm"), "-D", "--undefined-only", "--format=posix", program], capture_output=True, text=True
    )
    undefined = {line.split()[0].split("@")[0] for line in lines.stdout.splitlines()}
    assert {row.symbol for row in found.references if row.copied is None} == undefined
    assert found.linked
    assert "libapi.so" in found.needed


def test_a_variable_that_a_program_copies_is_a_reference_with_its_size():
    program = _program(("-fno-pie", "-no-pie"))
    relocations = subprocess.run([tool("readelf"), "-rW", program], capture_output=True, text=True, check=True).stdout
    copied = {row.symbol: row.copied for row in read_undefined(program).references if row.copied is not None}
    assert copied["_ZN3api5valueE"] == 4
    assert set(copied) == {line.split()[4].split("@")[0] for line in relocations.splitlines() if "_COPY" in line}


def test_a_shared_library_is_read_alike():
    library = build_library("int outside(); int f() { return outside(); }")
    assert "_Z7outsidev" in read_undefined(library).symbols


def test_what_is_no_code_is_refused(tmp_path):
    for content, words in ((b"", "is empty"), (b"int f();", "is not an ELF file"), (b"!<arch>\n", "holds no object")):
        path = tmp_path / "unit.o"
        path.write_bytes(content)
        with pytest.raises(LibraryError, match=words):
            read_undefined(path)
