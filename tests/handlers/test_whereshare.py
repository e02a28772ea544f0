"""/whereshare from the signed request to the reply, the rows and the calls to Slack."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from models import Proposal, Receipt, Route, RouteAct
from tests.house import House, a_house

DRAFT = "I have a job aid on postpartum hemorrhage for midwives"


async def test_words_bring_one_private_answer(house: House) -> None:
    delivery = await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    assert delivery.status == 200
    shown = house.slack.shown(house.slack.ephemeral("mateo"))
    assert "Maternal and Newborn Health" in shown
    assert "Lead: <@U0ANA00003>" in shown or "Ana" in shown
    assert house.slack.ephemerals("ana") == []
    (route,) = await house.rows(Route)
    assert (route.text, route.slack_id, route.source) == (DRAFT, "U0MATEO009", "command")
    assert route.method
    assert route.ranked[0]["id"] == "mnh"
    assert house.slack.messages("general") == [] or all(
        one.user != "U0BAOBABOT" for one in house.slack.messages("general")
    )


async def test_the_same_request_twice_is_answered_alike_and_kept_once(house: House) -> None:
    first = await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    again = await house.slack.again(first)
    assert json.loads(again.body) == json.loads(first.body)
    assert len(await house.rows(Route)) == 1


async def test_a_form_that_is_answered_later_is_answered_alike_twice(database_url: str) -> None:
    async with a_house(database_url, answer_within=0.0001) as house:
        await house.slack.command("mateo", "/whereshare", "", "general")
        first = await house.slack.submit(house.slack.view("mateo"), {"draft": DRAFT})
        again = await house.slack.again(first)
        assert json.loads(first.body)["response_action"] == "update"
        assert json.loads(again.body) == json.loads(first.body)


async def test_without_words_a_form_opens_with_communities_that_are_alive(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", "", "general")
    view = house.slack.view("mateo")
    shown = house.slack.shown(view)
    assert "What would you like to share or ask?" in shown
    assert "New here?" in shown
    assert "Self Care" not in shown
    await house.slack.submit(view, {"draft": DRAFT})
    assert "Maternal and Newborn Health" in house.slack.shown(house.slack.view("mateo"))
    assert (await house.rows(Route))[0].source == "modal"


async def test_a_draft_that_says_nothing_gets_one_question_back(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", "help", "general")
    question = house.slack.ephemeral("mateo")
    assert "What is it about" in house.slack.shown(question)
    await house.slack.click(question, "whereshare_start")
    await house.slack.submit(house.slack.view("mateo"), {"draft": "a document"})
    assert "draft" in house.slack.view("mateo").errors
    assert await house.rows(Route) == []


async def test_not_this_removes_it_and_moves_the_next_up(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    answer = house.slack.ephemeral("mateo")
    delivery = await house.slack.click(answer, "whereshare_not_this")
    assert delivery.status == 200
    redrawn = await house.slack.until(lambda: _without(house, "Maternal and Newborn Health"))
    assert redrawn
    (act,) = await house.rows(RouteAct)
    assert (act.act, act.subject) == ("rejected", "mnh")


async def test_a_double_click_counts_once(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    answer = house.slack.ephemeral("mateo")
    first = await house.slack.click(answer, "whereshare_not_this")
    await house.slack.again(first)
    await house.slack.click(answer, "whereshare_not_this")
    assert len(await house.rows(RouteAct)) == 1


async def test_ask_a_person_sends_the_words_to_the_lead_once(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    await house.slack.click(house.slack.ephemeral("mateo"), "whereshare_ask_person")
    (message,) = await house.slack.until(lambda: house.slack.dm("ana"))
    shown = house.slack.shown(message)
    assert DRAFT in shown
    assert "<@U0MATEO009>" in shown or "Mateo" in shown
    await house.slack.until(lambda: "Your question goes to <@U0ANA00003>" in _answer(house))
    assert len(house.slack.dm("ana")) == 1


async def test_none_fits_starts_a_proposal(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    await house.slack.click(house.slack.ephemeral("mateo"), "whereshare_none_fits")
    await house.slack.until(lambda: "Noted: none of them fits" in _answer(house))
    (proposal,) = await house.rows(Proposal)
    assert (proposal.text, proposal.slack_id, proposal.state) == (DRAFT, "U0MATEO009", "open")


async def test_prior_work_is_shown_and_what_is_said_of_it_is_kept(
    house: House, earlier_topic: Callable[..., Any]
) -> None:
    await house.add(earlier_topic(house, 77, "Job aid on postpartum hemorrhage for midwives", "Poster and checklist"))
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    answer = house.slack.ephemeral("mateo")
    assert "We've done this before" in house.slack.shown(answer)
    assert "by ana_q" in house.slack.shown(answer)
    await house.slack.click(answer, "whereshare_reuse")
    await house.slack.until(lambda: "You will reuse it" in _answer(house))
    (act,) = await house.rows(RouteAct)
    assert (act.act, act.subject) == ("reuse", "77")


async def test_somebody_elses_answer_cannot_be_acted_on(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    await house.slack.command("neema", "/whereshare", DRAFT, "general")
    (his, _) = await house.rows(Route)
    hers = house.slack.ephemeral("neema")
    await house.slack.click(hers, "whereshare_not_this", f"1|{his.key}|mnh", forged="value")
    assert "belongs to somebody else" in house.slack.shown(house.slack.ephemeral("neema"))
    assert await house.rows(RouteAct) == []


@pytest.mark.parametrize("forged", ["signature", "stale", "malformed", "missing"])
async def test_a_request_slack_did_not_sign_is_refused(house: House, forged: Any) -> None:
    delivery = await house.slack.command("mateo", "/whereshare", DRAFT, "general", forged=forged)
    assert delivery.status == 401
    assert await house.rows(Route) == []


async def test_every_handled_request_leaves_a_receipt(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    async with house.baobab.db.read_only() as session:
        (receipt,) = (await session.exec(select(Receipt))).all()
    assert receipt.answer is not None
    assert receipt.answer["response_type"] == "ephemeral"


def _answer(house: House) -> str:
    return house.slack.shown(house.slack.ephemeral("mateo"))


def _without(house: House, words: str) -> bool:
    lines = _answer(house).split("\n")
    return not any(words in line and "Your words" not in line for line in lines)
