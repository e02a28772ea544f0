"""Keep workspaces and members as Slack last described them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.members.rules import Profile
from models import Member, Workspace

# SQLite binds at most 32,766 values a statement; thirteen columns each.
BATCH = 500


async def ensure_workspace(session: AsyncSession, team_id: str, name: str, now: datetime) -> Workspace:
    """The workspace of this Slack team, made on first sight; its name is kept up to date."""
    found = (await session.exec(select(Workspace).where(Workspace.team_id == team_id))).first()
    if found is None:
        found = Workspace(team_id=team_id, name=name[:200], created_at=now)
        session.add(found)
    elif name and found.name != name[:200]:
        found.name = name[:200]
    await session.flush()
    return found


async def note_members(
    session: AsyncSession, workspace_id: int, profiles: Iterable[Profile], now: datetime, *, met: bool = False
) -> int:
    """Insert or refresh people by Slack id; a link to the forum is left as it is. Gives how many.

    Who asked to be forgotten is not taken in again, unless we have `met` them: they act, or somebody thanks them.
    """
    # Each once, the last word counts: PostgreSQL changes no row twice in a statement. In one order always, so that
    # two processes cannot wait for each other.
    latest = {one.slack_id: one for one in profiles}
    rows = [
        {**asdict(one), "name": one.name[:200], "workspace_id": workspace_id, "seen_at": now}
        for _, one in sorted(latest.items())
    ]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for start in range(0, len(rows), BATCH):
        statement = insert(Member).values(rows[start : start + BATCH])
        fresh = {name: statement.excluded[name] for name in rows[0] if name not in ("workspace_id", "slack_id")}
        await session.exec(
            statement.on_conflict_do_update(
                index_elements=["workspace_id", "slack_id"],
                set_={**fresh, "erased": False},
                where=None if met else col(Member.erased).is_(False),
            )
        )
    return len(rows)


async def link_forum(
    session: AsyncSession, workspace_id: int, slack_id: str, *, username: str, user_id: int | None
) -> None:
    """Remember which forum account is this member's."""
    await session.exec(
        update(Member)
        .where(col(Member.workspace_id) == workspace_id, col(Member.slack_id) == slack_id)
        .values(forum_username=username, forum_user_id=user_id)
    )
