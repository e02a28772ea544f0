"""What goes wrong on purpose (for tests), and rate limits as Slack has them (when switched on)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.clock import Clock

# Posts to one channel that Slack takes in a burst before it insists on one a second.
POST_BURST = 5.0

FaultKind = Literal["429", "500", "error", "drop_before", "drop_after", "delay"]


@dataclass
class Fault:
    """One thing that goes wrong for the next `times` calls of `method` (`*`: any).

    `429` with `seconds` as Retry-After; `500`; `error` with Slack's word in `code`; `drop_before` closes the
    connection with nothing done; `drop_after` does the work and then loses the answer; `delay` waits `seconds`.
    """

    kind: FaultKind
    method: str = "*"
    times: int = 1
    seconds: float = 1.0
    code: str = "internal_error"


@dataclass
class Faults:
    """Faults still to come, the first that fits is taken."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Something will go wrong."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if any; it is used up by one."""
        for fault in self.waiting:
            if fault.times > 0 and fault.method in ("*", method):
                fault.times -= 1
                if fault.times == 0:
                    self.waiting.remove(fault)
                return fault
        return None


@dataclass
class _Bucket:
    left: float
    at: datetime


class Limits:
    """Token buckets by method, and by channel for posts: a tier's calls a minute, one post a second a channel."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, method: str, per_minute: int, channel: str = "") -> int:
        """Seconds until this call is allowed (0: it was, and is counted)."""
        if method == "chat.postMessage":
            return self._take(f"post:{channel}", POST_BURST, 1.0)
        if per_minute == 0:
            return 0
        return self._take(method, float(per_minute), per_minute / 60)

    def _take(self, name: str, capacity: float, per_second: float) -> int:
        now = self._clock.now()
        bucket = self._buckets.setdefault(name, _Bucket(capacity, now))
        bucket.left = min(capacity, bucket.left + (now - bucket.at).total_seconds() * per_second)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return max(1, math.ceil((1 - bucket.left) / per_second))
