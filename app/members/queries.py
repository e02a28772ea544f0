"""Reads of members: who somebody is, and whom to ask when a community has no lead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Member, Workspace


async def workspace_id_of(session: AsyncSession, team_id: str) -> int | None:
    """The workspace of a Slack team, if it is known."""
    return (await session.exec(select(Workspace.id).where(Workspace.team_id == team_id))).first()


async def member(session: AsyncSession, workspace_id: int, slack_id: str) -> Member | None:
    """One member by Slack id, if we have met them."""
    found = await session.exec(select(Member).where(Member.workspace_id == workspace_id, Member.slack_id == slack_id))
    return found.first()


async def names(session: AsyncSession, workspace_id: int, slack_ids: Collection[str]) -> dict[str, str]:
    """Names of members by Slack id; those we do not know, or who were erased, are left out."""
    found = await session.exec(
        select(Member.slack_id, Member.name).where(
            Member.workspace_id == workspace_id, col(Member.slack_id).in_(slack_ids), Member.name != ""
        )
    )
    return dict(found.all())


async def by_forum_username(session: AsyncSession, workspace_id: int, username: str) -> str:
    """The Slack id of the member with this forum account, "" where nobody is linked to it."""
    found = await session.exec(
        select(Member.slack_id).where(
            Member.workspace_id == workspace_id, func.lower(col(Member.forum_username)) == username.casefold()
        )
    )
    return found.first() or ""


@dataclass(frozen=True)
class Face:
    """What a request needs to know of the person behind it."""

    slack_id: str
    locale: str
    zone: str
    is_guest: bool
    is_admin: bool


async def faces(session: AsyncSession, workspace_id: int, slack_id: str, most: int) -> list[Face]:
    """The member of that id, if there is one, and those whose ids come next; the first is the one only if known."""
    table = SQLModel.metadata.tables[str(Member.__tablename__)].c
    wanted = (
        sql_select(table.slack_id, table.locale, table.zone, or_(table.is_guest, table.is_external), table.is_admin)
        .where(table.workspace_id == workspace_id, table.slack_id >= slack_id, table.erased.is_(False))
        .order_by(table.slack_id)
        .limit(most)
    )
    return [Face(*row) for row in await (await session.connection()).execute(wanted)]


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
