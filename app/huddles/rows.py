"""Rows of this room: found by key, made once, and turned into what views show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import insert
from app.errors import N_, NotFound
from app.huddles.recurrence import occurrences
from app.huddles.rules import AHEAD, local_of, local_text, span
from app.huddles.shapes import Time
from models import Huddle, HuddleSlot


async def huddle_by_key(session: AsyncSession, workspace_id: int, key: str, *, lock: bool = False) -> Huddle:
    """One huddle; `NotFound` when it is not there (any more). With `lock`, nobody else changes it meanwhile."""
    query = select(Huddle).where(Huddle.workspace_id == workspace_id, Huddle.key == key)
    found = (await session.exec(query.with_for_update() if lock else query)).first()
    if found is None:
        raise NotFound(N_("I no longer have this huddle. `/huddle list` shows what is planned."))
    return found


async def followers(session: AsyncSession, huddle: Huddle) -> Sequence[Huddle]:
    """The series that took over from this one; its card went with it."""
    query = select(Huddle).where(Huddle.workspace_id == huddle.workspace_id, Huddle.follows == huddle.key)
    return (await session.exec(query)).all()


async def slot_by_key(
    session: AsyncSession, workspace_id: int, key: str, *, lock: bool = False
) -> tuple[Huddle, HuddleSlot]:
    """One occurrence and its huddle; `NotFound`. With `lock`, nobody else changes the two meanwhile."""
    query = select(HuddleSlot).where(HuddleSlot.workspace_id == workspace_id, HuddleSlot.key == key)
    slot = (await session.exec(query)).first()
    if slot is None:
        raise NotFound(N_("I no longer have this huddle. `/huddle list` shows what is planned."))
    if lock:
        await session.exec(select(Huddle.id).where(Huddle.id == slot.huddle_id).with_for_update())
        await session.refresh(slot)
    huddle = await session.get(Huddle, slot.huddle_id, populate_existing=lock)
    assert huddle is not None
    return huddle, slot


async def slots_of(session: AsyncSession, huddle: Huddle) -> Sequence[HuddleSlot]:
    """All occurrences of a huddle that have a row, in order of time."""
    query = select(HuddleSlot).where(HuddleSlot.huddle_id == huddle.id)
    return (await session.exec(query.order_by(col(HuddleSlot.starts_at), col(HuddleSlot.id)))).all()


async def slots_by_huddle(session: AsyncSession, huddles: Sequence[Huddle]) -> Mapping[int, Sequence[HuddleSlot]]:
    """All occurrences that have a row, of each of these huddles, in order of time."""
    query = select(HuddleSlot).where(col(HuddleSlot.huddle_id).in_([one.id for one in huddles]))
    found: dict[int, list[HuddleSlot]] = {one.id: [] for one in huddles if one.id is not None}
    for slot in await session.exec(query.order_by(col(HuddleSlot.starts_at), col(HuddleSlot.id))):
        found[slot.huddle_id].append(slot)
    return found


async def touch(session: AsyncSession, huddle: Huddle, now: datetime) -> None:
    """Say that the card shows something older than what is stored."""
    await session.exec(
        update(Huddle)
        .where(col(Huddle.id) == huddle.id)
        .values(version=col(Huddle.version) + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )


async def ensure_slots(
    session: AsyncSession, huddle: Huddle, now: datetime, *, count: int = AHEAD
) -> tuple[HuddleSlot, ...]:
    """See to it that the coming occurrences have rows; gives those that are new (they have no timers yet)."""
    if huddle.state != "planned":
        return ()
    if not huddle.rule and await slots_of(session, huddle):
        # Its one occurrence may have been moved away from where the huddle first was.
        return ()
    first = local_of(huddle.starts_local)
    made: list[str] = []
    for local in occurrences(huddle.rule, first, huddle.zone, now, all_day=huddle.all_day):
        if len(made) == count:
            break
        made.append(local_text(local, all_day=huddle.all_day))
    rows = [_row(huddle, original, now) for original in made]
    fresh = []
    for row in rows:
        added = await session.exec(
            insert(session, HuddleSlot).values(**row).on_conflict_do_nothing().returning(col(HuddleSlot.key))
        )
        if (key := added.scalar()) is not None:
            fresh.append(key)
    found = await session.exec(
        select(HuddleSlot)
        .where(HuddleSlot.workspace_id == huddle.workspace_id, col(HuddleSlot.key).in_(fresh))
        .order_by(col(HuddleSlot.starts_at))
    )
    return tuple(found.all())


def slot_key(huddle: Huddle, original: str) -> str:
    """The key of an occurrence, made of its huddle's and of the time that the rule gave it."""
    return f"{huddle.key}.{original.replace('-', '').replace(':', '')}"


def _row(huddle: Huddle, original: str, now: datetime) -> dict[str, Any]:
    starts_at, ends_at = span(local_of(original), huddle.zone, huddle.minutes, all_day=huddle.all_day)
    return {
        "workspace_id": huddle.workspace_id,
        "huddle_id": huddle.id,
        "key": slot_key(huddle, original),
        "host": huddle.host,
        "original": original,
        "starts_local": original,
        "zone": huddle.zone,
        "minutes": huddle.minutes,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "state": "planned",
        "reason": "",
        "sequence": huddle.sequence,
        "notes_state": "",
        "decisions": "",
        "recording": "",
        "notes_link": "",
        "notes_ts": "",
        "updated_at": now,
    }


def time_of(huddle: Huddle, slot: HuddleSlot) -> Time:
    """When an occurrence is."""
    return Time(
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        local=local_of(slot.starts_local),
        zone=slot.zone,
        minutes=slot.minutes,
        all_day=huddle.all_day,
    )
