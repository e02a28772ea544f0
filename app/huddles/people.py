"""The people around huddles: leads, where a channel's people live, what its hours cost them, how to remind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import insert
from models import CommunityLead, CommunityPerson, Huddle, HuddleBurden, HuddleCrowd, HuddleWish, Member, Preference

LEDGER_LOOKS_BACK = timedelta(days=365)
# A channel's people are counted anew after this.
CROWD_FRESH = timedelta(hours=24)


async def leads_of(session: AsyncSession, huddle: Huddle) -> tuple[str, ...]:
    """Slack ids of the leads of a huddle's community who are still here, the first is asked first."""
    found = await session.exec(
        select(CommunityLead.slack_id)
        .outerjoin(
            Member,
            (col(Member.workspace_id) == col(CommunityLead.workspace_id))
            & (col(Member.slack_id) == col(CommunityLead.slack_id)),
        )
        .where(CommunityLead.community_id == huddle.community_id, col(Member.deactivated).is_not(True))
        .order_by(col(CommunityLead.position))
    )
    return tuple(found.all())


async def crowd(session: AsyncSession, workspace_id: int, channel_id: str) -> dict[str, int]:
    """How many people of a channel live in which zone; {} where nobody knows.

    The people of communities' channels are kept up to date; other channels have been counted when they were asked of.
    """
    kept = await session.exec(
        select(Member.zone, func.count())
        .join(
            CommunityPerson,
            (col(CommunityPerson.workspace_id) == col(Member.workspace_id))
            & (col(CommunityPerson.slack_id) == col(Member.slack_id)),
        )
        .where(CommunityPerson.workspace_id == workspace_id, CommunityPerson.channel_id == channel_id, *_counts())
        .group_by(Member.zone)
    )
    if zones := {zone: int(count) for zone, count in kept.all()}:
        return zones
    found = await session.exec(
        select(HuddleCrowd.zones).where(
            HuddleCrowd.workspace_id == workspace_id, HuddleCrowd.channel_id == channel_id
        )
    )
    return {zone: int(count) for zone, count in (found.first() or {}).items()}


def _counts() -> tuple[Any, ...]:
    """Who counts: bots, leavers and people of other organisations do not."""
    return (col(Member.is_bot).is_(False), col(Member.deactivated).is_(False), col(Member.is_external).is_(False))


async def crowd_is_fresh(session: AsyncSession, workspace_id: int, channel_id: str, now: datetime) -> bool:
    """Whether a channel's people were counted within a day."""
    found = await session.exec(
        select(HuddleCrowd.counted_at).where(
            HuddleCrowd.workspace_id == workspace_id, HuddleCrowd.channel_id == channel_id
        )
    )
    at = found.first()
    return at is not None and at > now - CROWD_FRESH


async def count_crowd(
    session: AsyncSession, workspace_id: int, channel_id: str, people: Sequence[str], now: datetime
) -> dict[str, int]:
    """Count the zones of these people, of those we know, and keep it."""
    zones: dict[str, int] = {}
    for start in range(0, len(people), 500):
        rows = await session.exec(
            select(Member.zone, func.count())
            .where(
                Member.workspace_id == workspace_id,
                col(Member.slack_id).in_(people[start : start + 500]),
                *_counts(),
            )
            .group_by(Member.zone)
        )
        for zone, count in rows.all():
            zones[zone] = zones.get(zone, 0) + int(count)
    values = {"zones": zones, "counted_at": now}
    await session.exec(
        insert(session, HuddleCrowd)
        .values(workspace_id=workspace_id, channel_id=channel_id, **values)
        .on_conflict_do_update(index_elements=["workspace_id", "channel_id"], set_=values)
    )
    return zones


async def ledger(session: AsyncSession, workspace_id: int, channel_id: str, now: datetime) -> dict[str, float]:
    """What each region has borne for a channel's huddles within a year, in points a head."""
    found = await session.exec(
        select(HuddleBurden.region, func.sum(HuddleBurden.points))
        .where(
            HuddleBurden.workspace_id == workspace_id,
            HuddleBurden.channel_id == channel_id,
            col(HuddleBurden.happened_at) > now - LEDGER_LOOKS_BACK,
        )
        .group_by(HuddleBurden.region)
    )
    return {region: float(points) for region, points in found.all()}


async def wishes(session: AsyncSession, workspace_id: int, people: Sequence[str]) -> Mapping[str, str]:
    """Which reminders these people want, where they said so."""
    found = await session.exec(
        select(HuddleWish.slack_id, HuddleWish.remind).where(
            HuddleWish.workspace_id == workspace_id, col(HuddleWish.slack_id).in_(list(people))
        )
    )
    return dict(found.all())


async def quiet_hours(
    session: AsyncSession, workspace_id: int, people: Sequence[str]
) -> Mapping[str, tuple[str | None, str | None]]:
    """The quiet hours these people set for themselves ("HH:MM"), where they did."""
    found = await session.exec(
        select(Preference.slack_id, Preference.quiet_from, Preference.quiet_to).where(
            Preference.workspace_id == workspace_id, col(Preference.slack_id).in_(list(people))
        )
    )
    return {person: (begins, ends) for person, begins, ends in found.all()}


async def keep_wish(session: AsyncSession, workspace_id: int, person: str, remind: str, now: datetime) -> None:
    """Keep how a person wants to be reminded: both, day, soon or none."""
    values = {"remind": remind, "updated_at": now}
    await session.exec(
        insert(session, HuddleWish)
        .values(workspace_id=workspace_id, slack_id=person, **values)
        .on_conflict_do_update(index_elements=["workspace_id", "slack_id"], set_=values)
    )
