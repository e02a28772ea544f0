"""Whether a poll's result may go to the forum, and what it would say there now."""

from __future__ import annotations

import structlog

from app.errors import N_, DomainError, Refused, Unavailable
from app.i18n import Reader
from app.polls import forum, service
from app.polls.forum import Place
from app.polls.rules import is_over
from app.polls.shapes import Card
from app.services import Services
from app.slack.gateway import SlackSaidNo
from app.slack.views.polls import topic as shown
from models import Poll

log = structlog.get_logger(__name__)

# How a result stands that nobody has asked for yet, though it may go there.
OFFERED = "offered"


async def everybodys(services: Services, team_id: str, channels: tuple[str, ...]) -> bool:
    """Whether all these channels are public: what is said in any other stays there. In doubt they are not."""
    for channel in channels:
        try:
            info = await services.slack.conversation_info(team_id, channel)
        except Unavailable:
            raise
        except DomainError:
            return False
        if info.get("is_private") or info.get("is_im") or info.get("is_mpim"):
            return False
    return bool(channels)


async def offer(services: Services, team_id: str, poll: Poll, card: Card) -> Place:
    """Where its result may go. `Refused`, with the reason, where it may not; `Unavailable` where Slack is away."""
    if services.forum is None:
        raise Refused(N_("No forum is connected."))
    if not is_over(card.life, services.clock.now()):
        raise Refused(forum.CLOSED_SOON)
    if card.hidden:
        raise Refused(N_("Fewer than five people voted, so the results of this secret poll are held back."))
    async with services.db.read_only() as session:
        there = await forum.place(session, poll)
    if there is None:
        raise Refused(N_("No community with a category on the forum meets in this poll's channels."))
    if not await everybodys(services, team_id, card.channels):
        raise Refused(N_("This poll is in a private channel, so its result stays there."))
    return there


async def standing(services: Services, team_id: str, poll: Poll, card: Card) -> str:
    """OFFERED, a state of its topic, or "" where its result cannot go to the forum."""
    async with services.db.read_only() as session:
        row = await forum.topic_of(session, poll.id or 0)
    if row is not None and row.state not in forum.FREE:
        return row.state
    try:
        await offer(services, team_id, poll, card)
    except DomainError:
        return ""
    return OFFERED


async def composed(services: Services, team_id: str, poll: Poll, card: Card, own_title: str) -> tuple[str, str]:
    """Title and text of its topic as they are now, in the language of the poll."""
    reader = Reader(poll.locale, poll.zone)
    async with services.db.read_only() as session:
        messages = await service.messages(session, poll.id or 0)
    address = ""
    for one in messages:
        try:
            if one.ts and not address:
                address = await services.slack.permalink(team_id, one.channel_id, one.ts)
        except SlackSaidNo as refused:
            log.info("a poll's message has no address", reason=refused.error)
    title = own_title or shown.title(card, reader, dated=poll.series_id is not None)
    return title, shown.text(card, address, reader)
