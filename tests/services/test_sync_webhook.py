"""News by webhook: proven by its bytes, written down once, and answered by reading the topic as it is now."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from app.clock import StillClock
from app.db import Database
from app.discourse.gateway import DiscourseForum
from app.discourse.http import JOB, discourse_router
from app.discourse.inbox import read_notice
from app.discourse.refresh import refresh_topic
from app.discourse.signature import Verdict, judge
from app.playground.forum import FakeForum, Forum, ForumConfig
from app.playground.forum.webhooks import as_request, signed
from models import Topic, Workspace

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "a secret of some length"
BODY = "We have a job aid in French that fits on one page, who would like to see it?"


class Book:
    """Keeps what the door accepts, as the intake does: a key once."""

    def __init__(self) -> None:
        self.kept: dict[str, int] = {}

    async def accept(self, key: str, team_id: str, job: str | None, args: dict[str, int], answer: None) -> bool:
        assert (team_id, job, answer) == ("", JOB, None)
        first = key not in self.kept
        self.kept.setdefault(key, args["topic_id"])
        return first


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
async def door(book: Book) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(discourse_router(SECRET, book.accept))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://baobab") as client:
        yield client


@pytest.fixture
def forum() -> Forum:
    made = Forum(ForumConfig("http://forum", StillClock(NOW)))
    made.add_category("Maternal and Newborn Health")
    made.add_category("Leads only", read_groups=frozenset({"leads"}))
    made.add_user("ana_q", "Ana", "ana@example.org")
    return made


async def deliver(door: httpx.AsyncClient, forum: Forum, secret: str = SECRET) -> list[int]:
    answers = []
    while forum.events:
        body, headers = as_request(forum.events.popleft(), instance="http://forum", secret=secret)
        answers.append((await door.post("/discourse/webhook", content=body, headers=headers)).status_code)
    return answers


async def test_a_topic_a_reply_and_a_change_are_each_kept_once(
    door: httpx.AsyncClient, book: Book, forum: Forum
) -> None:
    ana = forum.users[2]
    topic = forum.add_topic(ana, "How do we share job aids?", BODY, 1)
    forum.add_post(ana, topic, "A second thought about this.")
    forum.edit_topic(topic, title="How do we share our job aids?")
    events = list(forum.events)
    assert await deliver(door, forum) == [200] * 4
    assert list(book.kept.values()) == [topic.id] * 4
    forum.events.extend(events)
    assert await deliver(door, forum) == [200] * 4
    assert len(book.kept) == 4


async def test_private_messages_and_pings_leave_no_trace(door: httpx.AsyncClient, book: Book, forum: Forum) -> None:
    forum.add_topic(forum.users[2], "For your eyes only, dear Fatou", BODY, None, to=frozenset({1}))
    assert await deliver(door, forum) == [200, 200]
    ping = b'{"ping":"OK"}'
    headers = {"X-Discourse-Event-Type": "ping", "X-Discourse-Event-Signature": signed(ping, SECRET)}
    assert (await door.post("/discourse/webhook", content=ping, headers=headers)).status_code == 200
    assert not book.kept


async def test_unproven_bodies_are_refused_before_they_are_read(
    door: httpx.AsyncClient, book: Book, forum: Forum
) -> None:
    forum.add_topic(forum.users[2], "How do we share job aids?", BODY, 1)
    events = list(forum.events)
    assert await deliver(door, forum, secret="") == [401, 401]
    forum.events.extend(events)
    assert await deliver(door, forum, secret="another secret") == [403, 403]
    good = signed(b"not json", SECRET)
    signed_junk = {"X-Discourse-Event-Signature": good, "X-Discourse-Event-Type": "topic"}
    assert (await door.post("/discourse/webhook", content=b"not json", headers=signed_junk)).status_code == 400
    huge = b" " * 2_000_001
    assert (await door.post("/discourse/webhook", content=huge)).status_code == 413
    deep = b"[" * 100_000
    headers = {"X-Discourse-Event-Signature": signed(deep, SECRET), "X-Discourse-Event-Type": "topic"}
    assert (await door.post("/discourse/webhook", content=deep, headers=headers)).status_code == 400
    assert not book.kept


def test_without_a_secret_of_ours_nothing_is_good() -> None:
    assert judge(b"x", signed(b"x", ""), "") is Verdict.WRONG
    assert judge(b"x", "sha256=é", SECRET) is Verdict.WRONG
    assert judge(b"x", signed(b"x", SECRET), SECRET) is Verdict.GOOD


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["topic", "post", "id", "x"]), inner),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["topic", "post", "solved", "like", "user", ""]))
def test_odd_payloads_are_nothing_to_us_or_a_topic(payload: object, kind: str) -> None:
    notice = read_notice(kind, f"{kind}_created", json.dumps(payload).encode())
    assert notice is None or notice.topic_id > 0


async def test_a_topic_is_read_again_as_it_is_now(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/hook.db")
    async with db.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    async with db.transaction() as session:
        session.add(Workspace(id=1, team_id="T1", name="One", created_at=NOW))

    async def stored() -> list[tuple[str, str]]:
        async with db.transaction() as session:
            return [(row.title, row.excerpt) for row in await session.exec(select(Topic))]

    async with FakeForum(ForumConfig("", StillClock(NOW))) as fake:
        fake.forum.add_category("Maternal and Newborn Health")
        fake.forum.add_category("Leads only", read_groups=frozenset({"leads"}))
        ana = fake.forum.add_user("ana_q", "Ana", "ana@example.org")
        gateway = DiscourseForum(fake.url, api_key="playground-forum-key", api_username="system")
        topic = fake.forum.add_topic(ana, "How do we share job aids?", BODY, 1)
        assert await refresh_topic(db, gateway, 1, topic.id)
        assert await stored() == [("How do we share job aids?", BODY)]
        fake.forum.edit_post(fake.forum.posts[1], "The text has changed since, quite a bit.")
        assert await refresh_topic(db, gateway, 1, topic.id)
        assert await stored() == [("How do we share job aids?", "The text has changed since, quite a bit.")]
        fake.forum.edit_topic(topic, category_id=2)
        assert not await refresh_topic(db, gateway, 1, topic.id)
        assert await stored() == []
        fake.forum.edit_topic(topic, category_id=1)
        assert await refresh_topic(db, gateway, 1, topic.id)
        fake.forum.delete_topic(topic)
        assert not await refresh_topic(db, gateway, 1, topic.id)
        assert await stored() == []
        gateway.close()
    await db.close()
