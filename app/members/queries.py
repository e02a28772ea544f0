"""Reads of members: who somebody is, and whom to ask when a community has no lead."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Member, Workspace


async def workspace_id_of(session: AsyncSession, team_id: str) -> int | None:
    """The workspace of a Slack team, if it is known."""
    return (await session.exec(select(Workspace.id).where(Workspace.team_id == team_id))).first()


async def member(session: AsyncSession, workspace_id: int, slack_id: str) -> Member | None:
    """One member by Slack id, if we have met them."""
    found = await session.exec(select(Member).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id))
    return found.first()


async def by_forum_username(session: AsyncSession, workspace_id: int, username: str) -> str:
    """The Slack id of the member with this forum account, "" where nobody is linked to it."""
    found = await session.exec(
        select(Member.slack_id).where(
            Member.workspace_id == workspace_id, func.lower(col(Member.forum_username)) == username.casefold()
        )
    )
    return found.first() or ""


async def knowledge_team(session: AsyncSession, workspace_id: int) -> tuple[str, ...]:
    """Slack ids (people or one channel) asked when no lead can be: the workspace's list, else its admins."""
    workspace = await session.get(Workspace, workspace_id)
    if workspace is not None and workspace.knowledge_team:
        return tuple(workspace.knowledge_team)
    admins = await session.exec(
        select(Member.slack_id)
        .where(
            Member.workspace_id == workspace_id,
            col(Member.is_admin).is_(True),
            col(Member.deactivated).is_(False),
            col(Member.is_bot).is_(False),
            col(Member.is_external).is_(False),
        )
        .order_by(col(Member.id))
        .limit(3)
    )
    return tuple(admins.all())
