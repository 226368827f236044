"""`extern template` declarations in, what each instance promises out.

May import `parser`, `declarations`, `abi` and `reach`, not `promises`.
"""
