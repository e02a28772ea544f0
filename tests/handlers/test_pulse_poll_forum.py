"""A poll's result goes to the forum when somebody who manages it says so, once, and stays in step with the poll."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from app.polls.erasing import forget_votes, named_polls, redraw_all
from models import Audit, Community, CommunityChannel, CommunityLead, PollText
from tests.handlers.poll_forum_world import (
    MALARIA,
    MALARIA_CATEGORY,
    NETS,
    VOTERS,
    World,
    a_world,
    join,
    offers,
    settled,
)
from tests.house import House
from tests.polling import board, make, posted, says, vote


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with a_world(database_url) as made:
        yield made


async def test_the_result_is_shown_first_and_posted_once(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await make(house, NETS, "claire", MALARIA)
    await world.tools(message)
    assert not offers(house)
    for name, number in (("mateo", 1), ("neema", 1), ("ana", 2)):
        await vote(house, message, name, number)
    await says(house, "3 people voted", MALARIA)
    await world.close(message)

    # The creator may do it from the message that tells of the closing, and sees what it will be.
    notice = await world.told("Your poll is closed")
    slack.workspace.modals.clear("U0CLAIRE08")
    await slack.click(notice, "poll_to_forum", person="claire")
    window = slack.view("claire")
    shown = str(window.blocks)
    assert "*Malaria*" in shown and "Option · Votes · Share" in shown
    assert "Very *useful* · Très: 2 · 67% · ███████░░░" in shown and "Not <at> all: 1 · 33%" in shown
    # None of its Markdown is left, and its link is one.
    assert not any(mark in shown for mark in ("| ", "**", "---", "\\\\", "&lt;", "]("))
    assert "'type': 'link'" in shown and "The poll on Slack" in shown
    assert world.topics() == []
    # A title that the forum would not take is refused while it can still be mended.
    await slack.submit(window, {"topic_title": "Short"})
    assert "15 to 255 letters" in window.errors["topic_title"]
    first = await slack.submit(window, {"topic_title": "How useful were the nets"})
    assert "on its way to the forum" in slack.shown(slack.view("claire"))
    for _ in range(2):
        assert (await slack.again(first)).body == first.body
    done = await world.told("is on the forum")
    (topic,) = world.topics()
    assert f"{world.fake.url}/t/{topic.slug}/{topic.id}" in slack.shown(done)
    assert (topic.title, topic.category_id) == ("How useful were the nets", MALARIA_CATEGORY)
    assert world.forum.users[topic.user_id].username == "claire_b"

    raw = world.raw()
    assert r"| Very \*useful\* · Très | 2 | 67% | ███████░░░ |" in raw
    assert r"| Not &lt;at> all | 1 | 33% | ███░░░░░░░ |" in raw
    assert "- 3 people voted" in raw and "people in its channels took part" in raw
    assert "Names are visible on the poll in Slack, and not here." in raw
    assert re.search(r"- Closed \w+, .* \(.+, UTC[+-]\d\d:\d\d\)", raw)
    assert re.search(r"\[The poll on Slack\]\(https?://\S+/archives/C\w+/p\d+\)", raw)
    for name in VOTERS:
        who = slack.workspace.member(slack.who(name))
        assert who.id not in raw and who.name not in raw
    assert "The result on the forum" in await says(house, "The result on the forum", MALARIA)
    (noted,) = await house.rows(Audit, Audit.act == "poll.forum")
    assert (noted.actor, noted.details) == ("U0CLAIRE08", {"category": MALARIA_CATEGORY})
    # There is no second one.
    await world.tools(message)
    assert not offers(house) and "Its result on the forum" in slack.shown(slack.view("claire"))
    await slack.click(notice, "poll_to_forum", person="claire")
    assert len(world.topics()) == 1


async def test_opened_again_mended_and_closed_again_the_same_post_is_brought_up_to_date(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await world.closed('"How usefull were the nets?" "Very" "Not"')
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    (topic,) = world.topics()
    assert topic.title == "How usefull were the nets?"
    await world.open_again(message)
    # Open again it has no result: what the forum shows is of the first time.
    await slack.until(lambda: "The result on the forum" not in board(house, MALARIA))
    await slack.click(await world.tools(message), "poll_change")
    await slack.submit(slack.view("claire"), {"q0": "How useful were the nets?", "o0": "Very\nNot"})
    await vote(house, message, "sunil", 2)
    await says(house, "4 people voted", MALARIA)
    assert "- 3 people voted" in world.raw()
    await world.close(message)
    await slack.until(lambda: "- 4 people voted" in world.raw())
    await slack.until(lambda: topic.title == "How useful were the nets?")
    assert "| Not | 2 | 50% | █████░░░░░ |" in world.raw()
    assert "Typing errors were mended" in world.raw()
    assert len(world.topics()) == 1
    # Drawing it anew asks nothing of the forum where it says this already.
    before = [one for one in world.forum.faults.seen if one.startswith("PUT")]
    await slack.click(await world.tools(message), "poll_repair")
    await says(house, "The result on the forum", MALARIA)
    await settled(house)
    assert [one for one in world.forum.faults.seen if one.startswith("PUT")] == before

    # Deleted, nothing of it is left there but that it was taken back.
    await slack.click(await world.tools(message), "poll_delete")
    await slack.until(lambda: "taken back" in world.raw())
    assert "Very" not in world.raw() and "voted" not in world.raw()


async def test_open_answers_are_there_only_as_long_as_they_are_shown(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await make(house, '"What else do you need for the nets?" --text', "claire", MALARIA)
    for person, words in (("mateo", "More *hooks* @all"), ("neema", "Ask Mateo")):
        await slack.click(message, "poll_open_form", person=person)
        await slack.submit(slack.view(person), {"q0": words})
    await says(house, "2 people voted", MALARIA)
    await world.close(message)
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    assert "2 people answered in their own words." in world.raw()
    assert "hooks" not in world.raw() and "Ask" not in world.raw()
    async with house.baobab.db.read_only() as session:
        keys = {one.text: one.key for one in await session.exec(select(PollText))}
    for ticked in ([keys["More *hooks* @all"]], []):
        await slack.click(await world.tools(message), "poll_read_answers")
        await slack.submit(slack.view("claire"), {"shown0": ticked})
        await slack.until(lambda wanted=bool(ticked): ("hooks" in world.raw()) is wanted)
        # No mark of theirs works there, and nobody is pinged.
        assert not ticked or "- “More \\*hooks\\* @\u200ball”" in world.raw()
        assert "Mateo" not in world.raw() and "Ask" not in world.raw()


async def test_a_ranked_poll_and_a_scale_say_points_mean_and_spread(world: World) -> None:
    house, slack = world.house, world.house.slack
    await slack.command("claire", "/pulse-poll", '"A pulse of the malaria community"', MALARIA)
    form = slack.view("claire")
    await slack.click(form, "poll_new_kind", "form")
    await slack.submit(form, {"options": "? Useful? [rating 3]\n? Order [ranked]\n- X\n- Y"})
    message = await posted(house, MALARIA)
    for person, rate in (("mateo", "3"), ("neema", "2")):
        await slack.click(message, "poll_open_form", person=person)
        await slack.submit(slack.view(person), {"q0": rate, "q1-1": "2", "q1-2": "1"})
    await says(house, "2 people voted", MALARIA)
    await world.close(message)
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    raw = world.raw()
    assert "### 1. Useful?" in raw and "Mean 2.5 of 3, spread 0.5" in raw
    assert "| 1. | Y | 4 | ██████████ |" in raw and "| 2. | X | 2 | █████░░░░░ |" in raw


async def test_a_secret_poll_of_too_few_is_not_offered(world: World) -> None:
    message = await world.closed(NETS + " --secret", voters=4)
    await world.tools(message)
    assert not offers(world.house)
    assert "Post the result" not in world.house.slack.shown(await world.told("Your poll is closed"))


async def test_a_secret_poll_of_five_says_that_nobody_can_see_who_chose_what(world: World) -> None:
    message = await world.closed(NETS + " --secret", voters=5)
    await world.post(message)
    await says(world.house, "The result on the forum", MALARIA)
    assert "Secret from everyone: nobody can see who chose what." in world.raw()
    assert "| 3 | 60% | ██████░░░░ |" in world.raw()


async def test_what_is_private_or_has_no_place_is_not_offered(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await world.closed(channel="general")
    await world.tools(message)
    assert not offers(house)
    # A community meets there now, and then the channel becomes private.
    (community,) = await house.rows(Community, Community.slug == "malaria")
    general = slack.where("general")
    await house.add(
        CommunityChannel(workspace_id=house.workspace_id, community_id=community.id, slack_id=general.id, position=9)
    )
    window = await world.tools(message)
    assert offers(house)
    await slack.click(window, "poll_to_forum")
    preview = slack.view("claire")
    general.kind = "private"
    await slack.submit(preview, {})
    assert "private channel, so its result stays there" in str(slack.view("claire").errors) + slack.shown(
        slack.view("claire")
    )
    await world.tools(message)
    assert not offers(house)
    assert world.topics() == []


async def test_a_result_whose_channel_becomes_private_is_taken_back_with_the_next_change(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await world.closed()
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    slack.where(MALARIA).kind = "private"
    await slack.click(await world.tools(message), "poll_repair")
    await slack.until(lambda: "taken back" in world.raw())
    assert "voted" not in world.raw()


async def test_a_lead_may_post_it_for_as_long_as_they_lead(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await world.closed(voters=1)
    await slack.click(message, "poll_manage", person="sunil")
    assert "a lead of this community" in slack.shown(slack.ephemeral("sunil"))
    await slack.click(await world.tools(message, "neema"), "poll_to_forum")
    window = slack.view("neema")
    (lead,) = await house.rows(CommunityLead, CommunityLead.slack_id == "U0NEEMA007")
    async with house.baobab.db.transaction() as session:
        (await session.get_one(CommunityLead, lead.id)).slack_id = "U0PETER012"
    await slack.submit(window, {})
    await settled(house)
    assert world.topics() == []
    assert await house.rows(Audit, Audit.act == "poll.forum") == []
    async with house.baobab.db.transaction() as session:
        (await session.get_one(CommunityLead, lead.id)).slack_id = "U0NEEMA007"
    await world.post(message, "neema")
    await world.told("is on the forum", "neema")
    # The forum knows no account of hers: then ours posts it, and her name is not in it.
    (topic,) = world.topics()
    assert world.forum.users[topic.user_id].username == "system"
    assert "Neema" not in world.raw()


async def test_an_answer_of_somebody_forgotten_is_taken_out_there_too(world: World) -> None:
    house, slack = world.house, world.house.slack
    message = await make(house, '"What else do you need for the nets?" --text', "claire", MALARIA)
    await slack.click(message, "poll_open_form", person="mateo")
    await slack.submit(slack.view("mateo"), {"q0": "More hooks"})
    await says(house, "1 person voted", MALARIA)
    async with house.baobab.db.transaction() as session:
        (await session.exec(select(PollText))).one().shown = True
    await world.close(message)
    await world.post(message)
    await says(house, "The result on the forum", MALARIA)
    assert "hooks" in world.raw()
    now = house.baobab.services.clock.now()
    async with house.baobab.db.transaction() as session:
        polls = await named_polls(session, house.workspace_id, "U0MATEO009")
        await forget_votes(session, house.workspace_id, "U0MATEO009")
        await redraw_all(session, house.baobab.services.jobs.timers, polls, now)
    await slack.until(lambda: "hooks" not in world.raw())


async def test_without_a_forum_nothing_is_offered(house: House) -> None:
    join(house)
    message = await make(house, NETS, "claire", MALARIA)
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_close")
    await house.slack.until(lambda: "Closed" in board(house, MALARIA))
    house.slack.workspace.modals.clear("U0CLAIRE08")
    await house.slack.click(message, "poll_manage", person="claire")
    assert not offers(house)
