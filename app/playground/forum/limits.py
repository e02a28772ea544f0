"""The forum's request limits: a sliding window, where refused calls are not counted."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta


class SlidingLimit:
    """At most `limit` calls in any `seconds`; None never refuses."""

    def __init__(self, limit: int | None, *, seconds: int) -> None:
        self.limit = limit
        self.window = timedelta(seconds=seconds)
        self._calls: deque[datetime] = deque()

    def wait(self, now: datetime) -> int:
        """Count a call and return 0, or the whole seconds to wait when the window is full."""
        if self.limit is None:
            return 0
        while self._calls and self._calls[0] <= now - self.window:
            self._calls.popleft()
        if len(self._calls) >= self.limit:
            return max(1, int((self._calls[0] + self.window - now).total_seconds() + 0.999))
        self._calls.append(now)
        return 0
