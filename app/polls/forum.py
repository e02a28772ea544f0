"""A poll's result on the forum: where it may go, that somebody wants it there, and what became of it.

Like a poll's messages the topic is a view: once it is there, it is brought up to date whenever a closed poll changes.
A poll that is mirrored as a poll of the forum's own, with one count of both, would keep its row here as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.errors import N_, NotUnderstood, Refused
from app.polls.service import messages
from models import Community, CommunityCategory, CommunityChannel, Poll, PollTopic

TOPIC = "polls.topic"
# Discourse's defaults: `min_topic_title_length` and its most.
TITLE_MIN = 15
TITLE_MAX = 255
# Longer than all calls of one attempt may take together.
LEASE = timedelta(seconds=90)
# What has no topic and is not about to have one, so that somebody may ask (again).
FREE = ("failed", "gone")
THERE = N_("The result is on the forum already, or on its way there.")
CLOSED_SOON = N_("The result can go to the forum once the poll is closed.")


@dataclass(frozen=True)
class Place:
    """A community's category on the forum."""

    community: str
    category_id: int
    category: str


async def place(session: AsyncSession, poll: Poll) -> Place | None:
    """The first category of the community that meets where the poll stands; None where there is none.

    Of several channels the first whose community has a category counts.
    """
    for message in await messages(session, poll.id or 0):
        found = await session.exec(
            select(Community.name, CommunityCategory.category_id, CommunityCategory.name)
            .join(CommunityCategory, col(CommunityCategory.community_id) == col(Community.id))
            .join(CommunityChannel, col(CommunityChannel.community_id) == col(Community.id))
            .where(
                Community.workspace_id == poll.workspace_id,
                CommunityChannel.slack_id == message.channel_id,
                col(Community.status).not_in(("merged", "archived")),
            )
            .order_by(col(Community.id), col(CommunityCategory.position))
        )
        if first := found.first():
            return Place(*first)
    return None


async def topic_of(session: AsyncSession, poll_id: int, *, lock: bool = False) -> PollTopic | None:
    """Its row, None where nobody has asked for a topic."""
    wanted = select(PollTopic).where(PollTopic.poll_id == poll_id)
    return (await session.exec(wanted.with_for_update() if lock else wanted)).first()


async def link(session: AsyncSession, poll_id: int) -> str:
    """The address of its topic, "" where there is none."""
    wanted = select(PollTopic.link).where(PollTopic.poll_id == poll_id, PollTopic.state == "posted")
    return (await session.exec(wanted)).first() or ""


def check_title(title: str) -> str:
    """A typed title as the forum takes it; `NotUnderstood` for one that is too short or too long."""
    tidy = " ".join(title.split())
    if not TITLE_MIN <= len(tidy) <= TITLE_MAX:
        raise NotUnderstood(
            N_("The forum wants a title of {least} to {most} letters."),
            field="topic_title",
            least=TITLE_MIN,
            most=TITLE_MAX,
        )
    return tidy


async def ask(session: AsyncSession, poll: Poll, actor: str, there: Place, title: str, now: datetime) -> PollTopic:
    """Note that somebody wants the result posted; the caller enqueues the job in the same transaction.

    `title` is "" for the suggested one. `Refused` where it is there, on its way, or the poll is not closed.
    """
    if poll.state != "closed":
        raise Refused(CLOSED_SOON)
    row = await topic_of(session, poll.id or 0, lock=True)
    if row is not None and row.state not in FREE:
        raise Refused(THERE)
    if row is None:
        row = PollTopic(workspace_id=poll.workspace_id, poll_id=poll.id or 0, category_id=there.category_id)
        session.add(row)
    elif row.state == "gone":
        # The forum does not take the same mark for a second topic, not even when the first is deleted.
        row.turn += 1
        row.topic_id, row.post_id, row.link, row.sent, row.sent_title = None, None, "", "", ""
    row.category_id, row.state, row.title = there.category_id, "waiting", title
    await audit.note(
        session, poll.workspace_id, actor, "poll.forum", f"poll:{poll.key}", now, category=there.category_id
    )
    await session.flush()
    return row


def digest(title: str, raw: str) -> str:
    """What tells whether the forum shows this already."""
    return sha256(f"{title}\n{raw}".encode()).hexdigest()
