"""What comes by itself: opening, reminding once, coming again, telling how many took part."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from models import Audit, Member, Poll, PollSeries, Preference
from models.job import Timer
from tests.house import House
from tests.polling import WEBINAR, board, drawn, make, says, the_poll, vote


async def now(house: House, key: str) -> None:
    """Let a timer of the poll come due now."""
    async with house.baobab.db.transaction() as session:
        assert await house.baobab.jobs.timers.move(session, key, house.baobab.services.clock.now())


async def test_a_scheduled_poll_opens_at_its_hour(house: House) -> None:
    await house.slack.command(
        "mateo", "/pulse-poll", WEBINAR + " --open tomorrow 9:00 --close tomorrow 17:00", "general"
    )
    assert "is kept for" in house.slack.shown(house.slack.ephemeral("mateo"))
    poll = await the_poll(house)
    assert (poll.state, drawn(house)) == ("scheduled", None)
    async with house.baobab.db.transaction() as session:
        (await session.exec(select(Poll))).one().opens_at = house.baobab.services.clock.now()
    await now(house, f"poll-open:{poll.id}")
    await says(house, "0 people voted")
    assert (await the_poll(house)).state == "open"


async def test_those_who_have_not_voted_are_reminded_once_outside_their_quiet_hours(house: House) -> None:
    everybody = [one.slack_id for one in await house.rows(Member)]
    await house.add(
        *(
            Preference(
                workspace_id=house.workspace_id,
                slack_id=one,
                # Ana sleeps all day long, the others never.
                quiet_from="00:00",
                quiet_to="23:59" if one == "U0ANA00003" else "00:00",
                updated_at=house.baobab.services.clock.now(),
            )
            for one in everybody
        )
    )
    message = await make(house, WEBINAR + " --secret --close 3 days --remind 1 day")
    await vote(house, message, "neema", 1)
    await says(house, "1 person voted")
    poll = await the_poll(house)
    assert poll.closes_at and poll.remind_at == poll.closes_at - timedelta(days=1)
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_remind_now")
    (told,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    assert "still waits for your vote" in house.slack.shown(told)
    assert "This is the only reminder" in house.slack.shown(told)
    assert house.slack.dm("neema") == []
    assert house.slack.dm("ana") == []
    waiting = await house.rows(Timer, Timer.key == f"poll-remind:{poll.id}:U0ANA00003")
    assert waiting[0].state == "waiting"
    # Once is once, also by the timer that was set before.
    await now(house, f"poll-remind:{poll.id}")
    await house.slack.click(house.slack.view("claire"), "poll_remind_now")
    assert "once is enough" in house.slack.shown(house.slack.view("claire"))
    assert len(house.slack.dm("mateo")) == 1


async def test_a_poll_that_comes_again_is_made_by_its_timer_and_can_be_stopped(house: House) -> None:
    message = await make(house, '"Useful?" --rating --close 3 days --every week')
    for person in ("mateo", "neema", "ana"):
        await vote(house, message, person, 4)
    await says(house, "Mean 4.0 of 5")
    (series,) = await house.rows(PollSeries)
    assert "Comes again every week, next" in board(house)
    receipt = house.slack.shown(house.slack.ephemerals("claire")[0])
    assert "Comes again every week · The next comes" in receipt
    assert "(Europe/London, UTC+00:00)" in receipt.split("The next comes")[1]
    first = await the_poll(house)
    assert series.next_at and abs(series.next_at - first.created_at - timedelta(days=7)) < timedelta(
        hours=1, minutes=1
    )
    async with house.baobab.db.transaction() as session:
        poll = (await session.exec(select(Poll))).one()
        poll.closes_at = house.baobab.services.clock.now()
        (await session.exec(select(PollSeries))).one().next_at = house.baobab.services.clock.now()
    await now(house, f"poll-close:{poll.id}")
    await says(house, "Closed")
    await now(house, f"poll-series:{series.id}")
    await says(house, "0 people voted")
    again = drawn(house)
    assert again.ts != message.ts
    await vote(house, again, "mateo", 2)
    shown = await says(house, "Mean 2.0 of 5")
    assert "last time 4.0" in shown
    polls = await house.rows(Poll)
    assert [one.series_id for one in polls] == [series.id, series.id]
    await house.slack.click(again, "poll_manage", person="mateo")
    await house.slack.click(again, "poll_manage", person="claire")
    assert "Comes again every week, next" in house.slack.shown(house.slack.view("claire"))
    assert "The next one comes all the same" in str(house.slack.view("claire").payload)
    await house.slack.click(house.slack.view("claire"), "poll_stop_series")
    assert [one.act for one in await house.rows(Audit)][-1:] == ["poll.stop"]
    assert "comes all the same" not in str(house.slack.view("claire").payload)
    assert "It does not come again" in house.slack.shown(house.slack.view("claire"))
    assert "poll_stop_series" not in house.slack.actions(house.slack.view("claire"))
    await house.slack.until(lambda: "Comes again" not in board(house))
    (timer,) = await house.rows(Timer, Timer.key == f"poll-series:{series.id}")
    assert timer.state == "cancelled"


async def test_how_many_took_part_is_counted_at_the_close(house: House) -> None:
    message = await make(house, WEBINAR + " --secret --results always")
    for person in ("mateo", "neema", "ana", "layla", "fatou", "joao"):
        await vote(house, message, person, 1)
    await says(house, "6 people voted")
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_close")
    await house.slack.until(lambda: house.slack.dm("claire"))
    reach = (await the_poll(house)).reach
    assert (reach["asked"], reach["voted"]) == (9, 6)
    assert all(numbers[1] >= 5 for numbers in reach["regions"].values())
    await house.slack.click(message, "poll_manage", person="claire")
    assert "6 of 9 people in its channels took part (67%)" in house.slack.shown(house.slack.view("claire"))
