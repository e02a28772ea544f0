"""Reads of thanks, one at a time: as giver, recipient, a card's readers and leads see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import seconds_of
from app.errors import N_, NotFound
from app.members import queries as members
from app.thanks.choosing import preference
from app.thanks.holding import held
from app.thanks.service import by_key, edit_until, history_of, undo_until
from app.thanks.shapes import Person, Shown, Told
from app.thanks.showing import channel_of, ground
from models import Community, Member, Thanks, ThanksRecipient

# A message that waits for the end of quiet hours waits no longer; those who want none are told of none.
ON_ITS_WAY = timedelta(days=1)


async def shown(session: AsyncSession, workspace_id: int, key: str) -> Shown:
    """One thanks as it stands; `NotFound`."""
    return (await describe(session, workspace_id, [await _there(session, workspace_id, key)]))[0]


async def receipt(session: AsyncSession, workspace_id: int, key: str, now: datetime) -> Shown:
    """One thanks for its giver, who is told when it is not heard of at once; `NotFound`."""
    thanks = await _there(session, workspace_id, key)
    (described,) = await describe(session, workspace_id, [thanks])
    if not thanks.giver or described.undo_until is None or described.undo_until <= now:
        return described
    people = [one.slack_id for one in described.people if one.slack_id]
    return replace(described, held=await held(session, thanks, people, now))


async def _there(session: AsyncSession, workspace_id: int, key: str) -> Thanks:
    thanks = await by_key(session, workspace_id, key)
    if thanks is None:
        raise NotFound(N_("This thanks is not there any more."))
    return thanks


async def told(session: AsyncSession, workspace_id: int, recipient_id: int) -> Told | None:
    """What one recipient is shown of a thanks; None when the person or the thanks is gone."""
    mine = await session.get(ThanksRecipient, recipient_id)
    if mine is None or mine.workspace_id != workspace_id or not mine.slack_id:
        return None
    thanks = await session.get(Thanks, mine.thanks_id)
    if thanks is None:
        return None
    described = (await describe(session, workspace_id, [thanks]))[0]
    standing = await preference(session, workspace_id, mine.slack_id)
    on = await ground(session, workspace_id)
    return Told(
        thanks=described,
        recipient=mine.slack_id,
        choice=mine.choice,
        standing=standing.visibility,
        shown=mine.shown_at is not None,
        # Where channels get no cards there is nothing to show it on.
        showable=on.policy.cards != "none" and bool(await channel_of(session, thanks)),
    )


async def received(session: AsyncSession, workspace_id: int, slack_id: str, limit: int) -> list[Told]:
    """The latest thanks a person received, newest first; those taken back are gone."""
    found = await session.exec(
        select(ThanksRecipient.id)
        .join(Thanks, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(
            ThanksRecipient.workspace_id == workspace_id,
            ThanksRecipient.slack_id == slack_id,
            Thanks.status != "withdrawn",
        )
        .order_by(col(Thanks.created_at).desc(), col(Thanks.id).desc())
        .limit(limit)
    )
    each = [await told(session, workspace_id, one or 0) for one in found.all()]
    return [one for one in each if one is not None]


async def given(session: AsyncSession, workspace_id: int, slack_id: str, limit: int) -> list[Shown]:
    """The latest thanks a person gave, newest first; those taken back are gone."""
    query = select(Thanks).where(Thanks.workspace_id == workspace_id, Thanks.giver == slack_id)
    return await _latest(session, workspace_id, query, limit)


async def of_communities(
    session: AsyncSession,
    workspace_id: int,
    community_ids: Sequence[int] | None,
    limit: int,
    before: datetime | None = None,
    *,
    now: datetime,
) -> list[Shown]:
    """The latest thanks of these communities (None: of all, and of none), for those who look after them.

    Nobody hears of a thanks before those it is for: what is on its way to them is not listed, for a day at most.
    """
    told_or_elsewhere = or_(col(ThanksRecipient.told_ts) != "", col(ThanksRecipient.slack_id).is_(None))
    heard = select(ThanksRecipient.id).where(ThanksRecipient.thanks_id == Thanks.id, told_or_elsewhere).exists()
    settled = or_(col(Thanks.hidden), col(Thanks.status) == "not_counted", col(Thanks.source) == "import")
    query = select(Thanks).where(
        Thanks.workspace_id == workspace_id,
        or_(heard, settled, col(Thanks.created_at) < now - ON_ITS_WAY),
    )
    if before is not None:
        query = query.where(col(Thanks.created_at) < before)
    if community_ids is not None:
        query = query.where(col(Thanks.community_id).in_(community_ids))
    return await _latest(session, workspace_id, query, limit)


async def _latest(session: AsyncSession, workspace_id: int, query: Any, limit: int) -> list[Shown]:
    found = await session.exec(
        query.where(Thanks.status != "withdrawn")
        .order_by(col(Thanks.created_at).desc(), col(Thanks.id).desc())
        .limit(limit)
    )
    return await describe(session, workspace_id, found.all())


async def describe(session: AsyncSession, workspace_id: int, listed: Sequence[Thanks]) -> list[Shown]:
    """Thanks with names, communities and seconds, in a number of queries that does not grow with their number."""
    if not listed:
        return []
    ids = [one.id for one in listed]
    on = await ground(session, workspace_id)
    rows = await session.exec(
        select(ThanksRecipient, Member.name, or_(col(Member.is_guest), col(Member.is_external)))
        .outerjoin(
            Member,
            (col(Member.workspace_id) == col(ThanksRecipient.workspace_id))
            & (col(Member.slack_id) == col(ThanksRecipient.slack_id)),
        )
        .where(col(ThanksRecipient.thanks_id).in_(ids))
        .order_by(col(ThanksRecipient.id))
    )
    people: dict[int, list[Person]] = {}
    for row, name, guest in rows.all():
        known = name or row.forum_username or row.slack_id or ""
        person = Person(row.slack_id or "", known, row.choice, row.shown_at is not None, bool(guest))
        people.setdefault(row.thanks_id, []).append(person)
    wanted = {one.community_id for one in listed if one.community_id is not None}
    named = await session.exec(
        select(Community.id, Community.slug, Community.name).where(col(Community.id).in_(wanted))
    )
    communities: dict[int | None, tuple[str, str]] = {one: (slug, name) for one, slug, name in named.all()}
    seconds = await seconds_of(session, workspace_id, [one or 0 for one in ids])
    made = []
    for one in listed:
        slug, name = communities.get(one.community_id, ("", ""))
        made.append(
            Shown(
                key=one.key,
                giver=one.giver or "",
                people=tuple(people.get(one.id or 0, ())),
                reason=one.reason,
                value=one.value,
                community=slug,
                community_name=name,
                channel_id=one.channel_id,
                channel_kind=one.channel_kind,
                forum_url=one.forum_url,
                status=one.status,
                hidden=one.hidden,
                seconds=seconds.get(one.id or 0, 0),
                created_at=one.created_at,
                edited=one.edited_at is not None,
                undo_until=undo_until(one, on),
                edit_until=edit_until(one, on),
            )
        )
    return made


async def left_today(session: AsyncSession, workspace_id: int, slack_id: str, now: datetime) -> int | None:
    """How many more people a giver may thank in their local day; None for somebody we have never met."""
    giver = await members.member(session, workspace_id, slack_id)
    if giver is None:
        return None
    on, history = await ground(session, workspace_id), await history_of(session, giver, (), now)
    return max(0, on.policy.daily_cap - history.spent_today)


async def zones(session: AsyncSession, workspace_id: int, slack_ids: Sequence[str]) -> dict[str, str]:
    """IANA zones of members by Slack id."""
    found = await session.exec(
        select(Member.slack_id, Member.zone).where(
            Member.workspace_id == workspace_id, col(Member.slack_id).in_(slack_ids)
        )
    )
    return dict(found.all())


async def everybody(session: AsyncSession, workspace_id: int) -> list[tuple[str, str]]:
    """Slack ids and names of everybody who may be thanked, for suggestions."""
    found = await session.exec(
        select(Member.slack_id, Member.name).where(
            Member.workspace_id == workspace_id,
            col(Member.is_bot).is_(False),
            col(Member.deactivated).is_(False),
            Member.name != "",
        )
    )
    return list(found.all())


async def shown_since(session: AsyncSession, workspace_id: int, since: datetime, until: datetime) -> list[str]:
    """The channels in which thanks became visible in a span of time."""
    found = await session.exec(
        select(ThanksRecipient.shown_in)
        .where(
            ThanksRecipient.workspace_id == workspace_id,
            ThanksRecipient.shown_in != "",
            col(ThanksRecipient.shown_at) >= since,
            col(ThanksRecipient.shown_at) < until,
        )
        .distinct()
    )
    return sorted(found.all())
