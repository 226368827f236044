"""Libraries and a snapshot in, evidence of layout out: from machine code, tables, DWARF. pyelftools stays here.

May import `elf`, `symbols` and `machine`.
"""
