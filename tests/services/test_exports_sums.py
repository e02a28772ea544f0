"""Summaries of the recognition log: equal to each member's own numbers, whole for those who left no name."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.contributions.queries import of_member
from app.db import Database
from app.exports.pairs import Pairs
from app.exports.recognition import write_recognition
from app.exports.shapes import Order
from app.thanks.shapes import LogFilter
from models import Community, Member, Thanks, ThanksRecipient, ThanksSecond, Workspace

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)

# Giver, recipients (@ for accounts of the forum), value, community, status, who seconds it.
LOG: tuple[tuple[str, tuple[str, ...], str, str, str, tuple[str, ...]], ...] = (
    ("U1", ("U2", "U3"), "sharing", "old", "counted", ("U4", "U5")),
    ("U1", ("U2",), "mentoring", "older", "counted", ("U1",)),
    ("U2", ("U1", "@ana_q"), "sharing", "malaria", "counted", ("U3",)),
    ("U3", ("@ana_q", "U4"), "", "", "counted", ()),
    ("U3", ("@stranger",), "", "gone", "counted", ()),
    ("U4", ("U1",), "sharing", "malaria", "withdrawn", ("U2",)),
    ("U4", ("U4", "UBOT"), "sharing", "malaria", "counted", ()),
    ("", ("U2",), "sharing", "malaria", "counted", ()),
    ("U5", ("", "U1"), "answering", "malaria", "counted", ("",)),
    # The same person, as a member and by the account they linked later.
    ("U2", ("U4", "@ana_q"), "answering", "malaria", "counted", ()),
)


@pytest.fixture
async def here(db: Database) -> int:
    async with db.transaction() as session:
        made = Workspace(team_id="T1", name="Test", created_at=NOON)
        session.add(made)
        await session.flush()
        assert made.id is not None
        people = {"U1": "Ana", "U2": "Élodie", "U3": "João", "U4": "Zoë", "U5": "", "UBOT": "Bot"}
        for one, name in people.items():
            account = "ana_q" if one == "U4" else None
            bot = one == "UBOT"
            session.add(
                Member(
                    workspace_id=made.id, slack_id=one, name=name, forum_username=account, is_bot=bot, seen_at=NOON
                )
            )
        links = {"malaria": None, "old": "malaria", "older": "old", "gone": "nowhere"}
        ids: dict[str, int | None] = {"": None}
        for slug, onward in links.items():
            status = "merged" if onward else "active"
            community = Community(
                workspace_id=made.id, slug=slug, name=slug.title(), status=status, merged_into=onward, updated_at=NOON
            )
            session.add(community)
            await session.flush()
            ids[slug] = community.id
        for number, (giver, recipients, value, slug, status, seconded) in enumerate(LOG):
            at = NOON + timedelta(minutes=number)
            thanks = Thanks(
                workspace_id=made.id,
                key=f"k{number}",
                giver=giver or None,
                value=value,
                community_id=ids[slug],
                status=status,
                created_at=at,
                updated_at=at,
            )
            session.add(thanks)
            await session.flush()
            assert thanks.id is not None
            for one in recipients:
                account = one.removeprefix("@") if one.startswith("@") else None
                slack_id = None if account else one or None
                session.add(
                    ThanksRecipient(
                        workspace_id=made.id,
                        thanks_id=thanks.id,
                        slack_id=slack_id,
                        forum_username=account,
                        created_at=thanks.created_at,
                    )
                )
            for one in seconded:
                session.add(
                    ThanksSecond(
                        workspace_id=made.id,
                        thanks_id=thanks.id,
                        slack_id=one or None,
                        channel_id="C1",
                        message_ts="1.1",
                        emoji="tada",
                        created_at=at,
                    )
                )
        await session.flush()
        return made.id


def summed(url: str, workspace_id: int, form: str, **wanted: str) -> list[dict[str, str]]:
    sink = io.BytesIO()
    write_recognition(url, workspace_id, Order(form=form, wanted=LogFilter(**wanted)), sink)
    return list(csv.DictReader(io.StringIO(sink.getvalue().decode(), newline="")))


async def test_each_member_has_the_numbers_they_see_on_app_home(here: int, db: Database, database_url: str) -> None:
    lines = {line["person_id"]: line for line in summed(database_url, here, "person") if line["person_id"]}
    async with db.read_only() as session:
        members = (await session.exec(select(Member.slack_id))).all()
        own = {one: await of_member(session, here, one) for one in members}
    active = {one: found for one, found in own.items() if found.given or found.received}
    assert {one: (line["given"], line["received"], line["seconds"]) for one, line in lines.items()} == {
        one: (str(found.given), str(found.received), str(found.seconds)) for one, found in active.items()
    }
    assert [line["person_name"] for line in summed(database_url, here, "person")] == [
        "Ana",
        "Élodie",
        "João",
        "stranger",
        "U5",
        "Zoë",
        "",
    ]
    assert (lines["U2"]["givers"], lines["U2"]["recipients"], lines["U2"]["top_value"]) == ("1", "2", "sharing")
    assert (lines["U4"]["givers"], lines["U4"]["received"]) == ("2", "3")


async def test_totals_stay_whole_where_people_were_erased(here: int, database_url: str) -> None:
    people = summed(database_url, here, "person")
    (erased,) = [line for line in people if not line["person_name"]]
    assert (erased["person_id"], erased["given"], erased["received"]) == ("", "1", "1")
    (forum,) = [line for line in people if line["person_name"] == "stranger"]
    assert (forum["person_id"], forum["received"]) == ("", "1")
    communities, values = summed(database_url, here, "community"), summed(database_url, here, "value")

    def total(lines: list[dict[str, str]], column: str) -> int:
        return sum(int(line[column]) for line in lines)

    assert total(people, "given") == total(communities, "thanks") == total(values, "thanks")
    assert total(people, "received") == total(communities, "people_thanked") == total(values, "people_thanked")
    assert total(communities, "seconds") == total(values, "seconds")


async def test_a_merged_community_is_reported_under_the_one_it_lives_on_in(here: int, database_url: str) -> None:
    lines = {line["community"]: line for line in summed(database_url, here, "community")}
    # What was merged into nothing keeps a row of its own, and so has what was given in none.
    assert list(lines) == ["gone", "malaria", ""]
    assert (lines["malaria"]["thanks"], lines["gone"]["thanks"], lines[""]["thanks"]) == ("6", "1", "1")
    assert lines["malaria"]["community_name"] == "Malaria"
    (asked,) = summed(database_url, here, "community", community="malaria")
    assert asked == lines["malaria"]
    assert summed(database_url, here, "community", community="older") == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "a", "b", "d", "e"]))))
def test_pairs_are_counted_once_and_nobody_is_nobody(seen: list[tuple[str, str]]) -> None:
    pairs = Pairs(settle_at=3)
    for one, other in seen:
        pairs.add(one, other)
    wanted = {one: len({other for left, other in seen if left == one and other}) for one in "abc"}
    assert pairs.of_each() == {one: count for one, count in wanted.items() if count}


def test_pairs_take_little_room() -> None:
    names = [str(number) for number in range(300)]
    tracemalloc.start()
    pairs = Pairs(settle_at=10_000)
    for number in range(60_000):
        pairs.add(names[number % 300], names[number // 300])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Sets of names take some four million.
    assert held < 1_000_000
    assert sum(pairs.of_each().values()) == 60_000
