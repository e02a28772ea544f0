"""After a huddle: the ledger of what its hour cost, its notes, and what counts as a contribution."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles.answering import mark_answered, take_roll
from app.huddles.fairness import borne
from app.huddles.rows import insert, touch
from models import Huddle, HuddleBurden, HuddleRsvp, HuddleSlot


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


async def contributions(
    session: AsyncSession, workspace_id: int, since: datetime, until: datetime, people: Collection[str] | None = None
) -> tuple[tuple[str, str, datetime], ...]:
    """Huddles hosted and attended, as (Slack id, "hosted" or "attended", when), oldest first.

    Hosted counts for the host of a planned occurrence that took place with somebody else on its roll; attended for
    everybody else on the roll. Nothing counts before it is over.
    """
    rows = await session.exec(
        select(HuddleSlot.id, HuddleSlot.starts_at, Huddle.host, HuddleRsvp.slack_id)
        .join(Huddle, col(Huddle.id) == col(HuddleSlot.huddle_id))
        .join(HuddleRsvp, col(HuddleRsvp.slot_id) == col(HuddleSlot.id))
        .where(
            HuddleSlot.workspace_id == workspace_id,
            HuddleSlot.state == "planned",
            col(HuddleRsvp.came).is_(True),
            col(HuddleSlot.ends_at) >= since,
            col(HuddleSlot.ends_at) < until,
        )
        .order_by(col(HuddleSlot.starts_at), col(HuddleRsvp.id))
    )
    found: list[tuple[str, str, datetime]] = []
    hosted: set[int | None] = set()
    for slot_id, at, host, person in rows.all():
        if not person or person == host:
            continue
        found.append((person, "attended", at))
        if host and slot_id not in hosted:
            hosted.add(slot_id)
            found.append((host, "hosted", at))
    return tuple(one for one in found if people is None or one[0] in people)
