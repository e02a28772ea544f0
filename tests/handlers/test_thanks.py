"""/thanks from the signed request to the receipt, the recipient's message, the channel's card and the rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from models import Receipt, Thanks, ThanksCard, ThanksRecipient, ThanksSecond
from tests.handlers.thanks_house import (
    MALARIA,
    MNH,
    a_thanks_house,
    drawn,
    ours,
    policy,
    quiet,
    receipt,
    told,
    until_card,
    until_no_card,
    until_told,
)
from tests.house import House

BRIEF = "@fatou and @sunil for the malaria brief, which two districts use #sharing"


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with a_thanks_house(database_url) as made:
        yield made


async def test_a_sentence_thanks_two_people_and_the_channel_sees_what_they_agree_to(house: House) -> None:
    slack = house.slack
    delivery = await slack.command("joao", "/thanks", BRIEF, MALARIA)
    assert delivery.status == 200
    said = receipt(house, "joao")
    assert "You thanked <@U0FATOU004> and <@U0SUNIL005>." in said
    assert "the malaria brief, which two districts use" in said
    assert "#sharing · Malaria" in said
    assert "I tell them privately. *Malaria* sees it only if they want it to. Undo works until <!date^" in said
    (given,) = await house.rows(Thanks)
    assert (given.giver, given.reason, given.value) == (
        "U0JOAO0002", "the malaria brief, which two districts use", "sharing"
    )  # fmt: skip
    assert (given.source, given.channel_id, given.channel_kind) == ("command", "C0MALARIA0", "public")

    to_fatou = await until_told(house, "fatou", "<@U0JOAO0002> thanked you and one other.")
    to_sunil = await until_told(house, "sunil", "<@U0JOAO0002> thanked you and one other.")
    assert slack.actions(to_fatou) == ["thanks_private", "thanks_show"]
    await quiet(house)
    # Nobody else heard of it, nothing is in the channel, and no message was drawn twice.
    assert ours(house, MALARIA) == []
    assert [one for one in ("joao", "neema", "amina") if told(house, one)] == []
    assert slack.calls("chat.update") == []

    await slack.click(to_fatou, "thanks_show", person="fatou")
    card = await until_card(house, MALARIA, "Fatou")
    line = "*Fatou*, thanked by João: the malaria brief, which two districts use · #sharing"
    assert line in slack.shown(card)
    # Whoever was told already is not pinged once more.
    assert "<@" not in slack.shown(card)
    assert "Sunil" not in slack.shown(card)
    to_fatou = await until_told(house, "fatou", ":eyes: *Malaria* sees it in its channel.")
    assert slack.actions(to_fatou) == ["thanks_private"]

    await slack.click(to_sunil, "thanks_show", person="sunil")
    await until_card(house, MALARIA, "*Fatou* and *Sunil*, thanked by João")
    slack.react("neema", card, "raised_hands")
    await until_card(house, MALARIA, "#sharing · :raised_hands: 1")
    slack.unreact("neema", card, "raised_hands")
    await slack.until(lambda: ":raised_hands: 1" not in slack.shown(ours(house, MALARIA)[0]))

    await slack.click(to_fatou, "thanks_private", person="fatou")
    await slack.until(lambda: "Fatou" not in slack.shown(ours(house, MALARIA)[0]))
    await slack.click(to_sunil, "thanks_private", person="sunil")
    await until_no_card(house, MALARIA)
    await drawn(house)
    # Shown again on the same day it comes back, as one message.
    await slack.click(await until_told(house, "sunil", ":lock: Kept private"), "thanks_show", person="sunil")
    back = await until_card(house, MALARIA, "Sunil")
    assert back.ts != card.ts
    assert len(ours(house, MALARIA)) == 1


async def test_taking_it_back_takes_everything_back(house: House) -> None:
    slack = house.slack
    await policy(house, unanswered="show", cooldown_minutes=60, daily_cap=2)
    await slack.command("joao", "/thanks", BRIEF, MALARIA)
    first = slack.ephemeral("joao")
    assert "sees it too, unless they keep it private" in slack.shown(first)
    await until_card(house, MALARIA, "Fatou")
    await until_told(house, "fatou", "thanked you")
    await until_told(house, "sunil", "thanked you")
    await slack.command("joao", "/thanks", "@neema for nothing more today", MALARIA)
    assert "all your thanks of today" in receipt(house, "joao")
    await slack.click(first, "thanks_undo")
    await until_no_card(house, MALARIA)
    await slack.until(lambda: not told(house, "fatou") and not told(house, "sunil"))
    await slack.until(lambda: "You took back your thanks" in slack.shown(first))
    # It left neither cap nor cooldown behind.
    await slack.command("joao", "/thanks", BRIEF, MALARIA)
    assert "You thanked" in receipt(house, "joao")
    await until_told(house, "fatou", "thanked you")
    assert [one.status for one in await house.rows(Thanks)] == ["withdrawn", "counted"]


async def test_it_can_be_taken_back_while_the_message_is_on_its_way(house: House) -> None:
    slack = house.slack
    slack.fault("delay", "chat.postMessage", seconds=1.2)
    await slack.command("joao", "/thanks", "@fatou for the malaria brief", MALARIA)
    # It has left, and Slack takes its time.
    await slack.until(lambda: slack.local.gate.faults.waiting == [])
    await slack.click(slack.ephemeral("joao"), "thanks_undo")
    assert told(house, "fatou") == []
    await slack.until(lambda: slack.calls("chat.delete"))
    await quiet(house)
    assert told(house, "fatou") == []
    assert [one.told_ts for one in await house.rows(ThanksRecipient)] == [""]


async def test_each_request_three_times_and_at_once_is_one(house: House) -> None:
    slack = house.slack

    async def thrice(delivery: object) -> None:
        """Twice more in turn, then three times at once."""
        first = delivery
        for _ in range(2):
            assert (await slack.again(first)).body == first.body  # type: ignore[arg-type, attr-defined]
        again = await asyncio.gather(*(slack.again(first) for _ in range(3)))  # type: ignore[arg-type]
        assert {one.body for one in again} == {first.body}  # type: ignore[attr-defined]

    await policy(house, unanswered="show")
    await thrice(await slack.command("joao", "/thanks", "@fatou for the malaria brief", MALARIA))
    await slack.command("joao", "/thanks", "", MALARIA)
    filled = {"people": ["U0SUNIL005"], "reason": "the data", "value": "sharing", "community": "malaria"}
    await thrice(await slack.submit(slack.view("joao"), filled))
    first, second = await house.rows(Thanks)
    assert (first.source, second.source, second.reason, second.value) == ("command", "command", "the data", "sharing")
    card = await until_card(house, MALARIA, "Sunil")
    to_fatou = await until_told(house, "fatou", "thanked you")
    await until_told(house, "sunil", "thanked you")

    slack.react("neema", card, "tada")
    await until_card(house, MALARIA, ":raised_hands: 1")
    await slack.react_event_again("neema", card, "tada")
    await asyncio.gather(*(slack.react_event_again("neema", card, "tada") for _ in range(3)))
    await thrice(await slack.click(to_fatou, "thanks_private", person="fatou"))
    await thrice(await slack.click(slack.ephemerals("joao")[0], "thanks_undo", person="joao"))
    await slack.until(lambda: not told(house, "fatou"))
    await drawn(house)
    await quiet(house)
    assert [one.status for one in await house.rows(Thanks)] == ["withdrawn", "counted"]
    assert len(await house.rows(ThanksRecipient)) == 2
    assert len(await house.rows(ThanksSecond)) == 2
    assert len(await house.rows(ThanksCard)) == len(ours(house, MALARIA)) == 1
    assert len(told(house, "sunil")) == 1
    assert len(slack.calls("chat.postMessage")) == 3


async def test_whoever_is_refused_keeps_their_words(house: House) -> None:
    slack = house.slack
    await policy(house, cooldown_minutes=60)
    refused = {
        "@fatou": "What do you thank them for?",
        "@fatou :tada:": "What do you thank them for?",
        "@joao for being me": "You cannot thank yourself",
        "@peter for everything": "Peter has left",
        "<@U0BAOBABOT> for the cards": "is a bot",
        "@here for coming": "A whole channel cannot be thanked",
        "@fatou for " + "x" * 1001: "That is 1001 characters long",
    }
    for typed, said in refused.items():
        await slack.command("joao", "/thanks", typed, MALARIA, raw=typed.startswith("<"))
        shown = receipt(house, "joao")
        assert said in shown
        assert "What you typed, to copy:" in shown
        assert typed.rpartition(" ")[2] in shown
    assert await house.rows(Thanks) == []
    # What was refused can be said again: the request was not used up.
    async with house.baobab.db.read_only() as session:
        assert (await session.exec(select(Receipt))).all() == []
    await slack.command("joao", "/thanks", "@fatou for the malaria brief", MALARIA)
    await slack.command("joao", "/thanks", "@fatou for the slides too", MALARIA)
    assert "You thanked Fatou not long ago" in receipt(house, "joao")
    assert "in 60 min" in receipt(house, "joao")


async def test_what_is_said_in_a_private_channel_stays_there(house: House) -> None:
    slack = house.slack
    await policy(house, unanswered="show")
    await slack.command("amina", "/thanks", "@claire for the plan", "cop-leads")
    assert "It was given in a private channel and stays there." in receipt(house, "amina")
    message = await until_told(house, "claire", "It is not shown in any channel.")
    assert slack.actions(message) == []
    # Also when its giver chooses a community afterwards.
    await slack.click(slack.ephemeral("amina"), "thanks_edit")
    await slack.submit(slack.view("amina"), {"reason": "the secret plan", "community": "mnh"})
    message = await until_told(house, "claire", "the secret plan")
    assert slack.actions(message) == []
    await quiet(house)
    assert await house.rows(ThanksCard) == []
    assert ours(house, "cop-leads") == ours(house, MNH) == []


async def test_a_giver_is_promised_nothing_that_guests_cannot_choose(house: House) -> None:
    slack = house.slack
    await slack.command("joao", "/thanks", "@grace and @issa for the translation", MALARIA)
    said = receipt(house, "joao")
    assert "I tell them privately. Undo works" in said and "Malaria* sees it" not in said
    await slack.command("neema", "/thanks", "@grace and @fatou for the translation", MALARIA)
    assert "*Malaria* sees it only if they want it to; guests are not asked." in receipt(house, "neema")


async def test_guests_and_partners_are_thanked_and_learn_of_no_community(house: House) -> None:
    slack = house.slack
    await policy(house, unanswered="show")
    await slack.command("joao", "/thanks", "@grace and @issa for the translation", MALARIA)
    to_grace = await until_told(house, "grace", "thanked you and one other")
    to_issa = await until_told(house, "issa", "thanked you and one other")
    for message in (to_grace, to_issa):
        shown = slack.shown(message)
        assert "It is shown in the channel of a community." in shown
        assert "Malaria" not in shown
        assert slack.actions(message) == ["thanks_private"]
    await until_card(house, MALARIA, "Grace")
    # What is theirs is theirs to end, wherever they are at home.
    await slack.click(to_grace, "thanks_private", person="grace")
    await slack.click(to_issa, "thanks_private", person="issa")
    await until_no_card(house, MALARIA)
    await slack.command("grace", "/thanks", "@fatou for the welcome", MALARIA)
    assert "Malaria" not in receipt(house, "grace")
    assert (await house.rows(Thanks))[-1].community_id is not None
