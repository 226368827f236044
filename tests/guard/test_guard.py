"""The guard, compiled into programs: a library that was exchanged is refused before it corrupts anything."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cxx import build_library, compile_cxx
from support.demo_upstream import build_environment, build_release_library, build_upstream
from support.tools import CROSS, not_run, tool

from trtheaders.errors import UsageError
from trtheaders.guards.source import GuardedLibrary, hash_symbol, write_guard
from trtheaders.library.answers import ask_libraries
from trtheaders.library.elf.image import open_image
from trtheaders.library.machine.plain_reads import decode_aarch64_read, decode_plain_read, read_plain_reads
from trtheaders.verbs.guard import guard

LIBRARY = "libtensorrt_llm.so"
VERSION = "_ZN12tensorrt_llm8executor7versionEv"
HEADER = """namespace tensorrt_llm { namespace executor {
char const* version() noexcept;
class Config {
public: Config(); virtual ~Config(); int get() const; %(virtual)s
private: %(first)sint mGuess[%(size)d];
};
} }
"""
BODY = """#include <cstring>
namespace tensorrt_llm { namespace executor {
char const* version() noexcept { return "%(version)s"; }
Config::Config() { std::memset(mGuess, 7, sizeof mGuess); }
Config::~Config() {}
int Config::get() const { return mGuess[0]; }
%(more)s
} }
"""
OLD = {"version": "1.1.0", "size": 2, "virtual": "", "first": "", "more": ""}
NEW = {**OLD, "version": "1.2.0", "size": 6}
GROWN_TABLE = {**OLD, "virtual": "virtual int another();", "more": "int Config::another() { return 1; }"}
MOVED = {**OLD, "first": "char const* mFirst = nullptr; "}
# The object lies beside other bytes, which a constructor of larger objects writes over.
PROGRAM = """#include <cstdio>
#include <cstring>
#include <new>
struct Early { Early() { std::puts("early"); } } early;
alignas(16) unsigned char bytes[sizeof(tensorrt_llm::executor::Config) + 32];
int main() {
    std::memset(bytes, 5, sizeof bytes);
    new (bytes) tensorrt_llm::executor::Config;
    for (auto at = sizeof(tensorrt_llm::executor::Config); at < sizeof bytes; ++at)
        if (bytes[at] != 5) { std::puts("corrupted"); return 3; }
}
"""
HOST = """#include <dlfcn.h>
#include <cstdio>
int main(int, char** v) { if (!dlopen(v[1], RTLD_NOW)) { std::puts(dlerror()); return 2; } std::puts("goes on"); }
"""
PROMISED = (
    ("_ZN12tensorrt_llm8executor6ConfigC1Ev", 0),
    ("_ZNK12tensorrt_llm8executor6Config3getEv", 0),
    ("_ZTVN12tensorrt_llm8executor6ConfigE", 32),
    (VERSION, 0),
)
MODES = (("-no-pie",), ("-pie", "-fPIE"), ("-O2", "-flto"))


def library(release, *, flags=("-O2",), compiler="g++"):
    return build_library(HEADER % release + BODY % release, name=LIBRARY, flags=flags, compiler=compiler)


def source(build=""):
    known = GuardedLibrary(
        release="1.1.0",
        version="1.1.0",
        version_function=VERSION,
        promised=PROMISED,
        members=members_of(library(OLD)),
        build=build,
    )
    return write_guard(known)


def members_of(path):
    symbols = [symbol for symbol, _ in PROMISED]
    exports = [item.export for item in ask_libraries([path], symbols).answers.values()]
    return tuple(read_plain_reads(path, exports).items())


def link(text, *, flags=(), compiler="g++", inputs=(), name="program"):
    made = compile_cxx(text, name=name, flags=("-std=c++17", *flags), compiler=compiler, inputs=inputs)
    assert made.status == 0, made.messages
    return made.path


def program(*, guarded=True, flags=(), compiler="g++"):
    text = HEADER % OLD + PROGRAM + (source() if guarded else "")
    return link(text, flags=flags, compiler=compiler, inputs=[library(OLD)])


def start(path, folder, *arguments, **more):
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder), **more}
    return subprocess.run([path, *arguments], env=environment, capture_output=True, text=True)


def test_without_a_guard_the_exchanged_library_corrupts():
    assert start(program(guarded=False), library(OLD).parent).returncode == 0
    done = start(program(guarded=False), library(NEW).parent)
    assert (done.returncode, done.stdout) == (3, "early\ncorrupted\n")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("flags", MODES[:2])
def test_the_exchanged_library_is_refused_before_anything_runs(compiler, flags):
    path = program(flags=flags, compiler=compiler)
    right = start(path, library(OLD).parent)
    assert (right.returncode, right.stdout, right.stderr) == (0, "early\n", "")
    wrong = start(path, library(NEW).parent)
    assert (wrong.returncode, wrong.stdout) == (127, "")
    assert wrong.stderr.count("\n") == 1
    for words in ("built for TensorRT-LLM 1.1.0", str(library(NEW)), "is 1.2.0", "tensorrt-llm==1.1.0"):
        assert words in wrong.stderr


def test_link_time_optimisation_and_discarded_sections_keep_it():
    path = program(flags=("-O2", "-flto", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"))
    assert start(path, library(NEW).parent).returncode == 127


def test_the_environment_overrides():
    path, folder = program(), library(NEW).parent
    warned = start(path, folder, TRTHEADERS_GUARD="warn")
    assert (warned.returncode, "is 1.2.0" in warned.stderr) == (3, True)
    off = start(path, folder, TRTHEADERS_GUARD="off")
    assert (off.returncode, off.stderr) == (3, "")


def test_a_program_with_other_rights_than_its_users_obeys_no_variable():
    if os.getuid() != 0:
        not_run("root", "may not run a program with other rights")
    path = program(flags=(f"-Wl,-rpath,{library(NEW).parent}",))
    # Real and effective user differ: the kernel says so to the program, as it does for setuid (AT_SECURE).
    done = start(tool("setpriv"), ".", "--ruid=65534", path, TRTHEADERS_GUARD="off")
    if "setpriv:" in done.stderr:
        not_run("setpriv", "may not change the user")
    assert (done.returncode, "is 1.2.0" in done.stderr) == (127, True)


@pytest.mark.parametrize("flags", [("-O0",), ("-O3", "-g"), ("-O2", "-Wl,--hash-style=sysv"), ("-Wl,--build-id=none",)])
def test_a_rebuilt_library_passes(flags):
    done = start(program(), library(OLD, flags=flags).parent)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("style", ["gnu", "sysv"])
def test_the_same_release_with_another_vtable_is_refused(style):
    done = start(program(), library(GROWN_TABLE, flags=(f"-Wl,--hash-style={style}",)).parent)
    assert done.returncode == 127
    assert "lacks 1 of 4 symbols" in done.stderr


def test_the_same_release_with_members_elsewhere_is_refused():
    assert start(program(guarded=False), library(MOVED).parent).returncode == 3
    done = start(program(), library(MOVED).parent)
    assert done.returncode == 127
    assert "says so too, and reads 1 of 1 members at other places" in done.stderr


def test_an_exact_guard_lets_one_build_alone_do():
    right = library(OLD, flags=("-O2", "-Wl,--build-id=sha1"))
    with open_image(right) as image:
        text = HEADER % OLD + PROGRAM + source(build=image.build_id)
    path = link(text, inputs=[right])
    assert start(path, right.parent).returncode == 0
    for other in (
        library(OLD, flags=("-O0",)),
        library({**OLD, "size": 6}),
        library(OLD, flags=("-Wl,--build-id=none",)),
    ):
        done = start(path, other.parent)
        assert (done.returncode, "is another build of it" in done.stderr) == (127, True)


ACCESSORS = """#include <cstdint>
#include <vector>
struct S {
    char a; bool b; std::int16_t c; int d; double e; float f; std::vector<int> g; char pad[%d]; std::uint8_t h; long i;
    char getA() const; bool getB() const; std::int16_t getC() const; int getD() const; double getE() const;
    float getF() const; std::vector<int> const& getG() const; std::uint8_t getH() const; long getI() const;
    long sum() const;
};
char S::getA() const { return a; }
bool S::getB() const { return b; }
std::int16_t S::getC() const { return c; }
int S::getD() const { return d; }
double S::getE() const { return e; }
float S::getF() const { return f; }
std::vector<int> const& S::getG() const { return g; }
std::uint8_t S::getH() const { return h; }
long S::getI() const { return i; }
long S::sum() const { return d + i; }
#include <cstddef>
extern "C" std::size_t const offsets[9] = {offsetof(S, a), offsetof(S, b), offsetof(S, c), offsetof(S, d),
    offsetof(S, e), offsetof(S, f), offsetof(S, g), offsetof(S, h), offsetof(S, i)};
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("flags", [("-O2",), ("-O3", "-fcf-protection"), ("-Os",), ("-O0",)])
@pytest.mark.parametrize("pad", [1, 300])
def test_what_accessors_read_is_where_the_compiler_put_it(compiler, flags, pad):
    flags = (*flags, "-Wno-invalid-offsetof", "-Wno-return-type-c-linkage")
    made = build_library(ACCESSORS % pad, name="libaccessors.so", flags=flags, compiler=compiler)
    symbols = [f"_ZNK1S4get{letter}Ev" for letter in "ABCDEFGHI"]
    answers = ask_libraries([made], [*symbols, "_ZNK1S3sumEv"]).answers
    found = read_plain_reads(made, [answer.export for answer in answers.values()])
    offsets = ctypes.CDLL(str(made))
    expected = list((ctypes.c_size_t * 9).in_dll(offsets, "offsets"))
    assert "_ZNK1S3sumEv" not in found
    assert set(found.items()) <= set(zip(symbols, expected, strict=True))
    assert len(found) == (0 if "-O0" in flags or platform.machine() not in ("x86_64", "aarch64") else 9)


