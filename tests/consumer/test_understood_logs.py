"""What surrounds a complaint in a log, complaints of every kind, and what is no complaint at all."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.consumers import PLACE, build_release, known_releases

from trtheaders.consumer.logs import read_log
from trtheaders.model.answers.symptoms import Cause
from trtheaders.model.answers.symptoms import SymptomKind as Kind
from trtheaders.report.symptoms import render_account
from trtheaders.verbs.explain import explain

MANGLED = "_ZN12tensorrt_llm8executor14SamplingConfig7setTopKEi"
NAME = "tensorrt_llm::executor::SamplingConfig::setTopK(int)"
MEMBER = "use.cpp:2:55: error: 'class tensorrt_llm::executor::SamplingConfig' has no member named 'setTopK'"
LOADER = "./app: error while loading shared libraries: "
LIBRARY = "/x/tensorrt_llm/libs/libtensorrt_llm.so"


@pytest.fixture(scope="module")
def releases():
    return known_releases(PLACE, ("1.1.0", "1.2.0rc3"))


def causes(lines, releases=(), **more):
    return [item.cause for item in explain(lines, releases=releases, start=PLACE, **more).explanations]


@pytest.mark.parametrize(
    "prefix",
    [
        "2026-11-28T18:50:22.1234567Z ",
        "2026-11-28T18:50:22.123456Z 01O ",
        "2026-11-28T18:50:22.123456Z 01E+",
        "#12 3.45 ",
        "[3/9] ",
        "[ 50%] ",
        "##[error]",
        "##vso[task.logissue type=error]",
        "app-1  | ",
        "[18:50:22]W:\t ",
        "[2026-11-28T18:50:22.123Z] ",
        "[1,0]<stderr>:",
        "[pod/app-7f/build] ",
        "Nov 28 18:50:22 host build[123]: ",
        "app> ",
        "12: ",
        "remote: ",
        "      ",
        "\x1b[31m",
        "\x1b_bk;t=1732819822123\x07",
    ],
)
def test_what_ci_systems_put_before_a_line(prefix):
    (member,) = read_log([prefix + MEMBER]).symptoms
    assert (member.location.file, member.location.line) == ("use.cpp", 2)
    lines = [
        f"ld.lld: error: undefined symbol: {NAME}",
        ">>> referenced by main.cpp:3",
        ">>>               main.o:(main)",
    ]
    (undefined,) = read_log([prefix + line for line in lines]).symptoms
    assert (undefined.kind, undefined.subject) == (Kind.UNDEFINED_REFERENCE, NAME)
    assert undefined.referrer == "main.o"


@pytest.mark.parametrize("after", [";", '"', "'", ".", ":", "]", "|", ",", " (./x.so)", "')", "\t(./app)"])
def test_what_follows_a_symbol(after):
    (symptom,) = read_log([f"ImportError: ./x.so: undefined symbol: {MANGLED}{after}"]).symptoms
    assert (symptom.kind, symptom.subject) == (Kind.UNDEFINED_AT_RUN_TIME, MANGLED)


def test_the_linker_wild_names_source_and_object_on_lines_below():
    lines = [
        f"wild: error: Undefined symbol {NAME}, referenced by",
        "    ./src/main.cpp:149",
        "    obj/main.o",
        "Error: Undefined symbols found!",
        f"  Undefined symbol {MANGLED}, referenced by /x/libother.a @ other.o",
        "wild: error: Couldn't find library `tensorrt_llm` on library search path",
        f"Error: Duplicate symbols detected: {NAME}, defined in /x/a.o and /x/b.o",
    ]
    found = [(item.kind, item.subject, item.referrer) for item in read_log(lines).symptoms]
    assert found == [
        (Kind.UNDEFINED_REFERENCE, NAME, "obj/main.o"),
        (Kind.UNDEFINED_REFERENCE, MANGLED, "/x/libother.a"),
        (Kind.LIBRARY_NOT_LINKED, "tensorrt_llm", ""),
        (Kind.DEFINED_TWICE, NAME, "/x/a.o"),
    ]
    assert str(read_log(lines).symptoms[0].location) == "./src/main.cpp:149"


@pytest.mark.parametrize("name", ["ld", "ld.lld", "lld", "/opt/llvm/bin/ld", "x86_64-linux-gnu-ld", "mold"])
def test_a_linker_of_llvm_by_any_name(name):
    (symptom,) = read_log([f"{name}: error: undefined symbol: {NAME}"]).symptoms
    assert symptom.kind is Kind.UNDEFINED_REFERENCE


def test_a_line_that_is_cut_is_read_as_far_as_it_goes(releases):
    name = "tensorrt_llm::executor::SamplingConfig::SamplingConfig"
    start = f"a.cpp:(.text+0x1): undefined reference to `{name}(int, std::opt"
    library = build_release(PLACE, "1.1.0")
    account = explain([start, "[output clipped, log limit 2MiB reached]"], releases=releases, libraries=[library])
    assert [item.cause for item in account.explanations] == [Cause.OTHER_RELEASE]
    assert any("cut at line 2" in remark for remark in account.remarks)


@pytest.mark.parametrize("length", [30, 45, 48])
def test_a_mangled_name_that_is_cut(releases, length):
    line = f"a.o: undefined reference to `{MANGLED[:length]}"
    assert explain([line], releases=releases, start=PLACE).explanations


def test_ours_is_found_behind_many_others(releases):
    lines = [f"b.cpp:(.text+0x1): undefined reference to `boost::f{i}(int)'" for i in range(210_000)]
    account = explain([*lines, f"b.cpp:(.text+0x1): undefined reference to `{NAME}'"], releases=releases, start=PLACE)
    assert len(account.explanations) == 1
    assert len(account.foreign) + account.left_out == 210_000


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (f"{LIBRARY}: file too short", Cause.DAMAGED_LIBRARY),
        (f"OSError: {LIBRARY}: invalid ELF header", Cause.DAMAGED_LIBRARY),
        (f"/usr/bin/ld:{LIBRARY}: file format not recognized; treating as linker script", Cause.DAMAGED_LIBRARY),
        (f"{LOADER}{LIBRARY}: cannot allocate memory in static TLS block", Cause.STATIC_TLS),
        (f"{LOADER}libtensorrt_llm.so: failed to map segment from shared object", Cause.REFUSED_LIBRARY),
        (
            f"{LOADER}libtensorrt_llm.so: cannot enable executable stack as shared object requires: Invalid argument",
            Cause.REFUSED_LIBRARY,
        ),
        (
            f"{LOADER}{LIBRARY}: cannot open shared object file: Permission denied",
            Cause.REFUSED_LIBRARY,
        ),
        (f"/usr/bin/ld: {LIBRARY}: error adding symbols: file in wrong format", Cause.OTHER_ARCHITECTURE),
        (f"{LOADER}libtensorrt_llm.so: ELF file data encoding not little-endian", Cause.OTHER_ARCHITECTURE),
        ("include/tensorrt_llm/t.h:5:1: error: 'optional' in namespace 'std' does not name a type", Cause.OLD_STANDARD),
        ("\tlibtensorrt_llm.so => not found", Cause.NOT_INSTALLED),
        (f"make: *** No rule to make target '{LIBRARY}', needed by 'app'.  Stop.", Cause.NOT_INSTALLED),
        (f"ninja: error: '{LIBRARY}', needed by 'app', missing and no known rule to make it", Cause.NOT_INSTALLED),
        (f"./app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by {LIBRARY})", Cause.C_LIBRARY_TOO_OLD),
        (
            f"./app: /l/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by {LIBRARY})",
            Cause.RUNTIME_TOO_OLD,
        ),
        (f"/usr/bin/ld: {LIBRARY}: undefined reference to `__isoc23_strtol@GLIBC_2.38'", Cause.C_LIBRARY_TOO_OLD),
        (
            f"ImportError: {LIBRARY}: undefined symbol: _ZN3c106detail14torchCheckFailEPKcS2_jRKSs",
            Cause.OTHER_DEPENDENCY,
        ),
        (
            "ImportError: /x/tensorrt_llm/bindings.cpython-310-x86_64-linux-gnu.so: undefined symbol: ncclCommWindow",
            Cause.OTHER_DEPENDENCY,
        ),
        (
            f"/usr/bin/ld: b.o: in function `f':\nb.cpp:(.text+0x0): multiple definition of `{NAME}'",
            Cause.DEFINED_TWICE,
        ),
        (f"ld.lld: error: duplicate symbol: {NAME}", Cause.DEFINED_TWICE),
        (
            f"a.o:(.text+0x1): relocation truncated to fit: R_X86_64_PLT32 against symbol `{NAME}' defined in .text",
            Cause.OUT_OF_REACH,
        ),
        (
            f"ld: a.o: relocation R_X86_64_PC32 against symbol `{NAME}' can not be used when making a shared object",
            Cause.NOT_PIC,
        ),
    ],
)
def test_every_kind_of_complaint_has_its_cause(line, cause, releases):
    assert causes(line.split("\n"), releases) == [cause]


def test_a_newer_runtime_does_not_help_an_old_c_library(releases):
    line = f"./app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by {LIBRARY})"
    (found,) = explain([line], releases=releases, start=PLACE).explanations
    assert "GLIBC_2.38" in found.message
    assert "container" in found.remedy
    assert "libstdc++" not in found.message + found.remedy


def test_another_architecture_is_told_once(releases):
    lines = [
        f"/usr/bin/ld: skipping incompatible {LIBRARY} when searching for -ltensorrt_llm",
        "/usr/bin/ld: cannot find -ltensorrt_llm: No such file or directory",
    ]
    assert causes(lines, releases) == [Cause.OTHER_ARCHITECTURE]


def test_a_library_that_exports_what_is_undefined_was_not_linked():
    """Outside of any project nothing is known of the release: the spelling alone must do."""
    library = build_release(PLACE, "1.1.0")
    name = "tensorrt_llm::executor::SamplingConfig::SamplingConfig(int, std::optional<int> const&)"
    assert causes([f"ld.lld: error: undefined symbol: {name}"], (), libraries=[library]) == [Cause.NOT_LINKED]


def test_the_library_that_was_linked_is_told_by_what_it_lacks(releases):
    library = build_release(PLACE, "1.2.0rc3")
    line = f"a.cpp:(.text+0x1): undefined reference to `{NAME}'"
    (found,) = explain([line], releases=releases, libraries=[library]).explanations
    assert found.cause is Cause.OTHER_LIBRARY
    assert any("1.1.0" in text for text in found.evidence)


def test_a_missing_parameter_is_put_as_verify_puts_it(releases):
    library = build_release(PLACE, "1.1.0")
    name = "SamplingConfig::SamplingConfig(int, std::optional<int> const&, std::optional<int> const&)"
    line = f"a.cpp:(.text+0x1): undefined reference to `tensorrt_llm::executor::{name}'"
    (found,) = explain([line], releases=releases, libraries=[library]).explanations
    assert found.evidence[0] == (
        "`SamplingConfig::SamplingConfig(…)` takes 3 parameters here, the library has it with 2"
    )


GOOD = f"""[1/3] /usr/bin/c++ -DENABLE_BF16 -I/x/include/tensorrt-llm/1.1.0 -Werror -O2 -c error.cpp -o error.o
a.cpp:3:1: warning: 'tensorrt_llm::executor::Request' is deprecated [-Wdeprecated-declarations]
a.cpp:3:1: note: 'tensorrt_llm::executor::Request' declared here
/usr/bin/ld: main.o: in function `tensorrt_llm::f()':
w.cpp:(.text+0x12): warning: the use of `tmpnam' is dangerous, better use `mkstemp'
-- Found tensorrt_llm: {LIBRARY}
-- Looking for tensorrt_llm/executor/error.h - found
[100%] Linking CXX executable tensorrt_llm_app
attempt to open {LIBRARY} succeeded
{LIBRARY}: ELF 64-bit LSB shared object, x86-64
{LIBRARY}:     file format elf64-x86-64
[TensorRT-LLM][WARNING] Device 0 peer access: error: none
[TensorRT-LLM][INFO] Engine version 1.1.0 found in the config file
W0101 12:00:00 [TensorRT-LLM][WARNING] error: something mild with tensorrt_llm
12:00:00: loading: tensorrt_llm
./app: {LIBRARY}: no version information available (required by ./app)
\tlibtensorrt_llm.so => {LIBRARY} (0x00007f0000000000)
       123:\tbinding file ./app [0] to {LIBRARY} [0]: normal symbol `{MANGLED}'
0 errors in tensorrt_llm
"""


def test_a_good_builds_log_has_no_complaint():
    log = read_log(GOOD.splitlines())
    assert not log.symptoms
    assert not log.unexplained


@pytest.mark.parametrize(
    "line",
    [
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: something new",
        "terminate called after throwing an instance of 'tensorrt_llm::common::TllmException'",
        "a.cpp:3:1: error: 'tensorrt_llm::executor::Request' cannot be odd",
        "/usr/bin/ld: libtensorrt_llm.so: something unheard of",
        f"{LOADER}libtensorrt_llm.so: something unheard of",
        "[TensorRT-LLM][ERROR] out of luck",
        "ModuleNotFoundError: No module named 'tensorrt_llm'",
    ],
)
def test_a_failure_that_is_not_understood_is_shown(line):
    assert [item.text for item in read_log([line]).unexplained] == [line]
    done = subprocess.run([sys.executable, "-m", "trtheaders", "explain"], input=line, capture_output=True, text=True)
    assert (done.returncode, line in done.stdout) == (2, True)


def test_a_mistake_in_a_file_below_a_folder_of_that_name_is_not_ours():
    assert not read_log(["/home/me/tensorrt_llm-app/a.cpp:3:1: error: expected ';' before '}' token"]).unexplained


def test_a_screen_has_forty_lines_at_most(releases):
    lines = [f"a.cpp:(.text+0x{i:x}): undefined reference to `tensorrt_llm::f{i}(int)'" for i in range(90)]
    lines += [f"{LOADER}/x/{i}/libtensorrt_llm.so.{i}: file too short" for i in range(40)]
    account = explain(lines, releases=releases, start=PLACE)
    assert len(render_account(account).splitlines()) <= 40
    assert len(render_account(account, verbose=True).splitlines()) > 40


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY: AddressSanitizer: heap-buffer-overflow (/x/libtensorrt_llm.so+0x12) in tensorrt_llm::f()",
        "[12345.678901] server[1234]: segfault at 10 ip 00007f0 sp 00007ff error 4 in libtensorrt_llm.so[7f00+1000]",
        "./run.sh: line 3: 1234 Segmentation fault      (core dumped) ./server --lib libtensorrt_llm.so",
    ],
)
def test_a_crash_in_the_library_is_never_passed_over(line):
    log = read_log([line])
    assert (len(log.symptoms), [row.text for row in log.unexplained]) == (0, [line.strip()])


