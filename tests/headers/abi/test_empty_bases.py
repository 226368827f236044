"""Where bases lie when the same empty class occurs twice: known rightly, or said to be unknown."""

from __future__ import annotations

import subprocess

from support.cxx import compile_cxx
from support.recording import record_text

API = """
int use();
struct Empty {};
struct Wide : Empty { int i; };
struct Holder { Empty first; int i; };
struct After : Empty, Wide { int k; };
struct Before : Wide, Empty { int k; };
struct Beside : Empty, Holder {};
struct Plain : Empty { int k; };
struct Single : Wide { int k; };
"""


def test_no_base_is_placed_where_gcc_does_not_place_it(tmp_path):
    records = {record.name: record for record in record_text(tmp_path, API).records}
    known = [(name, base) for name, record in records.items() for base in record.bases if base.offset is not None]
    assert {name for name, _ in known} == {"Wide", "Plain", "Single"}
    program = f'#include "api.h"\nint main() {{ return {" + ".join(["0", *_checks(known)])}; }}'
    built = compile_cxx(program, name="program", flags=("-w",), include=[tmp_path])
    assert built.status == 0, built.messages
    assert subprocess.run([built.path], check=False).returncode == 0


def _checks(known):
    for name, base in known:
        yield f"((char*)static_cast<{base.name}*>(({name}*)4096) - (char*)4096 != {base.offset})"
