"""A fact that several checks want: found once, by whichever check asks first, while the others wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """What ``find`` returns or raises, found at most once however many threads ask."""

    def __init__(self, find: Callable[[], T]) -> None:
        self._find = find
        self._lock = threading.Lock()
        self._value: T | None = None
        self._error: BaseException | None = None
        self._done = False

    def __call__(self) -> T:
        """The fact. Raises what finding it raised."""
        with self._lock:
            if not self._done:
                self._look()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]

    def _look(self) -> None:
        try:
            self._value = self._find()
        except Exception as error:
            self._error = error
        self._done = True
