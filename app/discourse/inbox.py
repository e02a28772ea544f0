"""What a webhook tells: which topic to look at again. What is written about it is asked from the forum itself.

Deliveries come in any order and more than once, each a picture of some earlier moment. So an event only names
its topic; the worker reads the topic as it is now.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from app.discourse.answers import number, text, under

# The types whose payload leads to a topic, by X-Discourse-Event-Type.
_TOPIC_OF = {"topic": "id", "post": "topic_id", "solved": "topic_id"}


@dataclass(frozen=True)
class Notice:
    """One event about a public topic. `key` is the same for every delivery of the same content."""

    key: str
    event: str
    topic_id: int


def read_notice(kind: str, event: str, body: bytes) -> Notice | None:
    """The event's topic; None for pings, private messages, and what we do not follow.

    The body is JSON under whatever content type. Raises `ValueError` when it is not.
    """
    payload = json.loads(body)
    about = under(payload, kind)
    if kind not in _TOPIC_OF or not isinstance(about, dict):
        return None
    if not _public(about):
        return None
    topic = number(about.get(_TOPIC_OF[kind]))
    if topic is None or topic <= 0:
        return None
    # Event ids differ between attempts of one delivery, so the content itself is the key.
    digest = hashlib.sha256(event.encode(errors="replace") + b"\n" + body).hexdigest()
    return Notice(f"forum:{digest}", event[:64], topic)


def _public(about: dict[str, Any]) -> bool:
    """Whether the payload speaks of a regular topic: posts say `topic_archetype`, topics `archetype`."""
    return (text(about.get("topic_archetype")) or text(about.get("archetype")) or "regular") == "regular"
