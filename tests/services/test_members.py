"""Members: kept as Slack last described them, many at once; and who is asking, remembered for a minute."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select

from app.clock import StillClock
from app.db import Database
from app.errors import Refused
from app.members import queries
from app.members.rules import Profile
from app.members.service import BATCH, ensure_workspace, link_forum, note_members
from app.playground import cast
from app.playground.slack.fake import FakeSlack
from app.slack.gateway import WebSlack
from app.slack.people import REMEMBERED, People, profile_of
from models import Member, Workspace
from tests.house import INSTALLED, a_house

CROWD = [Profile(f"U{number:08}", "T1", f"Person {number}", locale="fr-FR") for number in range(1200)]


@pytest.fixture
async def workspace_id(db: Database, clock: StillClock) -> int:
    async with db.transaction() as session:
        found = await ensure_workspace(session, cast.TEAM_ID, "One", clock.now())
    assert found.id is not None
    return found.id


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Every statement the writing door sends."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)


async def test_twelve_hundred_people_are_stored_in_batches_a_database_can_take(
    db: Database, workspace_id: int, clock: StillClock
) -> None:
    with statements(db) as sent:
        async with db.transaction() as session:
            assert await note_members(session, workspace_id, CROWD, clock.now()) == 1200
    assert len([one for one in sent if one.lower().startswith("insert into member")]) == -(-1200 // BATCH)
    clock.move(timedelta(days=1))
    async with db.transaction() as session:
        await link_forum(session, workspace_id, "U00000007", username="seven", user_id=7)
        await note_members(session, workspace_id, [replace(one, name="Renamed") for one in CROWD], clock.now())
    async with db.read_only() as session:
        assert (await session.exec(select(func.count(col(Member.id))))).one() == 1200
        seven = await queries.member(session, workspace_id, "U00000007")
    assert seven is not None
    assert (seven.name, seven.forum_username, seven.seen_at) == ("Renamed", "seven", clock.now())


async def test_nobody_and_the_same_person_twice_are_no_trouble(
    db: Database, workspace_id: int, clock: StillClock
) -> None:
    async with db.transaction() as session:
        assert await note_members(session, workspace_id, [], clock.now()) == 0
    twice = [Profile("U1", "T1", "First word"), Profile("U2", "T1", "Other"), Profile("U1", "T1", "Last word")]
    async with db.transaction() as session:
        await note_members(session, workspace_id, twice, clock.now())
    async with db.read_only() as session:
        found = await queries.member(session, workspace_id, "U1")
    assert found is not None
    assert found.name == "Last word"


async def test_a_name_longer_than_its_column_is_cut(db: Database, workspace_id: int, clock: StillClock) -> None:
    async with db.transaction() as session:
        await note_members(session, workspace_id, [Profile("U1", "T1", "é" * 900)], clock.now())
    async with db.read_only() as session:
        found = await queries.member(session, workspace_id, "U1")
    assert found is not None
    assert found.name == "é" * 200


async def test_a_workspace_is_made_once_and_follows_its_name(
    db: Database, workspace_id: int, clock: StillClock
) -> None:
    async with db.transaction() as session:
        again = await ensure_workspace(session, cast.TEAM_ID, "Renamed", clock.now())
        assert (again.id, again.name) == (workspace_id, "Renamed")
        assert (await ensure_workspace(session, cast.TEAM_ID, "", clock.now())).name == "Renamed"
    async with db.read_only() as session:
        assert len((await session.exec(select(Workspace))).all()) == 1


async def test_the_knowledge_team_is_the_list_or_else_the_admins(
    db: Database, workspace_id: int, clock: StillClock
) -> None:
    people = [
        Profile("U1", "T1", "Left", is_admin=True, deactivated=True),
        Profile("U2", "T1", "Robot", is_admin=True, is_bot=True),
        Profile("U3", "T1", "Admin", is_admin=True),
        Profile("U4", "T1", "Somebody"),
    ]
    async with db.transaction() as session:
        await note_members(session, workspace_id, people, clock.now())
    async with db.read_only() as session:
        assert await queries.knowledge_team(session, workspace_id) == ("U3",)
    async with db.transaction() as session:
        workspace = await session.get(Workspace, workspace_id)
        assert workspace is not None
        workspace.knowledge_team = ["C0KM"]
    async with db.read_only() as session:
        assert await queries.knowledge_team(session, workspace_id) == ("C0KM",)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({"id": "U1"}, Profile("U1", "T1", "")),
        ({"id": "U1", "name": "ann", "profile": {}}, Profile("U1", "T1", "ann")),
        ({"id": "U1", "profile": {"display_name": "", "real_name": "Ann"}}, Profile("U1", "T1", "Ann")),
        ({"id": "USLACKBOT", "name": "slackbot"}, Profile("USLACKBOT", "T1", "slackbot", is_bot=True)),
        ({"id": "U1", "team_id": "T2", "name": "x"}, Profile("U1", "T2", "x", is_external=True)),
        ({"id": "U1", "is_ultra_restricted": True, "tz": None}, Profile("U1", "T1", "", is_guest=True)),
        ({"id": "U1", "is_owner": True, "deleted": True}, Profile("U1", "T1", "", is_admin=True, deactivated=True)),
    ],
)
def test_a_user_of_slack_is_read_as_what_they_are(user: dict[str, object], expected: Profile) -> None:
    assert profile_of(user, "T1") == expected


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(INSTALLED) as made:
        yield made


@pytest.fixture
async def people(slack: FakeSlack, db: Database, clock: StillClock, workspace_id: int) -> AsyncIterator[People]:
    async def token(_team: str) -> str:
        return slack.token

    web = WebSlack(slack.api_url, token, db=db, clock=clock)
    yield People(db, clock, web)
    await web.close()


async def test_slack_is_asked_once_about_somebody_new(people: People, slack: FakeSlack, db: Database) -> None:
    asker = await people.asker(cast.TEAM_ID, "U0FATOU004")
    assert (asker.reader.locale, asker.reader.zone, asker.is_admin) == ("fr-FR", "Africa/Dakar", False)
    people.forget_all()
    assert (await people.asker(cast.TEAM_ID, "U0FATOU004")).reader == asker.reader
    assert len(slack.calls("users.info")) == 1


async def test_a_person_is_remembered_for_a_minute(
    people: People, db: Database, clock: StillClock, workspace_id: int
) -> None:
    async def locale() -> str:
        return (await people.asker(cast.TEAM_ID, "U1")).reader.locale

    async def now_reads(language: str) -> None:
        async with db.transaction() as session:
            profile = Profile("U1", cast.TEAM_ID, "Ann", locale=language)
            await note_members(session, workspace_id, [profile], clock.now())

    await now_reads("en-GB")
    assert await locale() == "en-GB"
    await now_reads("fr-FR")
    clock.move(REMEMBERED - timedelta(seconds=1))
    assert await locale() == "en-GB"
    clock.move(timedelta(seconds=1))
    assert await locale() == "fr-FR"
    await now_reads("es-ES")
    people.forget(cast.TEAM_ID, "U1")
    assert await locale() == "es-ES"
    people.forget("T0OTHER", "U1")


async def test_somebody_slack_does_not_know_and_a_slack_that_is_down_are_answered_in_english(
    people: People, slack: FakeSlack, db: Database, clock: StillClock, workspace_id: int
) -> None:
    assert (await people.asker(cast.TEAM_ID, "U0NOBODY99")).reader.locale == "en"
    slack.fault("drop_before", "users.info")
    assert (await people.asker(cast.TEAM_ID, "U0FATOU004")).reader.locale == "en"
    async with db.read_only() as session:
        assert await queries.member(session, workspace_id, "U0FATOU004") is None
    # Not for good: a minute later Slack is asked again.
    clock.move(REMEMBERED)
    assert (await people.asker(cast.TEAM_ID, "U0FATOU004")).reader.locale == "fr-FR"


async def test_people_of_elsewhere_are_refused_kindly(people: People) -> None:
    with pytest.raises(Refused, match="ask a colleague"):
        await people.asker(cast.TEAM_ID, "U0ISSA0011", user_team_id=cast.PARTNER_TEAM_ID)
    with pytest.raises(Refused, match="not installed"):
        await people.asker("T0UNKNOWN", "U1")


async def test_a_change_slack_tells_of_counts_at_once_and_the_answer_is_in_the_new_language(
    database_url: str,
) -> None:
    async with a_house(database_url) as house:
        assert "Share it in" in (await house.slack.command("fatou", "/whereshare", "malaria nets", "general")).body
        # Fatou's locale in Slack is French; the event carries her whole user.
        assert (await house.slack.event({"type": "user_change", "user": "U0FATOU004"})).status == 200
        body = (await house.slack.command("fatou", "/whereshare", "malaria nets", "general")).json
        said = str(body)
        assert "À partager dans" in said
        assert "Publier là-bas" in said
        assert "Share it in" not in said
        assert "Post it there" not in said
