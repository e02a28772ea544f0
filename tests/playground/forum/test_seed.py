"""The playground's past: believable, sensible, and the same in every run."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from app.clock import StillClock
from app.communities.files import read_file
from app.db import Database
from app.discourse.gateway import DiscourseForum
from app.playground import cast
from app.playground.forum import FakeForum, ForumConfig, checks
from app.playground.seed import fill_forum, fill_slack, forum_topics, seed_database, slack_history
from app.playground.seed.content import COMMUNITIES_FILE
from app.playground.slack.workspace import Workspace as LocalSlack
from models import Community, Member, Topic

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/seed.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield database
    await database.close()


def test_the_same_moment_gives_the_same_past() -> None:
    assert forum_topics(NOW) == forum_topics(NOW)
    assert slack_history(NOW) == slack_history(NOW)


def test_a_year_of_topics_in_many_languages() -> None:
    past = forum_topics(NOW)
    languages = Counter(one.language for one in past)
    assert len(past) >= 400
    assert {"en", "fr", "es", "pt", "sw", "ar"} == set(languages)
    assert min(languages[one] for one in ("fr", "es", "pt")) >= 30
    assert min(Counter(one.community for one in past).values()) >= 10
    assert len({one.title.lower() for one in past}) == len(past)
    assert all(NOW - timedelta(days=370) < one.at < NOW for one in past)
    assert all(one.at < reply.at < NOW for one in past for reply in one.replies)


def test_every_topic_would_pass_the_forums_own_rules() -> None:
    for one in forum_topics(NOW):
        assert not checks.title_problems(checks.prettified(one.title)), one.title
        assert not checks.body_problems(one.raw), one.title
        assert "{" not in one.title + one.raw + "".join(reply.raw for reply in one.replies)


def test_some_topics_are_solved_some_unanswered_and_leavers_fell_silent() -> None:
    past = forum_topics(NOW)
    solved = sum(any(reply.solution for reply in one.replies) for one in past)
    assert 0.15 < solved / len(past) < 0.4
    assert 30 < sum(not one.replies for one in past) < 120
    said = [one.at for one in past if one.author == "peter_l"]
    said += [reply.at for one in past for reply in one.replies if reply.author == "peter_l"]
    assert all(at < NOW - timedelta(days=180) for at in said)
    assert all(one.at < NOW - timedelta(days=200) for one in past if one.community in cast.DORMANT)


def test_there_is_prior_work_on_a_job_aid_for_haemorrhage_in_french() -> None:
    fitting = [one for one in forum_topics(NOW) if one.language == "fr" and "hémorragie" in (one.title + one.raw)]
    assert len(fitting) >= 3
    assert {one.community for one in fitting} == {"mnh"}


def test_the_directory_file_is_what_the_importer_reads() -> None:
    entries = {one.slug: one for one in read_file(COMMUNITIES_FILE)}
    assert len(entries) == 21
    assert entries["selfcare"].status == "dormant"
    assert entries["frontier"].merged_into == "digital"
    assert entries["surgery"].leads == (cast.person("peter").id,)
    assert "hémorragie du post-partum" in entries["mnh"].keywords
    assert {room.id for room in cast.ROOMS if room.community} == {
        channel.slack_id for one in entries.values() for channel in one.channels
    }
    assert len({one.categories[0].id for one in entries.values()}) == 21


def test_the_slack_past_fills_a_workspace_quietly() -> None:
    slack = LocalSlack(clock=StillClock(NOW))
    heard: list[object] = []
    slack.on_event.append(heard.append)
    count = fill_slack(slack, NOW)
    assert count >= 100 and not heard
    general = slack.history(cast.room("general").id)
    assert [one.ts for one in general] == sorted(one.ts for one in general)
    assert len(slack.thread(cast.room("general").id, general[0].ts)) == 4
    guest = cast.person("grace").id
    assert guest not in slack.channel(cast.room("cop-tbhiv").id).members


async def test_a_real_sync_and_the_short_way_store_the_same(db: Database) -> None:
    clock = StillClock(NOW)
    async with FakeForum(ForumConfig("", clock)) as fake:
        fill_forum(fake.forum, NOW)
        gateway = DiscourseForum(fake.url, api_key="playground-forum-key", api_username="system")
        report = await seed_database(db, clock, gateway=gateway)
        gateway.close()
    through_sync = await _topics(db)
    assert report.topics == len(through_sync) >= 400
    async with db.transaction() as session:
        for row in await session.exec(select(Topic)):
            await session.delete(row)
    again = await seed_database(db, clock)
    assert again == report
    assert await _topics(db) == through_sync


async def test_communities_know_their_last_activity_and_members_their_state(db: Database) -> None:
    await seed_database(db, StillClock(NOW))
    async with db.transaction() as session:
        communities = {row.slug: row for row in await session.exec(select(Community))}
        peter = (await session.exec(select(Member).where(Member.slack_id == cast.person("peter").id))).one()
    active = communities["mnh"].last_active_at
    asleep = communities["selfcare"].last_active_at
    assert active and active > NOW - timedelta(days=60)
    assert asleep and asleep < NOW - timedelta(days=180)
    assert peter.deactivated


async def _topics(db: Database) -> list[tuple[object, ...]]:
    async with db.transaction() as session:
        return [
            (row.forum_id, row.title, row.excerpt, row.author, row.category_id, row.answered, row.replies, row.closed)
            for row in await session.exec(select(Topic).order_by(Topic.forum_id))  # type: ignore[arg-type]
        ]
