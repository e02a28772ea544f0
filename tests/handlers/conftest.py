"""Fixtures of the listeners' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from models import Topic
from tests.house import House, a_house, is_lifelike


@pytest.fixture
async def house(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[House]:
    """A Baobab without encoders: routing by words, quick to start."""
    async with a_house(database_url, lifelike=is_lifelike(request)) as made:
        yield made


@pytest.fixture
def earlier_topic() -> Callable[..., Topic]:
    """Makes rows of the topic index."""

    def make(house: House, forum_id: int, title: str, excerpt: str = "", **changes: Any) -> Topic:
        now = house.baobab.services.clock.now()
        return Topic(
            **{
                "workspace_id": house.workspace_id,
                "forum_id": forum_id,
                "category_id": 1,
                "title": title,
                "excerpt": excerpt,
                "slug": "a-topic",
                "author": "ana_q",
                "posted_at": now - timedelta(days=200),
                "last_posted_at": now - timedelta(days=190),
                **changes,
            }
        )

    return make
