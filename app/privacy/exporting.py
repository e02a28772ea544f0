"""Everything we hold of one person, as plain data with readable names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import account_of, received_by
from app.privacy.holdings import HOLDINGS
from app.privacy.rows import columns_of, mine
from models import (
    Audit,
    Community,
    Huddle,
    HuddleQuestion,
    HuddleRsvp,
    HuddleSlot,
    Member,
    Thanks,
    ThanksRecipient,
    ThanksSecond,
    Topic,
    Workspace,
)

# What means something to the machinery only; communities are named beside it.
OURS = frozenset(
    {
        "id",
        "workspace_id",
        "thanks_id",
        "card_id",
        "route_id",
        "slot_id",
        "huddle_id",
        "community_id",
        "hash",
        "version",
        "erased",
        "event_ts",
    }
)
AT_ONCE = 1000


async def export_person(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> dict[str, Any]:
    """All rows about a member by what they are; times in UTC, ISO 8601. Empty lists say that there is nothing."""
    found: dict[str, Any] = {"slack_id": slack_id, "made_at": now.isoformat(timespec="seconds")}
    communities = await _communities(session, workspace_id)
    for one in HOLDINGS:
        if not one.title:
            continue
        if one.table is Workspace:
            rows = await session.exec(select(Workspace.name).where(mine(one, workspace_id, slack_id)))
            found[one.title] = [{"workspace": name} for name in rows.all()]
            continue
        if one.table in (HuddleSlot, HuddleRsvp, HuddleQuestion):
            found[one.title] = await _of_huddles(session, one.table, mine(one, workspace_id, slack_id))
            continue
        held = await session.exec(select(one.table).where(mine(one, workspace_id, slack_id)))
        found[one.title] = [_plain(row, communities) for row in held.all()]
    account = await account_of(session, workspace_id, slack_id)
    found["thanks you gave"] = await _given(session, workspace_id, slack_id, communities)
    found["thanks you received"] = await _received(session, workspace_id, slack_id, account, communities)
    found["topics you started on the forum"] = await _topics(session, workspace_id, account)
    keys = [one["key"] for one in (*found["thanks you gave"], *found["thanks you received"])]
    found["acts in the audit about thanks of yours"] = await _moderated(session, workspace_id, keys)
    return found


async def count_held(session: AsyncSession, workspace_id: int, slack_id: str) -> dict[str, int]:
    """How many rows of each kind are held of a member; kinds of which there are none are left out."""
    found: dict[str, int] = {}
    account = await account_of(session, workspace_id, slack_id)
    for one in HOLDINGS:
        if not one.title:
            continue
        theirs = mine(one, workspace_id, slack_id)
        if one.table is ThanksRecipient:
            theirs = received_by(workspace_id, slack_id, account)
        number = (await session.exec(select(func.count()).select_from(one.table).where(theirs))).one()
        if number:
            found[one.title] = number
    return found


async def _given(
    session: AsyncSession, workspace_id: int, slack_id: str, communities: dict[int, str]
) -> list[dict[str, Any]]:
    rows = await session.exec(
        select(Thanks, ThanksRecipient, Member.name)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .outerjoin(Member, _is(col(ThanksRecipient.slack_id), workspace_id))
        .where(Thanks.workspace_id == workspace_id, Thanks.giver == slack_id)
        .order_by(col(Thanks.id), col(ThanksRecipient.id))
    )
    listed: dict[int, dict[str, Any]] = {}
    for thanks, one, name in rows.all():
        made = listed.setdefault(thanks.id or 0, {**_plain(thanks, communities), "to": [], "to_names": []})
        made["to"].append(one.slack_id or one.forum_username or "")
        made["to_names"].append(name or one.forum_username or "")
    return list(listed.values())


async def _received(
    session: AsyncSession, workspace_id: int, slack_id: str, account: str | None, communities: dict[int, str]
) -> list[dict[str, Any]]:
    of_thanks = col(ThanksSecond.thanks_id) == col(Thanks.id)
    seconds = select(func.count()).where(of_thanks, col(ThanksSecond.standing).is_(True)).correlate(Thanks)
    rows = await session.exec(
        select(Thanks, ThanksRecipient, Member.name, seconds.scalar_subquery())
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .outerjoin(Member, _is(col(Thanks.giver), workspace_id))
        .where(received_by(workspace_id, slack_id, account))
        .order_by(col(Thanks.id))
    )
    return [
        {
            **_plain(thanks, communities),
            "giver_name": name or "",
            "reactions": reactions,
            "your_choice": one.choice,
            "named_by_group": one.by_group,
            "shown_in": one.shown_in,
            "shown_at": _value(one.shown_at),
            "told_in": one.told_channel,
        }
        for thanks, one, name, reactions in rows.all()
    ]


async def _of_huddles(session: AsyncSession, table: Any, theirs: Any) -> list[dict[str, Any]]:
    """Rows of huddles' dates, each with the title of the huddle and when it was."""
    query = select(table, Huddle.title, HuddleSlot.starts_at).select_from(table)
    if table is not HuddleSlot:
        query = query.join(HuddleSlot, col(HuddleSlot.id) == table.slot_id)
    query = query.join(Huddle, col(Huddle.id) == col(HuddleSlot.huddle_id)).where(theirs)
    rows = await session.exec(query.order_by(col(HuddleSlot.starts_at), table.id))
    return [{"huddle": title, "starts_at": _value(at), **_plain(row, {})} for row, title, at in rows.all()]


async def _topics(session: AsyncSession, workspace_id: int, account: str | None) -> list[dict[str, Any]]:
    if not account:
        return []
    rows = await session.exec(
        select(Topic.title, Topic.excerpt, Topic.posted_at)
        .where(Topic.workspace_id == workspace_id, Topic.author == account)
        .order_by(col(Topic.posted_at))
    )
    return [{"title": title, "begins": excerpt, "posted_at": _value(at)} for title, excerpt, at in rows.all()]


async def _moderated(session: AsyncSession, workspace_id: int, keys: list[str]) -> list[dict[str, Any]]:
    """What leads and admins did with a person's thanks, and why."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(keys), AT_ONCE):
        subjects = [f"thanks:{key}" for key in keys[start : start + AT_ONCE]]
        rows = await session.exec(
            select(Audit).where(Audit.workspace_id == workspace_id, col(Audit.subject).in_(subjects))
        )
        found += [_plain(row, {}) for row in rows.all()]
    return found


async def _communities(session: AsyncSession, workspace_id: int) -> dict[int, str]:
    rows = await session.exec(select(Community.id, Community.slug).where(Community.workspace_id == workspace_id))
    return {one or 0: slug for one, slug in rows.all()}


def _is(slack_id: Any, workspace_id: int) -> Any:
    return (col(Member.workspace_id) == workspace_id) & (col(Member.slack_id) == slack_id)


def _plain(row: SQLModel, communities: dict[int, str]) -> dict[str, Any]:
    found = {name: _value(getattr(row, name)) for name in _names(type(row))}
    community = getattr(row, "community_id", None)
    return {**found, "community": communities.get(community, "")} if community else found


def _names(table: type[SQLModel]) -> Iterable[str]:
    return (name for name in columns_of(table) if name not in OURS)


def _value(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
