"""Upkeep: Slack's people, the forum's topics and their vectors, through the real clients and real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.bootstrap import Baobab
from app.clock import SystemClock
from app.errors import Unavailable
from app.members.service import link_forum
from app.playground import cast
from app.playground.forum import FakeForum, ForumConfig
from app.playground.slack.fake import FakeSlack
from app.playground.slack.people import newcomer
from app.settings import Settings
from app.upkeep import jobs as upkeep_jobs
from models import Community, CommunityCategory, Member, Topic
from tests.house import INSTALLED, a_house
from tests.services.prior_fixtures import TrigramEncoders

BODY = "We have a job aid in French that fits on one page, who would like to see it?"


class Encoders(TrigramEncoders):
    """The tests' encoders, with a beginning and an end."""

    waiting = 0

    async def start(self) -> None:
        """Nothing to start."""

    async def ready(self, seconds: float) -> bool:
        return True

    async def close(self) -> None:
        """Nothing to stop."""


class AtOnce:
    """A job's context that does each step at once, as the engine does when all goes well."""

    async def step(self, name: str, effect: Callable[[], Awaitable[Any]]) -> Any:
        return await effect()


class Upkeep:
    """A Baobab that knows a Slack and a forum, and does its upkeep when told."""

    def __init__(self, baobab: Baobab, slack: FakeSlack, fake: FakeForum, encoders: Encoders) -> None:
        self.baobab, self.slack, self.forum, self.encoders = baobab, slack, fake.forum, encoders
        self.workspace_id = 0

    async def do(self, task: str, **args: Any) -> None:
        await upkeep_jobs.tasks(self.baobab.upkeep)[task](AtOnce(), args)  # type: ignore[arg-type]

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.baobab.db.read_only() as session:
            return list((await session.exec(select(table).order_by(table.id))).all())

    async def member(self, slack_id: str) -> Member:
        (found,) = [one for one in await self.rows(Member) if one.slack_id == slack_id]
        return found

    def topics(self, *titles: str) -> list[Any]:
        now, ana = self.baobab.services.clock.now(), self.forum.user_named("ana_q")
        assert ana is not None
        return [
            self.forum.add_topic(ana, title, BODY, 1, at=now - timedelta(hours=5 - number), announce=False)
            for number, title in enumerate(titles)
        ]


@pytest.fixture
async def upkeep(database_url: str) -> AsyncIterator[Upkeep]:
    async with FakeSlack(INSTALLED) as slack, FakeForum(ForumConfig("", SystemClock())) as fake:
        settings = Settings(
            _env_file=None,
            database_url=database_url,
            playground=True,
            slack_api_url=slack.api_url,
            slack_bot_token=slack.token,
            discourse_url=fake.url,
            discourse_api_key=fake.forum.config.api_key,
        )
        fake.forum.add_category("Maternal and Newborn Health")
        fake.forum.add_user("ana_q", "Ana", "ana@example.org")
        encoders = Encoders()
        made = Upkeep(Baobab(settings, encoders=encoders), slack, fake, encoders)
        made.workspace_id = (await made.baobab.authorizer.installation()).workspace_id
        yield made
        await made.baobab.close()


async def test_everybody_is_read_as_what_they_are(upkeep: Upkeep) -> None:
    await upkeep.do("members.sync")
    rows = {one.slack_id: one for one in await upkeep.rows(Member)}
    assert {one.id for one in cast.PEOPLE} <= set(rows)
    assert (rows["U0AMINA001"].is_admin, rows["U0AMINA001"].locale) == (True, "en-GB")
    assert (rows["U0GRACE010"].is_guest, rows["U0PETER012"].deactivated) == (True, True)
    assert rows[cast.BOT_USER_ID].is_bot
    assert rows["U0JOAO0002"].zone == "Africa/Maputo"
    assert not any(one.is_external for one in rows.values() if one.home_team_id == cast.TEAM_ID)


async def test_people_are_read_again_without_doubles_and_keep_their_forum_account(upkeep: Upkeep) -> None:
    await upkeep.do("members.sync")
    before = len(await upkeep.rows(Member))
    async with upkeep.baobab.db.transaction() as session:
        await link_forum(session, upkeep.workspace_id, "U0ANA00003", username="ana_q", user_id=7)
    upkeep.slack.workspace.people["U0ANA00003"].display_name = "Ana of La Paz"
    await upkeep.do("members.sync")
    ana = await upkeep.member("U0ANA00003")
    assert (ana.name, ana.forum_username, ana.forum_user_id) == ("Ana of La Paz", "ana_q", 7)
    assert len(await upkeep.rows(Member)) == before


async def test_many_people_come_in_pages_and_are_all_stored(upkeep: Upkeep) -> None:
    for number in range(450):
        person = cast.Person(f"U0CROWD{number:04}", f"crowd{number}", f"Person {number}", "", "UTC", "en-GB")
        upkeep.slack.workspace.people[person.id] = newcomer(person)
    await upkeep.do("members.sync")
    assert len(upkeep.slack.calls("users.list")) == 3
    assert len([one for one in await upkeep.rows(Member) if one.slack_id.startswith("U0CROWD")]) == 450


