"""The recognition log: pages newest first, changes since a cursor, and what stays where it was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import Database
from app.errors import NotUnderstood
from app.thanks import log
from app.thanks.log import CREATED, UPDATED, Cursor
from app.thanks.shapes import LogFilter, LogLine
from models import Community, Member, Thanks, ThanksRecipient, ThanksSecond, Workspace

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=365)


async def a_workspace(db: Database, team: str = "T1") -> int:
    async with db.transaction() as session:
        made = Workspace(team_id=team, name="Test", created_at=NOON)
        session.add(made)
        await session.flush()
        assert made.id is not None
        people = {"U1": "Ana", "U2": "Élodie", "U3": "João", "U4": ""}
        session.add_all(
            Member(workspace_id=made.id, slack_id=one, name=name, seen_at=NOON) for one, name in people.items()
        )
        await session.flush()
        return made.id


async def thank(
    db: Database,
    workspace_id: int,
    *to: str,
    minutes: int = 0,
    seconded_by: Sequence[tuple[str, str, bool]] = (),
    **has: Any,
) -> int:
    """Put one thanks into the log: `to` are Slack ids, `@name` accounts of the forum, "" the erased."""
    at = NOON + timedelta(minutes=minutes)
    given = {"giver": "U1", "reason": "for the brief", "created_at": at, "updated_at": at, "key": f"k{at}", **has}
    async with db.transaction() as session:
        made = Thanks(workspace_id=workspace_id, **given)
        session.add(made)
        await session.flush()
        assert made.id is not None
        for one in to:
            session.add(
                ThanksRecipient(
                    workspace_id=workspace_id,
                    thanks_id=made.id,
                    slack_id=one if one and not one.startswith("@") else None,
                    forum_username=one[1:] if one.startswith("@") else None,
                    created_at=at,
                )
            )
            await session.flush()
        for person, emoji, standing in seconded_by:
            session.add(
                ThanksSecond(
                    workspace_id=workspace_id,
                    thanks_id=made.id,
                    slack_id=person or None,
                    channel_id="C1",
                    message_ts="1.0",
                    emoji=emoji,
                    standing=standing,
                    created_at=at,
                )
            )
        await session.flush()
        return made.id


async def pages(db: Database, workspace_id: int, wanted: LogFilter = LogFilter(), limit: int = 100) -> list[LogLine]:
    found: list[LogLine] = []
    after = None
    async with db.read_only() as session:
        while True:
            lines, after = await log.page(session, workspace_id, wanted, after=after, limit=limit)
            assert len(lines) <= limit
            found += lines
            if after is None:
                return found
            after = Cursor.of(after.text, CREATED)


async def test_a_line_is_one_thanks_to_one_person_newest_first(db: Database) -> None:
    here, elsewhere = await a_workspace(db), await a_workspace(db, "T2")
    async with db.transaction() as session:
        malaria = Community(workspace_id=here, slug="malaria", name="Malaria", updated_at=NOON)
        session.add(malaria)
        await session.flush()
        community_id = malaria.id
    await thank(db, here, "U2", "U3", minutes=1, value="sharing", community_id=community_id, key="two")
    await thank(db, here, "U9", "U4", "@ana_q", "", minutes=2, key="odd", giver=None)
    await thank(db, elsewhere, "U2", key="not ours")
    for limit in (1, 2, 3, 100):
        lines = await pages(db, here, limit=limit)
        assert [(one.key, one.recipient, one.recipient_name) for one in lines] == [
            ("odd", "", ""),
            ("odd", "", "ana_q"),
            ("odd", "U4", "U4"),
            ("odd", "U9", "U9"),
            ("two", "U3", "João"),
            ("two", "U2", "Élodie"),
        ]
    erased, newest = lines[0], lines[-1]
    assert (erased.giver, erased.giver_name) == ("", "")
    assert newest == LogLine(
        line_id=newest.line_id,
        thanks_id=newest.thanks_id,
        key="two",
        created_at=NOON + timedelta(minutes=1),
        updated_at=NOON + timedelta(minutes=1),
        giver="U1",
        giver_name="Ana",
        recipient="U2",
        recipient_name="Élodie",
        reason="for the brief",
        value="sharing",
        community="malaria",
        community_name="Malaria",
        source="command",
        status="counted",
        hidden=False,
        private=False,
        channel_id="",
        forum_url="",
        seconds=0,
    )


async def test_what_was_said_in_private_stays_there(db: Database) -> None:
    here = await a_workspace(db)
    told = {"reason": "secret", "channel_id": "C1", "forum_url": "https://forum.example.org/t/1"}
    for number, kind in enumerate(("public", "", "private", "direct")):
        await thank(db, here, "U2", minutes=-number, channel_kind=kind, key=kind, value="sharing", **told)
    lines = await pages(db, here)
    shown = [(one.private, one.reason, one.channel_id, one.forum_url) for one in lines]
    assert shown == [(False, *told.values())] * 2 + [(True, "", "", "")] * 2
    assert {one.value for one in lines} == {"sharing"}


async def test_seconds_are_people_not_reactions(db: Database) -> None:
    here = await a_workspace(db)
    two_emojis_one_taken_back_one_erased = [
        ("U3", "tada", True),
        ("U3", "clap", True),
        ("U4", "tada", False),
        ("U9", "tada", True),
        ("", "tada", True),
    ]
    await thank(db, here, "U2", "U5", key="counted", seconded_by=two_emojis_one_taken_back_one_erased)
    # What does not count is not seconded, and nobody seconds what they gave or got.
    await thank(db, here, "U2", key="taken back", status="withdrawn", seconded_by=[("U3", "tada", True)])
    await thank(db, here, "U2", key="own", seconded_by=[("U1", "tada", True), ("U2", "tada", True)])
    found = {one.key: one.seconds for one in await pages(db, here)}
    assert found == {"counted": 3, "taken back": 0, "own": 0}


async def test_filters_narrow_and_combine(db: Database) -> None:
    here, elsewhere = await a_workspace(db), await a_workspace(db, "T2")
    ids = {}
    async with db.transaction() as session:
        for slug, owner in (("malaria", here), ("tb", here), ("malaria", elsewhere)):
            made = Community(workspace_id=owner, slug=slug, name=slug, updated_at=NOON)
            session.add(made)
            await session.flush()
            ids[slug, owner] = made.id
    await thank(db, here, "U2", key="a", value="sharing", community_id=ids["malaria", here])
    await thank(
        db, here, "U3", "U2", minutes=1, key="b", giver="U4", community_id=ids["tb", here], status="withdrawn"
    )
    await thank(db, here, "U3", minutes=2, key="c", hidden=True, source="import", status="not_counted")

    async def keys(**wanted: Any) -> list[str]:
        return [one.key for one in await pages(db, here, LogFilter(**wanted))]

    assert await keys() == ["c", "b", "b", "a"]
    assert await keys(since=NOON, until=NOON + timedelta(minutes=1)) == ["a"]
    assert await keys(community="malaria") == ["a"]
    assert await keys(community="nowhere") == []
    assert await keys(giver="U4") == ["b", "b"]
    assert await keys(recipient="U2") == ["b", "a"]
    assert await keys(recipient="U2", giver="U1") == ["a"]
    assert await keys(value="sharing") == ["a"]
    assert await keys(source="import") == ["c"]
    assert await keys(status="hidden") == ["c"]
    assert await keys(status="not_counted") == ["c"]
    assert await keys(status="withdrawn", recipient="U3") == ["b"]


async def test_the_pages_of_one_person_hold_each_of_theirs_once_and_in_order(db: Database) -> None:
    here = await a_workspace(db)
    for number in range(7):
        # At three moments, so that pages end within one.
        await thank(db, here, "U2", "U3", minutes=number // 3, key=f"k{number}", giver="U4" if number % 2 else "U1")
    for limit in (1, 2, 3, 100):
        of_one = [one.key for one in await pages(db, here, LogFilter(recipient="U2"), limit=limit)]
        assert of_one == [f"k{number}" for number in reversed(range(7))]
    since = LogFilter(recipient="U3", since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2))
    assert [one.key for one in await pages(db, here, since, limit=2)] == ["k5", "k4", "k3"]


async def test_a_warehouse_that_comes_back_misses_no_change_and_nothing_under_way(db: Database) -> None:
    here = await a_workspace(db)
    kept: dict[int, LogLine] = {}
    since: Cursor | None = None

    async def fetch(settled: datetime) -> int:
        nonlocal since
        count = 0
        async with db.read_only() as session:
            while True:
                lines, since = await log.changes(session, here, since=since, limit=2, settled_before=settled)
                kept.update((one.line_id, one) for one in lines)
                count += len(lines)
                since = since and Cursor.of(since.text, UPDATED)
                if len(lines) < 2:
                    return count

    assert await fetch(LATER) == 0
    assert since is None
    first = await thank(db, here, "U2", "U3", "U4", key="first")
    # Five in the same instant: the ids order them.
    for number in range(5):
        await thank(db, here, "U2", minutes=5, key=f"same {number}")
    assert await fetch(NOON + timedelta(minutes=5)) == 3
    assert await fetch(LATER) == 5
    assert await fetch(LATER) == 0
    async with db.transaction() as session:
        changed = await session.get_one(Thanks, first)
        changed.status, changed.updated_at = "withdrawn", NOON + timedelta(minutes=9)
        session.add(changed)
    assert await fetch(LATER) == 3
    everything = await pages(db, here)
    assert kept == {one.line_id: one for one in everything}
    assert len(kept) == 8


MOMENTS = st.datetimes(timezones=st.just(UTC))
IDS = st.integers(1, 2**63 - 1)


@given(st.sampled_from([CREATED, UPDATED]), MOMENTS, IDS, IDS)
def test_a_cursor_survives_its_text(order: str, moment: datetime, thanks_id: int, line_id: int) -> None:
    made = Cursor(order, moment, thanks_id, line_id)
    assert Cursor.of(made.text, order) == made
    assert made.text.replace("-", "").replace("_", "").isalnum()
    with pytest.raises(NotUnderstood):
        Cursor.of(made.text, UPDATED if order == CREATED else CREATED)


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[A-Za-z0-9_-]{34}", fullmatch=True)))
def test_any_other_text_is_kindly_refused(text: str) -> None:
    try:
        found = Cursor.of(text, CREATED)
    except NotUnderstood as problem:
        assert "cursor" in problem.message
    else:
        assert found.text == text


def test_a_cursor_of_another_spelling_is_refused() -> None:
    text = Cursor(CREATED, NOON, 1, 2).text
    # The last letter holds bits that mean nothing.
    twin = text[:-1] + chr(ord(text[-1]) + 1)
    with pytest.raises(NotUnderstood):
        Cursor.of(twin, CREATED)
    with pytest.raises(NotUnderstood):
        Cursor.of(replace(Cursor(CREATED, NOON, 1, 2)).text + "=", CREATED)
