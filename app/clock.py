"""Time and fresh ids, injected everywhere so that tests can hold them still."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and makes fresh ids."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""
        ...

    def fresh_id(self) -> str:
        """A new url-safe id of 22 characters, not guessable."""
        ...


class SystemClock:
    """The machine's clock and its source of randomness."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def fresh_id(self) -> str:
        return secrets.token_urlsafe(16)


class AheadClock(SystemClock):
    """The machine's clock, and as far ahead of it as somebody went, never back: a demo need not be waited for."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def skip(self, by: timedelta) -> None:
        """Let this much time pass at once."""
        self.ahead += max(by, timedelta())


class StillClock:
    """A clock for tests: it stands until it is moved, and counts its ids."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._ids = 0

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._at += by

    def fresh_id(self) -> str:
        self._ids += 1
        return f"id-{self._ids:019d}"
