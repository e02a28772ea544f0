"""One call of Slack's Web API: the right token and deadline, its turn in the lanes, and typed errors."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import Clock
from app.db import Database
from app.errors import Unavailable
from app.jobs.pacing import Pace, hold_back, reserve
from app.slack.refusals import RateLimited, refusal, unreached

TokenFor = Callable[[str], Awaitable[str]]
Answer = dict[str, Any]

TIER_2, TIER_3, TIER_4 = Pace(3.0, 10), Pace(1.2, 20), Pace(0.6, 40)
# About one message a second in a channel, short bursts tolerated; some hundreds a minute in a workspace.
CHANNEL, WORKSPACE = Pace(1.0, 3), Pace(0.2, 20)
PACES = {
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.open": TIER_3,
    "conversations.members": TIER_4,
    "reactions.add": TIER_3,
    "usergroups.users.list": TIER_2,
    "users.list": TIER_2,
}
# A longer wait is a durable one: the caller is told and comes back.
LONGEST_TURN = 30.0


class Caller:
    """Makes calls for every workspace over one pool of connections. `token_for(team_id)` gives the token."""

    def __init__(
        self, base_url: str, token_for: TokenFor, *, db: Database, clock: Clock, timeout: float, interactive: float
    ) -> None:
        self._base_url = base_url
        self._token_for = token_for
        self._db = db
        self._clock = clock
        self._limits = {False: timeout, True: interactive}
        self._connector: aiohttp.TCPConnector | None = None
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def call(self, team: str, method: str, *, interactive: bool = False, **args: Any) -> Answer:
        """Call a method; arguments that are None are left out. Raises what `app.slack.refusals` has."""
        pace = PACES.get(method)
        lane = f"{method}:{team}"
        if pace is not None and not interactive:
            await self.take_turn({lane: pace})
        client = AsyncWebClient(
            token=await self._token_for(team),
            base_url=self._base_url,
            session=self._session(interactive),
            # slack_sdk's own would send a post again when the answer was lost.
            retry_handlers=[],
        )
        # As a form, which every method takes; only some take JSON bodies.
        given = {name: _form(value) for name, value in args.items() if value is not None}
        try:
            answer = await client.api_call(method, data=given)
        except SlackApiError as error:
            found = refusal(error, method)
            if isinstance(found, RateLimited) and pace is not None:
                await self.hold_back(lane, found.retry_after)
            raise found from None
        except (aiohttp.ClientError, SlackRequestError, TimeoutError, OSError) as error:
            raise unreached(error, method) from error
        return answer.data if isinstance(answer.data, dict) else {}

    async def pages(self, team: str, method: str, part: str, **args: Any) -> AsyncIterator[list[Any]]:
        """The pages of a listing; a page may be empty and not the last."""
        cursor: str | None = None
        while True:
            answer = await self.call(team, method, cursor=cursor, **args)
            yield list(answer.get(part) or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def respond(self, url: str, body: Answer) -> None:
        """Send a message body to a response URL."""
        try:
            async with self._session(False).post(url, json=body) as answer:
                text = await answer.text()
                if answer.status == 200:
                    return
                headers = answer.headers
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreached(error, "response_url") from error
        data: Answer = {}
        with contextlib.suppress(ValueError):
            parsed = json.loads(text)
            data = parsed if isinstance(parsed, dict) else {}
        if "error" not in data and status < 500:
            data["error"] = text.strip()[:100] or f"http_{status}"
        failed: Any = SlackApiError
        raise refusal(failed("response_url", _Plain(status, headers, data)), "response_url")

    async def take_turn(self, lanes: dict[str, Pace]) -> None:
        """Wait for a place in each lane; `Unavailable` when that would be too long to hold a worker for."""
        now = self._clock.now().timestamp()
        async with self._db.transaction() as session:
            wait = 0.0
            # In one order always, so that two processes cannot wait for each other.
            for lane in sorted(lanes):
                wait = max(wait, await reserve(session, lane, lanes[lane], now))
            if wait > LONGEST_TURN:
                raise Unavailable("Much is being sent to Slack just now; this waits for its turn.", retry_after=wait)
        if wait > 0:
            await asyncio.sleep(wait)

    async def hold_back(self, lane: str, seconds: float | None) -> None:
        """Keep everyone off a lane for some seconds."""
        async with self._db.transaction() as session:
            await hold_back(session, lane, self._clock.now().timestamp() + (seconds or 1.0))

    async def close(self) -> None:
        """Give the connections back."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        if self._connector is not None:
            await self._connector.close()
            self._connector = None

    def _session(self, interactive: bool) -> aiohttp.ClientSession:
        # Made at first use, since it belongs to the running loop.
        if self._connector is None:
            self._connector = aiohttp.TCPConnector(limit=50, keepalive_timeout=30)
        if interactive not in self._sessions:
            self._sessions[interactive] = aiohttp.ClientSession(
                connector=self._connector,
                connector_owner=False,
                timeout=aiohttp.ClientTimeout(total=self._limits[interactive]),
            )
        return self._sessions[interactive]


def _form(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


class _Plain:
    """A response URL's answer in the shape of slack_sdk's."""

    def __init__(self, status_code: int, headers: Any, data: Answer) -> None:
        self.status_code = status_code
        self.headers = headers
        self.data = data
