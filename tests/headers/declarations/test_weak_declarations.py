"""Weak declarations in every spelling, and what merely looks like one; g++ is the judge."""

from __future__ import annotations

import subprocess

from support.cxx import compile_cxx
from support.recording import promised, record_text
from support.tools import tool

API = """
#define WEAK __attribute__((weak))
int f1() __attribute__((weak));
__attribute__((__weak__)) int f2();
[[gnu::weak]] int f3();
[[gnu::__weak__]] int f4();
WEAK int f5();
int f6(int weak) __attribute__((cold));
[[gnu::cold]] int f7(int weak);
int weak();
extern int v1 __attribute__((weak));
[[gnu::weak]] extern int v2;
WEAK extern int v3;
extern int v4 __attribute__((aligned(8)));
struct A {
    WEAK void m1();
    [[gnu::weak]] static int m2();
    void m3(int weak) __attribute__((cold));
    static int s1 WEAK;
};
"""
USE = """
#include "api.h"
int use(A& a) {
    a.m1();
    a.m3(1);
    return f1() + f2() + f3() + f4() + f5() + f6(1) + f7(1) + weak() + v1 + v2 + v3 + v4 + A::m2() + A::s1;
}
"""


def test_what_gcc_refers_to_weakly_is_no_promise(tmp_path):
    snapshot = record_text(tmp_path, API)
    unit = compile_cxx(USE, flags=("-c", "-O0"), include=[tmp_path])
    lines = subprocess.run(
        [tool("nm"), "-u", unit.path], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    strong = {name for kind, name in map(str.split, lines) if kind == "U" and "GLOBAL_OFFSET" not in name}
    assert {"_Z2f6i", "_Z2f7i", "_Z4weakv", "v4", "_ZN1A2m3Ei", "_ZN1A2s1E"} == strong
    assert promised(snapshot) == strong
