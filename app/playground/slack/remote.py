"""A workspace in a process of its own, driven through its control door: it survives when the app is killed."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from app.playground import cast
from app.playground.slack.faults import FaultKind
from app.playground.slack.payloads import Source
from app.playground.slack.state import ApiCall, Ephemeral, Message, SlackError, View
from app.playground.slack.transport import Delivery


class RemoteSlack:
    """Like `FakeSlack`, but every look and act is awaited. People by handle or id, channels by name or id.

    `options` are those of the command line: `RemoteSlack(request_url=…, bot_token=…)`.
    """

    def __init__(self, **options: str) -> None:
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        flags = [part for name, value in self._options.items() for part in (f"--{name.replace('_', '-')}", value)]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.playground.slack", *flags, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.url = json.loads(await self._process.stdout.readline())["url"]
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL."""
        return f"{self.url}/api/"

    async def do(self, verb: str, **body: Any) -> Any:
        """One verb of the control door; `SlackError` when it says no."""
        assert self._session is not None
        async with self._session.post(f"{self.url}/control/{verb}", json=body) as answer:
            said = await answer.json()
        if not said["ok"]:
            raise SlackError(said["error"], **said.get("detail", {}))
        return said["answer"]

    async def deliver_to(self, url: str) -> None:
        """The URL of the app's `/slack/events`."""
        await self.do("setup", request_url=url)

    async def command(
        self, person: str, command: str, text: str = "", channel: str = "general", *, raw: bool = False
    ) -> Delivery:
        """Type a slash command."""
        said = await self.do(
            "command", person=cast.person(person).id, command=command, text=text, channel=channel, raw=raw
        )
        return _delivery(said)

    async def click(self, source: Source, action_id: str, value: Any = None, person: str = "") -> Delivery:
        """Press a button or choose a value."""
        if isinstance(source, View):
            place: dict[str, Any] = {"view_id": source.id, "person": source.person}
        elif isinstance(source, Ephemeral):
            place = {"channel": source.channel, "ts": source.ts, "ephemeral": True, "person": source.to}
        else:
            place = {"channel": source.channel, "ts": source.ts, "person": cast.person(person).id}
        return _delivery(await self.do("click", **place, action_id=action_id, value=value))

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Delivery:
        """Submit a modal."""
        return _delivery(await self.do("submit", person=view.person, view_id=view.id, values=values or {}))

    async def event(self, event: dict[str, Any]) -> Delivery:
        """Deliver any event."""
        return _delivery(await self.do("event", event=event))

    async def fault(self, kind: FaultKind, method: str = "*", *, times: int = 1, seconds: float = 1.0) -> None:
        """Something goes wrong for the next calls."""
        await self.do("fault", kind=kind, method=method, times=times, seconds=seconds)

    async def post(self, person: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """A person types a message."""
        who = cast.person(person).id
        return Message(**await self.do("post", person=who, channel=channel, text=text, thread_ts=thread_ts))

    async def react(self, person: str, message: Message, name: str, *, remove: bool = False) -> None:
        """A person reacts, or takes their reaction back."""
        where = {"channel": message.channel, "ts": message.ts}
        await self.do("react", person=cast.person(person).id, **where, name=name, remove=remove)

    async def open_home(self, person: str) -> Delivery:
        """Open the app's Home."""
        return _delivery(await self.do("home_opened", person=cast.person(person).id))

    async def messages(self, channel: str) -> list[Message]:
        """All messages of a channel that are there, replies too, oldest first."""
        return [Message(**one) for one in await self.do("messages", channel=channel)]

    async def dm(self, person: str) -> list[Message]:
        """All messages between the app and a person."""
        return await self.messages(await self.do("dm", people=[cast.person(person).id, cast.BOT_USER_ID]))

    async def ephemerals(self, person: str) -> list[Ephemeral]:
        """What only this person sees."""
        return [Ephemeral(**one) for one in await self.do("ephemerals", person=cast.person(person).id)]

    async def views(self, person: str) -> list[View]:
        """The person's stack of modals, the visible one last."""
        return [View(**one) for one in (await self.do("views", person=cast.person(person).id))["stack"]]

    async def home(self, person: str) -> View | None:
        """The person's App Home."""
        found = (await self.do("views", person=cast.person(person).id))["home"]
        return View(**found) if found else None

    async def calls(self, method: str = "") -> list[ApiCall]:
        """Web API calls received, of one method or all."""
        said = await self.do("calls", method=method)
        return [ApiCall(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in said]

    async def deliveries(self) -> list[Delivery]:
        """Everything sent to the app."""
        return [_delivery(one) for one in await self.do("deliveries")]


def _delivery(said: dict[str, Any]) -> Delivery:
    return Delivery(**{**said, "problems": tuple(said["problems"])})
