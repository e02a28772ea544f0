"""Keep what the directory knows of Slack channels true as Slack reports changes."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models import CommunityChannel


async def rename_channel(session: AsyncSession, workspace_id: int, slack_id: str, name: str) -> None:
    """A channel has a new name, in every community that uses it."""
    await session.exec(
        update(CommunityChannel)
        .where(col(CommunityChannel.workspace_id) == workspace_id, col(CommunityChannel.slack_id) == slack_id)
        .values(name=name[:100])
    )


async def drop_channel(session: AsyncSession, workspace_id: int, slack_id: str) -> None:
    """A channel is archived or deleted: nobody is sent there any more."""
    await session.exec(
        delete(CommunityChannel).where(
            col(CommunityChannel.workspace_id) == workspace_id, col(CommunityChannel.slack_id) == slack_id
        )
    )
