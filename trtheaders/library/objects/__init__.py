"""Relocatable objects in, what they refer to and their relocated debug sections out.

May import `elf` and `symbols`.
"""
