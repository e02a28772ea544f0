"""Words that are not the person's own: carried over with credit, or left where they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.clock import SystemClock
from app.errors import Refused
from app.playground import cast
from app.playground.forum.records import ForumConfig
from app.playground.forum.server import FakeForum
from app.playground.seed import fill_forum
from app.routing import service
from models import Route
from tests.house import House, a_house

WORDS = "Does anybody have a job aid on postpartum hemorrhage for midwives?"


@pytest.fixture
async def with_forum(database_url: str) -> AsyncIterator[tuple[House, Any]]:
    clock = SystemClock()
    async with FakeForum(ForumConfig("", clock)) as forum, a_house(database_url, forum=forum) as made:
        fill_forum(forum.forum, clock.now())
        yield made, forum


async def test_what_another_said_in_private_can_be_sent_to_nobody(house: House) -> None:
    message = house.slack.post("claire", "cop-leads", WORDS)
    await house.slack.message_shortcut("amina", "find_community", message)
    view = house.slack.view("amina")
    assert set(house.slack.actions(view)) == {"whereshare_not_this"}

    # A button of an older version may still be on somebody's screen.
    (route,) = await house.rows(Route)
    async with house.baobab.db.transaction() as session:
        with pytest.raises(Refused):
            await service.whom_to_ask(session, route, route.slack_id, "")
        with pytest.raises(Refused):
            await service.propose(session, route, route.slack_id, route.created_at)


async def test_a_message_carried_over_late_is_still_credited_to_its_author(database_url: str) -> None:
    async with a_house(database_url, answer_within=0) as house:
        message = house.slack.post("mateo", "general", WORDS)
        await house.slack.message_shortcut("claire", "find_community", message)
        await house.slack.until(lambda: "Carry it over" in house.slack.shown(house.slack.view("claire")))
        await house.slack.click(house.slack.view("claire"), "whereshare_post_it")
        await house.slack.submit(house.slack.view("claire"), {"places": ["channel"]})
        await house.slack.submit(house.slack.view("claire"))
        (carried,) = await house.slack.until(lambda: _posts(house, "cop-mnh"))
        assert "First posted by <@U0MATEO009>" in str(carried.blocks)


async def test_the_preview_and_the_forum_credit_the_author_too(with_forum: tuple[House, Any]) -> None:
    house, forum = with_forum
    message = house.slack.post("mateo", "general", WORDS + " Dose: &lt;see table&gt;")
    await house.slack.message_shortcut("ana", "find_community", message)
    await house.slack.click(house.slack.view("ana"), "whereshare_post_it")
    title = "A job aid on haemorrhage"
    typed = {"places": ["channel", "forum"], "title": title, "tags": ""}
    await house.slack.submit(house.slack.view("ana"), typed)
    assert "First posted by <@U0MATEO009>" in str(house.slack.view("ana").payload)
    await house.slack.submit(house.slack.view("ana"))
    await house.slack.until(lambda: _posts(house, "cop-mnh"))
    (topic,) = [one for one in forum.forum.topics.values() if one.title == title]
    raw = _raw(forum, topic.id)
    assert "First shared by Mateo on Slack" in raw
    assert "&lt;see table>" in raw


async def test_a_guest_does_not_speak_where_they_may_not_look(house: House) -> None:
    await house.slack.command("grace", "/whereshare", WORDS)
    answer = house.slack.ephemeral("grace")
    (route,) = await house.rows(Route)
    await house.slack.click(answer, "whereshare_post_it", f"1|{route.key}|mnh")
    assert "no open channel" in house.slack.shown(house.slack.ephemeral("grace"))
    assert house.slack.views("grace") == []


def _posts(house: House, channel: str) -> list[Any]:
    return [one for one in house.slack.messages(channel) if one.user == cast.BOT_USER_ID and one.metadata]


def _raw(forum: Any, topic_id: int) -> str:
    return next(str(one.raw) for one in forum.forum.posts.values() if one.topic_id == topic_id)
