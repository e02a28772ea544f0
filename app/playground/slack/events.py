"""The Events API: which events the app hears of, and Slack's stubborn way of delivering them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from app.playground import cast
from app.playground.slack import payloads, shapes
from app.playground.slack.transport import Delivery, Forged, Post
from app.playground.slack.workspace import Workspace

# Events about one channel reach the app only where its bot is a member.
_WHERE_INSIDE = frozenset(
    {
        "app_mention",
        "member_joined_channel",
        "member_left_channel",
        "message",
        "reaction_added",
        "reaction_removed",
    }
)
# Events that carry a whole user object.
_ABOUT_PEOPLE = frozenset({"team_join", "user_change", "user_huddle_changed"})


class Pump:
    """Listens to the workspace, wraps what the app subscribed to, delivers it with three retries."""

    def __init__(self, slack: Workspace, post: Post) -> None:
        self._slack = slack
        self._post = post
        self._tasks: set[asyncio.Task[Any]] = set()
        self.delivered: list[Delivery] = []
        slack.on_event.append(self.heard)

    def heard(self, event: dict[str, Any]) -> None:
        """Something happened: deliver it in the background if the app wants it. Needs a running event loop."""
        if self.wanted(event):
            self._start(self.deliver(event))

    def wanted(self, event: dict[str, Any]) -> bool:
        """Whether the app subscribed to such an event, and its bot is where it happened."""
        kind = str(event["type"])
        channel = str(event.get("channel") or (event.get("item") or {}).get("channel") or "")
        name = kind
        if kind == "message":
            types = {"channel": "channels", "group": "groups"}
            asked = str(event.get("channel_type"))
            name = f"message.{types.get(asked, asked)}"
        if name not in self._slack.config.events:
            return False
        if kind not in _WHERE_INSIDE:
            return True
        return cast.BOT_USER_ID in self._slack.channel(channel).members

    async def deliver(self, event: dict[str, Any], *, forged: Forged = "") -> Delivery:
        """Send one event; a failure is retried as Slack does, in the background. The first delivery is returned."""
        event.setdefault("event_ts", self._slack.fresh_ts())
        if event["type"] in _ABOUT_PEOPLE and isinstance(event["user"], str):
            who = self._slack.member(event["user"])
            email = "users:read.email" in self._slack.config.scopes
            now = self._slack.clock.now()
            event = {**event, "user": shapes.user(who, now, email=email, locale=True), "cache_ts": who.updated}
        return await self.send(payloads.envelope(self._slack, event), forged=forged)

    async def send(self, envelope: dict[str, Any], *, forged: Forged = "") -> Delivery:
        """Send a whole envelope (again): same `event_id`, same retries."""
        first = await self._post.event(envelope, forged)
        self.delivered.append(first)
        if not first.ok and not _no_retry(first):
            self._start(self._retry(envelope, first))
        return first

    async def _retry(self, envelope: dict[str, Any], failed: Delivery) -> None:
        for number, delay in enumerate(self._slack.config.event_retry_delays, start=1):
            await asyncio.sleep(delay)
            headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": _reason(failed)}
            failed = await self._post.event(envelope, headers=headers)
            self.delivered.append(failed)
            if failed.ok or _no_retry(failed):
                return

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, seconds: float = 10.0) -> None:
        """Wait until nothing is on its way any more; `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while self._tasks:
                await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _no_retry(delivery: Delivery) -> bool:
    names = {name.lower(): value for name, value in delivery.headers.items()}
    return names.get("x-slack-no-retry") == "1"


def _reason(delivery: Delivery) -> str:
    if delivery.error == "operation_timeout":
        return "http_timeout"
    return "connection_failed" if delivery.status == 0 else "http_error"
