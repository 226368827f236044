"""What a parser may lose without a word: it is promised, or the header that it stands in is unverifiable."""

from __future__ import annotations

import mmap
import sys
from pathlib import Path

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised

from trtheaders.headers.entrance import HeaderQuestion, record_snapshot

FOREIGN = {
    "opened and closed by two headers": {
        "tree/api.h": "#include <open.h>\nint lost(int);\n#include <close.h>\nint kept(int);",
        "foreign/open.h": "namespace n { inline namespace v1 {",
        "foreign/close.h": "} }",
    },
    "opened and closed by one header that is read twice": {
        "tree/api.h": "#define OPEN\n#include <ns.h>\n#undef OPEN\nint lost(int);\n#include <ns.h>\nint kept(int);",
        "foreign/ns.h": "#ifdef OPEN\nnamespace n {\n#else\n}\n#endif",
    },
    "around an include of the tree's header": {
        "tree/api.h": "#include <wrap.h>\nint kept(int);",
        "tree/inner.h": "int lost(int);",
        "foreign/wrap.h": "namespace n {\n#include <inner.h>\n}",
    },
    "opened by a foreign header, closed by the tree's": {
        "tree/api.h": "#include <open.h>\nint lost(int);\n}\nint kept(int);",
        "foreign/open.h": "namespace n {",
    },
}
REFUSED = {
    "an include that leads nowhere": "int a();\n#include <nowhere.h>\nint b();",
    "an #error": "int a();\n#error not here\nint b();",
    "an #if that nothing ends": "int a();\n#if 1\nint b();",
    "a namespace that nothing closes": "namespace n {\nint a();",
    "a foreign header that is no C++": "#include <text.h>\nint a();\nint b();",
}


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "tree"


def record(folder: Path, *entries: str):
    question = HeaderQuestion(root=folder / "tree", entries=entries, include_directories=(folder / "foreign",))
    return record_snapshot(question)


@pytest.mark.parametrize("files", FOREIGN.values(), ids=FOREIGN)
def test_a_namespace_that_a_foreign_header_opens_loses_nothing(tmp_path, files):
    include = [lay_out(tmp_path, files), tmp_path / "foreign"]
    text = '#include "api.h"\nint use() { using namespace n; return lost(1) + kept(1); }'
    unit = compile_cxx(text, include=include)
    assert unit.status == 0, unit.messages
    assert promised(record(tmp_path, "api.h")) == undefined_symbols(unit.path)


def test_a_class_that_a_foreign_header_opens_loses_nothing(tmp_path):
    files = {
        "tree/api.h": "#include <open.h>\nint lost(int);\nA();\n#include <close.h>\nint kept(A&);",
        "foreign/open.h": "class A { public: int theirs() { return 1; }",
        "foreign/close.h": "};",
    }
    include = [lay_out(tmp_path, files), tmp_path / "foreign"]
    unit = compile_cxx('#include "api.h"\nint use() { A a; return a.lost(1) + kept(a); }', include=include)
    assert {name for name in promised(record(tmp_path, "api.h")) if "C2" not in name} == undefined_symbols(unit.path)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_header_that_the_compiler_refuses_is_unverifiable(tmp_path, text):
    lay_out(tmp_path, {"tree/api.h": text, "foreign/text.h": "root:x:0:0:root:/root:/bin/bash"})
    include = [tmp_path / "tree", tmp_path / "foreign"]
    assert compile_cxx('#include "api.h"', flags=("-fsyntax-only",), include=include).status != 0
    named = record(tmp_path, "api.h").unverifiable
    assert {item.location.file for item in named} == {"api.h"}
    assert str(tmp_path) not in "".join(item.reason for item in named)


def test_a_header_in_another_encoding_is_unverifiable(tmp_path):
    lay_out(tmp_path, {"tree/api.h": "int kept(int);", "tree/wide.h": ""})
    (tmp_path / "tree" / "wide.h").write_bytes("int lost(int);\n".encode("utf-16"))
    snapshot = record(tmp_path, "api.h", "wide.h")
    assert promised(snapshot) == {"_Z4kepti"}
    assert [item.name for item in snapshot.unverifiable] == ["wide.h"]


def test_a_c_name_is_no_expression(tmp_path):
    lay_out(tmp_path, {"tree/api.h": 'extern "C" { int image_src(int); extern int usr_count; }'})
    assert promised(record(tmp_path, "api.h")) == {"image_src", "usr_count"}


@pytest.mark.parametrize(
    "text",
    [
        'extern "C" __device__ unsigned pointer(void*);',
        'extern "C" { __device__ unsigned pointer(void*); }',
        "__device__\nunsigned pointer(void*);",
    ],
)
def test_device_code_is_nobodys_promise_wherever_the_word_stands(tmp_path, text):
    lay_out(tmp_path, {"tree/api.h": f"#define __device__\nint host(); // not __device__\nint other();\n{text}"})
    assert promised(record(tmp_path, "api.h")) == {"_Z4hostv", "_Z5otherv"}


WAITING = ("/programs/children.py", "/programs/files.py", "/programs/start.py", "/parser/child.py")


def _diamonds(count: int) -> str:
    classes = ["struct D0 { virtual ~D0(); virtual int f(); };"]
    for number in range(count):
        sides = [f"struct {side}{number} : virtual D{number} {{ int f() override; }};" for side in "LR"]
        classes += [*sides, f"struct D{number + 1} : L{number}, R{number} {{ int f() override; }};"]
    return "\n".join(classes)


def _chain(count: int) -> str:
    classes = ["struct C0 { virtual ~C0(); virtual int f(); };"]
    return "\n".join(classes + [f"struct C{n} : C{n - 1} {{ int f() override; }};" for n in range(1, count)])


def test_errors_below_headers_that_include_each_other_are_told(tmp_path):
    foreign = "#ifndef {0}\n#define {0}\n#include <{1}.h>\n{2}\n#endif\nint first, again({3});\n"
    errors = "\n".join(f"unknown{n} of{n};" for n in range(300))
    files = {
        "tree/api.h": "#include <one.h>\nint kept(int);",
        "foreign/one.h": foreign.format("one", "two", errors, "what"),
        "foreign/two.h": foreign.format("two", "one", errors, "what"),
    }
    lay_out(tmp_path, files)
    snapshot = record(tmp_path, "api.h")
    assert promised(snapshot) == {"_Z4kepti"}
    assert [(item.location.file, item.location.line) for item in snapshot.unverifiable] == [("api.h", 1)]


@pytest.mark.parametrize("write", [_diamonds, _chain])
def test_work_grows_in_step_with_a_hierarchys_depth(tmp_path, write):
    def calls_for(count: int) -> int:
        lay_out(tmp_path, {"tree/api.h": write(count)})
        # The parser's process is a fork, and what it counts is to be seen here.
        counted = mmap.mmap(-1, 8)

        def count_call(frame, event, argument) -> None:
            # Waiting for the compiler and the parser's process takes as many calls as it takes time.
            place = frame.f_code.co_filename
            if event == "call" and "/trtheaders/" in place and not place.endswith(WAITING):
                counted[:] = (int.from_bytes(counted[:], "little") + 1).to_bytes(8, "little")

        sys.setprofile(count_call)
        try:
            record(tmp_path, "api.h")
        finally:
            sys.setprofile(None)
        return int.from_bytes(counted[:], "little")

    calls_for(2)
    few, twice, four = (calls_for(count) for count in (4, 8, 16))
    assert 0 < (four - twice) < 3 * (twice - few)
