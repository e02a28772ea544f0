"""When a poll is drawn, opened, reminded of and closed: timers, set in the transaction that changes its row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.jobs.timers import Timers
from models import Poll, Workspace

DRAW, POST, OPEN, CLOSE, REMIND = "polls.draw", "polls.post", "polls.open", "polls.close", "polls.remind"
# A drawing that was due so long ago was lost with its process.
LOST_AFTER = timedelta(seconds=20)


async def args_of(session: AsyncSession, poll: Poll) -> dict[str, Any]:
    """What each job of a poll is told. Never a person with a choice: jobs are kept for weeks."""
    workspace = await session.get_one(Workspace, poll.workspace_id)
    return {"team_id": workspace.team_id, "workspace_id": poll.workspace_id, "poll_id": poll.id}


async def redraw(timers: Timers, session: AsyncSession, poll: Poll, now: datetime) -> None:
    """Something that messages show has changed: note it, and have it drawn with whatever else changes until then.

    A lone change is shown soon, a fifth of a second after; many are shown together, at most about once a second.
    """
    poll.version += 1
    if poll.draw_at is not None and now < poll.draw_at + LOST_AFTER:
        return
    soon = now + timers.apart / 5
    poll.draw_at = max(soon, poll.drawn_at + timers.apart) if poll.drawn_at else soon
    await timers.set_timer(session, f"poll-draw:{poll.id}", DRAW, await args_of(session, poll), poll.draw_at)


async def arm(timers: Timers, session: AsyncSession, poll: Poll) -> None:
    """Set, move or cancel the timers of opening, reminding and closing, as the row says."""
    args = await args_of(session, poll)
    waiting = {
        "open": (OPEN, poll.opens_at if poll.state == "scheduled" else None),
        "remind": (REMIND, poll.remind_at if poll.state in ("scheduled", "open") and not poll.reminded else None),
        "close": (CLOSE, poll.closes_at if poll.state in ("scheduled", "open") else None),
    }
    for name, (job, due) in waiting.items():
        if due is None:
            await timers.cancel(session, f"poll-{name}:{poll.id}")
        else:
            await timers.set_timer(session, f"poll-{name}:{poll.id}", job, args, due)
