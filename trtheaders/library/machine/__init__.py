"""Machine code in, what a function does with its arguments out; capstone's objects stay here.

May import `elf` and `symbols`.
"""
