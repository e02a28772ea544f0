"""One member's thanks in numbers, for their own eyes: by value and by community. Never a ranking."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import account_of, counted_line, counted_thanks, received_by
from app.thanks.shapes import Count
from models import Community, Thanks, ThanksRecipient


async def by_value(session: AsyncSession, workspace_id: int, slack_id: str, since: datetime) -> list[Count]:
    """Thanks given and received since a moment by value, the most frequent first; those without one last."""
    return await _by(session, workspace_id, slack_id, since, col(Thanks.value))


async def by_community(session: AsyncSession, workspace_id: int, slack_id: str, since: datetime) -> list[Count]:
    """The same by the community's name."""
    return await _by(session, workspace_id, slack_id, since, func.coalesce(col(Community.name), ""))


async def _by(session: AsyncSession, workspace_id: int, slack_id: str, since: datetime, what: Any) -> list[Count]:
    recent = col(Thanks.created_at) >= since
    here = col(Community.id) == col(Thanks.community_id)
    given = await session.exec(
        select(what, func.count())
        .select_from(Thanks)
        .outerjoin(Community, here)
        .where(Thanks.workspace_id == workspace_id, Thanks.giver == slack_id, counted_thanks(workspace_id), recent)
        .group_by(what)
    )
    mine = received_by(workspace_id, slack_id, await account_of(session, workspace_id, slack_id))
    received = await session.exec(
        select(what, func.count(col(Thanks.id).distinct()))
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .outerjoin(Community, here)
        .where(mine, counted_line(workspace_id), recent)
        .group_by(what)
    )
    gave, got = Counter(dict(given.all())), Counter(dict(received.all()))
    names = sorted(gave.keys() | got.keys(), key=lambda name: (not name, -(gave[name] + got[name]), name))
    return [Count(name, gave[name], got[name]) for name in names]
