"""The message shortcut "Find the right community": guidance to the author, a kind cross-post for a lead."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.queries import led_by
from app.errors import DomainError, NotUnderstood, Refused
from app.routing.rules import MAX_TEXT
from app.routing.service import Draft
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import answer, ids, notes
from handlers.whereshare import answer_later, first_answer, look

log = structlog.get_logger(__name__)


def register(bolt: AsyncApp) -> None:
    """Register the shortcut."""
    bolt.shortcut({"callback_id": ids.FIND_COMMUNITY, "type": "message_action"})(find_community)


async def find_community(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """Answer in a modal that only the person sees; nothing appears in the channel."""
    user, message, channel = body["user"], body["message"], body["channel"]
    asker = await services.people.asker(once.team_id, user["id"], user_team_id=user.get("team_id", ""))
    # Together: the window has to be open within three seconds.
    first, private = await asyncio.gather(
        _first_message(services, asker, channel["id"], message), _is_private(services, asker, channel)
    )
    words = mrkdwn.readable(first.get("text") or "")
    if not words:
        raise NotUnderstood("This message has no text that I could read. Use /whereshare with a few words instead.")
    author = str(first.get("user") or "")
    source = await _role(services, asker, author, private=private)
    origin: dict[str, Any] = {}
    if source == "cross_post":
        origin = {
            "channel": channel["id"],
            "thread_ts": first["ts"],
            "author": author,
            "permalink": await _permalink(services, asker, channel["id"], first["ts"]),
        }
    draft = Draft(words[:MAX_TEXT], asker.slack_id, channel["id"], source, origin)
    found = await look(services, once, asker, draft)
    if found is None:
        # The window can no longer be opened in time; the answer itself is on its way.
        await answer_later(services, once, asker, draft, None)
        await _say_later(services, asker, str(body.get("response_url") or ""))
        await ack()
        return
    route, shown = first_answer(services, asker, draft, found)
    # Opened first: a view that could not be opened leaves no answer behind that nobody saw.
    view = answer.modal(shown, asker.reader, route.created_at)
    await services.slack.views_open(asker.team_id, body["trigger_id"], view)
    async with once.transaction() as session:
        session.add(route)
    await ack()


async def _say_later(services: Services, asker: Asker, response_url: str) -> None:
    """Say that the answer comes by direct message, which it does whether this is heard or not."""
    try:
        await services.slack.respond(response_url, notes.coming_by_message(asker.reader))
    except DomainError as problem:
        log.info("a person was not told that the answer comes later", reason=problem.message)


async def _first_message(
    services: Services, asker: Asker, channel_id: str, message: dict[str, Any]
) -> dict[str, Any]:
    """The message a thread began with, where we may read it; else the one that was clicked."""
    thread_ts = message.get("thread_ts")
    if not thread_ts or thread_ts == message.get("ts"):
        return message
    try:
        first = await services.slack.message(asker.team_id, channel_id, str(thread_ts))
    except DomainError:
        # We are not in the channel, or Slack is slow: the clicked message has words of its own.
        return message
    return first or message


async def _is_private(services: Services, asker: Asker, channel: dict[str, Any]) -> bool:
    """Whether what is said there must stay there. When in doubt, it stays."""
    if channel.get("name") in ("directmessage", "privategroup", "mpdirectmessage"):
        return True
    try:
        info = await services.slack.conversation_info(asker.team_id, channel["id"])
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


async def _permalink(services: Services, asker: Asker, channel_id: str, ts: str) -> str:
    try:
        return await services.slack.permalink(asker.team_id, channel_id, ts)
    except Refused:
        return ""