async def test_when_slack_fails_the_job_is_told_to_come_back(upkeep: Upkeep) -> None:
    upkeep.slack.fault("500", "users.list")
    with pytest.raises(Unavailable):
        await upkeep.do("members.sync")
    assert await upkeep.rows(Member) == []
    await upkeep.do("members.sync")
    assert await upkeep.rows(Member)


async def test_the_forums_topics_come_with_vectors_and_tell_when_a_community_was_active(upkeep: Upkeep) -> None:
    now = upkeep.baobab.services.clock.now()
    async with upkeep.baobab.db.transaction() as session:
        mnh = Community(workspace_id=upkeep.workspace_id, slug="mnh", name="MNH", updated_at=now)
        session.add(mnh)
        await session.flush()
        session.add(CommunityCategory(workspace_id=upkeep.workspace_id, community_id=mnh.id, category_id=1))
    last = upkeep.topics("A job aid on postpartum haemorrhage", "Newborn resuscitation drills")[-1]
    await upkeep.do("forum.sync")
    rows = await upkeep.rows(Topic)
    assert {one.title for one in rows} == {"A job aid on postpartum haemorrhage", "Newborn resuscitation drills"}
    assert all(one.code and one.vector and one.e5_vector and one.author == "ana_q" for one in rows)
    (community,) = await upkeep.rows(Community)
    newest = max(one.last_posted_at for one in rows)
    assert community.last_active_at == newest
    upkeep.forum.delete_topic(last)
    await upkeep.do("forum.sync", full=True)
    assert [one.title for one in await upkeep.rows(Topic)] == ["A job aid on postpartum haemorrhage"]


async def test_a_topic_the_webhook_names_is_read_again_and_gets_a_new_vector(upkeep: Upkeep) -> None:
    (topic,) = upkeep.topics("A job aid on postpartum haemorrhage")
    await upkeep.do("forum.sync")
    (before,) = await upkeep.rows(Topic)
    upkeep.forum.edit_topic(topic, title="Counselling cards for family planning")
    await upkeep.do("forum.topic", topic_id=topic.id)
    (after,) = await upkeep.rows(Topic)
    assert after.title == "Counselling cards for family planning"
    assert after.code and after.code != before.code
    await upkeep.do("forum.topic", topic_id=987_654)
    assert len(await upkeep.rows(Topic)) == 1


async def test_what_cannot_be_encoded_now_is_encoded_later_a_few_at_a_time(
    upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep_jobs, "ENCODED_AT_ONCE", 2)
    upkeep.topics(*(f"Lesson {number} of the year, with words" for number in range(5)))
    upkeep.encoders.broken = True
    await upkeep.do("forum.sync")
    assert [one.code for one in await upkeep.rows(Topic)] == [None] * 5
    upkeep.encoders.broken = False
    await upkeep.baobab.upkeep.encode_all()
    assert all(one.code and one.e5_vector for one in await upkeep.rows(Topic))
    done = upkeep.encoders.encoded
    await upkeep.baobab.upkeep.encode_all()
    assert upkeep.encoders.encoded == done


async def test_without_a_forum_there_is_nothing_to_do(upkeep: Upkeep) -> None:
    alone = upkeep_jobs.Upkeep(replace(upkeep.baobab.services, forum=None), upkeep.encoders)
    tasks = upkeep_jobs.tasks(alone)
    for name, args in (("forum.sync", {}), ("forum.topic", {"topic_id": 1})):
        await tasks[name](AtOnce(), args)  # type: ignore[arg-type]
    assert await upkeep.rows(Topic) == []


async def test_the_engine_does_all_of_it_as_jobs(database_url: str) -> None:
    async with FakeForum(ForumConfig("", SystemClock())) as fake:
        fake.forum.add_category("Maternal and Newborn Health")
        fake.forum.add_user("ana_q", "Ana", "ana@example.org")
        fake.forum.add_topic(fake.forum.user_named("ana_q"), "A job aid on postpartum haemorrhage", BODY, 1)
        async with a_house(database_url, forum=fake, encoders=Encoders(), playground=True) as house:
            async with house.baobab.db.transaction() as session:
                for name in ("members.sync", "forum.sync"):
                    await house.baobab.jobs.enqueue(session, name, f"now:{name}", {})

            async def encoded() -> list[Topic]:
                return await house.rows(Topic, col(Topic.code).is_not(None), col(Topic.e5_vector).is_not(None))

            for _ in range(200):
                if await encoded():
                    break
                await asyncio.sleep(0.05)
            assert [one.title for one in await encoded()] == ["A job aid on postpartum haemorrhage"]
            assert (await house.baobab.jobs.health()).failed == 0
