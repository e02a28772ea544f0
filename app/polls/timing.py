"""When a poll is drawn, opened, reminded of and closed: timers, set in the transaction that changes its row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.jobs.timers import Timers
from models import Poll, Workspace

DRAW, POST, OPEN, CLOSE, REMIND = "polls.draw", "polls.post", "polls.open", "polls.close", "polls.remind"
# A lone change is shown soon; many are shown together, at most about once a second.
SOON = timedelta(seconds=0.2)
# A drawing that was due so long ago was lost with its process.
LOST_AFTER = timedelta(seconds=20)


async def args_of(session: AsyncSession, poll: Poll) -> dict[str, Any]:
    """What each job of a poll is told. Never a person with a choice: jobs are kept for weeks."""
    workspace = await session.get_one(Workspace, poll.workspace_id)
    return {"team_id": workspace.team_id, "workspace_id": poll.workspace_id, "poll_id": poll.id}


async def redraw(timers: Timers, session: AsyncSession, poll: Poll, now: datetime) -> None:
    """Something that messages show has changed: note it, and have it drawn with whatever else changes until then."""
    poll.version += 1
    if poll.draw_at is not None and now < poll.draw_at + LOST_AFTER:
        return
    poll.draw_at = max(now + SOON, poll.drawn_at + timers.redraw_every) if poll.drawn_at else now + SOON
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
