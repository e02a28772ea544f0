"""When the forum refuses, is away, loses its answer, holds or deletes the topic: one topic, and people know."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.jobs import runner
from tests.handlers.poll_forum_world import MALARIA, MALARIA_CATEGORY, World, a_world, offers
from tests.polling import says, vote


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with a_world(database_url) as made:
        yield made


async def test_a_refusal_of_the_forum_is_told_and_may_be_mended(world: World) -> None:
    house, slack = world.house, world.house.slack
    other = world.forum.add_user("zoe", "Zoe", "zoe@elsewhere.example")
    world.forum.add_topic(other, "How useful were the nets", "The same title, months ago.", MALARIA_CATEGORY)
    message = await world.closed()
    await world.post(message)
    said = slack.shown(await world.told("is not on the forum"))
    assert "Title has already been used" in said and "offers it again" in said
    await world.state("failed")
    await world.post(message, topic_title="How useful were the nets this year")
    await says(house, "The result on the forum", MALARIA)
    assert [one.title for one in world.topics()][-1] == "How useful were the nets this year"
    # The chosen title stays when the poll changes.
    await world.open_again(message)
    await vote(house, message, "sunil", 1)
    await world.close(message)
    topic = world.topics()[-1]
    await slack.until(lambda: "- 4 people voted" in world.forum.posts[topic.post_ids[0]].raw)
    assert topic.title == "How useful were the nets this year"


@pytest.mark.parametrize("fault", ["error", "lost", "lost_gateway", "limited"])
async def test_a_forum_that_is_away_or_loses_its_answer_gets_one_topic(world: World, fault: str) -> None:
    world.forum.faults.plan(fault, "/posts", method="POST")
    message = await world.closed()
    await world.post(message)
    await world.told("is on the forum", seconds=25)
    await says(world.house, "The result on the forum", MALARIA)
    assert len(world.topics()) == 1
    assert "- 3 people voted" in world.raw()


async def test_a_forum_that_stays_away_is_told_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "ATTEMPTS", 1)
    world.forum.faults.plan("error", "/posts", method="POST", times=50)
    message = await world.closed()
    await world.post(message)
    await world.told("does not answer just now")
    await world.told("I have stopped trying", seconds=15)
    await world.tools(message)
    assert offers(world.house)


async def test_a_topic_a_moderator_holds_is_linked_once_it_is_there(world: World) -> None:
    house, slack = world.house, world.house.slack
    world.forum.categories[MALARIA_CATEGORY].needs_approval = True
    message = await world.closed()
    await world.post(message)
    await world.told("A moderator of the forum looks at it first")
    assert "looks at its result first" in slack.shown(await world.tools(message))
    (waiting,) = world.forum.pending.values()
    author = world.forum.users[waiting.user_id]
    world.forum.add_topic(author, waiting.title, waiting.raw, MALARIA_CATEGORY, external_id=waiting.external_id)
    await slack.click(await world.tools(message), "poll_repair")
    await says(house, "The result on the forum", MALARIA)
    assert len(world.topics()) == 1


async def test_a_topic_that_is_gone_is_offered_anew(world: World) -> None:
    house = world.house
    message = await world.closed()
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    world.forum.delete_topic(world.topics()[0])
    await world.open_again(message)
    await vote(house, message, "sunil", 1)
    await world.close(message)
    await world.told("The topic is no longer there")
    await world.state("gone")
    await world.post(message)
    await world.state("posted")
    assert "- 4 people voted" in world.raw()


async def test_an_author_whose_time_to_edit_is_over_is_no_hindrance(world: World) -> None:
    """Our own account edits where it is staff; where it is not, the author does."""
    house, slack = world.house, world.house.slack
    message = await world.closed()
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    world.forum.user_named("system").admin = False  # type: ignore[union-attr]
    await world.open_again(message)
    await vote(house, message, "sunil", 1)
    await world.close(message)
    await slack.until(lambda: "- 4 people voted" in world.raw())
