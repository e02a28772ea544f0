"""The forum's webhooks: signed, sent once, never tried again, as Discourse does by default."""

from __future__ import annotations

import hashlib
import hmac
import json

import aiohttp

from app.playground.forum.records import HookEvent
from app.playground.forum.state import Forum

TIMEOUT = 20.0


def signed(body: bytes, secret: str) -> str:
    """The value of X-Discourse-Event-Signature for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def as_request(event: HookEvent, *, instance: str, secret: str) -> tuple[bytes, dict[str, str]]:
    """The body and headers of one delivery; without a secret there is no signature."""
    body = json.dumps(event.payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Discourse/3.6.0.beta1",
        "X-Discourse-Instance": instance,
        "X-Discourse-Event-Id": str(event.id),
        "X-Discourse-Event-Type": event.kind,
        "X-Discourse-Event": event.name,
    }
    if secret:
        headers["X-Discourse-Event-Signature"] = signed(body, secret)
    return body, headers


async def send_webhook(event: HookEvent, *, url: str, secret: str = "", instance: str = "") -> int:
    """Deliver one event once; the HTTP status, or 0 when nobody answered."""
    body, headers = as_request(event, instance=instance, secret=secret)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


async def deliver(forum: Forum) -> None:
    """Send every event that waits, in order; without an address they stay for a test to read."""
    config = forum.config
    while config.webhook_url and forum.events:
        event = forum.events.popleft()
        await send_webhook(event, url=config.webhook_url, secret=config.webhook_secret, instance=config.base_url)
