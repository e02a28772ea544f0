"""What people do with an occurrence: come or not, ask, say that they were there. One row for each person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import insert
from app.errors import N_, NotUnderstood, Refused
from app.huddles.rows import slot_by_key, touch
from app.huddles.rules import QUESTION_LIMIT, QUESTIONS_AT_MOST, ROLL_BEFORE, can_say_was_there
from models import Huddle, HuddleQuestion, HuddleRsvp, HuddleSlot
from models.huddle import ANSWERS


async def answer(
    session: AsyncSession, workspace_id: int, slot_key: str, person: str, said: str, now: datetime
) -> tuple[Huddle, HuddleSlot, bool]:
    """Keep whether a person comes: yes, maybe or no, and say whether that is new. The last word counts.

    `Refused` when it is over or cancelled.
    """
    if said not in ANSWERS:
        raise ValueError(said)
    huddle, slot = await _living(session, workspace_id, slot_key)
    if now >= slot.ends_at:
        raise Refused(N_("This huddle is over. Its card will show the next one in a moment."))
    before = await session.exec(
        select(HuddleRsvp.answer).where(HuddleRsvp.slot_id == slot.id, HuddleRsvp.slack_id == person)
    )
    if before.first() == said:
        return huddle, slot, False
    await _keep(session, slot, person, now, answer=said)
    await touch(session, huddle, now)
    return huddle, slot, True


async def ask(
    session: AsyncSession, workspace_id: int, slot_key: str, person: str, text: str, key: str, now: datetime
) -> tuple[Huddle, HuddleSlot]:
    """Put a question on an occurrence's list; the same key twice is one question."""
    words = " ".join(text.split())
    if not words:
        raise NotUnderstood(N_("Write your question first."), field="question")
    if len(words) > QUESTION_LIMIT:
        raise NotUnderstood(N_("At most {most} letters, please."), field="question", most=QUESTION_LIMIT)
    huddle, slot = await _living(session, workspace_id, slot_key)
    if now >= slot.ends_at:
        raise Refused(N_("This huddle is over. Please ask in its channel."))
    count = select(func.count()).select_from(HuddleQuestion).where(HuddleQuestion.slot_id == slot.id)
    if (await session.exec(count)).one() >= QUESTIONS_AT_MOST:
        raise Refused(N_("There are many questions already. Please bring yours along, or ask in the channel."))
    await session.exec(
        insert(session, HuddleQuestion)
        .values(
            workspace_id=workspace_id,
            slot_id=slot.id,
            key=key,
            slack_id=person,
            text=words,
            answered=False,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    await touch(session, huddle, now)
    return huddle, slot


async def was_there(
    session: AsyncSession, workspace_id: int, slot_key: str, person: str, now: datetime
) -> tuple[Huddle, HuddleSlot]:
    """The person says that they were there, and so agrees to be named in the notes. `Refused` outside its days."""
    huddle, slot = await _living(session, workspace_id, slot_key)
    if not can_say_was_there(slot.starts_at, slot.ends_at, now):
        raise Refused(N_("The roll is open from shortly before a huddle until a week after it."))
    await _keep(session, slot, person, now, came=True, named=True)
    await touch(session, huddle, now)
    return huddle, slot


async def take_roll(session: AsyncSession, slot: HuddleSlot, people: Iterable[str], now: datetime) -> None:
    """The host says who was there: exactly these people."""
    listed = sorted(set(people))
    await session.exec(
        update(HuddleRsvp)
        .where(col(HuddleRsvp.slot_id) == slot.id, col(HuddleRsvp.slack_id).not_in(listed))
        .values(came=False, named=False)
    )
    for person in listed:
        await _keep(session, slot, person, now, came=True)


async def hint(session: AsyncSession, workspace_id: int, person: str, now: datetime) -> int:
    """Slack shows this person in some huddle: note it for what they said they come to now. Gives how many.

    It is a hint only: Slack does not say in which channel.
    """
    running = select(HuddleSlot.id).where(
        HuddleSlot.workspace_id == workspace_id,
        HuddleSlot.state == "planned",
        col(HuddleSlot.starts_at) <= now + ROLL_BEFORE,
        col(HuddleSlot.ends_at) >= now,
    )
    found = await session.exec(
        update(HuddleRsvp)
        .where(
            col(HuddleRsvp.workspace_id) == workspace_id,
            col(HuddleRsvp.slack_id) == person,
            col(HuddleRsvp.answer).in_(("yes", "maybe")),
            col(HuddleRsvp.slot_id).in_(running),
        )
        .values(hinted=True)
    )
    return int(found.rowcount)


async def mark_answered(session: AsyncSession, slot: HuddleSlot, keys: Iterable[str]) -> None:
    """The host says which questions were answered: exactly these."""
    listed = list(keys)
    for value, which in (
        (True, col(HuddleQuestion.key).in_(listed)),
        (False, col(HuddleQuestion.key).not_in(listed)),
    ):
        await session.exec(
            update(HuddleQuestion).where(col(HuddleQuestion.slot_id) == slot.id, which).values(answered=value)
        )


async def _living(session: AsyncSession, workspace_id: int, slot_key: str) -> tuple[Huddle, HuddleSlot]:
    huddle, slot = await slot_by_key(session, workspace_id, slot_key)
    if slot.state != "planned" or huddle.state not in ("planned", "ended"):
        raise Refused(N_("This huddle was cancelled."))
    return huddle, slot


async def _keep(session: AsyncSession, slot: HuddleSlot, person: str, now: datetime, **said: object) -> None:
    values = {
        "workspace_id": slot.workspace_id,
        "slot_id": slot.id,
        "slack_id": person,
        "answer": "",
        "came": False,
        "named": False,
        "hinted": False,
        "updated_at": now,
        **said,
    }
    await session.exec(
        insert(session, HuddleRsvp)
        .values(**values)
        .on_conflict_do_update(index_elements=["slot_id", "slack_id"], set_={**said, "updated_at": now})
    )
