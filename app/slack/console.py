"""A Slack that only writes to the log, for running without a workspace."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

from app.clock import Clock
from app.slack.calls import Answer
from app.slack.gateway import Blocks, SlackGateway
from app.slack.limits import check_message, check_view
from app.slack.posting import Posted

log = logging.getLogger(__name__)


class ConsoleSlack:
    """A SlackGateway that checks limits as the real one does, remembers keys, and logs what it would send."""

    def __init__(self, clock: Clock, team: str = "T0CONSOLE") -> None:
        self._clock = clock
        self._team = team
        self._posted: dict[str, Posted] = {}

    async def auth_test(self, team: str = "") -> Answer:
        return {"ok": True, "team_id": self._team, "team": "console", "user_id": "U0CONSOLE", "bot_id": "B0CONSOLE"}

    async def post_message(
        self,
        team: str,
        channel: str,
        text: str,
        blocks: Blocks | None = None,
        *,
        key: str,
        thread_ts: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Posted:
        check_message(text, blocks)
        if key not in self._posted:
            self._say("message", channel=channel, text=text)
            ts = f"{self._clock.now().timestamp():.0f}.{len(self._posted):06d}"
            self._posted[key] = Posted(channel, ts)
        return self._posted[key]

    async def update_message(self, team: str, channel: str, ts: str, text: str, blocks: Blocks | None = None) -> None:
        check_message(text, blocks)
        self._say("changed message", channel=channel, ts=ts, text=text)

    async def delete_message(self, team: str, channel: str, ts: str) -> None:
        self._say("deleted message", channel=channel, ts=ts)

    async def post_ephemeral(
        self, team: str, channel: str, user: str, text: str, blocks: Blocks | None = None
    ) -> None:
        check_message(text, blocks)
        self._say("message for one", channel=channel, user=user, text=text)

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        self._say("answer", text=body.get("text"))

    async def find_message(
        self, team: str, channel: str, key: str, *, thread_ts: str | None = None, oldest: float = 0.0
    ) -> str | None:
        return self._posted[key].ts if key in self._posted else None

    async def open_dm(self, team: str, *users: str) -> str:
        return "D0" + "".join(users)[-9:]

    async def views_open(self, team: str, trigger_id: str, view: Answer) -> Answer:
        return self._view("modal", view)

    async def views_push(self, team: str, trigger_id: str, view: Answer) -> Answer:
        return self._view("modal on top", view)

    async def views_update(self, team: str, view_id: str, view: Answer, *, hash: str | None = None) -> Answer:
        return self._view("changed modal", view)

    async def views_publish(self, team: str, user: str, view: Answer) -> Answer:
        return self._view("home", view)

    async def user_info(self, team: str, user: str) -> Answer:
        return {
            "id": user,
            "team_id": self._team,
            "name": user.lower(),
            "tz": "UTC",
            "locale": "en-US",
            "profile": {},
        }

    async def users_list(self, team: str) -> AsyncIterator[list[Answer]]:
        yield []

    async def conversation_info(self, team: str, channel: str) -> Answer:
        return {"id": channel, "name": channel.lower(), "is_private": False, "is_member": True}

    async def conversation_members(self, team: str, channel: str) -> list[str]:
        return []

    async def usergroup_members(self, team: str, usergroup: str) -> list[str]:
        return []

    async def message(self, team: str, channel: str, ts: str) -> Answer | None:
        return None

    async def permalink(self, team: str, channel: str, ts: str) -> str:
        return f"https://slack.com/archives/{channel}/p{ts.replace('.', '')}"

    async def add_reaction(self, team: str, channel: str, ts: str, name: str) -> None:
        self._say("reaction", channel=channel, ts=ts, reaction=name)

    async def close(self) -> None:
        """Nothing to give back."""

    def _view(self, what: str, view: Answer) -> Answer:
        check_view(view)
        self._say(what, callback_id=view.get("callback_id"))
        return {**view, "id": "V0CONSOLE", "hash": "0"}

    def _say(self, what: str, **details: Any) -> None:
        log.info("slack (not connected): %s", what, extra=details)


def _is_a_gateway(console: ConsoleSlack) -> SlackGateway:
    return console
