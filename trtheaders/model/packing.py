"""Bytes made small, the same on every Python."""

import zlib


def pack(data: bytes) -> bytes:
    """``data`` as a gzip file (RFC 1952) with zlib's header, since Python's own changed with 3.11."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(data) + packer.flush()
