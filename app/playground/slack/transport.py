"""Signed requests to the app, and what came of each."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp

from app.playground.slack.config import SlackConfig

# What is wrong with a request on purpose. `value`: a click with a value its button does not have, signed properly.
Forged = Literal["", "signature", "stale", "malformed", "missing", "value"]
STALE_SECONDS = 6 * 60


@dataclass(frozen=True)
class Answered:
    """An HTTP answer of the app."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Sender(Protocol):
    """Sends one POST to the app; raises `OSError` or `aiohttp.ClientError` when it cannot be reached."""

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Send, and wait for the whole answer."""
        ...


@dataclass(frozen=True)
class Delivery:
    """One request to the app and its fate.

    `kind` is `command`, `event`, or an interaction's type; `payload` what was sent; `status` 0 when nothing came
    back; `elapsed` seconds. `error` is what Slack makes of a failure: `operation_timeout`, `dispatch_failed`,
    `not_a_command`, `invalid_input` (Slack's client did not send it), or Slack's word for an unusable answer
    (`invalid_blocks`, …), detailed in `problems`.
    """

    kind: str
    payload: dict[str, Any]
    status: int = 0
    body: str = ""
    elapsed: float = 0.0
    error: str = ""
    problems: tuple[str, ...] = ()
    sent: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the app answered 2xx in time and usably."""
        return 200 <= self.status < 300 and not self.error

    @property
    def json(self) -> Any:
        """The answer's body parsed, or None when it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class HttpSender:
    """Sends to the app's request URL over HTTP."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Send over a kept connection."""
        if self._session is None or self._session.closed:
            # Let go before the app's server does (uvicorn after 5 s): a request on a closing connection is lost.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=2.0))
        async with self._session.post(self._url(), data=body, headers=dict(headers)) as answer:
            return Answered(answer.status, await answer.text(), answer.headers)

    async def close(self) -> None:
        """Close kept connections."""
        if self._session is not None:
            await self._session.close()


class Post:
    """Signs and sends, keeps every `Delivery`. `sender` may be replaced (an app in the same process)."""

    def __init__(self, config: SlackConfig, now: Callable[[], float] = time.time) -> None:
        self.config = config
        self.request_url = config.request_url
        self.sender: Sender = HttpSender(lambda: self.request_url)
        self.deliveries: list[Delivery] = []
        # The app checks timestamps against the machine's clock, whatever clock the workspace lives by.
        self.now = now

    async def form(self, kind: str, fields: Mapping[str, str], forged: Forged = "") -> Delivery:
        """A slash command."""
        body = urlencode(fields).encode()
        return await self._send(Delivery(kind, dict(fields), sent=body, content_type=FORM), forged)

    async def interaction(self, payload: dict[str, Any], forged: Forged = "") -> Delivery:
        """An interaction: JSON within a form."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self._send(Delivery(str(payload["type"]), payload, sent=body, content_type=FORM), forged)

    async def event(
        self, envelope: dict[str, Any], forged: Forged = "", headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """An event: plain JSON."""
        delivery = Delivery("event", envelope, sent=json.dumps(envelope).encode(), content_type=JSON)
        return await self._send(delivery, forged, headers)

    async def again(self, delivery: Delivery, forged: Forged = "") -> Delivery:
        """The same bytes once more, freshly signed: a double click, a retry."""
        return await self._send(delivery, forged)

    def signed(self, body: bytes, forged: Forged = "") -> dict[str, str]:
        """The two headers of Slack's signature, or wrong ones."""
        stamp = str(int(self.now()) - (STALE_SECONDS if forged == "stale" else 0))
        if forged == "malformed":
            stamp = "yesterday"
        key = b"not the secret" if forged == "signature" else self.config.signing_secret.encode()
        digest = hmac.new(key, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        if forged == "missing":
            return {}
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def _send(self, delivery: Delivery, forged: Forged, more: Mapping[str, str] | None = None) -> Delivery:
        headers = {
            "Content-Type": delivery.content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **self.signed(delivery.sent, forged),
            **(more or {}),
        }
        started = time.perf_counter()
        blank = replace(delivery, status=0, body="", error="", problems=(), headers={})
        try:
            async with asyncio.timeout(self.config.answer_within):
                answer = await self.sender(delivery.sent, headers)
            error = "" if 200 <= answer.status < 300 else "dispatch_failed"
            done = replace(blank, status=answer.status, body=answer.body, error=error, headers=answer.headers)
        except TimeoutError:
            done = replace(blank, error="operation_timeout")
        except (OSError, aiohttp.ClientError) as error:
            done = replace(blank, error="dispatch_failed", problems=(f"connection_failed: {error}",))
        done = replace(done, elapsed=time.perf_counter() - started)
        self.deliveries.append(done)
        return done

    def judged(self, delivery: Delivery, error: str, problems: tuple[str, ...] = ()) -> Delivery:
        """The delivery with what Slack made of its answer, also in the record."""
        done = replace(delivery, error=error, problems=problems)
        self.deliveries = [done if one is delivery else one for one in self.deliveries]
        return done

    async def close(self) -> None:
        """Close connections."""
        if isinstance(self.sender, HttpSender):
            await self.sender.close()


FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
