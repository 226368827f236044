"""Noted declarations and what is reached in, verdicts out: promised, exempt or unverifiable; and layouts.

May import `parser`, `declarations`, `abi` and `reach`, not `instances`.
"""
