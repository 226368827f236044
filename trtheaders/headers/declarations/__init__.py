"""A parsed unit in, what its headers declare out: noted once, described, and trusted or not. Nothing is judged yet.

May import `parser`.
"""