def test_nvcc_calls_a_missing_header_a_catastrophe():
    (symptom,) = read_log(
        ['/src/a.cu(3): catastrophic error: cannot open source file "tensorrt_llm/executor/executor.h"']
    ).symptoms
    assert (symptom.kind, symptom.subject) == (Kind.HEADER_NOT_FOUND, "tensorrt_llm/executor/executor.h")


def test_gold_names_the_source_as_a_compiler_does():
    log = read_log([f"main.cpp:4: error: undefined reference to '{NAME}'"])
    assert [(row.kind, row.subject, str(row.location)) for row in log.symptoms] == [
        (Kind.UNDEFINED_REFERENCE, NAME, "main.cpp:4")
    ]
    assert not log.unexplained


def test_a_compilers_words_are_no_linkers():
    line = 'main.cu(4): error: argument of type "tensorrt_llm::A" is incompatible with parameter of type "int"'
    log = read_log([line])
    assert (len(log.symptoms), [row.text for row in log.unexplained]) == (0, [line])


def test_a_plan_file_of_another_tensorrt():
    line = (
        "[E] 6: The engine plan file is not compatible with this version of TensorRT, "
        "expecting library version 10.11.0.33 got 10.13.2.6, please rebuild."
    )
    assert causes([line]) == [Cause.OTHER_ENGINE]


