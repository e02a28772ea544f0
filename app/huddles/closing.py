"""After a huddle: the ledger of what its hour cost, and its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import insert
from app.huddles.answering import mark_answered, take_roll
from app.huddles.fairness import borne
from app.huddles.rows import touch
from models import Huddle, HuddleBurden, HuddleSlot


@dataclass(frozen=True)
class Written:
    """What a host wrote when it was over. `roll` are Slack ids, `answered` keys of questions."""

    roll: tuple[str, ...]
    answered: tuple[str, ...]
    decisions: str
    recording: str


async def write_notes(
    session: AsyncSession, huddle: Huddle, slot: HuddleSlot, written: Written, now: datetime
) -> None:
    """Keep roll, answers and notes of one occurrence; written again they replace what was there."""
    await take_roll(session, slot, written.roll, now)
    await mark_answered(session, slot, written.answered)
    slot.decisions = written.decisions[:3000]
    slot.recording = written.recording
    slot.notes_state = "written"
    slot.updated_at = now
    await touch(session, huddle, now)


async def record_burden(session: AsyncSession, huddle: Huddle, slot: HuddleSlot, zones: Mapping[str, int]) -> None:
    """Enter what an occurrence cost each region, once."""
    if huddle.all_day:
        return
    for region, (people, points) in borne(zones, slot.starts_at, slot.minutes).items():
        await session.exec(
            insert(session, HuddleBurden)
            .values(
                workspace_id=huddle.workspace_id,
                slot_id=slot.id,
                channel_id=huddle.channel_id,
                region=region,
                people=people,
                points=points,
                happened_at=slot.starts_at,
            )
            .on_conflict_do_nothing()
        )
