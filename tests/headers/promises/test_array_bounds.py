"""Arrays with calculated bounds are owed; those that are declared for their bound alone are not; g++ is the judge."""

from __future__ import annotations

import pytest
from support.cxx import compile_cxx, undefined_symbols
from support.recording import promised, record_text

from trtheaders.model.headers.promises import Exemption

API = """
constexpr int N = 8;
extern const unsigned char kTable[256 / 8];
extern int buf[sizeof(long) * 2];
struct S { static int external_ids[N / 2]; static int one[N / 8]; };
extern int chosen[sizeof(long) == 8 ? 4 : 2];
extern int other[sizeof(long) == 8 ? 1 : 2];
extern const char sum[(N > 4) + 1];
extern int single[sizeof(char)];
"""
CONSUMER = """
int f() {
    return kTable[1] + buf[1] + S::external_ids[1] + S::one[0] + chosen[0] + other[0] + sum[1] + *single;
}
"""


def test_a_calculated_bound_is_no_assertion(tmp_path):
    snapshot = record_text(tmp_path, API)
    unit = compile_cxx(f'#include "api.h"\n{CONSUMER}', flags=("-c", "-O0"), include=[tmp_path])
    assert unit.status == 0, unit.messages
    assert promised(snapshot) == undefined_symbols(unit.path)


ASSERTIONS = (
    "1 / ((sizeof(int) - {size}) ? 0 : 1)",
    "sizeof(int) == {size} ? 1 : -1",
    "(sizeof(int) != {size}) ? -1 : 1",
    "1 / (sizeof(int) == {size})",
    "2 * !!(sizeof(int) == {size}) - 1",
    "1 - 2 * (sizeof(int) > {size})",
)


@pytest.mark.parametrize("bound", ASSERTIONS)
def test_a_bound_that_may_be_impossible_is_one(tmp_path, bound):
    snapshot = record_text(tmp_path, f"extern char check[{bound.format(size=4)}];\n")
    assert [item.reason for item in snapshot.exempt] == [Exemption.STATIC_ASSERT]
    refused = f"extern char check[{bound.format(size=2)}];\n"
    assert compile_cxx(refused, flags=("-c", "-pedantic-errors"), include=[tmp_path]).status != 0
