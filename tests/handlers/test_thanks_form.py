"""The form of /thanks: opened with what was understood, suggesting, never guessing; and the message's menu."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import Thanks, ThanksRecipient
from tests.handlers.thanks_house import MALARIA, MNH, a_thanks_house, policy, receipt, told, until_told
from tests.house import House


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with a_thanks_house(database_url) as made:
        yield made


def element(house: House, person: str, name: str) -> dict[str, Any]:
    """An input of the form this person sees; {} where it has none."""
    found = (one["element"] for one in house.slack.view(person).payload["blocks"] if one.get("block_id") == name)
    return next(found, {})


def suggested(house: House, person: str) -> dict[str, list[str]]:
    """Who is suggested for each name as it was typed."""
    groups = element(house, person, "suggested").get("option_groups", [])
    return {one["label"]["text"]: [each["value"] for each in one["options"]] for one in groups}


async def recipients(house: House) -> list[str]:
    return [one.slack_id for one in await house.rows(ThanksRecipient)]


async def test_help_tells_privately_what_can_be_typed_and_opens_the_form(house: House) -> None:
    slack = house.slack
    for person, typed, said in (("joao", "ajuda", "opens a form"), ("neema", "help", "for the malaria brief")):
        await slack.command(person, "/thanks", typed, MALARIA)
        assert said in receipt(house, person)
        assert slack.views(person) == []
    await slack.click(slack.ephemeral("neema"), "thanks_start")
    assert element(house, "neema", "community")["initial_option"]["value"] == "malaria"
    # A sentence that begins so is somebody's reason.
    await slack.command("sunil", "/thanks", "help with the data @fatou", MALARIA)
    assert "help with the data" in receipt(house, "sunil")


async def test_without_words_a_form_opens_and_tells_what_is_missing(house: House) -> None:
    slack = house.slack
    await slack.command("joao", "/thanks", "", MALARIA)
    view = slack.view("joao")
    assert "You can thank 10 more people today." in slack.shown(view)
    assert element(house, "joao", "community")["initial_option"]["value"] == "malaria"
    assert "initial_value" not in element(house, "joao", "reason")
    filled: dict[str, Any] = {"people": [], "reason": "the brief"}
    await slack.submit(view, filled)
    # Slack asks for it, and does not call it optional.
    assert "required" in slack.view("joao").errors["people"]
    await slack.submit(view, filled | {"people": ["U0JOAO0002"]})
    assert "thank yourself" in slack.view("joao").errors["people"]
    await slack.submit(view, {"people": ["U0FATOU004"], "reason": "!"})
    assert "What do you thank them for" in slack.view("joao").errors["reason"]
    assert await house.rows(Thanks) == []
    await slack.submit(
        view, {"people": ["U0FATOU004"], "reason": "the brief", "value": "sharing", "community": "mnh"}
    )
    assert "You thanked <@U0FATOU004>." in slack.shown(slack.view("joao"))
    assert "#sharing · Maternal and Newborn Health" in slack.shown(slack.view("joao"))
    await until_told(house, "fatou", "Maternal and Newborn Health* and its leads see it only if you want that")
    # The receipt in the window is taken back there, too.
    await slack.click(slack.view("joao"), "thanks_undo")
    await slack.until(lambda: "You took back your thanks" in slack.shown(slack.view("joao")))
    await slack.until(lambda: not told(house, "fatou"))


async def test_names_that_slack_did_not_recognise_are_asked_about(house: House) -> None:
    slack = house.slack
    await slack.command(
        "joao", "/thanks", "@anna, @fatu, @neema and @nobody-like-this for the brief", MALARIA, raw=True
    )
    view = slack.view("joao")
    assert element(house, "joao", "people").get("initial_users") is None
    assert element(house, "joao", "suggested").get("initial_options") is None
    found = suggested(house, "joao")
    assert (found["@anna"][0], found["@fatu"][0]) == ("U0ANA00003", "U0FATOU004")
    # It is a name as typed, so it is asked about, however well it fits.
    assert found["@neema"] == ["U0NEEMA007"]
    assert "I do not know “@nobody-like-this”." in slack.shown(view)
    assert element(house, "joao", "reason")["initial_value"] == "the brief"
    await slack.submit(view, {"suggested": ["U0FATOU004"], "people": ["U0SUNIL005"]})
    assert await recipients(house) == ["U0SUNIL005", "U0FATOU004"]
    assert (await house.rows(Thanks))[0].source == "command"

    await slack.command("joao", "/thanks", "Layla Hadad for the data", MALARIA)
    assert suggested(house, "joao") == {"Layla Hadad": ["U0LAYLA006"]}
    await slack.command("joao", "/thanks", "@ana and @anna for the data", MALARIA)
    assert element(house, "joao", "people")["initial_users"] == ["U0ANA00003"]
    # Nobody is suggested to themselves.
    await slack.command("joao", "/thanks", "@joaoo for the data", MALARIA)
    assert suggested(house, "joao") == {}


async def test_an_address_is_exact_or_nobodys(house: House) -> None:
    slack = house.slack
    address = slack.workspace.member("U0FATOU004").email
    await slack.command("joao", "/thanks", f"{address} for the brief", MALARIA)
    assert element(house, "joao", "people")["initial_users"] == ["U0FATOU004"]
    await slack.submit(slack.view("joao"))
    assert await recipients(house) == ["U0FATOU004"]
    await slack.command("joao", "/thanks", "fatou.n@elsewhere.example for the brief", MALARIA)
    assert element(house, "joao", "people").get("initial_users") is None
    # Whose address it is, is not told to a guest.
    await slack.command("grace", "/thanks", f"{address} for the brief", MALARIA)
    assert element(house, "grace", "people").get("initial_users") is None
    assert "I do not know" in slack.shown(slack.view("grace"))
    assert element(house, "grace", "community") == {}


async def test_a_user_group_is_shown_before_it_is_thanked_and_costs_one(house: House) -> None:
    slack = house.slack
    await policy(house, daily_cap=3, group_cap=8)
    await slack.command("joao", "/thanks", "@leads for a good year", MALARIA)
    view = slack.view("joao")
    assert "*leads*: of its people 7 can be thanked by you now" in slack.shown(view)
    chosen = element(house, "joao", "people")["initial_users"]
    assert len(chosen) == 7
    assert "U0JOAO0002" not in chosen
    # The group changes while the form is open: what was shown is what is thanked.
    slack.workspace.groups["S0LEADS001"].members[:] = ["U0ISSA0011"]
    await slack.submit(view, {"people": chosen[1:]})
    assert await recipients(house) == chosen[1:]
    assert {one.by_group for one in await house.rows(ThanksRecipient)} == {"S0LEADS001"}
    assert [one.cost for one in await house.rows(Thanks)] == [1]
    # By name as well, and somebody beside: each of them counts.
    await slack.command("joao", "/thanks", "@claire and @km-team for the guide", MALARIA)
    await slack.submit(slack.view("joao"), {"people": ["U0CLAIRE08", "U0AMINA001", "U0FATOU004"]})
    assert "You can thank 2 more today, and named 3" in slack.view("joao").errors["people"]

    await policy(house, group_cap=1)
    for typed, said in (
        ("@km-team for it", "That group has 2 people"),
        ("@km-team @leads for it", "one user group at a time"),
    ):
        await slack.command("joao", "/thanks", typed, MALARIA)
        assert said in slack.shown(slack.view("joao"))
    slack.workspace.groups["S0KMTEAM01"].members[:] = ["U0PETER012", "U0JOAO0002"]
    await slack.command("joao", "/thanks", "@km-team for it", MALARIA)
    assert "Nobody of that group can be thanked now" in slack.shown(slack.view("joao"))


async def test_too_many_words_are_shown_whole_so_that_their_giver_can_shorten_them(house: House) -> None:
    slack = house.slack
    words = "word " * 250
    await slack.command("joao", "/thanks", f"@anna for {words}", MALARIA, raw=True)
    assert element(house, "joao", "reason")["initial_value"] == words.strip()
    await slack.submit(slack.view("joao"), {"people": ["U0ANA00003"]})
    assert "please say it in 1000" in slack.view("joao").errors["reason"]
    await slack.submit(slack.view("joao"), {"people": ["U0ANA00003"], "reason": "word"})
    assert await recipients(house) == ["U0ANA00003"]


async def test_a_message_s_menu_thanks_its_author_in_threads_too(house: House) -> None:
    slack = house.slack
    question = slack.post("fatou", MALARIA, "Who has a brief?")
    reply = slack.post("sunil", MALARIA, "Here it is.", thread_ts=question.ts)
    await slack.message_shortcut("joao", "thank_author", reply)
    assert element(house, "joao", "people")["initial_users"] == ["U0SUNIL005"]
    await slack.submit(slack.view("joao"), {"reason": "the brief, within the hour"})
    (given,) = await house.rows(Thanks)
    assert (given.message_ts, given.source, given.channel_id) == (reply.ts, "shortcut", "C0MALARIA0")
    message = await until_told(house, "sunil", "within the hour")
    # A reaction on the reply seconds it: now the recipient's own message says so.
    slack.react("neema", reply, "tada")
    slack.react("fatou", question, "tada")
    slack.react("sunil", reply, "tada")
    await slack.until(lambda: "one person seconds this" in slack.shown(message))
    slack.unreact("neema", reply, "tada")
    await slack.until(lambda: "seconds this" not in slack.shown(message))

    await slack.message_shortcut("fatou", "thank_author", question)
    assert "You wrote that yourself." in receipt(house, "fatou")


async def test_words_that_we_posted_for_somebody_are_theirs(house: House) -> None:
    slack = house.slack
    await slack.command("mateo", "/whereshare", "I have a job aid on postpartum hemorrhage for midwives", "general")
    await slack.click(slack.ephemeral("mateo"), "whereshare_post_it")
    await slack.submit(slack.view("mateo"), {"words": "Here is my job aid.", "places": ["channel"]})
    await slack.submit(slack.view("mateo"))
    (posted,) = await slack.until(lambda: [one for one in slack.messages(MNH) if "Here is my" in slack.shown(one)])
    # Whose words they are is written down once Slack has told their ts.
    await house.at_rest()
    await slack.message_shortcut("ana", "thank_author", posted)
    assert element(house, "ana", "people")["initial_users"] == ["U0MATEO009"]
    await slack.submit(slack.view("ana"), {"reason": "the job aid"})
    await until_told(house, "mateo", "<@U0ANA00003> thanked you.")
    await slack.message_shortcut("mateo", "thank_author", posted)
    assert "You wrote that yourself." in receipt(house, "mateo")
