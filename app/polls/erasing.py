"""Forget a person in polls: totals stay, their name goes, their open answers go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.jobs.timers import Timers
from app.polls.timing import redraw
from app.polls.tokens import random_voter
from models import Poll, PollText, PollVote


async def named_polls(session: AsyncSession, workspace_id: int, slack_id: str) -> list[int]:
    """Ids of the polls that show this person's name under a choice or an answer; they have to be drawn anew."""
    found: set[int] = set()
    for table in (PollVote, PollText):
        mine = select(table.poll_id).where(table.workspace_id == workspace_id, table.voter == slack_id)
        found |= set((await session.exec(mine)).all())
    return sorted(found)


async def redraw_all(session: AsyncSession, timers: Timers, poll_ids: list[int], now: datetime) -> None:
    """Have these polls drawn."""
    for poll_id in poll_ids:
        await redraw(timers, session, await session.get_one(Poll, poll_id), now)


async def forget_votes(session: AsyncSession, workspace_id: int, slack_id: str) -> int:
    """Let a random word stand for them under each named poll they voted in; how many polls.

    Their votes in secret polls hold no name. While such a poll is open they can take theirs back themselves.
    """
    here = (col(PollVote.workspace_id) == workspace_id) & (col(PollVote.voter) == slack_id)
    polls = set((await session.exec(select(PollVote.poll_id).where(here))).all())
    for poll_id in sorted(polls):
        one = here & (col(PollVote.poll_id) == poll_id)
        await session.exec(update(PollVote).where(one).values(voter=random_voter()))
    await session.exec(
        delete(PollText).where(col(PollText.workspace_id) == workspace_id, col(PollText.voter) == slack_id)
    )
    return len(polls)
