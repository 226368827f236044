"""Upstream tags, fetched and kept: the only wing that speaks to git."""
