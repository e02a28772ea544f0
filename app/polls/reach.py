"""How many of those who were asked took part, by region, without telling of groups that are too small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.polls.queries import can_tell_who, who_voted
from app.polls.rules import FEW
from models import Member, Poll


async def asked(session: AsyncSession, workspace_id: int, people: list[str]) -> dict[str, Member]:
    """Of these people those who can vote: no bots, nobody who left or belongs to another organisation."""
    found = await session.exec(
        select(Member).where(
            Member.workspace_id == workspace_id,
            col(Member.slack_id).in_(people),
            col(Member.is_bot).is_(False),
            col(Member.deactivated).is_(False),
            col(Member.is_external).is_(False),
        )
    )
    return {one.slack_id: one for one in found}


async def reach(session: AsyncSession, poll: Poll, secret: str, people: list[str]) -> dict[str, Any]:
    """The numbers kept of a closed poll; nothing of a secret poll that is too small, or has lost its key."""
    if not await can_tell_who(session, poll, secret):
        return {}
    members = await asked(session, poll.workspace_id, people)
    took_part = await who_voted(session, poll, secret, members)
    if poll.mode == "secret" and len(members) < FEW:
        return {}
    zones = {one: member.zone for one, member in members.items()}
    return {"asked": len(members), "voted": len(took_part), "regions": by_region(zones, took_part)}


def by_region(zones: Mapping[str, str], took_part: frozenset[str]) -> dict[str, tuple[int, int]]:
    """(voted, asked) by the first part of people's zones; regions of fewer than five are left out.

    Where just one region is small, the next smallest is left out too: the total would tell of it.
    """
    region = {person: zone.split("/")[0] if "/" in zone else "" for person, zone in zones.items()}
    there = Counter(region.values())
    voted = Counter(region[person] for person in took_part if person in region)
    small = {name for name, number in there.items() if number < FEW or not name}
    if len(small) == 1 and sum(there[name] for name in small) < FEW:
        others = sorted((number, name) for name, number in there.items() if name not in small)
        small |= {name for _, name in others[:1]}
    return {name: (voted[name], there[name]) for name in sorted(there) if name not in small}
