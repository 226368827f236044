"""A proposed snapshot in, one that the user's own compiler confirmed out.

One generated unit uses all that the parser proposes; the compiler's assembly tells names, sizes and offsets. Writing,
reading and applying are pure; only `compilation` starts the compiler. May import `parser` and the model alone.
"""
