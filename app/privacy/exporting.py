"""Everything we hold of one person, as plain data with readable names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.privacy.holdings import HOLDINGS
from models import Audit, Thanks, ThanksRecipient

# What means something to the machinery only.
OURS = frozenset(
    {"id", "workspace_id", "thanks_id", "card_id", "route_id", "slot_id", "community_id", "hash", "version"}
)


async def export_person(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> dict[str, Any]:
    """All rows about a member by what they are; times in UTC, ISO 8601. Empty lists say that there is nothing."""
    found: dict[str, Any] = {"slack_id": slack_id, "made_at": now.isoformat(timespec="seconds")}
    for one in HOLDINGS:
        owner, column = vars_of(one.table)["workspace_id"], vars_of(one.table)[one.column]
        rows = await session.exec(select(one.table).where(owner == workspace_id, column == slack_id))
        found[one.title] = [_plain(row) for row in rows.all()]
    found["thanks you gave"] = await _given(session, workspace_id, slack_id)
    found["thanks you received"] = await _received(session, workspace_id, slack_id)
    about = select(Audit).where(Audit.workspace_id == workspace_id, Audit.subject == f"member:{slack_id}")
    found["acts in the audit about you"] = [_plain(row) for row in (await session.exec(about)).all()]
    return found


def vars_of(table: type[SQLModel]) -> dict[str, Any]:
    """The columns of a table by name, for queries."""
    return {name: getattr(table, name) for name in class_mapper(table).columns.keys()}  # noqa: SIM118 - no dict


async def _given(session: AsyncSession, workspace_id: int, slack_id: str) -> list[dict[str, Any]]:
    rows = await session.exec(
        select(Thanks, ThanksRecipient)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(Thanks.workspace_id == workspace_id, Thanks.giver == slack_id)
        .order_by(col(Thanks.id), col(ThanksRecipient.id))
    )
    listed: dict[int, dict[str, Any]] = {}
    for thanks, one in rows.all():
        made = listed.setdefault(thanks.id or 0, {**_plain(thanks), "to": []})
        made["to"].append(one.slack_id or one.forum_username or "")
    return list(listed.values())


async def _received(session: AsyncSession, workspace_id: int, slack_id: str) -> list[dict[str, Any]]:
    rows = await session.exec(
        select(Thanks, ThanksRecipient)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(ThanksRecipient.workspace_id == workspace_id, ThanksRecipient.slack_id == slack_id)
        .order_by(col(Thanks.id))
    )
    return [
        {**_plain(thanks), "your_choice": one.choice, "shown_in": one.shown_in, "shown_at": _value(one.shown_at)}
        for thanks, one in rows.all()
    ]


def _plain(row: SQLModel) -> dict[str, Any]:
    return {name: _value(getattr(row, name)) for name in vars_of(type(row)) if name not in OURS}


def _value(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
