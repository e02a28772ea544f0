"""Find the right community, on any message: guidance for its author, a kind cross-post for a lead."""

from __future__ import annotations

from typing import Any

import pytest

from app.playground import cast
from models import Route, Share
from tests.house import House

WORDS = "Does anybody have a job aid on postpartum hemorrhage for midwives?"


async def test_the_author_is_guided_privately_and_nothing_appears_in_the_channel(house: House) -> None:
    message = house.slack.post("mateo", "general", WORDS)
    before = len(house.slack.messages("general"))
    await house.slack.message_shortcut("mateo", "find_community", message)
    view = house.slack.view("mateo")
    assert "Maternal and Newborn Health" in house.slack.shown(view)
    assert "Post it there" in house.slack.shown(view)
    assert len(house.slack.messages("general")) == before
    (route,) = await house.rows(Route)
    assert (route.source, route.origin) == ("shortcut", {})


async def test_an_answer_in_a_modal_changes_in_place(house: House) -> None:
    message = house.slack.post("mateo", "general", WORDS)
    await house.slack.message_shortcut("mateo", "find_community", message)
    await house.slack.click(house.slack.view("mateo"), "whereshare_none_fits")
    await house.slack.until(lambda: "Noted: none of them fits" in house.slack.shown(house.slack.view("mateo")))


async def test_words_posted_from_a_modal_come_with_a_receipt(house: House) -> None:
    message = house.slack.post("mateo", "general", WORDS)
    await house.slack.message_shortcut("mateo", "find_community", message)
    await house.slack.click(house.slack.view("mateo"), "whereshare_post_it")
    await house.slack.submit(house.slack.view("mateo"), {"words": WORDS, "places": ["channel"]})
    await house.slack.submit(house.slack.view("mateo"))
    (receipt,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    assert "Posted in the channel" in house.slack.shown(receipt)


async def test_a_lead_carries_the_threads_first_message_over_with_credit(house: House) -> None:
    first = house.slack.post("mateo", "general", WORDS)
    reply = house.slack.post("neema", "general", "I would like that too", thread_ts=first.ts)
    await house.slack.message_shortcut("claire", "find_community", reply)
    assert "Carry it over" in house.slack.shown(house.slack.view("claire"))
    await house.slack.click(house.slack.view("claire"), "whereshare_post_it")
    assert WORDS in str(house.slack.view("claire").payload)
    await house.slack.submit(house.slack.view("claire"), {"places": ["channel"]})
    await house.slack.submit(house.slack.view("claire"))
    (carried,) = await house.slack.until(lambda: _posts(house, "cop-mnh"))
    assert "<@U0CLAIRE08>" in str(carried.blocks)
    assert "First posted by <@U0MATEO009>" in str(carried.blocks)
    (pointer,) = await house.slack.until(lambda: _posts(house, "general"))
    assert pointer.thread_ts == first.ts
    assert len(await house.rows(Share)) == 1


async def test_somebody_else_gets_guidance_but_cannot_post_anothers_words(house: House) -> None:
    message = house.slack.post("mateo", "general", WORDS)
    await house.slack.message_shortcut("sunil", "find_community", message)
    assert "Carry it over" in house.slack.shown(house.slack.view("sunil"))

    other = house.slack.post("amina", "general", WORDS)
    await house.slack.message_shortcut("mateo", "find_community", other)
    shown = house.slack.shown(house.slack.view("mateo"))
    assert "Maternal and Newborn Health" in shown
    assert "Post it there" not in shown
    assert "Carry it over" not in shown


async def test_what_was_said_in_a_private_channel_stays_there(house: House) -> None:
    message = house.slack.post("claire", "cop-leads", WORDS)
    await house.slack.message_shortcut("amina", "find_community", message)
    shown = house.slack.shown(house.slack.view("amina"))
    assert "Carry it over" not in shown


async def test_a_message_without_words_is_answered_kindly(house: House) -> None:
    message = house.slack.post("mateo", "general", "only a picture")
    message.text = ""
    await house.slack.message_shortcut("mateo", "find_community", message)
    assert "no text that I could read" in house.slack.shown(house.slack.view("mateo"))


@pytest.mark.lifelike
async def test_a_slow_slack_still_opens_the_window_and_the_answer_comes_into_it(house: House) -> None:
    message = house.slack.post("mateo", "general", WORDS)
    house.slack.fault("delay", "*", times=1000, seconds=1.0)
    delivery = await house.slack.message_shortcut("mateo", "find_community", message)
    assert (delivery.status, delivery.elapsed < 3.0) == (200, True)
    assert len(house.slack.views("mateo")) == 1
    await house.slack.until(
        lambda: "Maternal and Newborn Health" in house.slack.shown(house.slack.view("mateo")), seconds=15
    )
    assert house.slack.dm("mateo") == []
    assert len(await house.rows(Route)) == 1


async def test_an_answer_whose_window_was_closed_comes_by_message(house: House) -> None:
    message = house.slack.post("mateo", "general", WORDS)
    house.slack.fault("error", "views.update", times=2, code="not_found")
    await house.slack.message_shortcut("mateo", "find_community", message)
    (told,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    assert "Maternal and Newborn Health" in house.slack.shown(told)
    assert len(await house.rows(Route)) == 1


def _posts(house: House, channel: str) -> list[Any]:
    return [one for one in house.slack.messages(channel) if one.user == cast.BOT_USER_ID and one.metadata]
