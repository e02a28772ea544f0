"""Plan a huddle: keep what was typed, post it once it is confirmed, start its series."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.queries import by_channel
from app.errors import N_, NotFound, NotUnderstood, Refused
from app.huddles.recurrence import checked, occurrences
from app.huddles.rows import ensure_slots, huddle_by_key
from app.huddles.rules import (
    check_time,
    check_title,
    checked_length,
    instant,
    local_of,
    local_text,
    span,
)
from app.huddles.shapes import Plan, Time
from models import Huddle, HuddleSlot

DRAFTS_KEPT = timedelta(days=1)
POSTED = N_("This huddle is posted already. `/huddle list` shows what is planned.")


def first_time(plan: Plan, now: datetime) -> Time:
    """When a plan first happens; `NotUnderstood` for a time that is past, too far off, or never.

    For a series that is its first occurrence to come by its rule, which may be later than the day that was typed.
    """
    checked(plan.rule)
    check_title(plan.title, "title")
    if not plan.all_day:
        checked_length(plan.minutes, "minutes")
    local = plan.local
    if plan.rule:
        coming = next(occurrences(plan.rule, local, plan.zone, now, all_day=plan.all_day), None)
        if coming is None:
            raise NotUnderstood(N_("This series has no date to come. Please choose another."), field="date")
        local = coming
    starts_at, ends_at = span(local, plan.zone, plan.minutes, all_day=plan.all_day)
    check_time(ends_at if plan.all_day else starts_at, now, "date")
    return Time(starts_at, ends_at, local, plan.zone, plan.minutes, plan.all_day)


async def draft(
    session: AsyncSession, workspace_id: int, key: str, host: str, plan: Plan, now: datetime
) -> tuple[Huddle, Time]:
    """Keep a plan until its host confirms it; nothing is posted. A draft of the same key is replaced."""
    time = first_time(plan, now)
    await session.exec(
        delete(Huddle).where(
            col(Huddle.workspace_id) == workspace_id,
            col(Huddle.host) == host,
            col(Huddle.state) == "draft",
            (col(Huddle.created_at) < now - DRAFTS_KEPT) | (col(Huddle.key) == key),
        )
    )
    taken = select(Huddle.id).where(Huddle.workspace_id == workspace_id, Huddle.key == key)
    if (await session.exec(taken)).first() is not None:
        raise NotFound(POSTED)
    made = Huddle(
        workspace_id=workspace_id,
        key=key,
        host=host,
        created_at=now,
        updated_at=now,
        **_fields(plan, time),
    )
    session.add(made)
    await session.flush()
    return made, time


def _fields(plan: Plan, time: Time) -> dict[str, Any]:
    return {
        "title": plan.title.strip(),
        "about": plan.about.strip()[:2000],
        "channel_id": plan.channel_id,
        "zone": plan.zone,
        "starts_local": local_text(time.local, all_day=plan.all_day),
        "minutes": plan.minutes,
        "all_day": plan.all_day,
        "rule": plan.rule,
        "language": plan.language,
        "link": plan.link,
        "dial_in": plan.dial_in.strip()[:200],
        "audio_first": plan.audio_first,
        "notes_after": plan.notes_after,
        # A second session is kept beside the first until both are confirmed.
        "sessions": f"{plan.second_language}@{plan.second_local:%Y-%m-%dT%H:%M}" if plan.second_local else "",
    }


def plan_of(huddle: Huddle) -> Plan:
    """A stored huddle as its host planned it."""
    language, _, local = huddle.sessions.partition("@")
    return Plan(
        title=huddle.title,
        local=local_of(huddle.starts_local),
        zone=huddle.zone,
        minutes=huddle.minutes,
        all_day=huddle.all_day,
        rule=huddle.rule,
        channel_id=huddle.channel_id,
        about=huddle.about,
        language=huddle.language,
        second_language=language if local else "",
        second_local=local_of(local) if local else None,
        link=huddle.link,
        dial_in=huddle.dial_in,
        audio_first=huddle.audio_first,
        notes_after=huddle.notes_after,
    )


async def draft_by_key(
    session: AsyncSession, workspace_id: int, key: str, person: str, *, lock: bool = True
) -> Huddle:
    """A draft of this person; `NotFound` when it was posted or dropped."""
    huddle = await huddle_by_key(session, workspace_id, key, lock=lock)
    if huddle.host != person:
        raise Refused(N_("This draft belongs to somebody else."))
    if huddle.state != "draft":
        raise NotFound(POSTED)
    return huddle


async def confirm(
    session: AsyncSession, workspace_id: int, key: str, person: str, now: datetime
) -> tuple[tuple[Huddle, tuple[HuddleSlot, ...]], ...]:
    """Turn a draft into a planned huddle, or two where it has a session in a second language, with their occurrences.

    Raises `NotUnderstood` where its time has passed meanwhile, `Refused` where it has no channel.
    """
    huddle = await draft_by_key(session, workspace_id, key, person)
    if not huddle.channel_id:
        raise Refused(N_("Choose a channel to post it in first."))
    plan = plan_of(huddle)
    first_time(plan, now)
    cards = await by_channel(session, workspace_id, huddle.channel_id)
    both = [huddle]
    if plan.second_local is not None:
        other = replace(
            plan, local=plan.second_local, language=plan.second_language, second_local=None, second_language=""
        )
        time = first_time(other, now)
        twin = Huddle(
            workspace_id=workspace_id,
            key=f"{key[:62]}-2",
            host=person,
            created_at=now,
            updated_at=now,
            **_fields(other, time),
        )
        session.add(twin)
        both.append(twin)
    for one in both:
        one.state = "planned"
        one.version = 1
        one.updated_at = now
        one.sessions = key if len(both) > 1 else ""
        if cards:
            one.community_id = cards[0].id
            # Until Slack says otherwise a channel that is not in the directory counts as private.
            one.private = any(c.private for card in cards for c in card.channels if c.slack_id == one.channel_id)
    await session.flush()
    return tuple([(one, await ensure_slots(session, one, now)) for one in both])


async def fresh_key(session: AsyncSession, workspace_id: int, key: str, otherwise: str) -> str:
    """The key for a huddle of which there is to be one only (that a poll chose); `NotFound` where it is posted.

    Where it was cancelled, perhaps since it could not be posted, it may be planned anew: under another key.
    """
    found = await session.exec(select(Huddle.state).where(Huddle.workspace_id == workspace_id, Huddle.key == key))
    state = found.first()
    if state == "cancelled":
        return otherwise
    if state not in (None, "draft"):
        raise NotFound(POSTED)
    return key


async def drop(session: AsyncSession, workspace_id: int, key: str, person: str) -> None:
    """Forget a draft."""
    huddle = await draft_by_key(session, workspace_id, key, person)
    await session.delete(huddle)


def starts_at(huddle: Huddle) -> datetime:
    """The instant of a stored huddle's first wall time."""
    return instant(local_of(huddle.starts_local), huddle.zone)
