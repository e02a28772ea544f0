"""/pulse-poll from the signed request to rows, messages and what each person sees."""

from __future__ import annotations

from typing import Any

from models import Poll, PollVote
from tests.house import House

WEBINAR = '"How useful was the webinar?" "Very" "Somewhat" "Not"'


def board(house: House, channel: str = "general") -> Any:
    """The poll's message in a channel."""
    return [one for one in house.slack.messages(channel) if one.user == "U0BAOBABOT"][-1]


async def posted(house: House, channel: str = "general") -> Any:
    """Wait for the poll's message, as it stands once it is drawn with its foot."""
    await house.slack.until(
        lambda: any("by @" in house.slack.shown(one) or "by <@" in house.slack.shown(one) for one in house.slack.messages(channel) if one.user == "U0BAOBABOT")
    )
    return board(house, channel)


def option(house: House, message: Any, number: int) -> str:
    """The value of an option's button."""
    return [
        block["accessory"]["value"] for block in message.blocks if block.get("block_id") == f"option-{number}"
    ][0]


async def test_a_poll_is_made_voted_on_moved_and_taken_back(house: House) -> None:
    made = await house.slack.command("claire", "/pulse-poll", WEBINAR + " --close Friday 17:00", "general")
    assert made.status == 200
    receipt = house.slack.shown(house.slack.ephemeral("claire"))
    assert "17:00 (Europe/London, UTC+00:00)" in receipt
    message = await posted(house)
    shown = house.slack.shown(message)
    print(shown)
    assert "Names are visible" in shown
    assert "Choose one" in shown
    await house.slack.click(message, "poll_vote", option(house, message, 1), "mateo")
    await house.slack.until(lambda: "Your vote is counted" in house.slack.shown(house.slack.ephemeral("mateo")))
    await house.slack.click(message, "poll_vote", option(house, message, 2), "neema")
    await house.slack.until(lambda: "2 people voted" in house.slack.shown(board(house)))
    print(house.slack.shown(board(house)))
    await house.slack.click(board(house), "poll_vote", option(house, message, 2), "mateo")
    await house.slack.until(lambda: "2 · 100" in house.slack.shown(board(house)))
    votes = await rows(house)
    assert votes == {("U0MATEO009", 2), ("U0NEEMA007", 2)}
    await house.slack.until(lambda: "Somewhat" in house.slack.shown(house.slack.ephemeral("mateo")))
    await house.slack.click(house.slack.ephemeral("mateo"), "poll_take_all_back")
    await house.slack.until(lambda: "1 person voted" in house.slack.shown(board(house)))
    assert await rows(house) == {("U0NEEMA007", 2)}


async def rows(house: House) -> set[tuple[str, int]]:
    from sqlmodel import select

    async with house.baobab.db.read_only() as session:
        return {(one.voter, one.option) for one in await session.exec(select(PollVote))}
