"""Notes of a huddle on the forum: once, in the community's category, true to what was last written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app.playground.forum.records import ForumConfig, Topic
from app.playground.forum.server import FakeForum
from app.playground.forum.state import Forum
from models import Community, CommunityCategory, Huddle, HuddleSlot, Member
from tests.clocks import RunningClock
from tests.handlers.huddle_world import CHANNEL, MONDAY, SECRET, THURSDAY, card, planned, shows, told
from tests.house import House, a_house

TITLE = "Data quality <b>clinic</b> & [registers] #1"
DECISIONS = "We count *at the ward*, @sunil_t & [see](https://x.example.org) <script> #later\n- one\n- two"


@dataclass
class World:
    """A house with a forum, and a huddle of Sunil's that is over, at which Amina said that she was."""

    house: House
    forum: Forum
    clock: RunningClock
    category: int

    async def write(self, decisions: str = DECISIONS, place: str = "on_forum", **more: Any) -> Any:
        """The host writes notes; the request, to be sent again."""
        await self.house.slack.click(card(self.house), "huddle_manage", person="sunil")
        await self.house.slack.click(self.house.slack.view("sunil"), "huddle_notes")
        view = self.house.slack.view("sunil")
        placed = {"place": place} if place else {}
        return await self.house.slack.submit(view, {"decisions": decisions, **placed, **more})

    @property
    def topics(self) -> list[Topic]:
        """Topics of the community's category."""
        return [one for one in self.forum.topics.values() if one.category_id == self.category and not one.deleted_at]

    def words(self, topic: Topic) -> str:
        """What a topic begins with."""
        return next(one.raw for one in self.forum.posts.values() if one.topic_id == topic.id and one.number == 1)

    @property
    def under(self) -> list[Any]:
        """Our messages in the thread of the card."""
        return [one for one in self.house.slack.messages(CHANNEL) if one.thread_ts and one.user == "U0BAOBABOT"]

    async def until_under(self, words: str) -> str:
        """What stands under the card, once it holds these words."""
        slack = self.house.slack
        await slack.until(lambda: any(words in slack.shown(one) for one in self.under))
        (only,) = self.under
        return str(slack.shown(only))


