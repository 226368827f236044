"""An ELF image in, what it exports out: looked up by hash, listed, versioned, parted into names.

May import `elf`.
"""
