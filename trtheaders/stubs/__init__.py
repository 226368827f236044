"""A snapshot's promises in, a small library that exports them all out.

May import `library`, to ask what a build gave.
"""
