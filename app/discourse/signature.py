"""The signature of a forum's webhook: HMAC-SHA256 over the raw bytes, in X-Discourse-Event-Signature."""

from __future__ import annotations

import hashlib
import hmac
from enum import Enum

HEADER = "x-discourse-event-signature"
_PREFIX = "sha256="


class Verdict(Enum):
    """Whether a body is the forum's: GOOD, MISSING (no signature at all) or WRONG."""

    GOOD = "good"
    MISSING = "missing"
    WRONG = "wrong"


def judge(body: bytes, given: str | None, secret: str) -> Verdict:
    """Compare in constant time; without a secret of ours nothing is ever good."""
    if not given:
        return Verdict.MISSING
    wanted = _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    same = hmac.compare_digest(wanted.encode(), given.strip().encode(errors="replace"))
    return Verdict.GOOD if secret and same else Verdict.WRONG
