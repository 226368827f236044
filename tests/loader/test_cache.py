"""`ld.so.cache` is read as the loader reads it, and a damaged one is no cache."""

from __future__ import annotations

import os
import re
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trtheaders.loader.cache import read_cache
from trtheaders.model.library.exports import Machine

CACHE = Path("/etc/ld.so.cache")
MACHINE = Machine.AARCH64 if os.uname().machine == "aarch64" else Machine.X86_64


def test_names_and_paths_are_those_that_ldconfig_prints():
    lines = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout.splitlines()
    word = "AArch64" if MACHINE is Machine.AARCH64 else "x86-64"
    rows = [re.match(rf"\t(\S+) \(libc6,{word}\) => (\S+)", line) for line in lines]
    first = {}
    for row in filter(None, rows):
        first.setdefault(row[1], Path(row[2]))
    assert first
    assert read_cache(CACHE.read_bytes(), MACHINE) == first


def _cache(rows, *, capabilities=()):
    """A cache of glibc's new format; ``rows`` of (name, path, capability number or None)."""
    start, strings = 48 + 24 * len(rows), b""

    def place(text):
        nonlocal strings
        offset = start + len(strings)
        strings += text.encode() + b"\0"
        return offset

    entries = b""
    for name, path, number in rows:
        hardware = 0 if number is None else (1 << 62) | number
        entries += struct.pack("<iIIIQ", 0x0303, place(name), place(path), 0, hardware)
    words = struct.pack(f"<{len(capabilities)}I", *(place(name) for name in capabilities))
    strings += b"\0" * (-len(strings) % 4)
    extension = start + len(strings)
    tail = struct.pack("<IIIIII", 0xEAA42174, 1, 1, 0, extension + 24, len(words)) + words
    header = struct.pack("<20sIIB3xI12x", b"glibc-ld.so.cache1.1", len(rows), len(strings), 2, extension)
    return header + entries + strings + tail


def test_the_variant_for_the_best_active_capability_wins():
    rows = [("liba.so", "/v3/liba.so", 0), ("liba.so", "/v2/liba.so", 1), ("liba.so", "/plain/liba.so", None)]
    data = _cache(rows, capabilities=("x86-64-v3", "x86-64-v2"))
    assert read_cache(data, Machine.X86_64, ("x86-64-v3", "x86-64-v2"))["liba.so"] == Path("/v3/liba.so")
    assert read_cache(data, Machine.X86_64, ("x86-64-v2",))["liba.so"] == Path("/v2/liba.so")
    assert read_cache(data, Machine.X86_64)["liba.so"] == Path("/plain/liba.so")


@pytest.mark.parametrize("data", [b"", b"glibc-ld.so.cache1.1", b"ld.so-1.7.0\0\xff\xff\xff\xff", b"text" * 40])
def test_what_is_no_cache_is_empty(data):
    assert read_cache(data, Machine.X86_64) == {}


@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_damage_never_raises(position, value):
    data = bytearray(_cache([("liba.so", "/a/liba.so", None), ("libb.so", "/b/libb.so", 0)], capabilities=("v",)))
    data[position % len(data)] = value
    read_cache(bytes(data), Machine.X86_64, ("v",))
