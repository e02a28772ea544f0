"""Timers of occurrences: one a kind, by the occurrence's key, so that moving it moves them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles.rules import due_times
from app.jobs.timers import Timers
from models import Huddle, HuddleSlot

TIMER_TASKS = {
    "day": "huddle.remind",
    "soon": "huddle.remind",
    "start": "huddle.turn",
    "end": "huddle.turn",
    "next": "huddle.turn",
}
DRAW_TASK = "huddle.draw"


async def set_timers(
    timers: Timers, session: AsyncSession, team_id: str, slots: Iterable[HuddleSlot], now: datetime
) -> None:
    """Set what is still to come of each occurrence. Each says for which time it was set."""
    for slot in slots:
        due = due_times(slot.starts_at, slot.ends_at, now)
        for kind, task in TIMER_TASKS.items():
            key = f"huddle:{slot.key}:{kind}"
            if kind in due:
                await timers.set_timer(session, key, task, timer_args(team_id, slot, kind), due[kind])
            else:
                await timers.cancel(session, key)


async def stop_timers(timers: Timers, session: AsyncSession, slots: Iterable[HuddleSlot]) -> None:
    """Let nothing more happen for these occurrences."""
    for slot in slots:
        for kind in TIMER_TASKS:
            await timers.cancel(session, f"huddle:{slot.key}:{kind}")


def timer_args(team_id: str, slot: HuddleSlot, kind: str) -> dict[str, Any]:
    """What a timer's job is told."""
    return {
        "team_id": team_id,
        "workspace_id": slot.workspace_id,
        "slot": slot.key,
        "kind": kind,
        "at": slot.starts_at.isoformat(),
    }


async def draw_soon(timers: Timers, session: AsyncSession, team_id: str, huddle: Huddle, now: datetime) -> None:
    """Have the card redrawn, with other changes of the same second; nothing where no card is posted yet."""
    if not huddle.channel_id:
        return
    due = max(now, huddle.drawn_at + timers.apart) if huddle.drawn_at else now
    args = {"team_id": team_id, "workspace_id": huddle.workspace_id, "huddle": huddle.key}
    await timers.set_timer(session, f"huddle:{huddle.key}:draw", DRAW_TASK, args, due)