def test_an_endless_signature_is_cut_in_its_midst(releases):
    parameters = ", ".join(["std::optional<int>"] * 60)
    line = f"main.cpp:(.text+0x3c): undefined reference to `tensorrt_llm::f({parameters}, last)'"
    account = explain([line], releases=releases, start=PLACE)
    (row,) = [row for row in render_account(account).splitlines() if "undefined reference" in row]
    assert (len(row) < 420, row.endswith(", last)"), "…" in row) == (True, True, True)
    # It is cut between parameters.
    assert ">, …, std::optional<int>" in row
    assert any("…" not in row and len(row) > 1000 for row in render_account(account, verbose=True).splitlines())


ABSTRACT = [
    (
        'a.cu(5): error: object of abstract class type "Mine" is not allowed:',
        '            pure virtual function "tensorrt_llm::executor::Listener::onStored" has no overrider',
    ),
    (
        "a.cpp:5:6: Fehler: Variable »m« kann nicht als vom abstrakten Typ »Mine« deklariert werden",
        "    5 | Mine m;",
        "a.cpp:4:8: Anmerkung:   denn die folgenden virtuellen Funktionen sind abstrakt innerhalb von »Mine«:",
        (
            "/x/tensorrt_llm/executor/executor.h:9:18: Anmerkung:     "
            "»virtual void tensorrt_llm::executor::Listener::onStored(int)«"
        ),
    ),
    (
        "a.cpp:6:14: error: allocating an object of abstract class type 'Mine'",
        "/x/tensorrt_llm/executor/executor.h:9:18: note: unimplemented pure virtual method 'onStored' in 'Mine'",
    ),
]


