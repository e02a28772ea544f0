"""Forget channels that are gone, note those that became private, and when a community was last active."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Community, CommunityCategory, CommunityChannel, Topic


async def drop_channel(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> None:
    """A channel is archived or deleted: nobody is sent there any more."""
    which = (col(CommunityChannel.workspace_id) == workspace_id) & (col(CommunityChannel.slack_id) == slack_id)
    owners = (await session.exec(select(CommunityChannel.community_id).where(which))).all()
    await session.exec(delete(CommunityChannel).where(which))
    await session.exec(update(Community).where(col(Community.id).in_(owners)).values(updated_at=now))


async def note_private(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> None:
    """Slack says that a channel is private, which it may have become: its name is for its members from now on."""
    which = (
        (col(CommunityChannel.workspace_id) == workspace_id)
        & (col(CommunityChannel.slack_id) == slack_id)
        & col(CommunityChannel.private).is_(False)
    )
    owners = (await session.exec(select(CommunityChannel.community_id).where(which))).all()
    if owners:
        await session.exec(update(CommunityChannel).where(which).values(private=True))
        await session.exec(update(Community).where(col(Community.id).in_(owners)).values(updated_at=now))


async def latest_posts(session: AsyncSession, workspace_id: int) -> dict[int, datetime]:
    """The newest post in each community's forum categories, by community. Reads all topics: not for a transaction."""
    newest = await session.exec(
        select(CommunityCategory.community_id, func.max(col(Topic.last_posted_at)))
        .join(Topic, col(Topic.category_id) == col(CommunityCategory.category_id))
        .where(CommunityCategory.workspace_id == workspace_id, Topic.workspace_id == workspace_id)
        .group_by(col(CommunityCategory.community_id))
    )
    return dict(newest.all())


async def note_activity(session: AsyncSession, latest: Mapping[int, datetime], now: datetime) -> None:
    """Move communities' last activity forward to these moments, never back."""
    for community_id, moment in latest.items():
        await _move_forward(session, community_id, moment, now)


async def _move_forward(session: AsyncSession, community_id: int, moment: datetime, now: datetime) -> None:
    await session.exec(
        update(Community)
        .where(
            col(Community.id) == community_id,
            col(Community.last_active_at).is_(None) | (col(Community.last_active_at) < moment),
        )
        .values(last_active_at=moment, updated_at=now)
    )
