"""Libclang's own binding in; out come its functions at the price of one call each, callbacks that lose no exception,
and whatever libclang lends, given back.

May import `errors` and the parser's `kinds` alone.
"""
