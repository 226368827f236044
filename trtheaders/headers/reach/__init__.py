"""Bodies that consumers compile in, the declarations that they refer to out, named or silently.

May import `parser`, `declarations` and `abi`.
"""
