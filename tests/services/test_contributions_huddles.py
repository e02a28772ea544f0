"""The counting rule for huddles in SQL is the rule in words: on random histories, and in what one member sees."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel.ext.asyncio.session import AsyncSession

from app.contributions.huddles import ATTENDED, HOSTED, Huddles, huddle_acts, huddles_of
from app.contributions.rules import Act, Kind, Party, counts
from app.db import Database
from app.privacy.erasing import erase_person
from models import Huddle, HuddleRsvp, HuddleSlot, Member, Workspace

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PEOPLE = {
    one.id: one
    for one in (
        Party("U1"),
        Party("U2"),
        Party("U3", bot=True),
        Party("U4", deactivated=True),
        Party("U5", guest=True),
        Party("U6", partner=True),
    )
}
IDS = st.sampled_from([*PEOPLE, None])


@dataclass(frozen=True)
class Date:
    """One date of a huddle. `ends` is how many hours before now; `roll` has everybody who said something."""

    host: str | None
    state: str
    ends: int
    roll: tuple[tuple[str | None, bool], ...]


DATES = st.builds(
    Date,
    host=IDS,
    state=st.sampled_from(["planned", "planned", "cancelled"]),
    ends=st.integers(-2, 50),
    roll=st.lists(st.tuples(IDS, st.booleans()), max_size=4, unique_by=lambda one: one[0] or uuid4()).map(tuple),
)


def party(slack_id: str | None) -> Party:
    return PEOPLE[slack_id] if slack_id else Party(erased=True)


def ruled(date: Date) -> list[tuple[str, str]]:
    """Who hosted and attended, as the pure rule has it."""
    host, there = party(date.host), [party(one) for one, came in date.roll if came]
    about: dict[str, Any] = {"removed": date.state == "cancelled", "over": date.ends >= 0}
    found = []
    if counts(Act(Kind.HUDDLE_HOSTED, host, tuple(there), **about)).counted:
        found.append((host.id, HOSTED))
    found += [(one.id, ATTENDED) for one in there if counts(Act(Kind.HUDDLE_ATTENDED, one, (host,), **about)).counted]
    return found


async def held(session: AsyncSession, dates: list[Date]) -> int:
    """Put the dates into a workspace of their own; its id."""
    workspace = Workspace(team_id=uuid4().hex[:20], name="One", created_at=NOW)
    session.add(workspace)
    await session.flush()
    here = workspace.id or 0
    flags = {"is_bot": "bot", "is_guest": "guest", "is_external": "partner", "deactivated": "deactivated"}
    session.add_all(
        Member(
            workspace_id=here,
            slack_id=one.id,
            seen_at=NOW,
            **{column: getattr(one, name) for column, name in flags.items()},
        )
        for one in PEOPLE.values()
    )
    # The huddle itself is somebody else's by now: each date knows who hosted it.
    huddle = Huddle(workspace_id=here, key="h", title="C", host="U2", starts_local="", created_at=NOW, updated_at=NOW)
    session.add(huddle)
    await session.flush()
    for number, one in enumerate(dates):
        ends_at = NOW - timedelta(hours=one.ends)
        slot = HuddleSlot(
            workspace_id=here,
            huddle_id=huddle.id or 0,
            key=f"s{number}",
            host=one.host,
            original=str(number),
            starts_local="",
            zone="UTC",
            minutes=45,
            starts_at=ends_at - timedelta(minutes=45),
            ends_at=ends_at,
            state=one.state,
            updated_at=NOW,
        )
        session.add(slot)
        await session.flush()
        session.add_all(
            HuddleRsvp(
                workspace_id=here, slot_id=slot.id or 0, slack_id=person, answer="yes", came=came, updated_at=NOW
            )
            for person, came in one.roll
        )
    await session.flush()
    return here


async def counted(session: AsyncSession, here: int) -> list[tuple[str, str]]:
    found = await huddle_acts(session, here, NOW - timedelta(days=9), NOW + timedelta(days=9), NOW)
    return sorted((person, kind) for person, kind, _ in found)


ALONE = Date("U1", "planned", 3, (("U1", True), ("U3", True), ("U2", False)))
FULL = Date("U1", "planned", 3, (("U1", True), ("U2", True), ("U4", True), ("U5", True), ("U6", True), (None, True)))


@example(dates=[ALONE, FULL, replace(FULL, host=None), replace(FULL, ends=-1), replace(FULL, state="cancelled")])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dates=st.lists(DATES, min_size=1, max_size=6))
async def test_sql_counts_what_the_rule_counts(db: Database, dates: list[Date]) -> None:
    async with db.transaction() as session:
        here = await held(session, dates)
        assert await counted(session, here) == sorted(one for date in dates for one in ruled(date))
        for person in PEOPLE:
            for since in (None, NOW - timedelta(hours=24)):
                recent = [one for one in dates if since is None or one.ends <= 24]
                mine = [kind for date in recent for one, kind in ruled(date) if one == person]
                expected = Huddles(mine.count(HOSTED), mine.count(ATTENDED))
                assert await huddles_of(session, here, person, NOW, since) == expected


async def test_totals_stay_when_people_are_erased_and_nobody_begins_to_count(db: Database) -> None:
    async with db.transaction() as session:
        here = await held(session, [FULL, ALONE, Date("U2", "planned", 5, (("U1", True),))])
        before = await counted(session, here)
    for gone in ("U1", "U2", "U5"):
        async with db.transaction() as session:
            await erase_person(session, here, gone, NOW, actor="cli")
            now = await counted(session, here)
        before = sorted(("" if person == gone else person, kind) for person, kind in before)
        assert now == before
    assert before.count(("", HOSTED)) == 2


async def test_acts_are_of_a_span_of_a_workspace_and_of_the_people_asked_for(db: Database) -> None:
    async with db.transaction() as session:
        await held(session, [FULL] * 2)
        here = await held(session, [FULL, replace(FULL, ends=30)])
        day = timedelta(hours=24)
        today = await huddle_acts(session, here, NOW - day, NOW, NOW, {"U1", "U2"})
        began = NOW - timedelta(hours=3, minutes=45)
        assert today == (("U2", ATTENDED, began), ("U1", HOSTED, began))
        assert len(await huddle_acts(session, here, NOW - 2 * day, NOW - day, NOW)) == 6


async def test_one_member_s_numbers_are_found_by_their_own_index(sqlite_template: Path, tmp_path: Path) -> None:
    db = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'plans.db')}")
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        sent.append((statement, values))

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    async with db.transaction() as session:
        here = await held(session, [])
        sent.clear()
        await huddles_of(session, here, "U1", NOW, NOW - timedelta(days=300))
        connection = await session.connection()
        plan = ""
        for statement, values in list(sent):
            rows = await connection.exec_driver_sql(f"explain query plan {statement}", values)
            plan += "\n".join(str(row.detail) for row in rows) + "\n"
        assert "SEARCH huddle_slot USING INDEX ix_huddle_slot_host (workspace_id=? AND host=?" in plan
        assert "SEARCH huddle_rsvp USING INDEX ix_huddle_rsvp_person (workspace_id=? AND slack_id=?" in plan
        assert "SCAN" not in plan
    await db.close()
