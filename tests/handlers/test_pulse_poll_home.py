"""A person's own polls on App Home: those that are open, those that closed lately, and the way to all of them."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from app.slack.views.ids import pack
from models import Poll
from tests.house import House


async def asked(house: House, *questions: str) -> None:
    for question in questions:
        await house.slack.command("mateo", "/pulse-poll", f'"{question}" "Yes" "No"', "general")


async def shown_home(house: House) -> str:
    await house.slack.open_home("mateo")
    home = house.slack.home("mateo")
    assert home is not None
    return str(house.slack.shown(home))


async def test_home_lists_open_and_lately_closed_polls_and_leads_to_all_of_them(house: House) -> None:
    await asked(house, *(f"Question {number}?" for number in range(1, 12)))
    await house.at_rest()
    # The first was closed long ago, the second lately.
    async with house.baobab.db.transaction() as session:
        polls = (await session.exec(select(Poll).order_by(col(Poll.id)))).all()
        now = house.baobab.services.clock.now()
        for poll, days in zip(polls, (31, 29), strict=False):
            poll.state, poll.closes_at, poll.closed_at = "closed", now, now - timedelta(days=days)
    shown = await shown_home(house)
    assert "Question 11?" in shown and "Question 6?" in shown
    assert "and 3 more" in shown
    assert "Question 5?" not in shown and "Question 1?" not in shown
    assert "Question 2?" in shown.split("Your polls that closed lately")[1]
    home = house.slack.home("mateo")
    assert home is not None
    await house.slack.click(home, "poll_own")
    own = house.slack.view("mateo")
    assert "Question 3?" in house.slack.shown(own) and "Question 1?" not in house.slack.shown(own)
    # From there the tools open on top.
    await house.slack.click(own, "poll_manage", pack(polls[1].key))
    tools = house.slack.view("mateo")
    assert tools.previous_id == own.id
    assert "Question 2?" in house.slack.shown(tools) and "poll_file" in house.slack.actions(tools)


async def test_what_is_set_in_a_window_on_top_of_the_list_is_told_in_the_tools(house: House) -> None:
    await asked(house, *(f"Question {number}?" for number in range(1, 10)))
    await house.at_rest()
    await shown_home(house)
    home = house.slack.home("mateo")
    assert home is not None
    await house.slack.click(home, "poll_own")
    own = house.slack.view("mateo")
    (poll,) = await house.rows(Poll, Poll.id == 9)
    await house.slack.click(own, "poll_manage", pack(poll.key))
    tools = house.slack.view("mateo")
    await house.slack.click(tools, "poll_extend")
    await house.slack.submit(house.slack.view("mateo"), {"until": "in 2 days"})
    assert house.slack.view("mateo").id == tools.id
    assert "The closing time is set" in house.slack.shown(tools)
    assert "The closing time is set" not in house.slack.shown(own)
    (poll,) = await house.rows(Poll, Poll.id == 9)
    assert poll.closes_at is not None
