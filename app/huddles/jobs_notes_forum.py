"""Notes as a topic of the community's category on the forum: begun once, and rewritten when they change."""

from __future__ import annotations

from typing import Any

import structlog
from sqlmodel import col, select

from app.discourse.answers import Enqueued
from app.discourse.gateway import ForumGateway
from app.discourse.links import PostLink
from app.discourse.writing import external_id
from app.errors import DomainError, Unavailable
from app.huddles import queries
from app.huddles.rows import slot_by_key
from app.i18n import Reader
from app.services import Services
from app.slack.views.huddles import notes
from models import CommunityCategory, Member

log = structlog.get_logger(__name__)


async def to_forum(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Begin the topic, or bring it up to date. Safe to repeat: it is keyed by the occurrence.

    `state` is there (with `topic` and `link`), held (a moderator looks at it first) or nowhere (no forum, no
    category, or a private channel). `DomainError`s have a reason for the host; `Unavailable` to try again.
    """
    workspace_id, now, forum = int(args["workspace_id"]), services.clock.now(), services.forum
    async with services.db.read_only() as session:
        huddle, row = await slot_by_key(session, workspace_id, args["slot"])
        card = await queries.card(session, workspace_id, huddle.key, now)
        slot = await queries.slot_shown(session, huddle, row, now)
        category = await session.exec(
            select(CommunityCategory.category_id)
            .where(CommunityCategory.community_id == huddle.community_id)
            .order_by(col(CommunityCategory.position))
        )
        place = category.first()
        by = str(args.get("by") or "")
        rows = await session.exec(
            select(Member.slack_id, Member.name, Member.forum_username).where(
                Member.workspace_id == workspace_id, col(Member.slack_id).in_([by, *slot.named])
            )
        )
        known = {slack_id: (name, username) for slack_id, name, username in rows.all()}
    # What was said in a private channel stays there.
    if forum is None or place is None or huddle.private:
        return {"state": "nowhere"}
    names = [known[one][0] for one in slot.named if one in known]
    title, raw = notes.topic(
        card, slot, names, await message_link(services, args["team_id"], card.channel_id, card.card_ts), Reader()
    )
    if slot.notes_topic is not None:
        await _rewrite(forum, slot.notes_topic, raw)
        return {"state": "there", "topic": slot.notes_topic, "link": slot.notes_link}
    made = await forum.create_topic(
        username=known.get(by, ("", None))[1] or services.settings.discourse_api_username,
        title=title,
        raw=raw,
        category_id=place,
        tags=[],
        external_id=external_id(f"notes:{args['slot']}"),
    )
    if isinstance(made, Enqueued):
        return {"state": "held"}
    if made.again:
        # An earlier attempt began it, perhaps with other words.
        await _rewrite(forum, made.topic_id, raw)
    return {"state": "there", "topic": made.topic_id, "link": made.url}


async def _rewrite(forum: ForumGateway, topic_id: int, raw: str) -> None:
    """Replace the words that a topic begins with; the same words again change nothing. `NotFound` when it is gone."""
    first = await forum.post(PostLink(topic_id=topic_id, number=1))
    await forum.edit_post(username="", post_id=first.id, raw=raw)


async def message_link(services: Services, team_id: str, channel_id: str, ts: str) -> str:
    """The address of a message of ours, "" where it has none."""
    if not ts:
        return ""
    try:
        return await services.slack.permalink(team_id, channel_id, ts)
    except Unavailable:
        raise
    except DomainError as error:
        log.info("a message has no address", reason=error.message)
        return ""