@pytest.mark.parametrize("flags", [("-O2",), ("-O3", "-mbranch-protection=standard"), ("-Os",)])
@pytest.mark.parametrize("pad", [1, 300])
def test_what_accessors_read_on_aarch64_is_where_the_compiler_put_it(flags, pad):
    """Classes lie there as they do here."""
    quiet = ("-Wno-invalid-offsetof", "-Wno-return-type-c-linkage")
    made = build_library(ACCESSORS % pad, name="libaccessors.so", flags=(*flags, *quiet), compiler=CROSS)
    here = build_library(ACCESSORS % pad, name="libaccessors.so", flags=quiet)
    expected = list((ctypes.c_size_t * 9).in_dll(ctypes.CDLL(str(here)), "offsets"))
    symbols = [f"_ZNK1S4get{letter}Ev" for letter in "ABCDEFGHI"]
    answers = ask_libraries([made], [*symbols, "_ZNK1S3sumEv"]).answers
    found = read_plain_reads(made, [answer.export for answer in answers.values()])
    assert found == dict(zip(symbols, expected, strict=True))


@given(st.binary(max_size=20))
@pytest.mark.parametrize("decode", [decode_plain_read, decode_aarch64_read])
def test_whatever_the_code_is_there_is_an_answer(decode, code):
    offset = decode(code)
    assert offset is None or offset >= 0


