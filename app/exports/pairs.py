"""Distinct pairs, counted in little room: eight bytes for each, whatever the names."""

from __future__ import annotations

from array import array

import numpy as np

SETTLE_AT = 1_000_000
_HALF = 32


class Pairs:
    """Who was seen with whom. "" is nobody in particular: it is not counted as somebody's counterpart."""

    def __init__(self, *, settle_at: int = SETTLE_AT) -> None:
        self._settle_at = settle_at
        self._numbers: dict[str, int] = {}
        self._new = array("Q")
        self._known = np.empty(0, dtype=np.uint64)

    def add(self, one: str, other: str) -> None:
        """Note a pair; again does nothing."""
        if not other:
            return
        numbers = self._numbers
        left = numbers.setdefault(one, len(numbers))
        right = numbers.setdefault(other, len(numbers))
        self._new.append(left << _HALF | right)
        if len(self._new) >= self._settle_at:
            self._settle()

    def of_each(self) -> dict[str, int]:
        """How many different ones each was seen with."""
        self._settle()
        counts = np.bincount((self._known >> np.uint64(_HALF)).astype(np.int64), minlength=len(self._numbers))
        return {name: int(counts[number]) for name, number in self._numbers.items() if counts[number]}

    def _settle(self) -> None:
        self._known = np.union1d(self._known, np.frombuffer(self._new, dtype=np.uint64))
        self._new = array("Q")