@pytest.mark.parametrize("lines", ABSTRACT)
def test_an_abstract_class_is_ours_by_the_function_that_a_note_names(lines):
    account = explain([*lines, "b.cpp:7:9: error: cannot declare field 'H::m' to be of abstract type 'Mine'"])
    (found,) = account.explanations
    assert found.cause is Cause.NOT_OVERRIDDEN
    assert [(item.kind, item.subject) for item in found.symptoms] == [(Kind.ABSTRACT_CLASS, "Mine")] * 2
    assert "Listener::onStored" in found.evidence[0] or "`onStored`" in found.evidence[0]


def test_an_abstract_class_of_somebody_else_is_somebody_elses():
    lines = [
        "a.cpp:5:6: error: cannot declare variable 'm' to be of abstract type 'Mine'",
        "a.cpp:4:8: note:   because the following virtual functions are pure within 'Mine':",
        "base.h:9:18: note:     'virtual void other::Base::go()'",
    ]
    account = explain(lines)
    assert not account.explanations
    assert [item.subject for item in account.foreign] == ["Mine"]


def test_a_variable_that_asan_finds_twice_is_ours_by_the_library_in_the_stack():
    report = """==30648==ERROR: AddressSanitizer: odr-violation (0x563c0bc9a060):
  [1] size=120 'gCounter' m1.cpp:1:49
  [2] size=80 'gCounter' l1.cpp:1:49
These globals were registered at these points:
  [1]:
    #0 0x7fe0dde3a1b8 in __asan_register_globals asan_globals.cpp:341
  [2]:
    #1 0x7fe0de4d9190 in _sub_I_00099_1 (/x/{library}+0x1190)
SUMMARY: AddressSanitizer: odr-violation: global 'gCounter' at m1.cpp:1:49
"""
    (found,) = explain(report.format(library="libtensorrt_llm.so").splitlines()).explanations
    assert found.cause is Cause.DEFINED_TWICE
    assert [(item.subject, str(item.location)) for item in found.symptoms] == [("gCounter", "m1.cpp:1")]
    other = explain(report.format(library="libother.so").splitlines())
    assert not other.explanations


