"""The verbs of a poll's life: make, open, close, extend, reopen, delete, show anew. Each notes who did it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.errors import N_, NotFound, NotUnderstood, Refused
from app.jobs.timers import Timers
from app.polls import timing, tokens
from app.polls.rules import check_plan, is_open, may_reopen
from app.polls.shapes import Life, Plan
from models import Poll, PollKey, PollMessage, PollOption, PollQuestion, PollText, PollVote

# What a message's `problem` says until it is drawn after a repair.
REPAIRING = "repairing"

_SHUFFLE = random.SystemRandom()


def life_of(poll: Poll) -> Life:
    """What decides whether it takes votes."""
    return Life(poll.state, poll.opens_at, poll.closes_at, poll.closed_at)


async def locked(session: AsyncSession, workspace_id: int, key: str) -> Poll:
    """The poll of that key, kept from others until the transaction ends; `NotFound` for one that is gone."""
    wanted = select(Poll).where(Poll.workspace_id == workspace_id, Poll.key == key).with_for_update()
    poll = (await session.exec(wanted)).first()
    if poll is None or poll.state == "deleted":
        raise NotFound(N_("This poll is no longer there."))
    return poll


async def create(
    session: AsyncSession,
    timers: Timers,
    workspace_id: int,
    key: str,
    plan: Plan,
    secret: str,
    now: datetime,
    *,
    series_id: int | None = None,
) -> Poll:
    """Keep a new poll with its timers. `secret` is the server's SECRET_KEY. `NotUnderstood` for an unfit plan.

    The same key again gives the poll that is there.
    """
    check_plan(plan, now)
    there = (await session.exec(select(Poll).where(Poll.workspace_id == workspace_id, Poll.key == key))).first()
    if there is not None:
        return there
    if plan.mode == "secret" and not secret:
        # Without it the database alone would tell who voted for what while the poll is open.
        raise Refused(
            N_("Secret polls are not set up here yet: an admin has to set SECRET_KEY. Or make names visible.")
        )
    poll = Poll(
        workspace_id=workspace_id,
        key=key,
        creator=plan.creator,
        title=plan.title,
        mode=plan.mode,
        results=plan.results,
        state="scheduled" if plan.opens_at is not None and plan.opens_at > now else "open",
        zone=plan.zone,
        locale=plan.locale,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        remind_at=plan.remind_at,
        series_id=series_id,
        after=dict(plan.after),
        created_at=now,
    )
    session.add(poll)
    await session.flush()
    poll_id = poll.id or 0
    if plan.mode == "secret":
        session.add(tokens.fresh_key(workspace_id, poll_id, secret))
    await write_questions(session, poll, plan)
    for channel_id in dict.fromkeys(plan.channels):
        session.add(PollMessage(workspace_id=workspace_id, poll_id=poll_id, channel_id=channel_id))
    await session.flush()
    await timing.arm(timers, session, poll)
    return poll


async def write_questions(session: AsyncSession, poll: Poll, plan: Plan) -> None:
    """Put a plan's questions and options in the place of those that are there."""
    await session.exec(delete(PollQuestion).where(col(PollQuestion.poll_id) == poll.id))
    owned = {"workspace_id": poll.workspace_id, "poll_id": poll.id or 0}
    for position, asked in enumerate(plan.questions):
        question = PollQuestion(
            **owned,
            position=position,
            kind=asked.kind,
            text=asked.wording.text,
            also=list(asked.wording.also),
            most=asked.most,
        )
        session.add(question)
        await session.flush()
        session.add_all(
            PollOption(
                **owned,
                question_id=question.id or 0,
                position=at,
                text=option.text,
                also=list(option.also),
                starts_at=option.at,
                note=option.note,
            )
            for at, option in enumerate(asked.options, 1)
        )
    await session.flush()


async def open_now(session: AsyncSession, timers: Timers, poll: Poll, now: datetime) -> None:
    """A scheduled poll's hour has come."""
    if poll.state == "scheduled":
        poll.state = "open"
        await timing.redraw(timers, session, poll, now)


