"""A place that does not answer holds no other place back, and nobody's words vanish without a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from app.clock import SystemClock
from app.jobs import runner
from app.playground import cast
from app.playground.forum.records import ForumConfig
from app.playground.forum.server import FakeForum
from app.playground.seed import fill_forum
from app.routing import jobs, jobs_post
from app.slack.limits import LimitProblem, OverLimit
from app.slack.views import share
from models import RouteAct, Share
from tests.house import House, a_house

DRAFT = "I have a job aid on postpartum hemorrhage for midwives"
TYPED = {"words": DRAFT, "places": ["channel", "forum"], "title": "A job aid on PPH", "tags": ""}


@pytest.fixture
async def with_forum(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[House, Any]]:
    monkeypatch.setattr(jobs_post, "FORUM_PATIENCE", 0.3)
    clock = SystemClock()
    async with FakeForum(ForumConfig("", clock)) as forum, a_house(database_url, forum=forum) as made:
        fill_forum(forum.forum, clock.now())
        yield made, forum


async def _share(house: House, typed: Mapping[str, Any] = TYPED) -> None:
    await house.slack.command("ana", "/whereshare", DRAFT, "general")
    await house.slack.click(house.slack.ephemeral("ana"), "whereshare_post_it")
    await house.slack.submit(house.slack.view("ana"), dict(typed))
    await house.slack.submit(house.slack.view("ana"))


async def test_a_forum_that_is_away_for_a_while_does_not_hold_the_channel(with_forum: tuple[House, Any]) -> None:
    house, forum = with_forum
    forum.forum.faults.plan("error", "/posts", method="POST", times=3)
    await _share(house)
    (posted,) = await house.slack.until(lambda: _posts(house, "cop-mnh"))
    assert "also on the forum" not in str(posted.blocks)
    await house.slack.until(lambda: [one for one in forum.forum.topics.values() if one.title == TYPED["title"]])
    kept = await _ended(house)
    assert (kept.channel_state, kept.forum_state) == ("posted", "posted")
    assert len(_posts(house, "cop-mnh")) == 1
    assert house.slack.dm("ana") == []


async def test_a_forum_that_never_answers_is_said_with_the_words(
    with_forum: tuple[House, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, forum = with_forum
    monkeypatch.setattr(runner, "ATTEMPTS", 2)
    forum.forum.faults.plan("error", "/posts", method="POST", times=1000)
    await _share(house)
    (told,) = await house.slack.until(lambda: house.slack.dm("ana"))
    shown = house.slack.shown(told)
    assert "could not be posted in the forum" in shown
    assert DRAFT in shown
    kept = await _ended(house)
    assert (kept.channel_state, kept.forum_state) == ("posted", "failed")


async def test_a_channel_that_says_no_does_not_hold_the_forum(with_forum: tuple[House, Any]) -> None:
    house, _ = with_forum
    house.slack.where("cop-mnh").archived = True
    await _share(house)
    (told,) = await house.slack.until(lambda: house.slack.dm("ana"))
    assert "could not be posted in the channel" in house.slack.shown(told)
    kept = await _ended(house)
    assert (kept.channel_state, kept.forum_state) == ("failed", "posted")


async def test_what_slack_would_never_take_is_said_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: Any, **__: Any) -> Any:
        raise OverLimit([LimitProblem("/blocks", "too many")])

    monkeypatch.setattr(share, "channel_post", too_much)
    await _share(house, {"words": DRAFT, "places": ["channel"]})
    (told,) = await house.slack.until(lambda: house.slack.dm("ana"))
    assert DRAFT in house.slack.shown(told)
    assert (await _ended(house)).channel_state == "failed"


async def test_a_question_that_cannot_be_sent_is_said_and_may_be_asked_again(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    house.slack.fault("error", "chat.postMessage", code="user_disabled")
    await house.slack.click(house.slack.ephemeral("mateo"), "whereshare_ask_person")
    (told,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    assert "did not reach" in house.slack.shown(told)
    assert await house.rows(RouteAct) == []
    await house.slack.until(lambda: "whereshare_ask_person" in house.slack.actions(house.slack.ephemeral("mateo")))
    await house.slack.click(house.slack.ephemeral("mateo"), "whereshare_ask_person")
    await house.slack.until(lambda: house.slack.dm("ana"))
    assert [one.act for one in await house.rows(RouteAct)] == ["asked"]


class _AtOnce:
    """A context that does each step once."""

    key = "redraw:elsewhere"

    async def step(self, name: str, effect: Any) -> Any:
        return await effect()


@pytest.mark.parametrize("processes", [1, 2])
async def test_a_slow_picture_never_covers_a_newer_one(house: House, processes: int) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    sent = house.baobab.slack.respond
    slow = asyncio.Event()

    async def first_is_slow(response_url: str, body: Mapping[str, Any]) -> None:
        if not slow.is_set():
            slow.set()
            await asyncio.sleep(1.0)
        await sent(response_url, body)

    house.baobab.slack.respond = first_is_slow  # type: ignore[method-assign]
    surface = {"url": ""}
    tables = [jobs.tasks(house.baobab.services) for _ in range(processes)]
    delivery = house.slack.ephemeral("mateo")
    enqueue = house.baobab.services.jobs.enqueue
    drawn: list[asyncio.Task[None]] = []

    async def here(session: Any, name: str, key: str, args: dict[str, Any], **_: Any) -> None:
        assert name == "whereshare.redraw"
        surface.update(args["surface"])
        table = tables[len(drawn) % processes]

        async def after_commit() -> None:
            await asyncio.sleep(0.2)
            await table[name](_AtOnce(), args)  # type: ignore[arg-type]

        drawn.append(asyncio.create_task(after_commit()))

    house.baobab.services.jobs.enqueue = here  # type: ignore[method-assign]
    try:
        await house.slack.click(delivery, "whereshare_not_this")
        await slow.wait()
        await house.slack.click(delivery, "whereshare_none_fits")
        await asyncio.gather(*drawn)
    finally:
        house.baobab.services.jobs.enqueue = enqueue  # type: ignore[method-assign]
    assert len(drawn) == 2
    assert "Noted: none of them fits" in house.slack.shown(house.slack.ephemeral("mateo"))


async def _ended(house: House) -> Share:
    async with asyncio.timeout(20):
        while True:
            (kept,) = await house.rows(Share)
            if "waiting" not in (kept.channel_state, kept.forum_state):
                return kept  # type: ignore[no-any-return]
            await asyncio.sleep(0.05)


def _posts(house: House, channel: str) -> list[Any]:
    return [one for one in house.slack.messages(channel) if one.user == cast.BOT_USER_ID and one.metadata]
