"""Polls that are built in the form, and polls that are answered in one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sqlmodel import select

from models import Member, Poll, PollMessage, PollQuestion, PollSeries, PollText, PollVote
from tests.house import House
from tests.polling import board, drawn, make, posted, says, the_poll, told


async def test_the_builder_shows_what_was_typed_last_over_a_slow_line(house: House) -> None:
    await house.slack.command("sunil", "/pulse-poll", "", "general")
    form = house.slack.view("sunil")
    # Both changes are made to the same picture, and the first is drawn before the second.
    house.slack.fault("delay", "views.update", times=2, seconds=0.3)
    await asyncio.gather(
        house.slack.click(form, "poll_new_question", "How was it?"),
        house.slack.click(form, "poll_new_options", "Good | Bien\nBad | Mal"),
    )
    await house.slack.until(lambda: "• Good · Bien" in house.slack.shown(form))


async def test_the_builder_shows_the_poll_while_it_is_written_and_posts_it(house: House) -> None:
    await house.slack.command("sunil", "/pulse-poll", "", "general")
    form = house.slack.view("sunil")
    assert "the poll appears here" in house.slack.shown(form)
    await house.slack.click(form, "poll_new_question", "How was it?")
    assert "two options or more" in house.slack.shown(form)
    await house.slack.click(form, "poll_new_options", "Good | Bien\nBad | Mal")
    await house.slack.click(form, "poll_new_close", "viernes 17:00")
    shown = house.slack.shown(form)
    assert "• Good · Bien" in shown
    assert "17:00 (Asia/Kathmandu, UTC+05:45)" in shown
    # A template takes the place of what was typed; channels stay.
    await house.slack.click(form, "poll_template", "yesno")
    assert "Abstain" in house.slack.shown(form)
    await house.slack.submit(form, {"options~1": "Yes\nyes.", "channels~1": ["C0WELCOME1"]})
    assert "are the same" in form.errors["options~1"]
    await house.slack.submit(form, {"options~1": "Yes\nNo", "close~1": "someday"})
    assert "as a time" in form.errors["close~1"]
    first = await house.slack.submit(form, {"close~1": "in 2 days", "mode~1": "secret"})
    await house.slack.again(first)
    assert "Your poll goes to <#C0WELCOME1>. If it cannot be posted, I tell you." in house.slack.shown(
        house.slack.view("sunil")
    )
    await posted(house, "welcome")
    poll = await the_poll(house)
    assert (poll.mode, poll.results, poll.zone) == ("secret", "closed", "Asia/Kathmandu")


async def test_a_form_of_several_kinds_is_answered_moderated_and_counted(house: House) -> None:
    await house.slack.command("claire", "/pulse-poll", '"A pulse"', "general")
    form = house.slack.view("claire")
    await house.slack.click(form, "poll_new_kind", "form")
    lines = "? Useful? [rating 3]\n? Which? [up to 2]\n- A\n- B\n- C\n? Order [ranked]\n- X\n- Y\n? Why? [text]"
    await house.slack.submit(form, {"options": lines})
    message = await posted(house)
    assert "*A pulse*" in board(house)
    answers: dict[str, dict[str, Any]] = {
        "mateo": {"q0": "3", "q1": ["1", "2"], "q2-1": "2", "q2-2": "1", "q3": "Because <!channel>"},
        "neema": {"q0": "2", "q1": ["2"], "q2-1": "2"},
    }
    for person, values in answers.items():
        await house.slack.click(message, "poll_open_form", person=person)
        await house.slack.submit(house.slack.view(person), values)
        assert "Your vote is counted" in house.slack.shown(house.slack.view(person))
    shown = await says(house, "2 people voted")
    assert "Mean 2.5 of 3, spread 0.5" in shown
    assert "1. Y\n██████████ 4 points" in shown
    assert "1 answers wait" in shown or "wait for the creator" in shown
    assert "Because" not in shown
    # Too many, or one twice, is refused and changes nothing; what was said before is filled in.
    await house.slack.click(message, "poll_open_form", person="mateo")
    window = house.slack.view("mateo")
    assert "Because <!channel>" in str(window.blocks)
    await house.slack.submit(window, {"q1": ["1", "2", "3"]})
    assert "choose 2" in house.slack.shown(house.slack.view("mateo"))
    # The creator lets the open answer be shown.
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_read_answers")
    (said,) = await _rows(house, PollText)
    await house.slack.submit(house.slack.view("claire"), {"shown0": [said.key]})
    assert "Because &lt;!channel&gt;" in await says(house, "Because")
    # One's own vote, taken back whole.
    await house.slack.click(message, "poll_mine", person="mateo")
    own = await told(house, "mateo", "A · B")
    await house.slack.click(own, "poll_take_all_back")
    assert "Because" not in await says(house, "1 person voted")
    assert {one.voter for one in await _rows(house, PollVote)} == {"U0NEEMA007"}
    assert await _rows(house, PollText) == []


async def test_ranked_choice_names_no_place_twice(house: House) -> None:
    message = await make(house, '"Order" "X" "Y" "Z" --ranked')
    await house.slack.click(message, "poll_open_form", person="mateo")
    await house.slack.submit(house.slack.view("mateo"), {"q0-1": "1", "q0-2": "1"})
    assert "one option twice" in house.slack.shown(house.slack.view("mateo"))
    assert await _rows(house, PollVote) == []


async def test_a_command_that_says_little_opens_the_form_with_it(house: House) -> None:
    await house.slack.command("mateo", "/pulse-poll", '"What now?" --secret', "general")
    form = house.slack.view("mateo")
    assert "What now?" in str(form.blocks)
    await house.slack.submit(form, {"options": "A\nB"})
    assert "Secret from everyone" in house.slack.shown(await house.slack.until(lambda: drawn(house)))


async def test_every_setting_of_half_a_poll_is_in_the_form(house: House) -> None:
    line = (
        '"Half typed? | À moitié ?" "Yes | Oui" --close next Friday 17:00 --remind 1d --multi 2 --results voted '
        "--open tomorrow 9:00 --every fortnight --channels #welcome #general"
    )
    await house.slack.command("claire", "/pulse-poll", line, "general")
    form = house.slack.view("claire")
    assert "I could not read" not in house.slack.shown(form)
    await house.slack.submit(form, {"options": "Yes | Oui\nNo | Non\nPerhaps"})
    poll = await the_poll(house)
    assert (poll.results, poll.state) == ("voted", "scheduled")
    assert poll.opens_at and poll.closes_at and poll.remind_at
    assert poll.closes_at - poll.remind_at == timedelta(days=1)
    (series,) = await house.rows(PollSeries)
    assert series.rule == "FREQ=WEEKLY;INTERVAL=2"
    assert {one.channel_id for one in await house.rows(PollMessage)} == {"C0WELCOME1", "C0GENERAL1"}
    (question,) = await house.rows(PollQuestion)
    assert (question.text, question.also, question.most) == ("Half typed?", ["À moitié ?"], 2)


async def test_what_no_menu_offers_stays_as_it_was_typed(house: House) -> None:
    await house.slack.command(
        "mateo", "/pulse-poll", '"Order" --ranked --close in 3 days --remind 3h --every weekday', "general"
    )
    form = house.slack.view("mateo")
    # Drawn anew while it is filled in, it still holds them.
    await house.slack.click(form, "poll_new_question", "Order them")
    await house.slack.submit(form, {"options": "X\nY"})
    poll = await the_poll(house)
    assert poll.closes_at and poll.remind_at
    assert poll.closes_at - poll.remind_at == timedelta(hours=3)
    assert [one.rule for one in await house.rows(PollSeries)] == ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"]
    assert [one.kind for one in await house.rows(PollQuestion)] == ["ranked"]


async def test_settings_that_cannot_be_read_are_shown_in_the_form(house: House) -> None:
    line = '"Half?" --clse 2d --close someday --remind now and then --every moon --multi many --channels #nowhere'
    await house.slack.command("claire", "/pulse-poll", line, "general")
    form = house.slack.view("claire")
    for _time in range(2):
        for said in line.split(" --")[1:]:
            assert f"`--{said}`" in house.slack.shown(form)
        assert '"someday"' in str(form.blocks).replace("'", '"')
        await house.slack.click(form, "poll_new_options", "A\nB")
    assert "as a time" in house.slack.shown(form)


async def test_help_is_told_privately_with_a_button_that_opens_the_form(house: House) -> None:
    async with house.baobab.db.transaction() as session:
        for one in (await session.exec(select(Member))).all():
            one.locale = {"U0MATEO009": "es-ES", "U0FATOU004": "fr-FR"}.get(one.slack_id, one.locale)
    for person, word, said in (
        ("claire", "help", "posts a poll in this channel"),
        ("mateo", "Ayuda", "publica una encuesta en este canal"),
        ("fatou", " ? ", "publie un sondage dans ce canal"),
    ):
        await house.slack.command(person, "/pulse-poll", word, "general")
        told_them = house.slack.ephemeral(person)
        shown = house.slack.shown(told_them)
        assert said in shown and '/pulse-poll "' in shown and "--hidden" in shown
    await house.slack.click(house.slack.ephemeral("claire"), "poll_new")
    form = house.slack.view("claire")
    await house.slack.submit(form, {"question": "Useful?", "options": "Yes\nNo"})
    assert "Useful?" in house.slack.shown(await posted(house))


async def test_words_without_quotes_open_the_form_that_tells_of_quotes(house: House) -> None:
    await house.slack.command("claire", "/pulse-poll", "What shall we do next", "general")
    form = house.slack.view("claire")
    assert "With quotes around the question and each option, the poll is posted at once" in house.slack.shown(form)
    await house.slack.click(form, "poll_new_options", "A\nB")
    assert "With quotes" in house.slack.shown(form)
    house.slack.workspace.modals.clear("U0CLAIRE08")
    await house.slack.command("claire", "/pulse-poll", '"What now?"', "general")
    assert "With quotes" not in house.slack.shown(house.slack.view("claire"))


async def _rows(house: House, table: Any) -> list[Any]:
    async with house.baobab.db.read_only() as session:
        return list(await session.exec(select(table)))


async def test_a_line_without_quotes_is_shown_before_it_is_posted(house: House) -> None:
    for setting in ("--rating 5", "--text"):
        await house.slack.command("mateo", "/pulse-poll", f"How was the webinar {setting}", "general")
        form = house.slack.view("mateo")
        assert "How was the webinar" in str(form.blocks)
        assert "With quotes around the question" in house.slack.shown(form)
        house.slack.workspace.modals.clear("U0MATEO009")
    assert await house.rows(Poll) == []
