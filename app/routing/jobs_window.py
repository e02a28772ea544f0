"""What a message that was clicked on says, and what the person who clicked may do with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from app.communities.queries import led_by
from app.errors import DomainError, NotUnderstood
from app.routing.rules import MAX_TEXT
from app.routing.service import Draft
from app.services import Services
from app.slack import mrkdwn
from app.slack.people import Asker

WINDOW_TASK = "whereshare.window"


@dataclass(frozen=True)
class Clicked:
    """A message, as the shortcut's payload describes it; `thread_ts` is "" for one outside threads."""

    channel_id: str
    channel_name: str
    ts: str
    thread_ts: str
    text: str
    author: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> Clicked:
        """From the payload of a message shortcut."""
        message, channel = body["message"], body["channel"]
        return cls(
            channel_id=channel["id"],
            channel_name=str(channel.get("name") or ""),
            ts=str(message["ts"]),
            thread_ts=str(message.get("thread_ts") or ""),
            text=str(message.get("text") or ""),
            author=str(message.get("user") or ""),
        )


async def draft_of(services: Services, asker: Asker, clicked: Clicked) -> Draft:
    """The words to consider, of the thread's first message, and in which role; asks Slack two things at once.

    Raises `NotUnderstood` for a message without words.
    """
    first, private = await asyncio.gather(
        _first_message(services, asker, clicked), _is_private(services, asker, clicked)
    )
    words = mrkdwn.readable(str(first.get("text") or ""))
    if not words:
        raise NotUnderstood("This message has no text that I could read. Use /whereshare with a few words instead.")
    author = str(first.get("user") or "")
    source = await _role(services, asker, author, private=private)
    origin: dict[str, Any] = {}
    if source == "cross_post":
        origin = {"channel": clicked.channel_id, "thread_ts": first["ts"], "author": author}
    return Draft(words[:MAX_TEXT], asker.slack_id, clicked.channel_id, source, origin)


async def _first_message(services: Services, asker: Asker, clicked: Clicked) -> dict[str, Any]:
    """The message a thread began with, where we may read it; else the one that was clicked."""
    own = {"ts": clicked.ts, "text": clicked.text, "user": clicked.author}
    if clicked.thread_ts in ("", clicked.ts):
        return own
    try:
        first = await services.slack.message(asker.team_id, clicked.channel_id, clicked.thread_ts)
    except DomainError:
        # We are not in the channel, or Slack is slow: the clicked message has words of its own.
        return own
    return first or own


async def _is_private(services: Services, asker: Asker, clicked: Clicked) -> bool:
    """Whether what is said there must stay there. When in doubt, it stays."""
    if clicked.channel_name in ("directmessage", "privategroup", "mpdirectmessage"):
        return True
    try:
        info = await services.slack.conversation_info(asker.team_id, clicked.channel_id)
    except DomainError:
        return True
    return bool(info.get("is_private") or info.get("is_im") or info.get("is_mpim"))


async def _role(services: Services, asker: Asker, author: str, *, private: bool) -> str:
    """What the person may do: post their own words, carry over another's (leads), or only be guided."""
    if author == asker.slack_id:
        return "shortcut"
    if private:
        return "guidance"
    async with services.db.read_only() as session:
        leads = await led_by(session, asker.workspace_id, asker.slack_id)
    return "cross_post" if leads or asker.is_admin else "guidance"
