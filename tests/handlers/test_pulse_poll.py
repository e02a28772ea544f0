"""/pulse-poll from the signed request to rows, messages and what each person sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import select

from models import Audit, Poll, PollMessage
from tests.house import House
from tests.polling import WEBINAR, board, make, option, posted, says, the_poll, told, vote, votes


async def test_a_poll_is_made_voted_on_moved_and_taken_back(house: House) -> None:
    await house.slack.command("claire", "/pulse-poll", WEBINAR + " --close Friday 17:00", "general")
    assert "17:00 (Europe/London, UTC+00:00)" in house.slack.shown(house.slack.ephemeral("claire"))
    message = await posted(house)
    assert "Names are visible" in board(house)
    assert "Choose one" in board(house)
    await vote(house, message, "mateo", 1)
    await told(house, "mateo", "Your vote is counted")
    await vote(house, message, "neema", 2)
    await says(house, "2 people voted")
    first = await vote(house, message, "mateo", 2)
    await house.slack.again(first)
    await vote(house, message, "mateo", 2)
    shown = await says(house, "██████████ 2 · 100%")
    assert "<@U0MATEO009> <@U0NEEMA007>" in shown
    assert await votes(house) == {("U0MATEO009", 2), ("U0NEEMA007", 2)}
    await house.slack.click(await told(house, "mateo", "Somewhat"), "poll_take_all_back")
    await says(house, "1 person voted")
    assert await votes(house) == {("U0NEEMA007", 2)}
    await house.slack.click(message, "poll_mine", person="mateo")
    await told(house, "mateo", "No vote of yours is counted")


async def test_after_its_time_a_click_is_not_counted_though_no_job_has_come(house: House) -> None:
    message = await make(house, WEBINAR + " --close 2h")
    await vote(house, message, "neema", 1)
    await says(house, "1 person voted")
    async with house.baobab.db.transaction() as session:
        poll = (await session.exec(select(Poll))).one()
        poll.closes_at = house.baobab.services.clock.now() - timedelta(seconds=1)
    await vote(house, message, "mateo", 1)
    await told(house, "mateo", "not counted")
    assert await votes(house) == {("U0NEEMA007", 1)}
    # Now the job comes, on time by its own timer; the buttons go.
    async with house.baobab.db.transaction() as session:
        await house.baobab.jobs.timers.move(session, f"poll-close:{poll.id}", poll.closes_at)
    shown = await says(house, "Closed")
    assert "Vote" not in shown.split("\n")
    assert "Very" in house.slack.shown((await house.slack.until(lambda: house.slack.dm("claire")))[0])


async def test_limits_and_several_choices(house: House) -> None:
    message = await make(house, '"Which two?" "A" "B" "C" --multi 2')
    assert "Choose up to 2" in board(house)
    for number in (1, 2):
        await vote(house, message, "mateo", number)
    await vote(house, message, "mateo", 3)
    await told(house, "mateo", "Take one back first")
    assert await votes(house) == {("U0MATEO009", 1), ("U0MATEO009", 2)}
    both = await house.slack.until(
        lambda: next(
            (one for one in house.slack.ephemerals("mateo") if house.slack.actions(one).count("poll_take_back") == 2),
            None,
        )
    )
    value = option(message, 1)
    await house.slack.click(both, "poll_take_back", value)
    await vote(house, message, "mateo", 3)
    await says(house, "C\n██████████ 1 · 100%")
    assert await votes(house) == {("U0MATEO009", 2), ("U0MATEO009", 3)}


async def test_many_options_are_a_menu_and_fifty_still_fit(house: House) -> None:
    options = " ".join(f'"Topic {number} {"&<>" * 20}"' for number in range(1, 51))
    message = await make(house, f'"{"<What> " * 30}?" {options}')
    (menu,) = [one for block in message.blocks for one in block.get("elements", ()) if one["type"] == "static_select"]
    assert len(menu["options"]) == 50
    await house.slack.click(message, "poll_choose", menu["options"][48]["value"], "mateo")
    await says(house, "██████████ 1 · 100%")
    assert await votes(house) == {("U0MATEO009", 49)}


async def test_what_cannot_be_a_poll_is_refused_with_what_to_mend(house: House) -> None:
    said: list[str] = []
    for text in (
        '"Q?" "A" "a."',
        '"Q?" "A" ""',
        '"Q?" "A" "B" --clse 2d',
        '"Q?" "A" "B" --close yesterday-ish',
        '"Q?" "A" "B" --multi 3',
        'Q? "A" "B"',
        '"Q?" ' + " ".join(f'"{n}"' for n in range(51)),
    ):
        await house.slack.command("mateo", "/pulse-poll", text, "general")
        said.append(house.slack.shown(house.slack.ephemeral("mateo")))
    for words, shown in zip(
        ("are the same", "Option 2 is empty", "do not know the setting", "as a time",
         "can choose 1 to 2", "in quotes", "50 options are possible"),
        said,
        strict=True,
    ):  # fmt: skip
        assert words in shown
    assert await house.rows(Poll) == []


async def test_results_can_wait_for_the_vote_or_for_the_close(house: House) -> None:
    message = await make(house, WEBINAR + " --results voted")
    await vote(house, message, "neema", 1)
    shown = await says(house, "1 person voted")
    assert "█" not in shown and "░" not in shown
    await house.slack.click(message, "poll_results", person="mateo")
    await told(house, "mateo", "Vote first")
    await house.slack.click(message, "poll_results", person="neema")
    assert "██████████ 1 · 100%" in house.slack.shown(await told(house, "neema", "Results so far"))
    later = await make(house, WEBINAR + " --results close", channel="welcome")
    await vote(house, later, "neema", 1)
    assert "█" not in await says(house, "1 person voted", "welcome")


async def test_a_rating_has_its_mean_and_spread(house: House) -> None:
    message = await make(house, '"Rate it" --rating 5')
    for person, step in (("mateo", 5), ("neema", 4), ("ana", 3)):
        await vote(house, message, person, step)
    assert "Mean 4.0 of 5, spread 0.8" in await says(house, "3 people voted")


async def test_the_creator_a_lead_and_an_admin_manage_and_nobody_else(house: House) -> None:
    message = await make(house, WEBINAR, "fatou", "cop-mnh")
    await vote(house, message, "neema", 1)
    await house.slack.click(message, "poll_manage", person="neema")
    await told(house, "neema", "a lead of this community or an admin")
    await house.slack.click(message, "poll_manage", person="ana")
    tools = house.slack.view("ana")
    await house.slack.click(tools, "poll_close")
    assert "It is closed" in house.slack.shown(house.slack.view("ana"))
    # The window offers what is possible now, without being opened anew.
    assert "poll_reopen" in house.slack.actions(house.slack.view("ana"))
    assert "Choose one" not in await says(house, "Closed", "cop-mnh")
    await house.at_rest()
    # Opened again by an admin, with another time; then extended by its creator.
    await house.slack.click(message, "poll_manage", person="amina")
    await house.slack.click(house.slack.view("amina"), "poll_reopen")
    await house.slack.submit(house.slack.view("amina"), {"until": "yesterday"})
    assert "until" in house.slack.view("amina").errors
    await house.slack.submit(house.slack.view("amina"), {"until": "in 2 days"})
    assert "It is open again" in house.slack.shown(house.slack.view("amina"))
    await says(house, "Closes", "cop-mnh")
    await house.slack.click(message, "poll_manage", person="fatou")
    await house.slack.click(house.slack.view("fatou"), "poll_extend")
    await house.slack.submit(house.slack.view("fatou"), {})
    await house.slack.until(lambda: "Closes" not in board(house, "cop-mnh"))
    assert (await the_poll(house)).closes_at is None
    await house.slack.click(house.slack.view("fatou"), "poll_delete")
    await house.slack.until(
        lambda: all("webinar" not in house.slack.shown(one) for one in house.slack.messages("cop-mnh"))
    )
    assert await votes(house) == set()
    acts = [(one.act, one.actor) for one in await house.rows(Audit)]
    assert acts == [
        ("poll.close", "U0ANA00003"),
        ("poll.reopen", "U0AMINA001"),
        ("poll.extend", "U0FATOU004"),
        ("poll.delete", "U0FATOU004"),
    ]


async def test_wording_can_be_changed_before_the_first_vote_and_mended_after_it(house: House) -> None:
    message = await make(house, '"Usefull?" "Yes" "No"', "mateo")

    async def change(values: dict[str, Any]) -> dict[str, str]:
        await house.slack.click(message, "poll_manage", person="mateo")
        await house.slack.click(house.slack.view("mateo"), "poll_change")
        await house.slack.submit(house.slack.view("mateo"), values)
        errors = dict(house.slack.view("mateo").errors)
        house.slack.workspace.modals.clear("U0MATEO009")
        return errors

    assert await change({"o0": "Yes\nNo\nPerhaps"}) == {}
    await says(house, "Perhaps")
    await vote(house, message, "neema", 1)
    await says(house, "1 person voted")
    assert "as many lines" in (await change({"o0": "Yes\nNo"}))["o0"]
    assert "typing error" in (await change({"o0": "No\nYes\nPerhaps"}))["o0"]
    assert await change({"q0": "Useful?"}) == {}
    assert "wording mended" in await says(house, "*Useful?*")


async def test_a_deleted_message_comes_back_by_repair_and_no_vote_is_lost(house: House) -> None:
    message = await make(house, WEBINAR, "mateo")
    await vote(house, message, "neema", 1)
    await says(house, "1 person voted")
    message.deleted = True
    await house.slack.open_home("mateo")
    home = house.slack.home("mateo")
    assert home is not None and "How useful was the webinar?" in house.slack.shown(home)
    await house.slack.click(home, "poll_manage")
    await house.slack.click(house.slack.view("mateo"), "poll_repair")
    assert "██████████ 1 · 100%" in await says(house, "1 person voted")
    again = await posted(house)
    assert again.ts != message.ts
    await vote(house, again, "ana", 1)
    await says(house, "2 people voted")


async def test_one_poll_in_two_channels_has_one_count(house: House) -> None:
    first = await make(house, WEBINAR + " --channels #general #welcome")
    second = await posted(house, "welcome")
    await vote(house, first, "neema", 1)
    await vote(house, second, "mateo", 1)
    await says(house, "2 people voted")
    await says(house, "2 people voted", "welcome")


async def test_a_channel_in_a_question_stays_there_and_only_the_setting_says_where(house: House) -> None:
    await make(house, '"Should we merge #cop-malaria into #cop-leads?" "Into #welcome" "No"')
    shown = board(house)
    # Slack tells no app what a private channel is called that was named in a command.
    assert "Should we merge #cop-malaria into #private-channel?" in shown
    assert "Into #welcome" in shown
    assert [one.channel_id for one in await house.rows(PollMessage)] == ["C0GENERAL1"]
    await house.slack.command("claire", "/pulse-poll", '"Is #general right?" "A" "B" --in #welcome', "general")
    assert "Is #general right?" in house.slack.shown(await posted(house, "welcome"))


async def test_a_channel_that_is_not_known_is_refused_and_nothing_is_lost(house: House) -> None:
    for said, words in (
        ("--channels #nowhere", "“#nowhere” is no channel that I know"),
        ("--channels #welcome #nowhere", "“#nowhere” is no channel that I know"),
        ("--in 2 days", "“2 days” is no channel that I know"),
        ("--channels", "After `--channels`, type # and choose"),
        ("--channels &lt;#C0LEADS001&gt;", "is no channel that I know"),
    ):
        line = f'"Useful?" "Very" "Not" --secret {said}'
        await house.slack.command("claire", "/pulse-poll", line, "general", raw="&lt;" in line)
        refused = house.slack.shown(house.slack.ephemeral("claire"))
        assert words in refused
        assert "from the list that Slack shows" in refused
        assert f"/pulse-poll {line.replace('&lt;', '<').replace('&gt;', '>')}" in refused.replace(
            "&lt;", "<"
        ).replace("&gt;", ">")
    assert await house.rows(Poll) == []


async def test_nobody_posts_through_us_where_they_are_not(house: House) -> None:
    await house.slack.command("mateo", "/pulse-poll", WEBINAR + " --channels <#C0LEADS001>", "general", raw=True)
    (told_so,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    assert "You are not in that channel" in house.slack.shown(told_so)
    assert all(one.user != "U0BAOBABOT" for one in house.slack.messages("cop-leads"))


async def test_who_asks_to_be_forgotten_stays_counted_and_has_no_name(house: House) -> None:
    message = await make(house)
    for person in ("mateo", "neema"):
        await vote(house, message, person, 1)
    assert "<@U0MATEO009>" in await says(house, "2 people voted")
    async with house.baobab.db.transaction() as session:
        args = {
            "team_id": "T0BAOBAB01",
            "workspace_id": house.workspace_id,
            "slack_id": "U0MATEO009",
            "actor": "U0MATEO009",
        }
        await house.baobab.jobs.enqueue(session, "privacy.erase", "erase:mateo", args)
    await house.slack.until(lambda: "<@U0MATEO009>" not in board(house))
    assert "2 · 100%" in board(house)
    assert "<@U0NEEMA007> +1" in board(house)


async def test_guests_vote_where_they_are_and_outsiders_are_told_why_not(house: House) -> None:
    message = await make(house, WEBINAR, "neema", "cop-malaria")
    await vote(house, message, "grace", 1)
    await says(house, "1 person voted", "cop-malaria")
    shared = await make(house, WEBINAR, "joao", "ext-ministry")
    await vote(house, shared, "issa", 1)
    await told(house, "issa", "only work for members of the workspace")
    assert await votes(house) == {("U0GRACE010", 1)}
