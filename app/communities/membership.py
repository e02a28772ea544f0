"""Who is in a community: the people of its Slack channels, as Slack last said. Other channels are none of ours."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Community, CommunityChannel, CommunityPerson, Member

BATCH = 1000


async def joined(session: AsyncSession, workspace_id: int, channel_id: str, slack_id: str) -> bool:
    """Somebody came into a channel; nothing where it is no community's, or they are known to be there.

    True where nobody was known to be there before: nobody has read that channel yet, and its people are to be read.
    """
    if not await _is_ours(session, workspace_id, channel_id):
        return False
    known = await session.exec(select(CommunityPerson.id).where(_in(workspace_id, channel_id)).limit(1))
    unread = known.first() is None
    await _add(session, workspace_id, channel_id, [slack_id])
    return unread


async def left(session: AsyncSession, workspace_id: int, channel_id: str, slack_id: str) -> None:
    """Somebody left a channel."""
    await session.exec(delete(CommunityPerson).where(_in(workspace_id, channel_id), _is(slack_id)))


async def replace(session: AsyncSession, workspace_id: int, channel_id: str, slack_ids: Iterable[str]) -> int:
    """Bring a channel's people in line with the whole list of them; how many there are."""
    wanted = sorted(set(slack_ids))
    found = await session.exec(select(CommunityPerson.slack_id).where(_in(workspace_id, channel_id)))
    known = set(found.all())
    gone = sorted(known - set(wanted))
    for start in range(0, len(gone), BATCH):
        part = gone[start : start + BATCH]
        these = col(CommunityPerson.slack_id).in_(part)
        await session.exec(delete(CommunityPerson).where(_in(workspace_id, channel_id), these))
    await _add(session, workspace_id, channel_id, [one for one in wanted if one not in known])
    return len(wanted)


async def channels(session: AsyncSession, workspace_id: int) -> list[str]:
    """The channels whose people are kept."""
    found = await session.exec(
        select(CommunityChannel.slack_id).where(CommunityChannel.workspace_id == workspace_id).distinct()
    )
    return sorted(found.all())


async def communities_of(session: AsyncSession, workspace_id: int, slack_id: str) -> list[int]:
    """The ids of the communities somebody is in, through any of their channels."""
    found = await session.exec(
        select(CommunityChannel.community_id)
        .join(CommunityPerson, col(CommunityPerson.channel_id) == col(CommunityChannel.slack_id))
        .join(Community, col(Community.id) == col(CommunityChannel.community_id))
        .where(
            CommunityPerson.workspace_id == workspace_id,
            CommunityChannel.workspace_id == workspace_id,
            _is(slack_id),
            col(Community.status).in_(("active", "dormant", "proposed")),
        )
        .distinct()
    )
    return sorted(found.all())


async def people_of(session: AsyncSession, workspace_id: int, channel_ids: Iterable[str]) -> list[str]:
    """The Slack ids of everybody in any of these channels."""
    found = await session.exec(
        select(CommunityPerson.slack_id)
        .where(CommunityPerson.workspace_id == workspace_id, col(CommunityPerson.channel_id).in_(list(channel_ids)))
        .distinct()
    )
    return sorted(found.all())


def _in(workspace_id: int, channel_id: str) -> ColumnElement[bool]:
    return and_(col(CommunityPerson.workspace_id) == workspace_id, col(CommunityPerson.channel_id) == channel_id)


def _is(slack_id: str) -> ColumnElement[bool]:
    return col(CommunityPerson.slack_id) == slack_id


async def _is_ours(session: AsyncSession, workspace_id: int, channel_id: str) -> bool:
    found = await session.exec(
        select(CommunityChannel.id).where(
            CommunityChannel.workspace_id == workspace_id, CommunityChannel.slack_id == channel_id
        )
    )
    return found.first() is not None


async def _add(session: AsyncSession, workspace_id: int, channel_id: str, slack_ids: list[str]) -> None:
    if not slack_ids:
        return
    erased = await session.exec(
        select(Member.slack_id).where(Member.workspace_id == workspace_id, col(Member.erased).is_(True))
    )
    forgotten = set(erased.all())
    slack_ids = [one for one in slack_ids if one not in forgotten]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for start in range(0, len(slack_ids), BATCH):
        rows = [
            {"workspace_id": workspace_id, "channel_id": channel_id, "slack_id": one}
            for one in slack_ids[start : start + BATCH]
        ]
        await session.exec(insert(CommunityPerson).values(rows).on_conflict_do_nothing())
