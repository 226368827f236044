"""Bytes made small, the same on every Python."""

import zlib

_GZIP = zlib.MAX_WBITS | 16


def pack(data: bytes) -> bytes:
    """``data`` as a gzip file (RFC 1952) with zlib's header, since Python's own changed with 3.11."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def unpack(data: bytes) -> bytes:
    """What :func:`pack` made ``data`` of. Raises :class:`ValueError` where it is damaged or goes on after its end."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        text = unpacker.decompress(data)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("it breaks off" if not unpacker.eof else "something follows its end")
    return text
