"""Installed libraries in, frozen answers out: the only wing that speaks to pyelftools and to a disassembler.

Its rooms, lowest first: `elf`, `symbols`, `machine`, `layout`. Nothing here may import another wing.
"""