@pytest.fixture
async def world(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr("app.jobs.tasks.FIRST_WAIT", 0.05)
    clock = RunningClock(MONDAY)
    async with (
        FakeForum(ForumConfig("", clock)) as fake,
        a_house(
            database_url, clock=clock, forum=fake, secret_key=SECRET, public_url="https://baobab.example.org"
        ) as house,
    ):
        forum = fake.forum
        sunil = house.slack.workspace.member("U0SUNIL005")
        forum.add_user("sunil_t", sunil.name, "sunil@example.org")
        # As somebody calls themselves who means harm.
        house.slack.workspace.member("U0AMINA001").display_name = "Amina [x](y) @sunil_t"
        house.slack.workspace.join("U0AMINA001", house.slack.where(CHANNEL).id)
        await house.slack.settled()
        async with house.baobab.db.transaction() as session:
            of_mla = select(CommunityCategory.category_id).join(Community).where(Community.slug == "mla")
            category = (await session.exec(of_mla)).one()
            await session.exec(
                update(Member).where(col(Member.slack_id) == "U0AMINA001").values(name="Amina [x](y) @sunil_t")
            )
            await session.exec(
                update(Member).where(col(Member.slack_id) == "U0SUNIL005").values(forum_username="sunil_t")
            )
        forum.add_category("Monitoring and learning", id=category)
        await planned(house, f"{TITLE}, Thursday 18:45")
        await house.slack.click(card(house), "huddle_ask", person="fatou")
        await house.slack.submit(house.slack.view("fatou"), {"question": "Who counts <here> @all?"})
        clock.move_to(THURSDAY + timedelta(minutes=1))
        await shows(house, "I am here")
        await house.slack.click(card(house), "huddle_was_there", person="amina")
        clock.move_to(THURSDAY + timedelta(minutes=46))
        await told(house, "sunil", "How was")
        yield World(house, forum, clock, category)


async def test_notes_are_a_topic_once_and_what_is_written_again_replaces_it(world: World) -> None:
    house = world.house
    first = await world.write()
    pointer = await world.until_under("Notes on the forum")
    (topic,) = world.topics
    assert topic.title.startswith("Notes: Data quality <b>clinic</b> & [registers] #1, Thu")
    author = world.forum.users[topic.user_id]
    assert author.username == "sunil_t"
    raw = world.words(topic)
    # Typed formatting stays, and nothing of it links, tags, pings or becomes a heading.
    assert "We count **at the ward**" in raw
    assert "\\[see\\](https://x.example.org) &lt;script> \\#later" in raw
    assert "- one\n- two" in raw
    assert "**Questions**\n\n- ? Who counts &lt;here> @\u200ball?" in raw
    assert "Was there: Amina \\[x\\](y) @\u200bsunil_t" in raw
    assert "@sunil" not in raw
    # Each leads to the other.
    assert "[The huddle in Slack](http" in raw
    link = f"/t/{topic.slug}/{topic.id}"
    assert link in str(world.under[0].blocks)
    await shows(house, "Notes of this huddle")
    assert link in str(card(house).blocks)
    assert "We count" not in pointer

    await house.slack.again(first)
    await house.slack.settled()
    assert len(world.topics) == len(world.under) == 1

    await world.write("On second thoughts: at the district.", place="", recording="https://rec.example.org/a#t=1_2")
    await house.slack.until(lambda: "second thoughts" in world.words(topic))
    raw = world.words(topic)
    assert "at the ward" not in raw
    assert "Recording: <https://rec.example.org/a#t=1_2>" in raw
    # Once there, they are kept true there, and the form offers no other place.
    await world.write("Third time.", place="")
    await house.slack.until(lambda: "Third time." in world.words(topic))
    await house.slack.settled()
    assert len(world.topics) == len(world.under) == 1
    assert house.slack.dm("sunil")[1:] == []


@pytest.mark.parametrize("fault", ["lost", "lost_gateway"])
async def test_an_answer_of_the_forum_that_is_lost_makes_no_second_topic(world: World, fault: str) -> None:
    world.forum.faults.plan(fault, "/posts", method="POST")
    await world.write()
    await world.until_under("Notes on the forum")
    await world.house.slack.settled()
    assert len(world.topics) == 1
    assert len(world.under) == 1


async def test_while_the_forum_is_away_the_notes_are_under_the_card_and_the_host_knows(world: World) -> None:
    house = world.house
    world.forum.faults.plan("error", "/posts", method="POST", times=10)
    world.forum.faults.plan("error", "/t/external_id", times=10)
    await world.write()
    assert "at the ward" in await world.until_under("at the ward")
    (message,) = await told(house, "sunil", "not on the forum yet")
    assert "I try again until it does" in house.slack.shown(message)
    # It comes back, and the same message points to the forum.
    world.forum.faults._planned.clear()
    await world.until_under("Notes on the forum")
    assert len(world.topics) == len(world.under) == 1
    address = f"/t/{world.topics[0].slug}/"
    await house.slack.until(lambda: address in str(card(house).blocks))


async def test_what_the_forum_refuses_or_holds_stands_under_the_card(world: World) -> None:
    house = world.house
    category = world.forum.categories[world.category]
    category.create_groups = frozenset({"elders"})
    await world.write()
    await world.until_under("at the ward")
    (message,) = await told(house, "sunil", "not on the forum yet")
    shown = house.slack.shown(message)
    assert "The forum did not take them" in shown
    assert "What you wrote is kept" in shown
    assert world.topics == []

    # What was written is in the form again; a moderator looks at it first this time.
    category.create_groups, category.needs_approval = None, True
    await house.slack.click(message, "huddle_notes", person="sunil")
    form = house.slack.view("sunil")
    assert "at the ward" in str(form.payload)
    await house.slack.submit(form, {"place": "on_forum"})
    await told(house, "sunil", "A moderator of the forum looks at them first")
    assert "at the ward" in await world.until_under("at the ward")
    (waiting,) = world.forum.pending
    world.forum.approve(waiting)
    # Once it is through, writing again finds it.
    await world.write("Let through.")
    await world.until_under("Notes on the forum")
    await house.slack.until(lambda: "Let through." in world.words(world.topics[0]))
    assert len(world.topics) == len(world.under) == 1


async def test_nothing_of_a_private_channel_goes_to_the_forum(world: World) -> None:
    async with world.house.baobab.db.transaction() as session:
        await session.exec(update(Huddle).values(private=True))
    await world.house.slack.click(card(world.house), "huddle_manage", person="sunil")
    await world.house.slack.click(world.house.slack.view("sunil"), "huddle_notes")
    assert "On the forum" not in world.house.slack.shown(world.house.slack.view("sunil"))
    # Nor where a form asks for it that was opened before.
    forged = {"decisions": DECISIONS, "place": "in_channel"}
    await world.house.slack.submit(world.house.slack.view("sunil"), forged)
    await world.until_under("at the ward")
    assert world.topics == []
    (slot,) = await world.house.rows(HuddleSlot)
    assert slot.notes_topic is None


async def test_who_is_erased_is_taken_off_card_and_notes_at_once(world: World) -> None:
    house = world.house
    await world.write()
    await world.until_under("Notes on the forum")
    (topic,) = world.topics
    assert "Amina" in world.words(topic)
    await shows(house, "Was there")
    assert "U0AMINA001" in str(card(house).blocks)
    await house.slack.open_home("amina")
    home = await house.slack.until(lambda: house.slack.home("amina"))
    await house.slack.click(home, "privacy_open_erase")
    view = house.slack.view("amina")
    await house.slack.submit(view, {"privacy_agreed": ["yes"]})
    await house.slack.until(lambda: "U0AMINA001" not in str(card(house).blocks))
    await house.slack.until(lambda: "Amina" not in world.words(topic))
    await shows(house, "Was there")