def test_a_local_suffix_is_the_same_release():
    assert start(program(), library({**OLD, "version": "1.1.0+cu130"}).parent).returncode == 0


def test_a_shared_object_with_a_guard_is_refused_when_it_is_opened():
    host = link(HOST, name="host", flags=("-ldl",))
    text = HEADER % OLD + "tensorrt_llm::executor::Config config;" + source()
    plugin = link(text, name="libplugin.so", flags=("-shared", "-fPIC"), inputs=[library(OLD)])
    right = start(host, library(OLD).parent, str(plugin))
    assert (right.returncode, right.stdout, right.stderr) == (0, "goes on\n", "")
    wrong = start(host, library(NEW).parent, str(plugin))
    assert (wrong.returncode, wrong.stdout) == (127, "")
    assert "is 1.2.0" in wrong.stderr


def test_several_guards_in_one_program_are_no_clash():
    """As with two static libraries, each of which brings one."""
    guards = [compile_cxx(source(), flags=("-c",), name=f"guard{number}.o").path for number in (1, 2)]
    path = link(HEADER % OLD + PROGRAM, inputs=[*guards, library(OLD)])
    assert start(path, library(OLD).parent).returncode == 0
    done = start(path, library(NEW).parent)
    assert (done.returncode, done.stdout, done.stderr.count("trtheaders guard")) == (127, "", 1)


def test_a_library_that_is_preloaded_is_compared_too(tmp_path):
    # By its name alone: LD_PRELOAD separates by blanks, and a checkout's path may have some.
    (tmp_path / "preloaded.so").symlink_to(library(NEW))
    done = start(program(), f"{library(OLD).parent}:{tmp_path}", LD_PRELOAD="preloaded.so")
    assert (done.returncode, done.stdout) == (127, "")
    assert str(tmp_path / "preloaded.so") in done.stderr


