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
from app.playground.slack.blockkit import elements
from app.playground.slack.config import SlackConfig
from app.playground.slack.faults import Fault, FaultKind
from app.playground.slack.payloads import Source
from app.playground.slack.reading import shown_text
from app.playground.slack.running import HOST, Running, listening
from app.playground.slack.server import LocalSlack
from app.playground.slack.state import ApiCall, Channel, Ephemeral, Message, SlackError, View
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


class FakeSlack:
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

    def who(self, person: str) -> str:
        """A person's id, from a handle or id."""
        for one in self.workspace.people.values():
            if person in (one.id, one.handle):
                return one.id
        raise KeyError(person)

    def where(self, channel: str) -> Channel:
        """A channel, from a name or id."""
        return self.workspace.named(channel)

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

    async def settled(self, seconds: float = 10.0) -> None:
        """Wait until every event was delivered."""
        await self.courier.events.settle(seconds)

    async def until(self, true: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait for something to become true, and return it; `TimeoutError` after `seconds`."""
        async with asyncio.timeout(seconds):
            while not (found := true()):  # noqa: ASYNC110 - a test may wait for anything, database rows too
                await asyncio.sleep(0.01)
        return found

    # Looking

    def messages(self, channel: str) -> list[Message]:
        """All messages of a channel that are there, replies too, oldest first."""
        return [one for one in self.where(channel).messages if not one.deleted]

    def dm(self, person: str) -> list[Message]:
        """All messages between the app and a person."""
        return self.messages(self.workspace.open_dm(self.who(person), cast.BOT_USER_ID).id)

    def ephemerals(self, person: str, channel: str = "") -> list[Ephemeral]:
        """What only this person sees."""
        return self.workspace.ephemerals_of(self.who(person), self.where(channel).id if channel else "")

    def ephemeral(self, person: str) -> Ephemeral:
        """The latest of them; `LookupError` when there is none."""
        found = self.ephemerals(person)
        if not found:
            raise LookupError(f"{person} sees no ephemeral message")
        return found[-1]

    def view(self, person: str) -> View:
        """The modal this person sees; `LookupError` when there is none."""
        found = self.workspace.modals.top(self.who(person))
        if found is None:
            raise LookupError(f"{person} has no modal open")
        return found

    def views(self, person: str) -> list[View]:
        """The person's stack of modals, the visible one last."""
        return self.workspace.modals.stack(self.who(person))

    def home(self, person: str) -> View | None:
        """The person's App Home."""
        return self.workspace.modals.home(self.who(person))

    def calls(self, method: str = "") -> list[ApiCall]:
        """Web API calls received, of one method or all."""
        return [one for one in self.workspace.log if method in ("", one.method)]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the app, in order of its answers."""
        return self.courier.post.deliveries

    def shown(self, thing: Source) -> str:
        """All text a person reads in it, line by line."""
        return shown_text(thing)

    def actions(self, thing: Source) -> list[str]:
        """The action_ids it offers, in order."""
        return [str(one.get("action_id")) for _, _, one in elements(thing.blocks)]


__all__ = ["FakeSlack", "SlackError"]
