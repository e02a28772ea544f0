"""Reads of /huddle: a card as it stands, what is to come, who leads, where a channel's people live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles.people import crowd
from app.huddles.recurrence import occurrences
from app.huddles.rows import huddle_by_key, slots_by_huddle, slots_of, time_of
from app.huddles.rules import SHOWN_AFTER, local_of, phase, span
from app.huddles.shapes import Card, Listed, Question, Session, Slot
from models import (
    Community,
    Huddle,
    HuddleQuestion,
    HuddleRsvp,
    HuddleSlot,
)

LISTED_AT_MOST = 20


async def card(session: AsyncSession, workspace_id: int, key: str, now: datetime) -> Card:
    """A huddle's card as it stands now: with the occurrence that is on, or comes next, or was the last."""
    huddle = await huddle_by_key(session, workspace_id, key)
    slots = list(await slots_of(session, huddle))
    current = current_slot(slots, now)
    after = [one for one in slots if current and one.state == "planned" and one.starts_at > current.starts_at]
    community = await session.get(Community, huddle.community_id) if huddle.community_id else None
    zones = await crowd(session, workspace_id, huddle.channel_id)
    return Card(
        key=huddle.key,
        title=huddle.title,
        about=huddle.about,
        host=huddle.host or "",
        co_hosts=tuple(huddle.co_hosts),
        state=huddle.state,
        channel_id=huddle.channel_id,
        private=huddle.private,
        community=community.name if community else "",
        language=huddle.language,
        link=huddle.link,
        dial_in=huddle.dial_in,
        audio_first=huddle.audio_first,
        notes_after=huddle.notes_after,
        rule=huddle.rule,
        slot=await slot_shown(session, huddle, current, now) if current else None,
        later=tuple(time_of(huddle, one) for one in after[:2]),
        zones=tuple(sorted(zones, key=lambda zone: (-zones[zone], zone))),
        sessions=await _sessions(session, huddle, now),
        version=huddle.version,
        card_ts=huddle.card_ts,
        first=local_of(huddle.starts_local),
    )


def current_slot(slots: Sequence[HuddleSlot], now: datetime) -> HuddleSlot | None:
    """The occurrence a card shows: the first that is not over for long, else the last there was."""
    planned = [one for one in slots if one.state == "planned"]
    coming = next((one for one in planned if one.ends_at + SHOWN_AFTER > now), None)
    return coming or next(iter(reversed(planned or list(slots))), None)


async def slot_shown(session: AsyncSession, huddle: Huddle, slot: HuddleSlot, now: datetime) -> Slot:
    """One occurrence with answers and questions, in the order in which people first said something."""
    rsvps = (
        await session.exec(select(HuddleRsvp).where(HuddleRsvp.slot_id == slot.id).order_by(col(HuddleRsvp.id)))
    ).all()
    questions = (
        await session.exec(
            select(HuddleQuestion).where(HuddleQuestion.slot_id == slot.id).order_by(col(HuddleQuestion.id))
        )
    ).all()
    return Slot(
        key=slot.key,
        time=time_of(huddle, slot),
        state=slot.state,
        phase=phase(slot.starts_at, slot.ends_at, now),
        moved_from=slot.moved_from,
        reason=slot.reason,
        yes=tuple(one.slack_id or "" for one in rsvps if one.answer == "yes"),
        maybe=tuple(one.slack_id or "" for one in rsvps if one.answer == "maybe"),
        no=tuple(one.slack_id or "" for one in rsvps if one.answer == "no"),
        came=tuple(one.slack_id or "" for one in rsvps if one.came),
        named=tuple(one.slack_id for one in rsvps if one.came and one.named and one.slack_id),
        hinted=tuple(one.slack_id for one in rsvps if one.hinted and one.slack_id),
        questions=tuple(Question(one.key, one.slack_id or "", one.text, one.answered) for one in questions),
        notes_link=slot.notes_link,
        notes_ts=slot.notes_ts,
        notes_topic=slot.notes_topic,
        notes_state=slot.notes_state,
        decisions=slot.decisions,
        recording=slot.recording,
        words=slot.updated_at.isoformat(),
    )


