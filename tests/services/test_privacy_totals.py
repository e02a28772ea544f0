"""Totals stay as they were, whoever is erased, in whatever order, on random histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import Contributions, counted_line, counted_thanks, of_member, seconds_of
from app.db import Database
from app.privacy.erasing import erase_person
from models import Thanks, ThanksRecipient, ThanksSecond
from tests.services.test_contributions import PEOPLE, START, STORIES, THROUGH_THE_FORUM, Mark, Story, told

LATER = START + timedelta(days=9)
ERASABLE = [one.id for one in PEOPLE.values() if not one.bot]


async def totals(session: AsyncSession, here: int, ids: Sequence[int]) -> tuple[int, int, int]:
    """Thanks given, thanks received and seconds of a whole workspace, by the counting rule."""
    given_ = await session.exec(select(func.count()).select_from(Thanks).where(counted_thanks(here)))
    received = await session.exec(
        select(func.count())
        .select_from(Thanks)
        .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
        .where(counted_line(here))
    )
    return given_.one(), received.one(), sum((await seconds_of(session, here, ids)).values())


async def of_others(session: AsyncSession, here: int, gone: Sequence[str]) -> dict[str, Contributions]:
    return {one: await of_member(session, here, one) for one in PEOPLE if one not in gone}


# Rare in random stories: one person's two emojis at a message, and their reaction to what they gave and got.
ON_ONESELF = [
    Story(
        "U5", "counted", False, "", 0, (("U2", None),), (Mark("U6", "1.1", "a", False), Mark("U6", "1.1", "b", True))
    ),
    Story(
        "U1",
        "counted",
        False,
        "direct",
        0,
        (("U2", None),),
        (Mark("U6", "1.1", "a", True), Mark("U6", "1.1", "b", True)),
    ),
    Story(
        "U6",
        "counted",
        False,
        "public",
        0,
        (("U2", None),),
        (Mark("U6", "1.1", "a", True), Mark("U2", "1.1", "a", True)),
    ),
    Story("U6", "counted", False, "public", 0, (("U6", None), ("U2", None)), ()),
    Story("U1", "counted", False, "public", 0, (("U1", None), (None, "ana")), (Mark("U6", "1.2", "a", False),)),
]


@example(stories=ON_ONESELF, gone=["U6", "U1", "U2"])
@example(stories=THROUGH_THE_FORUM, gone=["U1"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stories=st.lists(STORIES, min_size=1, max_size=8),
    gone=st.lists(st.sampled_from(ERASABLE), min_size=1, max_size=3, unique=True),
)
async def test_totals_stay_and_nobody_else_loses_anything(
    db: Database, stories: list[Story], gone: list[str]
) -> None:
    async with db.transaction() as session:
        here, ids = await told(session, stories)
        before, others = await totals(session, here, ids), await of_others(session, here, gone)
        for number, one in enumerate(gone):
            await erase_person(session, here, one, LATER, actor="cli")
            assert await totals(session, here, ids) == before
            assert await of_others(session, here, gone) == others
            assert await _named(session, here, gone[: number + 1]) == 0
            moved = await _moved(session, here, LATER)
            # Again: nothing is left to do, and readers of changes hear nothing new.
            counts, effects = await erase_person(session, here, one, LATER + timedelta(days=1), actor="cli")
            assert set(counts.values()) == {0}
            assert not (effects.untell or effects.retell or effects.cards)
            assert await _moved(session, here, LATER) == moved


async def _named(session: AsyncSession, here: int, gone: Sequence[str]) -> int:
    """How many rows of thanks still name one of these people."""
    accounts = [PEOPLE[one].forum for one in gone if PEOPLE[one].forum]
    number = 0
    for table, column, wanted in (
        (Thanks, col(Thanks.giver), gone),
        (ThanksRecipient, col(ThanksRecipient.slack_id), gone),
        (ThanksRecipient, col(ThanksRecipient.forum_username), accounts),
        (ThanksSecond, col(ThanksSecond.slack_id), gone),
    ):
        query = select(func.count()).select_from(table).where(column.in_(wanted), col(table.workspace_id) == here)
        number += (await session.exec(query)).one()
    return number


async def _moved(session: AsyncSession, here: int, at: datetime) -> int:
    query = select(func.count()).select_from(Thanks).where(Thanks.workspace_id == here, Thanks.updated_at == at)
    return (await session.exec(query)).one()
