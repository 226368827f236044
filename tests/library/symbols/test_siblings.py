"""A library beside the one that was asked, which nobody asked for and nothing needs, is named where it has the rest."""

from __future__ import annotations

from pathlib import Path

from support.cxx import build_library

from trtheaders.verbs.verify import verify

HEADER = "namespace net { int ping(); int pong(); }\nnamespace core { int run(); int stop(); }\n"
CORE = "namespace core { int run() { return 0; } int stop() { return 0; } }"
NET = "namespace net { int ping() { return 0; } int pong() { return 0; } }"


def hints(folder: Path, *beside: tuple[str, str]) -> set[str]:
    (folder / "tree").mkdir()
    (folder / "tree" / "api.h").write_text(HEADER)
    for name, text in (("libcore.so", CORE), *beside):
        (folder / name).write_bytes(build_library(text, name=name).read_bytes())
    told = verify(
        headers=folder / "tree", entries=["api.h"], defines=(), libraries=[folder / "libcore.so"], start=folder
    )
    assert {symbol for item in told.findings for symbol in item.symbols} == {"_ZN3net4pingEv", "_ZN3net4pongEv"}
    return {item.hint for item in told.findings}


def test_a_sibling_that_has_all_is_named(tmp_path):
    (hint,) = hints(tmp_path, ("libnet.so", NET))
    assert hint == "`libnet.so`, which lies beside, exports them: link that as well, and name it with `--library`"


def test_without_one_the_build_is_blamed(tmp_path):
    (tmp_path / "libbroken.so").write_bytes(b"no library")
    (hint,) = hints(tmp_path, ("libother.so", "int other() { return 0; }"))
    assert "was not compiled into this build" in hint


def test_another_build_of_the_same_library_is_no_sibling(tmp_path):
    (hint,) = hints(tmp_path, ("libcore-2.so", f"{CORE} {NET}"))
    assert "beside" not in hint
