"""What the tests of /huddle share: a house at a date of theirs, a channel with people in it, its card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.clocks import RunningClock
from tests.house import House, a_house, is_lifelike

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Sunil is in Kathmandu (+5:45): his Thursday 18:45 is 13:00 UTC.
THURSDAY = datetime(2026, 11, 26, 13, tzinfo=UTC)
CHANNEL = "cop-mla"
SECRET = "a-secret-of-the-tests"


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock(MONDAY)


@pytest.fixture
async def house(request: pytest.FixtureRequest, database_url: str, clock: RunningClock) -> AsyncIterator[House]:
    address = "https://baobab.example.org"
    async with a_house(
        database_url, clock=clock, lifelike=is_lifelike(request), secret_key=SECRET, public_url=address
    ) as made:
        for person in ("U0AMINA001", "U0ANA00003", "U0LAYLA006", "U0CLAIRE08"):
            made.slack.workspace.join(person, made.slack.where(CHANNEL).id)
        await made.slack.settled()
        yield made


async def planned(house: House, words: str = "Data quality clinic, Thursday 18:45", person: str = "sunil") -> Any:
    """A huddle that is typed and confirmed; gives its card."""
    await house.slack.command(person, "/huddle", words, CHANNEL)
    await house.slack.click(house.slack.ephemeral(person), "huddle_post")
    return await house.slack.until(lambda: card(house))


def card(house: House) -> Any:
    return next(
        (one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT" and not one.thread_ts), None
    )


async def shows(house: House, *texts: str) -> str:
    """Wait until the card shows all of these."""
    try:
        await house.slack.until(lambda: all(text in house.slack.shown(card(house)) for text in texts))
    except TimeoutError:
        raise AssertionError(house.slack.shown(card(house))) from None
    return house.slack.shown(card(house))


async def told(house: House, person: str, text: str) -> list[Any]:
    def found() -> list[Any]:
        return [one for one in house.slack.dm(person) if text in house.slack.shown(one)]

    await house.slack.until(found)
    return found()
