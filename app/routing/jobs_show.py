"""What the tasks of /whereshare share: an answer as it stands now, where it is shown, and a word to the person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.i18n import Reader
from app.routing import queries
from app.routing.rules import Answer
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views import answer

log = structlog.get_logger(__name__)

# Slack takes five pictures a response URL; the state hardly changes twice while one is drawn.
REDRAWN_AT_MOST = 3


@dataclass
class _Turn:
    """Who draws an answer in this process: one at a time; `drawn` is what the last of them showed."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    drawn: dict[str, Answer] = field(default_factory=dict)


class Shows:
    """Draws answers so that the last picture shows the newest state. `args` are a task's."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._turns: dict[str, _Turn] = {}

    async def draw(self, args: dict[str, Any]) -> bool:
        """Redraw where the answer was shown; False when that is closed or past its time.

        Pictures of one answer may be drawn by several processes and arrive in any order, so each drawer looks again
        after its own has arrived, and draws once more if something changed meanwhile.
        """
        surface = args["surface"]
        place = str(surface.get("url") or surface.get("view") or "")
        async with self._turn(args["key"]) as turn:
            shown = await self.answer(args, args["key"])
            if turn.drawn.get(place) == shown:
                return True
            for _ in range(REDRAWN_AT_MOST):
                if not await self._send(args, shown):
                    return False
                turn.drawn[place] = shown
                now = await self.answer(args, args["key"])
                if now == shown:
                    break
                shown = now
        return True

    async def answer(self, args: dict[str, Any], key: str) -> Answer:
        """The answer with everything the person did so far."""
        async with self._s.db.read_only() as session:
            return await queries.answer(
                session,
                int(args["workspace_id"]),
                key,
                forum_url=self._s.settings.discourse_url,
                now=self._s.clock.now(),
            )

    async def tell(self, args: dict[str, Any], key: str, body: dict[str, Any]) -> str:
        """Tell the person in their conversation with the app, once a key; gives the message's ts."""
        sent = await self._s.slack.post_message(
            args["team_id"], args["slack_id"], body["text"], body.get("blocks"), key=key
        )
        return sent.ts

    async def reader(self, args: dict[str, Any]) -> Reader:
        """The person's language and zone."""
        return (await self._s.people.asker(args["team_id"], args["slack_id"])).reader

    async def _send(self, args: dict[str, Any], shown: Answer) -> bool:
        surface, now = args["surface"], self._s.clock.now()
        reader = await self.reader(args)
        try:
            if "url" in surface:
                body = answer.message(shown, reader, now)
                await self._s.slack.respond(surface["url"], {**body, "replace_original": True})
            elif "view" in surface:
                await self._s.slack.views_update(args["team_id"], surface["view"], answer.modal(shown, reader, now))
        except SlackSaidNo as error:
            # Closed modals, and response URLs past their half hour: the answer is kept, only its picture is old.
            log.info("an answer could not be redrawn", reason=error.message)
            return False
        return True

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncIterator[_Turn]:
        turn = self._turns.setdefault(key, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield turn
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[key]
