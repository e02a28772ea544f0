"""The counting rule in SQL is the rule in words: on random histories, and in what one member sees of theirs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.queries import (
    Contributions,
    counted_line,
    counted_thanks,
    of_member,
    seconds_of,
)
from app.contributions.rules import Act, Kind, Party, counts
from app.db import Database
from models import Member, Thanks, ThanksRecipient, ThanksSecond, Topic, Workspace

START = datetime(2026, 11, 23, 12, tzinfo=UTC)

PEOPLE = {
    one.id: one
    for one in (
        Party("U1", forum="ana"),
        Party("U2", forum="ben"),
        Party("U3", bot=True),
        Party("U4", deactivated=True),
        Party("U5", guest=True),
        Party("U6"),
    )
}
IDS = st.sampled_from([*PEOPLE, None])
# A recipient: a member, an account of the forum (linked or not), or somebody who was erased.
RECIPIENTS = st.sampled_from([*((one, None) for one in PEOPLE), (None, "ana"), (None, "zoe"), (None, None)])


@dataclass(frozen=True)
class Mark:
    """One reaction."""

    person: str | None
    ts: str
    emoji: str
    standing: bool


@dataclass(frozen=True)
class Story:
    """One thanks and who joined it."""

    giver: str | None
    status: str
    hidden: bool
    channel_kind: str
    day: int
    people: tuple[tuple[str | None, str | None], ...]
    marks: tuple[Mark, ...]


MARKS = st.builds(
    Mark, person=IDS, ts=st.sampled_from(["1.1", "1.2"]), emoji=st.sampled_from("ab"), standing=st.booleans()
)
STORIES = st.builds(
    Story,
    giver=IDS,
    status=st.sampled_from(["counted", "counted", "withdrawn", "not_counted"]),
    hidden=st.booleans(),
    channel_kind=st.sampled_from(["public", "private", "direct", ""]),
    day=st.integers(0, 3),
    people=st.lists(RECIPIENTS, max_size=3, unique=True).map(tuple),
    marks=st.lists(MARKS, max_size=4, unique_by=lambda one: (one.person or uuid4(), one.ts, one.emoji)).map(tuple),
)


def party(slack_id: str | None, account: str | None = None) -> Party:
    return PEOPLE[slack_id] if slack_id else Party(forum=account or "", erased=not account)


@dataclass(frozen=True)
class Told:
    """What the pure rule says of one story: by the rule alone, without a database."""

    given: bool
    lines: tuple[bool, ...]
    seconds: int

    @classmethod
    def of(cls, story: Story) -> Told:
        giver = party(story.giver)
        to = tuple(party(*one) for one in story.people)
        act = Act(Kind.THANKS_GIVEN, giver, to, status=story.status, hidden=story.hidden)
        lines = (counts(replace(act, kind=Kind.THANKS_RECEIVED, to=(one,))).counted for one in to)
        return cls(counts(act).counted, tuple(lines), len(list(cls._seconds(story, act))))

    @staticmethod
    def _seconds(story: Story, thanks: Act) -> Iterable[Act]:
        seen: set[tuple[str, str]] = set()
        for mark in story.marks:
            act = Act(Kind.SECOND, party(mark.person), seconded=thanks, removed=not mark.standing)
            place = (mark.person or str(uuid4()), mark.ts)
            if counts(replace(act, repeated=place in seen)).counted:
                seen.add(place)
                yield act


async def told(session: AsyncSession, stories: list[Story]) -> tuple[int, list[int]]:
    """Put the stories into a workspace of their own; its id, and those of the thanks."""
    workspace = Workspace(team_id=uuid4().hex[:20], name="One", created_at=START)
    session.add(workspace)
    await session.flush()
    here = workspace.id or 0
    for one in PEOPLE.values():
        session.add(
            Member(
                workspace_id=here,
                slack_id=one.id,
                is_bot=one.bot,
                is_guest=one.guest,
                deactivated=one.deactivated,
                forum_username=one.forum or None,
                seen_at=START,
            )
        )
    made = []
    for number, story in enumerate(stories):
        moment = START + timedelta(days=story.day)
        made.append(
            Thanks(
                workspace_id=here,
                key=f"k{number}",
                giver=story.giver,
                status=story.status,
                hidden=story.hidden,
                channel_kind=story.channel_kind,
                created_at=moment,
                updated_at=moment,
            )
        )
    session.add_all(made)
    await session.flush()
    for thanks, story in zip(made, stories, strict=True):
        about: dict[str, Any] = {"workspace_id": here, "thanks_id": thanks.id}
        session.add_all(
            ThanksRecipient(slack_id=slack_id, forum_username=account, created_at=thanks.created_at, **about)
            for slack_id, account in story.people
        )
        session.add_all(
            ThanksSecond(
                slack_id=mark.person,
                channel_id="C1",
                message_ts=mark.ts,
                emoji=mark.emoji,
                standing=mark.standing,
                created_at=thanks.created_at,
                **about,
            )
            for mark in story.marks
        )
    await session.flush()
    return here, [thanks.id or 0 for thanks in made]


def expected_of(person: Party, stories: list[Story], since: datetime | None) -> Contributions:
    given_, received, seconds = 0, 0, 0
    for story in stories:
        if since and START + timedelta(days=story.day) < since:
            continue
        verdict = Told.of(story)
        given_ += verdict.given and story.giver == person.id
        mine = [party(*one).is_same_as(person) for one in story.people]
        if any(counted and me for counted, me in zip(verdict.lines, mine, strict=True)):
            received += 1
            seconds += verdict.seconds
    return Contributions(given_, received, seconds, 0)


# Rare in random stories: to oneself through the forum, beside somebody else or alone, and such a person's reaction.
THROUGH_THE_FORUM = [
    Story("U1", "counted", False, "public", 0, ((None, "ana"),), ()),
    Story("U1", "counted", False, "public", 0, ((None, "ana"), ("U6", None)), ()),
    Story("U6", "counted", False, "public", 0, ((None, "ana"),), (Mark("U1", "1.1", "a", True),)),
    Story("U6", "counted", False, "public", 0, ((None, "zoe"),), (Mark("U1", "1.1", "a", True),)),
]


@example(stories=THROUGH_THE_FORUM)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories=st.lists(STORIES, min_size=1, max_size=8))
async def test_sql_counts_what_the_rule_counts(db: Database, stories: list[Story]) -> None:
    async with db.transaction() as session:
        here, ids = await told(session, stories)
        rule = {number: Told.of(story) for number, story in zip(ids, stories, strict=True)}

        counted = await session.exec(select(Thanks.id).where(counted_thanks(here)))
        assert set(counted.all()) == {number for number, one in rule.items() if one.given}

        lines = await session.exec(
            select(Thanks.id, func.count())
            .join(ThanksRecipient, col(ThanksRecipient.thanks_id) == col(Thanks.id))
            .where(counted_line(here))
            .group_by(col(Thanks.id))
        )
        found = dict(lines.all())
        assert found == {number: sum(one.lines) for number, one in rule.items() if any(one.lines)}
        # The two forms are one rule: a thanks counts for its giver when it counts for somebody it names.
        assert set(found) == {number for number, one in rule.items() if one.given}

        seconds = await seconds_of(session, here, ids)
        assert seconds == {number: one.seconds for number, one in rule.items() if one.seconds}

        for person, since in ((PEOPLE["U1"], None), (PEOPLE["U2"], START + timedelta(days=2)), (PEOPLE["U5"], None)):
            assert await of_member(session, here, person.id, since) == expected_of(person, stories, since)


async def test_a_member_s_contributions_include_the_topics_of_their_account_and_no_other_workspace_s(
    db: Database,
) -> None:
    story = Story("U2", "counted", False, "public", 0, (("U1", None), ("U6", None)), ())
    on_the_forum = replace(story, giver="U6", people=((None, "ana"),), marks=(Mark("U5", "1.1", "a", True),))
    async with db.transaction() as session:
        await told(session, [story] * 3)
        here, _ = await told(session, [story, on_the_forum])
        for number, author in enumerate(("ana", "ana", "ben", "zoe")):
            moment = START + timedelta(days=number)
            session.add(
                Topic(
                    workspace_id=here,
                    forum_id=number,
                    title="Nets",
                    author=author,
                    posted_at=moment,
                    last_posted_at=moment,
                )
            )
        await session.flush()
        assert await of_member(session, here, "U1") == Contributions(given=0, received=2, seconds=1, topics=2)
        later = START + timedelta(days=1)
        assert await of_member(session, here, "U1", later) == Contributions(0, 0, 0, topics=1)
        assert await of_member(session, here, "U2") == Contributions(given=1, received=0, seconds=0, topics=1)
        assert await of_member(session, here, "U6") == Contributions(given=1, received=1)
        assert await of_member(session, here, "U0NOBODY") == Contributions()
        assert await seconds_of(session, here, []) == {}


async def test_one_member_s_numbers_are_found_by_their_own_index_however_long_the_log_is(
    sqlite_template: Path, tmp_path: Path
) -> None:
    # PostgreSQL knows how many rows fit; SQLite guesses, and must not be tempted.
    db = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'plans.db')}")
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        sent.append((statement, values))

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    async with db.transaction() as session:
        here, _ = await told(session, [])
        for since in (None, START):
            sent.clear()
            await of_member(session, here, "U1", since)
            connection = await session.connection()
            plan = ""
            for statement, values in list(sent):
                rows = await connection.exec_driver_sql(f"explain query plan {statement}", values)
                plan += "\n".join(str(row.detail) for row in rows) + "\n"
            assert "SEARCH thanks USING INDEX ix_thanks_giver (workspace_id=? AND giver=?" in plan
            assert plan.count("SEARCH thanks_recipient USING INDEX ix_thanks_recipient_person") == 2
            assert plan.count("SEARCH thanks_recipient USING INDEX ix_thanks_recipient_forum") == 2
            assert "SCAN" not in plan
    await db.close()
