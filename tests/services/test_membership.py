"""Who is in a community: read whole at night, kept by events, shown on App Home."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.clock import StillClock
from app.communities import membership
from app.communities.service import import_communities
from app.communities.shapes import ChannelRef, CommunityEntry
from app.db import Database
from app.members.service import ensure_workspace
from models import CommunityPerson
from tests.house import House, a_house

TWO = [
    CommunityEntry("malaria", "Malaria", "", channels=(ChannelRef("C1"), ChannelRef("C2"))),
    CommunityEntry("old", "Old", "", channels=(ChannelRef("C3"),), status="archived"),
]


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with a_house(database_url) as made:
        yield made


async def test_a_community_is_the_people_of_its_channels(db: Database, clock: StillClock) -> None:
    async with db.transaction() as session:
        here = (await ensure_workspace(session, "T1", "One", clock.now())).id or 0
        await import_communities(session, here, TWO, clock.now())
        many = [f"U{number:05}" for number in range(2500)]
        assert await membership.replace(session, here, "C1", [*many, "U1", "U1"]) == 2501
        await membership.joined(session, here, "C2", "U1")
        await membership.joined(session, here, "C2", "U1")
        await membership.joined(session, here, "C3", "U1")
        await membership.joined(session, here, "C9", "U1")
        (malaria,) = await membership.communities_of(session, here, "U1")
        assert await membership.people_of(session, here, ["C2", "C3"]) == ["U1"]
        await membership.replace(session, here, "C1", ["U2"])
        assert await membership.people_of(session, here, ["C1"]) == ["U2"]
        assert await membership.communities_of(session, here, "U1") == [malaria]
        await membership.left(session, here, "C2", "U1")
        assert await membership.communities_of(session, here, "U1") == []


async def test_events_and_the_nightly_reading_keep_it_and_home_shows_it(house: House) -> None:
    slack, mateo = house.slack, house.slack.who("mateo")
    await house.baobab.upkeep.read_channels()
    assert await house.rows(CommunityPerson, CommunityPerson.slack_id == slack.who("ana"))
    await slack.open_home("mateo")
    await slack.settled()
    assert "Communities you are in" not in slack.shown(slack.home("mateo"))  # type: ignore[arg-type]

    slack.workspace.join(mateo, slack.where("cop-malaria").id)
    await slack.settled()
    await slack.open_home("mateo")
    await slack.settled()
    mine = slack.shown(slack.home("mateo")).split("Communities you are in")[1]  # type: ignore[arg-type]
    assert "Malaria" in mine.split("Other active communities")[0]

    slack.workspace.leave(mateo, slack.where("cop-malaria").id)
    await slack.settled()
    assert await house.rows(CommunityPerson, CommunityPerson.slack_id == mateo) == []


async def test_the_first_to_come_into_an_unread_channel_has_all_of_it_read(house: House) -> None:
    slack, mateo = house.slack, house.slack.who("mateo")
    malaria = slack.where("cop-malaria").id
    assert await house.rows(CommunityPerson, CommunityPerson.channel_id == malaria) == []
    slack.workspace.join(mateo, malaria)
    await slack.settled()
    await house.at_rest()
    read = {one.slack_id for one in await house.rows(CommunityPerson, CommunityPerson.channel_id == malaria)}
    assert mateo in read and len(read) > 2
    assert read == set(slack.where("cop-malaria").members)


async def test_a_channel_that_cannot_be_read_keeps_the_people_we_knew(house: House) -> None:
    await house.baobab.upkeep.read_channels()
    before = len(await house.rows(CommunityPerson))
    assert before
    house.slack.fault("error", "conversations.members", times=1, code="channel_not_found")
    await house.baobab.upkeep.read_channels()
    assert len(await house.rows(CommunityPerson)) == before
