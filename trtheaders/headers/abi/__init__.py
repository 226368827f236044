"""A class in, what the Itanium C++ ABI says of it out: bases, vtables, special members, names of its own symbols.

May import `parser` and `declarations`.
"""
