"""Every program that trtheaders starts is started here: which may be, with which flags, in which surroundings.

A clone brings files that others wrote. Whatever starts a program goes through this room: :mod:`~.git` for git,
:mod:`~.start` for compilers, interpreters and binutils, :mod:`~.trust` for whether a program may be started at all, and
:mod:`~.flags` for what a file of the repository may say to a compiler.
"""
