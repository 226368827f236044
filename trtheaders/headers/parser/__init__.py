"""Headers and a compiler's search path in, a parsed unit with thin views over it out; libclang's objects stay here.

May import `model` and `errors` alone.
"""
