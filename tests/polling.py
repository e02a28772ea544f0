"""What the tests of polls share: make one, find its message and buttons, see what people see."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from app.playground import cast
from models import Poll, PollVote
from tests.house import House

WEBINAR = '"How useful was the webinar?" "Very" "Somewhat" "Not"'


async def make(house: House, text: str = WEBINAR, person: str = "claire", channel: str = "general") -> Any:
    """Type the command and wait until the poll stands in the channel; its message."""
    await house.slack.command(person, "/pulse-poll", text, channel)
    return await posted(house, channel)


async def posted(house: House, channel: str = "general") -> Any:
    """The poll's message, once it is drawn whole."""
    return await house.slack.until(lambda: drawn(house, channel))


def drawn(house: House, channel: str = "general") -> Any:
    """The latest message of ours that has its foot, or None."""
    found = [one for one in house.slack.messages(channel) if one.user == cast.BOT_USER_ID]
    return found[-1] if found and "by <@" in house.slack.shown(found[-1]) else None


def board(house: House, channel: str = "general") -> str:
    """What the poll's message says."""
    message = drawn(house, channel)
    return house.slack.shown(message) if message else ""


async def says(house: House, words: str, channel: str = "general") -> str:
    """Wait until the poll's message says this; all that it says."""
    await house.slack.until(lambda: words in board(house, channel))
    return board(house, channel)


async def told(house: House, person: str, words: str) -> Any:
    """Wait until a person sees a private message with these words; that message."""
    return await house.slack.until(
        lambda: next((one for one in house.slack.ephemerals(person)[::-1] if words in house.slack.shown(one)), None)
    )


def option(message: Any, number: int) -> str:
    """The value of the button of an option, by its place on the poll."""
    (block,) = [one for one in message.blocks if one.get("block_id") == f"option-{number}"]
    return str(block["accessory"]["value"])


async def vote(house: House, message: Any, person: str, number: int) -> Any:
    """Press an option's button."""
    return await house.slack.click(message, "poll_vote", option(message, number), person)


async def votes(house: House) -> set[tuple[str, int]]:
    """(voter, option) of every vote that is kept."""
    async with house.baobab.db.read_only() as session:
        return {(one.voter, one.option) for one in await session.exec(select(PollVote))}


async def the_poll(house: House) -> Poll:
    """The one poll that is kept."""
    (poll,) = await house.rows(Poll)
    assert isinstance(poll, Poll)
    return poll
