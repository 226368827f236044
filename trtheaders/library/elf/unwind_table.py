"""`.eh_frame_hdr`, which stripping leaves: where functions, and the parts split off from them, start and end."""

from __future__ import annotations

import struct
from bisect import bisect_right

# The only form that linkers write (LSB 5.0, 10.6.2): version 1, pcrel|sdata4, udata4, datarel|sdata4.
_USUAL = (1, 0x1B, 0x03, 0x3B)
_HEADER = 12
_LAST = 1 << 16
"""Bytes that the last region may have."""


class UnwindTable:
    """The sorted starts of all regions that the unwinder knows."""

    def __init__(self, starts: list[int]) -> None:
        self.starts = starts

    def region(self, address: int) -> tuple[int, int] | None:
        """Start of the region around ``address`` and start of the next one, which is as far as it can reach.

        Nothing tells where the last one ends.
        """
        index = bisect_right(self.starts, address)
        if index == 0:
            return None
        start = self.starts[index - 1]
        return start, self.starts[index] if index < len(self.starts) else start + _LAST


def read_unwind_table(data: bytes, address: int) -> UnwindTable:
    """The table in the bytes of `.eh_frame_hdr`, which lies at ``address``; empty for any other form."""
    if len(data) < _HEADER or tuple(data[:4]) != _USUAL:
        return UnwindTable([])
    count = min(struct.unpack_from("<I", data, 8)[0], (len(data) - _HEADER) // 8)
    table = memoryview(data)[_HEADER : _HEADER + count * 8].cast("i")
    return UnwindTable([address + start for start in table.tolist()[::2]])
