"""Bytes made small, the same on every Python."""

import zlib

MOST_UNPACKED = 512 * 1024**2
_GZIP = zlib.MAX_WBITS | 16


def pack(data: bytes) -> bytes:
    """``data`` as a gzip file (RFC 1952) with zlib's header, since Python's own changed with 3.11."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def unpack(data: bytes, most: int = MOST_UNPACKED) -> bytes:
    """What :func:`pack` made ``data`` of, at most ``most`` bytes.

    Raises :class:`ValueError` where it is damaged, larger, or goes on after its end.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        text = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(text) > most:
        raise ValueError(f"it unpacks to more than {most // 1024**2} MB")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("it breaks off" if not unpacker.eof else "something follows its end")
    return text