def test_a_library_that_is_opened_later_is_said_to_be_unguarded():
    done = start(link(HOST + source(), name="host", flags=("-ldl",)), "/", str(library(NEW)))
    assert (done.returncode, done.stdout) == (0, "goes on\n")
    assert "is not compared with TensorRT-LLM 1.1.0" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_static_program_says_that_nothing_is_loaded():
    path = link("int main() {}\n" + source(), name="static", flags=("-static",))
    done = start(path, "/")
    assert (done.returncode, "is not compared" in done.stderr) == (0, True)


def test_a_thousand_starts_with_the_right_library():
    path, folder = program(), library(OLD).parent
    text = f"for i in $(seq 1000); do '{path}' || exit 1; done"
    done = subprocess.run(
        ["sh", "-c", text], env={**os.environ, "LD_LIBRARY_PATH": str(folder)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("standard", ["c++11", "c++17", "c++20"])
@pytest.mark.parametrize("compiler", ["g++", "clang++", CROSS])
def test_it_compiles_without_a_warning(compiler, standard):
    strict = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wold-style-cast")
    flags = ("-c", f"-std={standard}", "-O3", *strict, "-Wcast-qual", "-Wmissing-declarations", "-Wundef", "-Werror")
    made = compile_cxx(source(), flags=(*flags, "-fno-exceptions", "-fno-rtti"), compiler=compiler)
    assert made.messages == ""


def test_the_hash_is_the_loaders():
    # gABI's extension, as glibc's elf/dl-lookup.c computes it.
    assert hash_symbol("printf") == 0x156B2BB8
    assert hash_symbol("") == 0x00001505


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with the small upstream's 1.0.0 and 1.1.0 vendored, and 1.1.0 installed."""
    folder = tmp_path_factory.mktemp("guarded")
    build_upstream(folder / "upstream")
    command = [sys.executable, "-m", "trtheaders", "add", "v1.0.0", "v1.1.0", "--remote", folder / "upstream"]
    (folder / "project").mkdir()
    subprocess.run(command, cwd=folder / "project", check=True, capture_output=True)
    build_environment(folder / "project" / ".venv", "1.1.0")
    return folder / "project"


def test_a_guard_of_a_vendored_release(project):
    right, wrong = (build_release_library(release) for release in ("1.1.0", "1.0.0"))
    text = guard("1.1.0", library=right, start=project)
    assert text == guard("v1.1.0", library=right, start=project)
    include = project / "include" / "tensorrt-llm" / "1.1.0"
    main = """#include "tensorrt_llm/executor/executor.h"
    int main() { return tensorrt_llm::executor::SamplingConfig{2}.getBeamWidth() - 2; }
    """
    made = compile_cxx(main + text, name="app", flags=("-std=c++17",), include=[include], inputs=[right])
    assert made.status == 0, made.messages
    assert start(made.path, right.parent).returncode == 0
    done = start(made.path, wrong.parent)
    assert (done.returncode, "is 1.0.0" in done.stderr) == (127, True)


def test_an_exact_guard_wants_a_library_that_has_a_build_id(project):
    with pytest.raises(UsageError, match="is one of a library"):
        guard("1.1.0", exact=True, start=project)
    known, unknown = (build_release_library("1.1.0", flags=(f"-Wl,--build-id={how}",)) for how in ("sha1", "none"))
    assert guard("1.1.0", library=known, exact=True, start=project) != guard("1.1.0", library=known, start=project)
    with pytest.raises(UsageError, match="has no build id"):
        guard("1.1.0", library=unknown, exact=True, start=project)


def test_a_library_of_another_release_is_no_guard(project):
    with pytest.raises(UsageError, match=r"is TensorRT-LLM 1\.0\.0, not 1\.1\.0"):
        guard("1.1.0", library=build_release_library("1.0.0"), start=project)


def test_a_release_that_ships_needs_no_headers(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "trtheaders", "guard", "1.1.0"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert compile_cxx(done.stdout, flags=("-c", "-Wall", "-Werror")).messages == ""


def test_a_place_that_cannot_be_written(tmp_path):
    command = [sys.executable, "-m", "trtheaders", "guard", "1.1.0", "-o", tmp_path / "gone" / "guard.cpp"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)
