"""Slack's request signature (docs: verifying requests from Slack), with the clock injected."""

from __future__ import annotations

import hmac
from hashlib import sha256

MAX_AGE_SECONDS = 5 * 60


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}`."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()


def is_genuine(secret: str, timestamp: str, signature: str, body: bytes, *, now: float) -> bool:
    """Whether Slack sent this body within the last five minutes; malformed headers are simply not genuine.

    `now` is in epoch seconds. An empty secret accepts nothing.
    """
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "replace"))
