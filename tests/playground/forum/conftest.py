"""A forum on a free port, with a few people and categories, and the gateway to it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.clock import StillClock
from app.discourse.gateway import DiscourseForum
from app.playground.forum import FakeForum, Forum, ForumConfig

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = "playground-forum-key"
BODY = "We have a job aid in French that fits on one page, who would like to see it?"


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


def fill(forum: Forum) -> None:
    """Two open categories, one with a child, one closed; Ana, Fatou, and somebody who left."""
    mnh = forum.add_category("Maternal and Newborn Health")
    forum.add_category("Newborn corner", parent_id=mnh.id)
    forum.add_category("Leads only", read_groups=frozenset({"leads"}))
    forum.add_category("Moderated", needs_approval=True)
    forum.add_user("ana_q", "Ana Lucía Quispe", "ana+forum@example.org")
    forum.add_user("fatou_n", "Fatou Ndiaye", "fatou@example.org", trust_level=3)
    forum.add_user("peter_l", "Peter Lindqvist", "peter@example.org", suspended=True)


@pytest.fixture
async def fake(clock: StillClock) -> AsyncIterator[FakeForum]:
    async with FakeForum(ForumConfig("", clock)) as running:
        fill(running.forum)
        yield running


@pytest.fixture
async def gateway(fake: FakeForum) -> AsyncIterator[DiscourseForum]:
    forum = DiscourseForum(fake.url, api_key=KEY, api_username="system")
    yield forum
    forum.close()
