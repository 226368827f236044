"""A header tree and a question in, an `AbiSnapshot` out: the only wing that speaks to libclang.

Its rooms, lowest first: `parser`, `declarations`, `abi`, `reach`, then `instances` beside `promises`. `entrance` is the
one door. Nothing here may import another wing.
"""
