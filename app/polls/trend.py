"""What the poll before in a series said, to compare with: means of ratings, shares of options."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.polls import tally
from app.polls.rules import FEW
from models import Poll, PollOption, PollQuestion, PollVote


@dataclass(frozen=True)
class Before:
    """One question last time: the mean of a rating, and each option's share by its text."""

    mean: float | None = None
    shares: dict[str, float] = field(default_factory=dict)


async def last_time(session: AsyncSession, poll: Poll) -> dict[int, Before]:
    """By question, what the latest closed poll of the same series said; nothing of a secret one of too few."""
    if poll.series_id is None:
        return {}
    wanted = select(Poll).where(
        Poll.series_id == poll.series_id, Poll.state == "closed", col(Poll.created_at) < poll.created_at
    )
    before = (await session.exec(wanted.order_by(col(Poll.created_at).desc()).limit(1))).first()
    if before is None:
        return {}
    found = {}
    for question in await session.exec(select(PollQuestion).where(PollQuestion.poll_id == before.id)):
        votes = await session.exec(
            select(PollVote.voter, PollVote.option, PollVote.rank).where(
                PollVote.poll_id == before.id, PollVote.question == question.position
            )
        )
        counted = tally.count([(voter, option, rank) for voter, option, rank in votes])
        if not counted.voters or (before.mode == "secret" and counted.voters < FEW):
            continue
        options = await session.exec(select(PollOption).where(PollOption.question_id == question.id))
        spread = tally.mean_and_spread(counted.votes) if question.kind == "rating" else None
        shares = {one.text: counted.share(one.position) for one in options} if question.kind == "choice" else {}
        found[question.position] = Before(spread[0] if spread else None, shares)
    return found
