"""What a job is to those who write one: an async function, its context, and what becomes of its failures."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import aiohttp
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.clock import Clock
from app.errors import DomainError, Unavailable

Value = TypeVar("Value")

# Half a second, doubling, at most five minutes between attempts; about a day in all.
FIRST_WAIT = 0.5
LONGEST_WAIT = 300.0
ATTEMPTS = 300
# Longer than any reason is worth reading in a list.
REASON_LENGTH = 500

_SECRETS = (
    (re.compile(r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[A-Za-z0-9-]+"), "[token]"),
    (re.compile(r"(://[^/\s:@]*:)[^@\s/]+@"), r"\1[password]@"),
    (
        re.compile(r"(?i)\b(bearer|token|api[_-]?key|secret|password)([\"']?\s*[:=]\s*[\"']?|\s+)[^\s\"',;&]{8,}"),
        r"\1\2[hidden]",
    ),
)


class JobFailed(Exception):
    """The job is over and did not succeed; the message is its reason, free of secrets."""


class TaskContext(Protocol):
    """What a task is given: who it is, and the two ways to do something that outlives a crash."""

    @property
    def key(self) -> str:
        """The job's idempotency key."""
        ...

    @property
    def name(self) -> str:
        """The task's name in the table."""
        ...

    @property
    def clock(self) -> Clock:
        """The time; read it inside steps only, since what is outside runs again after a crash."""
        ...

    @property
    def due_at(self) -> datetime | None:
        """When the timer that started this job was due; None for a job started otherwise."""
        ...

    @property
    def late(self) -> timedelta:
        """How long after `due_at` the timer fired; zero for a job started otherwise."""
        ...

    async def step(self, name: str, effect: Callable[[], Awaitable[Value]]) -> Value:
        """Do an effect and remember its JSON-able result; tried again while a neighbour is unreachable.

        Raises JobFailed when the rules say no or when the attempts are used up. The effect may run twice if the
        process dies between doing and remembering: make it idempotent by key.
        """
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait, also across restarts."""
        ...


Task = Callable[[TaskContext, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Verdict:
    """What to do after a failure: `again` says try once more, after `wait` seconds if that is known."""

    again: bool
    reason: str
    wait: float | None = None


def verdict(error: Exception) -> Verdict:
    """Tell passing trouble (network, 5xx, rate limits, a busy database) from what no repetition will mend."""
    reason = without_secrets(error)
    if isinstance(error, Unavailable):
        return Verdict(True, reason, error.retry_after)
    if isinstance(error, DomainError):
        return Verdict(False, reason)
    if isinstance(error, OperationalError | PoolTimeout):
        return Verdict(True, reason)
    if isinstance(error, DBAPIError):
        return Verdict(error.connection_invalidated, reason)
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError):
        return Verdict(False, reason)
    return Verdict(isinstance(error, OSError | TimeoutError | aiohttp.ClientError), reason)


def wait_before(attempt: int, asked: float | None) -> float:
    """Seconds before the attempt after `attempt` (from 1): what the neighbour asked for, or doubling."""
    own = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 20))
    return own if asked is None else max(0.05, asked)


def without_secrets(error: BaseException | str) -> str:
    """The error as one short line in which tokens and passwords are blanked out."""
    if isinstance(error, DBAPIError):
        # Its text holds the statement and the parameters, which are people's words.
        text = f"{type(error).__name__}: {type(error.orig).__name__}: {error.orig}"
    elif isinstance(error, DomainError | JobFailed):
        text = str(error)
    elif isinstance(error, BaseException):
        text = f"{type(error).__name__}: {error}"
    else:
        text = error
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    line = " ".join(text.split())
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"
