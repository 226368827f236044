"""`verify -v` counts what the library exports beyond its headers; nothing of it is a finding."""

from support.cxx import build_library

from trtheaders.cli.main import run
from trtheaders.verbs.undeclared import tell_undeclared, undeclared
from trtheaders.verbs.verify import verify

HEADER = """#pragma once
namespace api {
int f(int);
struct A { A(); virtual ~A(); virtual int k(); };
inline int g() { return 1; }
}
"""
LIBRARY = """
namespace api {
int f(int x) { return x; }
struct A { A(); virtual ~A(); virtual int k(); };
A::A() {} A::~A() {} int A::k() { return 1; }
namespace detail { int one() { return 1; } int two() { return 2; } }
}
namespace fmt { int print() { return 3; } }
"""


def test_undeclared_exports_are_counted_by_origin(tmp_path):
    (tmp_path / "api.h").write_text(HEADER)
    library = build_library(LIBRARY)
    question = {"headers": tmp_path, "entries": ["api.h"], "start": tmp_path}
    answer = verify(libraries=[library], **question)
    assert answer.findings == ()
    rows = undeclared(answer, **question)
    assert [(row.count, row.detail) for row in rows] == [(2, "api"), (1, "fmt")]
    assert list(tell_undeclared(rows)) == [
        "2 undeclared exports from an internal namespace (`api`), such as `api::detail::one()`",
        "1 undeclared export from a dependency that is linked in statically (`fmt`), such as `fmt::print()`",
    ]


def test_only_a_verbose_verification_tells_them(tmp_path, capsys, monkeypatch):
    (tmp_path / "api.h").write_text(HEADER)
    monkeypatch.chdir(tmp_path)
    arguments = ["verify", "--headers", str(tmp_path), "--entry", "api.h", "--library", str(build_library(LIBRARY))]
    assert run(arguments) == 0
    assert "undeclared" not in capsys.readouterr().out
    assert run([*arguments, "-v"]) == 0
    assert "2 undeclared exports from an internal namespace" in capsys.readouterr().out
