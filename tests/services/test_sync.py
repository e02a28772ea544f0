"""The index of topics follows the forum, through the real client and real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from app.clock import StillClock
from app.db import Database
from app.discourse.gateway import DiscourseForum
from app.discourse.pacing import Pace
from app.discourse.sync import SyncReport, sync_topics
from app.errors import Unavailable
from app.playground.forum import FakeForum, Forum, ForumConfig
from models import Topic, Workspace

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BODY = "We have a job aid in French that fits on one page, who would like to see it?"


class World:
    """A forum, a gateway to it, and a database to fill."""

    def __init__(self, db: Database, fake: FakeForum, gateway: DiscourseForum, clock: StillClock) -> None:
        self.db, self.fake, self.gateway, self.clock = db, fake, gateway, clock
        self.moved: list[int] = []

    @property
    def forum(self) -> Forum:
        return self.fake.forum

    async def sync(self, *, full: bool = False) -> SyncReport:
        async def on_moved(_session: object, _workspace: int, ids: object) -> None:
            self.moved += list(ids)  # type: ignore[call-overload]

        return await sync_topics(self.db, self.gateway, self.clock, 1, full=full, on_moved=on_moved)

    async def rows(self) -> dict[int, Topic]:
        async with self.db.read_only() as session:
            rows = {row.forum_id: row for row in await session.exec(select(Topic))}
            session.expunge_all()
        return rows

    def topics(self, count: int, *, hours: int = 0) -> None:
        for number in range(count):
            at = NOW - timedelta(hours=hours + number)
            who = self.forum.users[2]
            self.forum.add_topic(who, f"Lesson {hours + number} of the year", BODY, 1, at=at, announce=False)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    clock = StillClock(NOW)
    db = Database(database_url)
    async with db.transaction() as session:
        session.add(Workspace(id=1, team_id="T1", name="One", created_at=NOW))
    async with FakeForum(ForumConfig("", clock)) as fake:
        forum = fake.forum
        forum.add_category("Maternal and Newborn Health")
        forum.add_category("Leads only", read_groups=frozenset({"leads"}))
        forum.add_category("Below the closed one", parent_id=2)
        forum.add_category("Digital Health")
        forum.add_user("ana_q", "Ana", "ana@example.org")
        forum.add_user("fatou_n", "Fatou", "fatou@example.org")

        async def sleep(seconds: float) -> None:
            clock.move(timedelta(seconds=seconds))

        gateway = DiscourseForum(
            fake.url, api_key="playground-forum-key", api_username="system", pace=Pace(clock, sleep=sleep)
        )
        yield World(db, fake, gateway, clock)
        gateway.close()
    await db.close()


async def test_the_first_run_reads_all_with_texts_and_authors(world: World) -> None:
    world.topics(70)
    report = await world.sync()
    assert (report.full, report.finished, report.pages, report.added, report.texts) == (True, True, 3, 70, 70)
    row = (await world.rows())[1]
    assert (row.title, row.excerpt, row.author, row.category_id) == ("Lesson 0 of the year", BODY, "ana_q", 1)
    assert row.posted_at == NOW and not row.answered


async def test_a_second_run_changes_nothing_and_asks_little(world: World) -> None:
    world.topics(70)
    await world.sync()
    before = len(world.forum.faults.seen)
    report = await world.sync()
    assert (report.added, report.changed, report.removed, report.texts, report.pages) == (0, 0, 0, 0, 1)
    assert len(world.forum.faults.seen) - before == 2
    assert not (await world.sync(full=True)).changed


async def test_only_new_bumps_are_read_the_next_time(world: World) -> None:
    world.topics(70)
    await world.sync()
    world.clock.move(timedelta(hours=5))
    world.forum.add_post(world.forum.users[3], world.forum.topics[60], "I can share ours, from Dakar.")
    world.forum.add_topic(world.forum.users[3], "A brand new question on supervision", BODY + " New.", 4)
    report = await world.sync()
    assert (report.pages, report.added, report.changed) == (1, 1, 1)
    assert (await world.rows())[60].answered


async def test_what_is_private_closed_hidden_or_a_message_never_comes_in(world: World) -> None:
    system = world.forum.users[1]
    world.topics(1)
    world.forum.add_topic(system, "The plan for the leads", BODY, 2)
    world.forum.add_topic(system, "A plan under the leads", BODY, 3)
    world.forum.add_topic(system, "A private message to you", BODY, None, to=frozenset({2}))
    world.forum.add_topic(system, "An unlisted page about us", BODY, 1)
    world.forum.topics[5].visible = False
    await world.sync()
    assert set(await world.rows()) == {1}


async def test_an_author_talking_to_themselves_has_no_answer_yet(world: World) -> None:
    world.topics(3)
    forum = world.forum
    forum.add_post(forum.users[2], forum.topics[1], "Does nobody have one? I still look.")
    forum.add_post(forum.users[3], forum.topics[2], "We have one, see the library.")
    forum.add_post(forum.users[2], forum.topics[2], "Thank you, that is it indeed.")
    solved = forum.add_post(forum.users[2], forum.topics[3], "I found it myself in the end.")
    forum.accept(solved)
    await world.sync()
    rows = await world.rows()
    assert [rows[number].answered for number in (1, 2, 3)] == [False, True, True]
    assert rows[2].replies == 2


async def test_a_full_run_notices_what_went_away(world: World) -> None:
    world.topics(40)
    await world.sync()
    forum = world.forum
    forum.delete_topic(forum.topics[3])
    forum.topics[4].visible = False
    forum.edit_topic(forum.topics[5], category_id=2)
    forum.edit_topic(forum.topics[6], title="A better title for this lesson", category_id=4)
    report = await world.sync(full=True)
    rows = await world.rows()
    assert report.removed == 3
    assert not {3, 4, 5} & set(rows)
    assert (rows[6].title, rows[6].category_id) == ("A better title for this lesson", 4)
    assert world.moved == [6]


async def test_a_category_that_closes_takes_its_topics_along(world: World) -> None:
    world.topics(40)
    world.forum.topics[9].category_id = 4
    await world.sync()
    world.forum.categories[1].read_groups = frozenset({"leads"})
    assert (await world.sync()).removed == 39
    assert set(await world.rows()) == {9}


async def test_a_new_title_empties_the_vectors(world: World) -> None:
    world.topics(2)
    await world.sync()
    async with world.db.transaction() as session:
        for row in await session.exec(select(Topic)):
            row.code, row.vector = b"c", b"v"
    world.forum.edit_topic(world.forum.topics[1], title="Another title altogether")
    await world.sync()
    rows = await world.rows()
    assert rows[1].code is None and rows[2].code == b"c"


async def test_limits_and_hiccups_are_waited_out(world: World) -> None:
    world.topics(35)
    for fault, where in (
        ("limited", "latest"),
        ("gateway_html", "latest"),
        ("error", "site"),
        ("error", "posts"),
    ):
        world.forum.faults.plan(fault, where, seconds=7)
    began = world.clock.now()
    report = await world.sync()
    assert (report.finished, report.added, report.texts) == (True, 35, 35)
    assert world.clock.now() - began >= timedelta(seconds=20)


async def test_a_forum_that_stays_away_leaves_what_is_stored(world: World) -> None:
    world.topics(35)
    await world.sync()
    world.forum.faults.plan("gateway_html", times=50)
    with pytest.raises(Unavailable):
        await world.sync()
    assert len(await world.rows()) == 35


async def test_a_run_broken_off_is_finished_by_the_next(world: World) -> None:
    world.topics(70)
    world.forum.faults.plan("gateway_html", "posts", times=50)
    with pytest.raises(Unavailable):
        await world.sync()
    world.forum.faults.__init__()  # type: ignore[misc]
    report = await world.sync()
    assert report.full and report.texts == 70 and len(await world.rows()) == 70


async def test_no_more_than_forty_five_calls_a_minute(world: World) -> None:
    world.forum.config = ForumConfig("", world.clock, page_size=2)
    world.forum.admin_limit.limit = 45
    world.topics(120)
    report = await world.sync()
    assert report.finished and len(await world.rows()) == 120


async def test_a_forum_without_open_categories_is_said_and_nothing_is_lost(world: World) -> None:
    world.topics(3)
    await world.sync()
    for one in world.forum.categories.values():
        one.read_groups = frozenset({"leads"})
    with pytest.raises(Unavailable, match="no category"):
        await world.sync()
    assert len(await world.rows()) == 3
