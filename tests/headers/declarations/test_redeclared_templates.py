"""Class templates that are declared once more after their definition; g++ is the judge."""

from __future__ import annotations

import subprocess

import pytest
from support.cxx import build_library, compile_cxx, exported_symbols, undefined_symbols
from support.recording import promised, record_text

HEAD = "template <class T> struct M { T a, b; }; struct A { A(); virtual ~A(); const A* n; };"
TEMPLATES = {
    "redeclared": f"{HEAD} template <class T> struct M; struct V : A, M<int> {{ V(); }};",
    "named before": f"template <class T> struct M; typedef M<int> I; {HEAD} struct V : A, I {{ V(); }};",
    "a partial specialisation": HEAD
    + "template <class T> struct M<T*> { T a, b; }; template <class T> struct M<T*>; struct V : A, M<int*> { V(); };",
    "of the standard library": f"#include <map>\n{HEAD} struct V : A, std::map<int, int> {{ V(); }};",
}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_no_offset_is_made_up_for_an_instance_as_a_base(tmp_path, text):
    snapshot = record_text(tmp_path, text)
    record = next(item for item in snapshot.records if item.name == "V")
    known = [base for base in record.bases if base.offset is not None]
    checks = [f"((char*)static_cast<{base.name}*>((V*)4096) - (char*)4096) != {base.offset}" for base in known]
    program = f'#include "api.h"\nint main() {{ return {" || ".join(["0", *checks])}; }}'
    built = compile_cxx(program, name="program", flags=("-w", "-O1"), include=[tmp_path])
    assert built.status == 0, built.messages
    assert subprocess.run([built.path], check=False).returncode == 0


MEMBER = """
template <class X> struct O { template <class T> struct M; };
template <class X> template <class T> struct O<X>::M { void m(); };
template <class X> template <class T> void O<X>::M<T>::m() {}
"""
PARTIAL = """
template <class T> struct M; template <class T> struct M<T*> { void m(); };
template <class T> void M<T*>::m() {} template <class T> struct M<T*>;
"""
AROUND = """
template <class X> struct O { struct I { void m(); }; void m() { i.m(); } I i; };
template <class X> void O<X>::I::m() {} template <class X> struct O;
"""
INSTANCES = {
    "a template": (
        "template <class T> struct M { void m(); }; template <class T> void M<T>::m() {} template <class T> struct M;",
        "M<int>",
    ),
    "a partial specialisation": (PARTIAL, "M<int*>"),
    "a member template": (MEMBER, "O<int>::M<int>"),
    "a class around": (AROUND, "O<int>"),
}


@pytest.mark.parametrize(("template", "instance"), INSTANCES.values(), ids=INSTANCES)
def test_an_extern_template_is_read_from_the_definition(tmp_path, template, instance):
    snapshot = record_text(tmp_path, f"{template} extern template struct {instance};\n")
    unit = compile_cxx(f'#include "api.h"\nvoid f() {{ {instance}().m(); }}', flags=("-c", "-O0"), include=[tmp_path])
    library = build_library(f'#include "api.h"\ntemplate struct {instance};', include=[tmp_path])
    assert undefined_symbols(unit.path)
    assert undefined_symbols(unit.path) <= promised(snapshot) <= exported_symbols(library)
