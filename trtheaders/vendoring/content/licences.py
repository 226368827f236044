"""A licence's text to its SPDX id."""

from __future__ import annotations

_MARKS = (
    ("Apache-2.0", ("Apache License", "Version 2.0")),
    ("MIT", ("Permission is hereby granted, free of charge",)),
    ("BSD-3-Clause", ("Redistribution and use in source and binary forms", "endorse or promote")),
    ("BSD-2-Clause", ("Redistribution and use in source and binary forms",)),
)


def identify_license(text: bytes) -> str:
    """The SPDX id of the licence that ``text`` is, `NOASSERTION` (SPDX 2.3, 7.13) where it cannot be told."""
    words = text.decode(errors="replace")
    return next((name for name, marks in _MARKS if all(mark in words for mark in marks)), "NOASSERTION")
