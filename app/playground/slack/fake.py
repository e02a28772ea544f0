"""The tests' Slack: a local workspace on a free port, with people to act as and everything to look at.

async with FakeSlack() as slack:
    app = build(slack_api_url=slack.api_url, slack_bot_token=slack.token, …)
    slack.deliver_to(app)                                   # or a URL
    await slack.command("mateo", "/whereshare", "a job aid on malaria")
    assert "cop-malaria" in slack.shown(slack.ephemeral("mateo"))
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import httpx
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from app.clock import Clock
from app.playground import cast
from app.playground.slack.config import SlackConfig
from app.playground.slack.faults import Fault, FaultKind
from app.playground.slack.looking import Looking
from app.playground.slack.payloads import Source
from app.playground.slack.running import HOST, Running, listening
from app.playground.slack.server import LocalSlack
from app.playground.slack.state import Ephemeral, Message, SlackError, View
from app.playground.slack.transport import Answered, Delivery, Forged

# Retries of events at once: tests do not wait five minutes.
TEST_CONFIG = SlackConfig(event_retry_delays=(0.0, 0.02, 0.05))


class AsgiSender:
    """Hands requests to an ASGI app of this process, without a port."""

    def __init__(self, app: ASGIApp) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://app", timeout=60)
        self._running: set[asyncio.Task[httpx.Response]] = set()

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        """POST to /slack/events; an app that is given up after three seconds works on, as behind a real server."""
        task = asyncio.create_task(self._client.post("/slack/events", content=body, headers=dict(headers)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        answer = await asyncio.shield(task)
        return Answered(answer.status_code, answer.text, dict(answer.headers))


class FakeSlack(Looking):
    """A Slack workspace for tests. People are named by handle or id, channels by name or id.

    `config` fields can be given by name: `FakeSlack(limits="real", scopes=frozenset({"commands"}))`.
    """

    def __init__(
        self, config: SlackConfig = TEST_CONFIG, *, clock: Clock | None = None, port: int = 0, **changes: Any
    ) -> None:
        self._socket = listening(port)
        self.port: int = self._socket.getsockname()[1]
        self.config = replace(config, base_url=f"http://{HOST}:{self.port}", **changes)
        self.local = LocalSlack(self.config, clock, control=True)
        self.workspace = self.local.workspace
        self.courier = self.local.courier
        self._running = Running(self.local.app, self._socket)

    async def __aenter__(self) -> Self:
        await self._running.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.stop()

    # Setting up

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL."""
        return self.config.api_url

    @property
    def token(self) -> str:
        """For SLACK_BOT_TOKEN."""
        return self.config.bot_token

    @property
    def signing_secret(self) -> str:
        """For SLACK_SIGNING_SECRET."""
        return self.config.signing_secret

    @property
    def client(self) -> AsyncWebClient:
        """A real client, signed in as the bot; it retries nothing."""
        return AsyncWebClient(self.token, base_url=self.api_url, retry_handlers=[])

    def deliver_to(self, app: ASGIApp | str) -> None:
        """Where the app is: an ASGI app of this process, or the URL of its `/slack/events`."""
        if isinstance(app, str):
            self.courier.post.request_url = app
        else:
            self.courier.post.sender = AsgiSender(app)

    def fault(
        self,
        kind: FaultKind,
        method: str = "*",
        *,
        times: int = 1,
        seconds: float = 1.0,
        code: str = "internal_error",
    ) -> None:
        """Something goes wrong for the next calls; see `Fault`."""
        self.local.gate.faults.add(Fault(kind, method, times, seconds, code))

    # Acting as people

    async def command(
        self, person: str, command: str, text: str = "", channel: str = "", *, raw: bool = False, forged: Forged = ""
    ) -> Delivery:
        """Type a slash command, in a channel the person is in (default: the first of general, welcome, any)."""
        ident = self.who(person)
        room = self.where(channel).id if channel else self._somewhere(ident)
        return await self.courier.command(ident, command, text, room, raw=raw, forged=forged)

    def _somewhere(self, person: str) -> str:
        joined = {one.name: one.id for one in self.workspace.joined_channels(person)}
        for name in ("general", "welcome", *joined):
            if name in joined:
                return joined[name]
        return self.workspace.open_dm(person, cast.BOT_USER_ID).id

    def _actor(self, source: Source, person: str) -> str:
        if person:
            return self.who(person)
        if isinstance(source, View):
            return source.person
        if isinstance(source, Ephemeral):
            return source.to
        raise TypeError("a message does not say who clicks: give person=")

    async def click(
        self,
        source: Source,
        action_id: str,
        value: Any = None,
        person: str = "",
        *,
        block_id: str = "",
        forged: Forged = "",
    ) -> Delivery:
        """Press a button or choose a value on a message, an ephemeral or a view."""
        who = self._actor(source, person)
        return await self.courier.click(who, source, action_id, value, block_id=block_id, forged=forged)

    async def options(self, source: Source, action_id: str, typed: str, person: str = "") -> list[dict[str, Any]]:
        """What an external select offers for some typed letters."""
        return (await self.courier.options(self._actor(source, person), source, action_id, typed))[1]

    async def submit(
        self, view: View, values: Mapping[str, Any] | None = None, person: str = "", *, forged: Forged = ""
    ) -> Delivery:
        """Submit a modal with `{block_id: {action_id: value}}`, or `{block_id or action_id: value}`."""
        return await self.courier.submit(self._actor(view, person), view, values, forged=forged)

    async def close_view(self, view: View) -> Delivery | None:
        """Dismiss a modal."""
        return await self.courier.close_view(view.person, view)

    async def shortcut(self, person: str, callback_id: str) -> Delivery:
        """Start a global shortcut."""
        return await self.courier.shortcut(self.who(person), callback_id)

    async def message_shortcut(self, person: str, callback_id: str, message: Message) -> Delivery:
        """Start a message shortcut."""
        return await self.courier.message_shortcut(self.who(person), callback_id, message)

    async def open_home(self, person: str, tab: str = "home") -> Delivery:
        """Open the app's Home."""
        return await self.courier.open_home(self.who(person), tab)

    async def event(self, event: dict[str, Any], *, forged: Forged = "") -> Delivery:
        """Deliver any event (without envelope), subscribed to or not."""
        return await self.courier.events.deliver(event, forged=forged)

    async def again(self, delivery: Delivery) -> Delivery:
        """The same request once more: a double click, a repeated event."""
        return await self.courier.again(delivery)

    def post(self, person: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """A person types a message."""
        return self.workspace.post_as_person(self.who(person), self.where(channel).id, text, thread_ts)

    def react(self, person: str, message: Message, name: str) -> None:
        """A person reacts."""
        self.workspace.add_reaction(self.who(person), message.channel, message.ts, name)

    def unreact(self, person: str, message: Message, name: str) -> None:
        """A person takes their reaction back."""
        self.workspace.remove_reaction(self.who(person), message.channel, message.ts, name)

    def reaction(self, person: str, message: Message, name: str, *, removed: bool = False) -> dict[str, Any]:
        """The event of a reaction that nobody made, for `event`: late, early or untrue; each with its own moment."""
        kind = "reaction_removed" if removed else "reaction_added"
        return {
            **self.workspace.reaction_event(kind, message, self.who(person), name),
            "event_ts": self.workspace.fresh_ts(),
        }

    async def react_event_again(
        self, person: str, message: Message, name: str, *, removed: bool = False
    ) -> list[Delivery]:
        """Deliver the events of this reaction once more, each as it was. `LookupError` when none was sent."""
        kind = "reaction_removed" if removed else "reaction_added"
        wanted = self.workspace.reaction_event(kind, message, self.who(person), name)
        sent = {
            one.payload["event_id"]: one
            for one in self.courier.events.delivered
            if wanted.items() <= one.payload["event"].items()
        }
        if not sent:
            raise LookupError(f"no {kind} of {person} with {name} was delivered")
        return [await self.courier.again(one) for one in sent.values()]

    async def settled(self, seconds: float = 30.0) -> None:
        """Wait until every event was delivered."""
        await self.courier.events.settle(seconds)

    async def until(self, true: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Wait for something to become true, and return it; `TimeoutError` after `seconds`."""
        async with asyncio.timeout(seconds):
            while not (found := true()):  # noqa: ASYNC110 - a test may wait for anything, database rows too
                await asyncio.sleep(0.01)
        return found


__all__ = ["FakeSlack", "SlackError"]
