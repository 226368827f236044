"""What another process does soon, waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds; longer than any machine takes, so that what never comes is told."""


def wait_for(holds: Callable[[], object]) -> bool:
    """Whether ``holds`` gives something true before patience ends."""
    end = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(holds())
