"""After a missing include libclang mangles `int` in place of what it does not know: such names are never promised."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

from trtheaders.errors import HeaderError, ToolchainError
from trtheaders.headers.entrance import HeaderQuestion, record_snapshot
from trtheaders.model.places import Location


def test_only_what_a_missing_include_touches_is_unverifiable(tmp_path):
    text = """
    #include <vector>
    #include "foreign/stream.h"
    typedef foreign_t alias_t;
    int kept(std::vector<int> const&);
    void lost(foreign_t, int);
    void lost_too(alias_t*);
    void lost_inside(std::vector<foreign::Thing> const&);
    struct Broken : foreign::Base { void method(); virtual void slot(); int a; };
    struct Holder { Broken part; };
    void by_name(Broken const&);
    """
    snapshot = record_text(tmp_path, text)
    assert {"_Z4keptRKSt6vectorIiSaIiEE", "_Z7by_nameRK6Broken", "_ZN6Broken6methodEv"} <= promised(snapshot)
    assert not {name for name in promised(snapshot) if "lost" in name or name.startswith("_ZT")}
    lost = {item.name: item for item in snapshot.unverifiable}
    assert {"lost", "lost_too", "lost_inside", "Broken"} <= set(lost)
    for item in (lost["lost"], lost["Broken"]):
        assert item.blame == Location(file="api.h", line=3)
        assert "foreign/stream.h" in item.reason
        assert "--include-dir" in item.remedy
    sizes = {record.name: (record.size, record.doubt != "") for record in snapshot.records}
    assert sizes == {"Broken": (None, True), "Holder": (None, True)}


def test_an_include_directory_makes_it_verifiable(tmp_path):
    (tmp_path / "sdk" / "foreign").mkdir(parents=True)
    (tmp_path / "sdk" / "foreign" / "stream.h").write_text("#pragma once\ntypedef struct stream_st* foreign_t;\n")
    text = '#include "foreign/stream.h"\nvoid found(foreign_t, int);\n'
    snapshot = record_text(tmp_path / "tree", text, include_directories=(tmp_path / "sdk",))
    assert snapshot.unverifiable == ()
    consumer = '#include "api.h"\nvoid use() { found(nullptr, 1); }'
    compiled = compile_cxx(consumer, include=[tmp_path / "tree", tmp_path / "sdk"])
    assert promised(snapshot) == undefined_symbols(compiled.path)


def test_nothing_is_lost_behind_the_compilers_own_intrinsics(tmp_path):
    """libclang declares some of the builtins that they call otherwise than the compiler that the headers come with."""
    text = "#if defined(__x86_64__)\n#include <immintrin.h>\nint wide(__m128);\n#endif\nint kept(int);\n"
    snapshot = record_text(tmp_path, text)
    assert snapshot.unverifiable == ()
    compiled = compile_cxx(f"{text}int main() {{ kept(1);\n#if defined(__x86_64__)\nwide(__m128());\n#endif\n}}")
    assert promised(snapshot) == undefined_symbols(compiled.path)


def test_one_header_never_spoils_another(tmp_path):
    (tmp_path / "a.h").write_text("#pragma once\n#define broken 1 +\nint a();\n")
    (tmp_path / "b.h").write_text("#pragma once\nstruct broken { int x; };\nint b(broken);\n")
    (tmp_path / "c.h").write_text('#pragma once\n#include "nowhere.h"\nint c(nowhere_t);\nint d();\n')
    snapshot = record_snapshot(HeaderQuestion(root=tmp_path, entries=("all",), defines=()))
    assert promised(snapshot) == {"_Z1av", "_Z1b6broken", "_Z1dv"}
    assert [item.name for item in snapshot.unverifiable] == ["c"]


def test_the_same_headers_give_the_same_snapshot_wherever_they_lie(tmp_path):
    text = "#pragma once\nstruct A { A(); virtual void f(); int a; struct { int x; } inner; };\nint f(A&);\n"
    one, two = record_text(tmp_path / "one", text), record_text(tmp_path / "two" / "deep er", text)
    assert one == two


@pytest.mark.parametrize(
    ("make", "message"), [(lambda _: None, "does not exist"), (lambda p: p.touch(), "is no folder")]
)
def test_a_tree_that_is_none_is_no_answer(tmp_path, make, message):
    make(tmp_path / "tree")
    with pytest.raises(HeaderError, match=message):
        record_snapshot(HeaderQuestion(root=tmp_path / "tree"))


def test_an_entry_that_is_not_there_is_no_answer(tmp_path):
    with pytest.raises(HeaderError, match=r"no header `tensorrt_llm/executor/executor\.h`"):
        record_snapshot(HeaderQuestion(root=tmp_path))


def test_headers_that_declare_nothing_are_no_answer(tmp_path):
    with pytest.raises(HeaderError, match="declares nothing"):
        record_text(tmp_path, "#pragma once\n")


def test_a_compiler_that_is_not_there_is_no_answer(tmp_path):
    with pytest.raises(ToolchainError, match="no compiler `no-such-g\\+\\+`"):
        record_text(tmp_path, "int f();", compiler="no-such-g++")


def test_a_header_of_the_same_name_in_the_working_folder_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "api.h").write_text("int wrong();\n")
    monkeypatch.chdir(tmp_path / "work")
    assert promised(record_text(tmp_path / "tree", "int right();\n")) == {"_Z5rightv"}
