"""A crowd at one poll: everybody votes and moves at once, some requests come twice, and the count is right."""

from __future__ import annotations

import asyncio
import copy
import random
from collections import Counter

import pytest

from app.members.rules import Profile
from app.members.service import note_members
from app.playground import cast
from tests.house import House
from tests.polling import board, make, option, says, vote, votes

PEOPLE = [f"UCROWD{number:04}" for number in range(150)]


@pytest.mark.lifelike
async def test_a_crowd_is_counted_exactly_and_drawn_about_once_a_second(house: House) -> None:
    chance = random.Random(5)
    now = house.baobab.services.clock.now()
    async with house.baobab.db.transaction() as session:
        profiles = [Profile(one, cast.TEAM_ID, one) for one in PEOPLE]
        await note_members(session, house.workspace_id, profiles, now)
    message = await make(house)
    buttons = {number: option(message, number) for number in (1, 2, 3)}
    like_this = (await vote(house, message, "mateo", 1)).payload
    wanted = {"U0MATEO009": 1}
    room = asyncio.Semaphore(40)

    async def person(who: str) -> None:
        for turn in range(2):
            number = chance.randint(1, 3)
            payload = copy.deepcopy(like_this)
            payload["user"]["id"] = who
            payload["trigger_id"] = f"{who}.{turn}"
            payload["actions"][0]["value"] = buttons[number]
            async with room:
                sent = await house.slack.courier.post.interaction(payload)
            assert sent.ok
            wanted[who] = number
            if chance.random() < 0.05:
                assert (await house.slack.again(sent)).ok

    before = len(house.slack.calls("chat.update"))
    await asyncio.gather(*(person(one) for one in PEOPLE))
    assert await votes(house) == set(wanted.items())
    tally = Counter(wanted.values())
    lines = ["Very\n", "Somewhat\n", "Not\n"]

    def counts() -> list[str]:
        """The number in each option's line."""
        return [board(house).split(one)[1].split("\n")[0].split(" ")[1] for one in lines]

    await says(house, "151 people voted")
    await house.slack.until(lambda: counts() == [str(tally[number]) for number in (1, 2, 3)])
    drawn = house.slack.calls("chat.update")[before:]
    # About once a second, however many voted meanwhile.
    assert 1 <= len(drawn) <= 2 + (drawn[-1].at - drawn[0].at).total_seconds()
