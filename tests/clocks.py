"""A clock for whole houses: it runs as time does, from a day of the test's choice, and jumps when told to."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from app.clock import SystemClock


class RunningClock(SystemClock):
    """Real time passes, so that whoever waits for it (pacing, leases) goes on; only the date is made up."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._started)

    def move_to(self, at: datetime) -> None:
        """Jump to an instant."""
        self._at, self._started = at.astimezone(UTC), time.monotonic()
