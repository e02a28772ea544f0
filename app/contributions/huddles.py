"""The counting rule in SQL, for huddles. A test holds it equal to `rules.counts`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, exists, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import bots_of
from models import HuddleRsvp, HuddleSlot

HOSTED, ATTENDED = "hosted", "attended"


@dataclass(frozen=True)
class Huddles:
    """How many huddles one member hosted and attended; each date of a series is one."""

    hosted: int = 0
    attended: int = 0


def counted_hosted(workspace_id: int, now: datetime) -> ColumnElement[bool]:
    """Whether a date counts for its host: it took place, with somebody else on its roll; over HuddleSlot."""
    somebody = exists().where(col(HuddleRsvp.slot_id) == col(HuddleSlot.id), _on_the_roll(workspace_id))
    return and_(_took_place(workspace_id, now), _no_bot(workspace_id), somebody.correlate(HuddleSlot))


def counted_attended(workspace_id: int, now: datetime) -> ColumnElement[bool]:
    """Whether a person on a roll counts as having attended; over HuddleRsvp joined with HuddleSlot."""
    return and_(_took_place(workspace_id, now), _on_the_roll(workspace_id))


async def huddles_of(
    session: AsyncSession, workspace_id: int, slack_id: str, now: datetime, since: datetime | None = None
) -> Huddles:
    """What a member hosted and attended since a moment (by when it ended), or ever."""
    recent = [] if since is None else [col(HuddleSlot.ends_at) >= since]
    by_me = (col(HuddleSlot.workspace_id) == workspace_id) & (col(HuddleSlot.host) == slack_id)
    hosted = await session.exec(
        select(func.count()).select_from(HuddleSlot).where(by_me, counted_hosted(workspace_id, now), *recent)
    )
    is_me = (col(HuddleRsvp.workspace_id) == workspace_id) & (col(HuddleRsvp.slack_id) == slack_id)
    attended = await session.exec(
        select(func.count())
        .select_from(HuddleRsvp)
        .join(HuddleSlot, col(HuddleSlot.id) == col(HuddleRsvp.slot_id))
        .where(is_me, counted_attended(workspace_id, now), *recent)
    )
    return Huddles(hosted.one(), attended.one())


async def huddle_acts(
    session: AsyncSession,
    workspace_id: int,
    since: datetime,
    until: datetime,
    now: datetime,
    people: Collection[str] | None = None,
) -> tuple[tuple[str, str, datetime], ...]:
    """Huddles that ended in a span, as (Slack id, HOSTED or ATTENDED, when it began), oldest first.

    "" is somebody who was erased. `people` keeps only theirs.
    """
    span = (col(HuddleSlot.ends_at) >= since, col(HuddleSlot.ends_at) < until)
    hosted = await session.exec(
        select(HuddleSlot.host, HuddleSlot.starts_at).where(counted_hosted(workspace_id, now), *span)
    )
    attended = await session.exec(
        select(HuddleRsvp.slack_id, HuddleSlot.starts_at)
        .join(HuddleSlot, col(HuddleSlot.id) == col(HuddleRsvp.slot_id))
        .where(counted_attended(workspace_id, now), *span)
    )
    found = [(one or "", HOSTED, at) for one, at in hosted] + [(one or "", ATTENDED, at) for one, at in attended]
    kept = [one for one in found if people is None or one[0] in people]
    return tuple(sorted(kept, key=lambda one: (one[2], one[1], one[0])))


def _took_place(workspace_id: int, now: datetime) -> ColumnElement[bool]:
    """Neither cancelled nor still to come. One that was moved is there once, with its last time."""
    # As in `queries`: in a form that tempts no index but that of a person.
    return and_(
        col(HuddleSlot.workspace_id) + 0 == workspace_id,
        col(HuddleSlot.state) == "planned",
        col(HuddleSlot.ends_at) <= now,
    )


def _on_the_roll(workspace_id: int) -> ColumnElement[bool]:
    """Somebody was there who is neither the host nor a program."""
    person, host = col(HuddleRsvp.slack_id), col(HuddleSlot.host)
    return and_(
        col(HuddleRsvp.came).is_(True),
        or_(person.is_(None), and_(person.not_in(bots_of(workspace_id)), or_(host.is_(None), person != host))),
    )


def _no_bot(workspace_id: int) -> Any:
    host = col(HuddleSlot.host)
    return or_(host.is_(None), host.not_in(bots_of(workspace_id)))
