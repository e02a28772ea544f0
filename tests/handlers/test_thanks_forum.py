"""Thanks for a post on the forum: its author is credited, whoever that is here, and never the giver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.clock import SystemClock
from app.jobs import runner
from app.playground.forum.records import ForumConfig
from app.playground.forum.server import FakeForum
from app.playground.forum.state import Forum
from models import Member, Thanks, ThanksRecipient
from tests.handlers.thanks_house import (
    MALARIA,
    a_thanks_house,
    policy,
    quiet,
    receipt,
    told,
    until_told,
)
from tests.house import House


@dataclass
class World:
    """A house with a forum; `url` is the forum's, without a last slash."""

    house: House
    forum: Forum
    url: str

    def post(self, author: str, title: str = "Bed nets in the rains", **more: Any) -> str:
        """The address of a new topic."""
        user = self.forum.user_named(author)
        assert user
        topic = self.forum.add_topic(user, title, "Words.", more.pop("category", 1), **more)
        return f"{self.url}/t/{topic.slug}/{topic.id}"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with FakeForum(ForumConfig("", SystemClock())) as fake, a_thanks_house(database_url, forum=fake) as house:
        forum = fake.forum
        forum.add_category("General", id=1)
        for username, handle in (("ana_q", "U0ANA00003"), ("joao_m", "U0JOAO0002"), ("peter_l", "U0PETER012")):
            who = house.slack.workspace.member(handle)
            forum.add_user(username, who.name, who.email or f"{username}@example.org")
        forum.add_user("zoe", "Zoe", "zoe@elsewhere.example")
        yield World(house, forum, fake.url)


async def until_receipt(world: World, words: str, person: str = "joao", seconds: float = 30.0) -> str:
    await world.house.slack.until(lambda: words in receipt(world.house, person), seconds)
    return receipt(world.house, person)


async def test_the_author_of_a_post_is_the_member_with_the_same_address(world: World) -> None:
    house, slack = world.house, world.house.slack
    url = world.post("ana_q")
    first = await slack.command("joao", "/thanks", f"{url}/1?u=joao_m for the nets #sharing", MALARIA)
    assert "asking the forum who wrote that post" in receipt(house, "joao") or "You thanked" in receipt(house, "joao")
    said = await until_receipt(world, "You thanked <@U0ANA00003>.")
    # The address is the post's, not that of whoever shared it.
    short = f"{world.url}/t/{next(iter(world.forum.topics))}/1"
    assert f"<{short}|the post>" in said
    message = await until_told(house, "ana", "the nets")
    assert short in slack.shown(message)
    for _ in range(2):
        assert (await slack.again(first)).body == first.body
    await quiet(house)
    (given,), (to,) = await house.rows(Thanks), await house.rows(ThanksRecipient)
    assert (given.source, given.value, given.forum_url, given.channel_id) == ("forum", "sharing", short, "C0MALARIA0")
    assert (to.slack_id, to.forum_username) == ("U0ANA00003", None)
    # The link is remembered, the address is not.
    linked = {one.slack_id: one.forum_username for one in await house.rows(Member) if one.forum_username}
    assert linked == {"U0ANA00003": "ana_q", "U0JOAO0002": "joao_m"}
    assert len(told(house, "ana")) == 1

    # The rules hold here as anywhere; what was typed comes back.
    await slack.command("joao", "/thanks", f"{url} for the nets once more", MALARIA)
    said = await until_receipt(world, "You thanked Ana not long ago")
    assert f"/thanks {short} the nets once more" in said
    await policy(house, cooldown_minutes=0, daily_cap=1)
    await slack.command("joao", "/thanks", f"{url} for the nets again", MALARIA)
    await until_receipt(world, "all your thanks of today")
    assert len(await house.rows(Thanks)) == 1


async def test_an_account_of_nobody_here_is_thanked_in_the_log(world: World) -> None:
    house = world.house
    url = world.post("zoe")
    await house.slack.command("joao", "/thanks", "", MALARIA)
    view = house.slack.view("joao")
    await house.slack.submit(view, {"reason": "the nets", "forum_url": "https://example.org/t/1"})
    assert "no address of a post on our forum" in house.slack.view("joao").errors["forum_url"]
    await house.slack.submit(view, {"reason": "the nets", "forum_url": url})
    assert "Your receipt comes in a direct message" in house.slack.shown(house.slack.view("joao"))
    message = await until_told(house, "joao", "You thanked zoe.")
    assert "Nobody here is linked to that forum account" in house.slack.shown(message)
    (to,) = await house.rows(ThanksRecipient)
    assert (to.slack_id, to.forum_username) == (None, "zoe")
    # Its giver can take it back there.
    await house.slack.click(message, "thanks_undo", person="joao")
    await house.slack.until(lambda: "You took back your thanks to zoe." in house.slack.shown(message))


async def test_what_is_no_thanks_to_somebody_else_is_refused(world: World) -> None:
    house, slack = world.house, world.house.slack
    zoe = world.forum.user_named("zoe")
    assert zoe
    mine, left, program = world.post("joao_m"), world.post("peter_l"), world.post("system")
    secret = world.post("zoe", "Between the two of us", to=frozenset({zoe.id}))
    refused = {
        f"{mine} for me": "You cannot thank yourself",
        f"{program} for the rules": "system is a bot",
        f"{secret} for the advice": "no post that everybody can read",
        f"{world.url}/t/none/9999 for it": "Please",
    }
    for typed, said in refused.items():
        await slack.command("joao", "/thanks", typed, MALARIA)
        if said != "Please":
            await until_receipt(world, said)
        else:
            await until_receipt(world, "/t/9999/1 it")
    for typed, said in (
        (f"{world.url}/c/general for it", "cannot tell which post"),
        (f"{mine} {left} for both", "one post at a time"),
        (f"{left}", "What do you thank them for"),
    ):
        await slack.command("joao", "/thanks", typed, MALARIA)
        assert said in receipt(house, "joao")
    assert await house.rows(Thanks) == []
    # An address among the words is a word; people named beside a post are thanked for it.
    await slack.command("joao", "/thanks", f"@fatou {left} for the discussion", MALARIA)
    assert "You thanked <@U0FATOU004>" in receipt(house, "joao")
    assert [one.forum_url for one in await house.rows(Thanks)] == [f"{world.url}/t/2/1"]


async def test_a_forum_that_is_away_is_waited_for_and_the_giver_knows(world: World) -> None:
    url = world.post("ana_q")
    world.forum.faults.plan("error", "/posts/", times=2)
    await world.house.slack.command("joao", "/thanks", f"{url} for the nets", MALARIA)
    await until_receipt(world, "The forum does not answer just now.")
    await until_receipt(world, "You thanked <@U0ANA00003>.")
    assert len(await world.house.rows(Thanks)) == 1


async def test_a_forum_that_never_answers_gives_the_words_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "ATTEMPTS", 1)
    url = world.post("ana_q")
    world.forum.faults.plan("error", "/posts/", times=50)
    await world.house.slack.command("joao", "/thanks", f"{url} for the nets", MALARIA)
    said = await until_receipt(world, "could not find the post's author")
    assert "/1 the nets" in said
    assert await world.house.rows(Thanks) == []


async def test_without_a_forum_an_address_is_a_word(database_url: str) -> None:
    async with a_thanks_house(database_url) as house:
        await house.slack.command("joao", "/thanks", "@fatou for https://forum.example.org/t/x/1", MALARIA)
        assert "https://forum.example.org/t/x/1" in receipt(house, "joao")
        assert [one.forum_url for one in await house.rows(Thanks)] == [""]
