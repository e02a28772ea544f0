"""What leads see of thank-yous: that there are some, and the words of those that their community may read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.handlers.thanks_house import MALARIA, a_thanks_house, policy, until_card, until_told
from tests.house import House

KEPT = "the words are for those it was given to"


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with a_thanks_house(database_url) as made:
        yield made


async def looks_through(house: House, lead: str = "neema") -> str:
    """What a lead reads under *Look through them*."""
    slack = house.slack
    await slack.open_home(lead)
    await slack.settled()
    await slack.click(slack.home(lead), "thanks_open_keep")
    return slack.shown(slack.view(lead))


async def test_leads_read_what_their_community_may_read_and_no_more(house: House) -> None:
    slack = house.slack
    await slack.command("joao", "/thanks", "@fatou for the malaria brief", MALARIA)
    to_fatou = await until_told(
        house, "fatou", "*Malaria* and its leads see it only if you want that. Admins have it"
    )
    listed = await looks_through(house)
    assert "<@U0JOAO0002> thanked <@U0FATOU004>" in listed and KEPT in listed
    assert "the malaria brief" not in listed

    await slack.click(to_fatou, "thanks_show", person="fatou")
    card = await until_card(house, MALARIA, "the malaria brief")
    assert "the malaria brief" in await looks_through(house)

    await slack.click(await until_told(house, "fatou", "sees it in its channel"), "thanks_private", person="fatou")
    await until_told(house, "fatou", "does not see it, nor do its leads. Admins have it in their log.")
    assert card and "the malaria brief" not in await looks_through(house)


async def test_what_was_given_in_private_is_in_no_log_of_admins(house: House) -> None:
    slack = house.slack
    room = slack.workspace.open_dm("U0JOAO0002", "U0NEEMA007")
    await slack.command("joao", "/thanks", "@fatou for listening", room.id)
    message = await until_told(house, "fatou", "thanked you")
    assert "Admins" not in slack.shown(message)


async def test_nobody_hears_of_it_before_those_it_is_for(house: House) -> None:
    await policy(house, quiet_from="00:00", quiet_to="23:59")
    await house.slack.command("joao", "/thanks", "@fatou for the malaria brief", MALARIA)
    assert "Nobody was thanked here yet." in await looks_through(house)