async def close_now(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
    """Let it be over at this moment; from here on no vote counts, and the job that ends it follows at once."""
    if not is_open(life_of(poll), now):
        raise Refused(N_("This poll is closed already."))
    poll.closes_at, poll.remind_at = now, None
    await note(session, poll, actor, "poll.close", now)
    await timing.arm(timers, session, poll)
    await timing.redraw(timers, session, poll, now)


async def end(session: AsyncSession, timers: Timers, poll: Poll, reach: dict[str, Any], now: datetime) -> bool:
    """Its time is over: note so, with how many took part; False when it is not, or was noted before.

    With it a secret poll loses its key, and each token is replaced by a random word.
    """
    if poll.state != "open" or is_open(life_of(poll), now):
        return False
    poll.state, poll.closed_at, poll.reach = "closed", poll.closes_at, reach
    if poll.mode == "secret":
        await _forget_who(session, poll)
    await timing.arm(timers, session, poll)
    await timing.redraw(timers, session, poll, now)
    return True


async def extend(
    session: AsyncSession, timers: Timers, poll: Poll, actor: str, until: datetime | None, now: datetime
) -> None:
    """Let it close at another time, None for not by itself. `Refused` once it is closed."""
    if not is_open(life_of(poll), now) and poll.state != "scheduled":
        raise Refused(N_("This poll is closed already. Open it again instead."))
    if until is not None and until <= now:
        raise NotUnderstood(N_("This time is over. Please choose a later one."), field="until")
    poll.closes_at = until
    if poll.remind_at is not None and (until is None or poll.remind_at >= until):
        poll.remind_at = None
    await note(session, poll, actor, "poll.extend", now, until=until.isoformat() if until else "")
    await timing.arm(timers, session, poll)
    await timing.redraw(timers, session, poll, now)


async def reopen(
    session: AsyncSession, timers: Timers, poll: Poll, actor: str, until: datetime | None, now: datetime
) -> None:
    """Open a closed poll again, within a week; not a secret one."""
    # Its time may be over though the job that says so has not come yet.
    await end(session, timers, poll, dict(poll.reach), now)
    may_reopen(life_of(poll), poll.mode, now)
    if until is not None and until <= now:
        raise NotUnderstood(N_("This time is over. Please choose a later one."), field="until")
    poll.state, poll.closed_at, poll.closes_at = "open", None, until
    await note(session, poll, actor, "poll.reopen", now, until=until.isoformat() if until else "")
    await timing.arm(timers, session, poll)
    await timing.redraw(timers, session, poll, now)


async def delete_poll(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
    """Delete it with its votes, key and answers; messages are removed by a job, the row says that it was."""
    poll.state = "deleted"
    for table in (PollVote, PollText, PollKey):
        await session.exec(delete(table).where(col(table.poll_id) == poll.id))
    await note(session, poll, actor, "poll.delete", now)
    await timing.arm(timers, session, poll)
    await timing.redraw(timers, session, poll, now)


async def repair(session: AsyncSession, timers: Timers, poll: Poll, actor: str, now: datetime) -> None:
    """Have every message drawn from what is stored, whatever it shows now, and posted anew where it is gone."""
    for message in await messages(session, poll.id or 0):
        message.drawn, message.leased_until, message.problem = 0, None, REPAIRING
    poll.draw_at = None
    await note(session, poll, actor, "poll.repair", now)
    await timing.redraw(timers, session, poll, now)


async def messages(session: AsyncSession, poll_id: int) -> tuple[PollMessage, ...]:
    """The messages it is shown in, in the order of their channels."""
    found = await session.exec(
        select(PollMessage).where(PollMessage.poll_id == poll_id).order_by(col(PollMessage.id))
    )
    return tuple(found.all())


async def moderate(
    session: AsyncSession, timers: Timers, poll: Poll, actor: str, shown: Iterable[str], now: datetime
) -> None:
    """Show exactly these open answers, by their keys."""
    keys = set(shown)
    await note(session, poll, actor, "poll.moderate", now)
    for one in await session.exec(select(PollText).where(PollText.poll_id == poll.id)):
        one.shown = one.key in keys
    await timing.redraw(timers, session, poll, now)


async def _forget_who(session: AsyncSession, poll: Poll) -> None:
    """Delete the key, and write all votes anew in random order under random words."""
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        # What is deleted is overwritten in the file; the job that follows clears the log of changes.
        await connection.exec_driver_sql("pragma secure_delete=on")
    await session.exec(delete(PollKey).where(col(PollKey.poll_id) == poll.id))
    fresh: dict[str, str] = {}
    for model in (PollVote, PollText):
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        rows = [
            dict(row)
            for row in (await connection.execute(table.select().where(table.c.poll_id == poll.id))).mappings()
        ]
        for row in rows:
            row["voter"] = fresh.setdefault(row["voter"], tokens.random_voter())
        _SHUFFLE.shuffle(rows)
        await connection.execute(table.delete().where(table.c.poll_id == poll.id))
        if rows:
            await connection.execute(table.insert(), rows)


async def note(session: AsyncSession, poll: Poll, actor: str, act: str, now: datetime, **details: Any) -> None:
    """Who did what with a poll, for the audit."""
    await audit.note(session, poll.workspace_id, actor, act, f"poll:{poll.key}", now, **details)
