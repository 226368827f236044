"""Bytes of a file in, sections, relocations and tables of an ELF image out, checked against the file's size.

May import `model` and `errors` alone.
"""