def test_what_cmake_did_not_find_is_told_by_its_variable():
    said = """CMake Error: The following variables are used in this project, but they are set to NOTFOUND.
Please set them or make sure they are set and tested correctly in the CMake files:
/src/TENSORRT_LLM_INCLUDE_DIR
   used as include directory in directory /src
TRTLLM_LIB (ADVANCED)
    linked by target "app" in directory /src
ZLIB_LIBRARY (ADVANCED)
    linked by target "app" in directory /src

-- Generating done
TRTLLM_LIB
"""
    account = explain(said.splitlines())
    assert [item.cause for item in account.explanations] == [Cause.NO_HEADERS, Cause.NOT_INSTALLED]
    assert [item.symptoms[0].line for item in account.explanations] == [3, 5]
    required = "CMake Error at CMakeLists.txt:3 (find_library):\n  Could not find X using the following names: {}\n"
    assert causes(required.format("tensorrt_llm").splitlines()) == [Cause.NOT_INSTALLED]
    assert causes(required.format("z").splitlines()) == []


@pytest.mark.parametrize(
    "start",
    [
        "[host:1234] Signal: Segmentation fault (11)",
        "Program received signal SIGSEGV, Segmentation fault.",
        "Fatal Python error: Segmentation fault",
        "[host:77] *** Process received signal ***\n[host:77] Signal: Aborted (6)",
    ],
)
def test_the_first_frame_of_ours_below_a_crash_is_shown(start):
    frame = "[host:1234] [ 3] /x/libs/libtensorrt_llm.so(_ZN12tensorrt_llm8executor8Executor4ImplC1Ev+0x123)[0x7f00]"
    lines = [*start.splitlines(), "[host:1234] [ 0] /lib/libc.so.6(+0x42520)[0x7f01]", frame, frame]
    account = explain(lines)
    assert [item.text for item in account.unexplained] == [frame]
    assert not any("language" in remark for remark in account.remarks)
    assert not explain([frame]).unexplained


@pytest.mark.parametrize("quoted", ["对“{}”未定义的引用", "`{}'에 대한 정의되지 않은 참조"])
def test_a_quote_is_closed_before_a_word_without_a_blank(quoted):
    (found,) = read_log([f"main.cpp:(.text+0x91): {quoted.format(NAME)}"]).symptoms
    assert found.subject == NAME


def test_an_object_before_the_symbol_is_its_place():
    (found,) = read_log([f"mold: error: undefined symbol: main.o: {MANGLED}"]).symptoms
    assert (found.subject, found.referrer) == (MANGLED, "main.o")
