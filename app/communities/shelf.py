"""The directory kept at hand: read again only when something in it changed, so that every edit is seen at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.queries import directory
from app.communities.shapes import CommunityCard
from models import Community, CommunityLead, Member

Version = tuple[int, datetime | None, datetime | None]


class DirectoryShelf:
    """Directories by workspace. Reading a thousand communities costs some 60 ms, asking for their version one."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Version, tuple[CommunityCard, ...]]] = {}

    async def directory(self, session: AsyncSession, workspace_id: int) -> tuple[CommunityCard, ...]:
        """The workspace's communities as they are now."""
        version = await self._version(session, workspace_id)
        kept = self._kept.get(workspace_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        cards = await directory(session, workspace_id)
        self._kept[workspace_id] = (version, cards)
        return cards

    async def _version(self, session: AsyncSession, workspace_id: int) -> Version:
        communities = select(func.count(), func.max(col(Community.updated_at))).where(
            Community.workspace_id == workspace_id
        )
        # Names of leads, and whether they left, come from the members.
        leads = (
            select(func.max(col(Member.seen_at)))
            .join(CommunityLead, col(CommunityLead.slack_id) == col(Member.slack_id))
            .where(Member.workspace_id == workspace_id, CommunityLead.workspace_id == workspace_id)
        )
        count, changed = (await session.exec(communities)).one()
        return count, changed, (await session.exec(leads)).one()
