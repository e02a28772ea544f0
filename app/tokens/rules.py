"""The rules of tokens, pure: how one looks, what it may be for, how long it lasts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches

from app.errors import NotUnderstood

# So that scanners, and our own logs, know one when they see it.
PREFIX = "bao_"
SCOPES = {"recognition:read": "read the recognition log"}
DEFAULT_DAYS, MOST_DAYS = 365, 3650
NAME_LENGTH = 100
# A program that asks all day moves its token's last use once a minute.
USE_NOTED_EVERY = timedelta(minutes=1)

ACTIVE, EXPIRED, REVOKED = "active", "expired", "revoked"

_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43,128}}")
_START_LENGTH = len(PREFIX) + 4


def token_of(*random: str) -> str:
    """The text of a token from url-safe random texts of together at least 32 bytes."""
    return PREFIX + "".join(random)


def looks_like_one(text: str) -> bool:
    """Whether a text has the shape of a token; what has not need not be looked up."""
    return _SHAPE.fullmatch(text) is not None


def digest(token: str) -> str:
    """What is stored of a token. A plain hash is enough: nobody can try all of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_of(token: str) -> str:
    """The few letters by which its owner recognises a token in a list."""
    return token[:_START_LENGTH]


def state_of(expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> str:
    """One of active, expired, revoked."""
    if revoked_at is not None:
        return REVOKED
    return EXPIRED if expires_at is not None and expires_at <= now else ACTIVE


def checked_scopes(wanted: Sequence[str]) -> tuple[str, ...]:
    """The scopes, each once; `NotUnderstood` for one that does not exist or for none at all."""
    scopes = tuple(dict.fromkeys(one.strip() for one in wanted if one.strip()))
    if not scopes:
        raise NotUnderstood(f"Say what the token is for with --scope: {', '.join(SCOPES)}.")
    for one in scopes:
        if one not in SCOPES:
            near = get_close_matches(one[:50], list(SCOPES), 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(SCOPES)}."
            raise NotUnderstood(f"There is no scope '{one[:50]}'. {hint}")
    return scopes


def checked_name(name: str) -> str:
    """The name without stray blanks; `NotUnderstood` for one that cannot be kept or typed again."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > NAME_LENGTH or not tidy.isprintable():
        raise NotUnderstood(f"Give the token a name of 1 to {NAME_LENGTH} letters, such as warehouse.")
    return tidy


def expiry(now: datetime, days: int | None) -> datetime | None:
    """When a token made now for so many days ends; None lasts until it is revoked. `NotUnderstood` out of range."""
    if days is None:
        return None
    if not 1 <= days <= MOST_DAYS:
        raise NotUnderstood(f"A token lasts 1 to {MOST_DAYS} days, or say --never-expires.")
    return now + timedelta(days=days)


def use_is_due(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether the use of a token at `now` has to be written down."""
    return last_used_at is None or now - last_used_at >= USE_NOTED_EVERY
