"""Upstream's tags in, pinned files out: the only wing that speaks to git.

Its rooms: `git` fetches, `content` vets, `folder` keeps. Nothing here may import another wing.
"""
