"""What the tests of results on the forum share: a house with a local forum, and ways to close, post and look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.clock import SystemClock
from app.playground.forum.records import ForumConfig, Topic
from app.playground.forum.server import FakeForum
from app.playground.forum.state import Forum
from models import Poll, PollTopic
from tests.house import House, a_house
from tests.polling import make, says, the_poll, vote

MALARIA = "cop-malaria"
MALARIA_CATEGORY = 16
NETS = '"How useful were the nets | Utiles ?" "Very *useful* | Très" "Not <at> all" "No|Nao"'
VOTERS = ("mateo", "neema", "ana", "sunil", "fatou")


@dataclass
class World:
    """A house with a forum on which the malaria community has a category."""

    house: House
    fake: FakeForum

    @property
    def forum(self) -> Forum:
        return self.fake.forum

    def topics(self) -> list[Topic]:
        return [one for one in self.forum.topics.values() if not one.deleted_at]

    def raw(self) -> str:
        """What the one topic's first post says."""
        (topic,) = self.topics()
        return self.forum.posts[topic.post_ids[0]].raw

    async def row(self) -> PollTopic:
        async with self.house.baobab.db.read_only() as session:
            found = await session.get(PollTopic, (await the_poll(self.house)).id)
        assert found is not None
        return found

    async def state(self, wanted: str) -> PollTopic:
        """Wait until its topic stands so."""
        for _ in range(400):
            if (row := await self.row()).state == wanted:
                return row
            await _moment()
        raise TimeoutError(f"{row.state}, not {wanted}")

    async def closed(self, text: str = NETS, channel: str = MALARIA, person: str = "claire", voters: int = 3) -> Any:
        """A poll that people voted on, closed by its creator; its message."""
        message = await make(self.house, text, person, channel)
        for place, name in enumerate(VOTERS[:voters]):
            await vote(self.house, message, name, 1 + place % 2)
        await self.close(message, channel, person)
        return message

    async def close(self, message: Any, channel: str = MALARIA, person: str = "claire") -> None:
        await self.tools(message, person)
        await self.house.slack.click(self.house.slack.view(person), "poll_close", person=person)
        for _ in range(400):
            if (await the_poll(self.house)).state == "closed":
                break
            await _moment()
        await says(self.house, "Closed", channel)

    async def open_again(self, message: Any) -> None:
        """Open it again, until its buttons are back."""
        slack = self.house.slack
        await slack.click(await self.tools(message), "poll_reopen")
        await slack.submit(slack.view("claire"), {"until": ""})
        await slack.until(lambda: "accessory" in str(message.blocks))

    async def tools(self, message: Any, person: str = "claire") -> Any:
        """The Manage window, opened anew."""
        self.house.slack.workspace.modals.clear(self.house.slack.who(person))
        await self.house.slack.click(message, "poll_manage", person=person)
        return self.house.slack.view(person)

    async def post(self, message: Any, person: str = "claire", **typed: str) -> Any:
        """Press the button, look, and send; the request that was sent."""
        await self.house.slack.click(await self.tools(message, person), "poll_to_forum", person=person)
        return await self.house.slack.submit(self.house.slack.view(person), dict(typed))

    async def told(self, words: str, person: str = "claire", seconds: float = 8.0) -> Any:
        """Somebody's direct message that says this."""
        slack = self.house.slack

        def found() -> list[Any]:
            return [one for one in slack.dm(person) if words in slack.shown(one)]

        return (await slack.until(found, seconds))[-1]


async def _moment() -> None:
    await asyncio.sleep(0.02)


def join(house: House) -> None:
    """They are all in the channel of the community."""
    room = house.slack.where(MALARIA)
    room.members += [one for one in map(house.slack.who, ("claire", *VOTERS)) if one not in room.members]


@asynccontextmanager
async def a_world(database_url: str) -> AsyncIterator[World]:
    """A house with a forum, and people in the channel of the malaria community."""
    async with FakeForum(ForumConfig("", SystemClock())) as fake, a_house(database_url, forum=fake) as house:
        fake.forum.add_category("Malaria", id=MALARIA_CATEGORY)
        claire = house.slack.workspace.member("U0CLAIRE08")
        fake.forum.add_user("claire_b", claire.name, claire.email or "")
        join(house)
        yield World(house, fake)


def offers(house: House, person: str = "claire") -> bool:
    """Whether the window offers to post the result."""
    return "poll_to_forum" in str(house.slack.view(person).blocks)


async def settled(house: House) -> None:
    """Every job that was started has ended."""
    for _ in range(400):
        health = await house.baobab.jobs.health()
        (poll,) = await house.rows(Poll)
        if not (health.waiting or health.running or poll.draw_at):
            return
        await _moment()
    raise TimeoutError(str(health))
