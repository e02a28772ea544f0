"""A Baobab for tests of /thanks: no quiet hours unless a test wants them, and short ways to look at things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.playground import cast
from app.playground.slack.state import Message
from models import ThanksCard, Workspace
from tests.house import House, a_house

# Equal times mean that no hour is quiet: the suite runs at any.
AWAKE = {"quiet_from": "00:00", "quiet_to": "00:00"}
MALARIA, MNH = "cop-malaria", "cop-mnh"


async def policy(house: House, **settings: Any) -> None:
    """The workspace's rules of thanks."""
    async with house.baobab.db.transaction() as session:
        workspace = await session.get(Workspace, house.workspace_id)
        assert workspace
        workspace.settings = {"thanks": AWAKE | settings}


@asynccontextmanager
async def a_thanks_house(
    database_url: str, *, rules: dict[str, Any] | None = None, **more: Any
) -> AsyncIterator[House]:
    """A house whose workspace has these rules."""
    async with a_house(database_url, **more) as house:
        await policy(house, **(rules or {}))
        yield house


def ours(house: House, channel: str) -> list[Message]:
    """What we have in a channel now."""
    return [one for one in house.slack.messages(channel) if one.user == cast.BOT_USER_ID]


def told(house: House, person: str) -> list[str]:
    """What stands in somebody's direct messages with us."""
    return [house.slack.shown(one) for one in house.slack.dm(person)]


def receipt(house: House, person: str) -> str:
    """What the giver sees where they typed."""
    return house.slack.shown(house.slack.ephemeral(person))


async def until_told(house: House, person: str, words: str, seconds: float = 30.0) -> Message:
    """Somebody's message that says this."""

    def found() -> list[Message]:
        return [one for one in house.slack.dm(person) if words in house.slack.shown(one)]

    listed: list[Message] = await house.slack.until(found, seconds)
    return listed[-1]


async def until_card(house: House, channel: str, words: str, seconds: float = 30.0) -> Message:
    """The card of a channel, once it says this."""

    def found() -> list[Message]:
        return [one for one in ours(house, channel) if words in house.slack.shown(one)]

    listed: list[Message] = await house.slack.until(found, seconds)
    return listed[-1]


async def until_no_card(house: House, channel: str) -> None:
    """There is no card in a channel any more."""
    await house.slack.until(lambda: not ours(house, channel))


async def drawn(house: House) -> None:
    """Every card shows its newest version, and nobody draws."""
    for _ in range(3000):
        found = await house.rows(ThanksCard)
        if all(one.version == one.drawn and one.leased_until is None for one in found):
            return
        await asyncio.sleep(0.01)
    raise TimeoutError(f"cards are not drawn: {found}")


async def quiet(house: House) -> None:
    """Every job that was started has ended."""
    await house.at_rest()
