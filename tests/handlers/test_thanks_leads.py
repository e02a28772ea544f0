"""What leads see of thank-yous: that there are some, and the words of those that their community may read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.handlers.thanks_house import MALARIA, a_thanks_house, policy, until_card, until_told
from tests.house import House

KEPT = "A thank-you that those it was given to keep to themselves"


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
    assert KEPT in listed
    # Whom it is from and for, and what for, is for those it was given to.
    assert not {one for one in ("U0JOAO0002", "U0FATOU004", "the malaria brief") if one in listed}

    await slack.click(to_fatou, "thanks_show", person="fatou")
    card = await until_card(house, MALARIA, "the malaria brief")
    listed = await looks_through(house)
    assert "<@U0JOAO0002> thanked <@U0FATOU004>" in listed and "the malaria brief" in listed

    await slack.click(await until_told(house, "fatou", "sees it in its channel"), "thanks_private", person="fatou")
    await until_told(house, "fatou", "does not see it, nor do its leads. Admins have it in their log.")
    listed = await looks_through(house)
    assert card and KEPT in listed and "U0FATOU004" not in listed


async def test_of_several_a_lead_reads_those_who_let_their_community_read_it(house: House) -> None:
    slack = house.slack
    await slack.command("joao", "/thanks", "@fatou @ana for the malaria brief", MALARIA)
    await slack.click(await until_told(house, "fatou", "thanked you"), "thanks_show", person="fatou")
    await until_card(house, MALARIA, "the malaria brief")
    listed = await looks_through(house)
    assert "<@U0JOAO0002> thanked <@U0FATOU004> and one other" in listed
    assert "U0ANA00003" not in listed


async def test_who_gave_or_received_it_reads_it_there_too(house: House) -> None:
    slack = house.slack
    room = slack.workspace.open_dm("U0NEEMA007", "U0FATOU004")
    await slack.command("neema", "/thanks", "@fatou for the malaria brief", MALARIA)
    await slack.command("neema", "/thanks", "@ana for listening", room.id)
    await until_told(house, "fatou", "thanked you")
    assert "the malaria brief" in await looks_through(house, "neema")


async def test_admins_have_all_but_the_words_of_what_was_given_in_private(house: House) -> None:
    slack = house.slack
    await slack.command("joao", "/thanks", "@fatou for the malaria brief", MALARIA)
    await until_told(house, "fatou", "Admins have it in their log")
    listed = await looks_through(house, "amina")
    assert "<@U0JOAO0002> thanked <@U0FATOU004>" in listed and "the malaria brief" in listed


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