async def _sessions(session: AsyncSession, huddle: Huddle, now: datetime) -> tuple[Session, ...]:
    if not huddle.sessions or "@" in huddle.sessions:
        return ()
    others = await session.exec(
        select(Huddle).where(
            Huddle.workspace_id == huddle.workspace_id,
            Huddle.sessions == huddle.sessions,
            Huddle.id != huddle.id,
            Huddle.state == "planned",
        )
    )
    found = []
    for other in others.all():
        slot = current_slot(await slots_of(session, other), now)
        if slot is not None:
            found.append(Session(other.title, other.language, time_of(other, slot)))
    return tuple(found)


async def upcoming(
    session: AsyncSession,
    workspace_id: int,
    now: datetime,
    *,
    person: str = "",
    channel_id: str = "",
    community_id: int | None = None,
    mine_only: bool = False,
    public_only: bool = True,
) -> tuple[Listed, ...]:
    """Occurrences to come, soonest first, at most twenty, with what `person` answered.

    `mine_only` keeps those the person hosts or did not decline after being asked. With `public_only` huddles of
    private channels are left out, but for those of `channel_id` itself and the person's own.
    """
    mine = (
        select(HuddleRsvp.slot_id)
        .where(HuddleRsvp.slack_id == person, col(HuddleRsvp.answer).in_(("yes", "maybe")))
        .correlate(None)
    )
    yes = (
        select(func.count())
        .where(col(HuddleRsvp.slot_id) == col(HuddleSlot.id), col(HuddleRsvp.answer) == "yes")
        .correlate(HuddleSlot)
        .scalar_subquery()
    )
    own = (col(Huddle.host) == person) | col(HuddleSlot.id).in_(mine)
    query = (
        sql_select(Huddle, HuddleSlot, yes, col(HuddleRsvp.answer), col(Community.name))
        .join(HuddleSlot, col(HuddleSlot.huddle_id) == col(Huddle.id))
        .outerjoin(HuddleRsvp, (col(HuddleRsvp.slot_id) == col(HuddleSlot.id)) & (col(HuddleRsvp.slack_id) == person))
        .outerjoin(Community, col(Community.id) == col(Huddle.community_id))
        .where(
            col(HuddleSlot.workspace_id) == workspace_id,
            col(HuddleSlot.state) == "planned",
            col(Huddle.state) == "planned",
            col(HuddleSlot.ends_at) > now,
        )
        .order_by(col(HuddleSlot.starts_at), col(HuddleSlot.id))
        .limit(LISTED_AT_MOST)
    )
    if public_only:
        query = query.where(col(Huddle.private).is_(False) | (col(Huddle.channel_id) == channel_id) | own)
    if community_id is not None:
        query = query.where(col(Huddle.community_id) == community_id)
    if mine_only:
        query = query.where(own)
    return tuple(
        Listed(
            key=huddle.key,
            slot_key=slot.key,
            title=huddle.title,
            time=time_of(huddle, slot),
            channel_id=huddle.channel_id,
            private=huddle.private,
            card_ts=huddle.card_ts,
            rule=huddle.rule,
            language=huddle.language,
            link=huddle.link,
            community=name or "",
            moved=bool(huddle.rule) and (slot.starts_local, slot.zone) != (slot.original, huddle.zone),
            yes=int(count),
            mine=mine_said or "",
            first=local_of(huddle.starts_local),
        )
        for huddle, slot, count, mine_said, name in (await session.exec(query)).all()  # type: ignore[call-overload]
    )


async def taken_times(
    session: AsyncSession, workspace_id: int, channel_id: str, begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    """When a channel has a huddle between two instants; what is open all day takes nobody's hour.

    A series has rows for its next dates alone, and is walked by its rule after them.
    """
    found = await session.exec(
        select(Huddle).where(
            Huddle.workspace_id == workspace_id,
            Huddle.channel_id == channel_id,
            Huddle.state == "planned",
            col(Huddle.all_day).is_(False),
        )
    )
    huddles = found.all()
    rows = await slots_by_huddle(session, huddles)
    times: list[tuple[datetime, datetime]] = []
    for huddle in huddles:
        slots = rows.get(huddle.id or 0, ())
        times += [(one.starts_at, one.ends_at) for one in slots if one.state == "planned"]
        last = max((one.starts_at for one in slots), default=begins)
        if huddle.rule:
            for local in occurrences(huddle.rule, local_of(huddle.starts_local), huddle.zone, max(last, begins)):
                time = span(local, huddle.zone, huddle.minutes, all_day=False)
                if time[0] >= ends:
                    break
                times.append(time)
    return [one for one in times if one[0] < ends and one[1] > begins]
