"""People choose a huddle's time: from proposed hours by a poll to its outcome, the form and the card."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.huddles.rules import instant, wall
from models import Huddle, HuddleSlot, Poll, PollMessage, PollOption
from tests import polling
from tests.clocks import RunningClock
from tests.handlers.huddle_world import CHANNEL, clock, house, told
from tests.house import House

__all__ = ["clock", "house"]

TITLE = "Data quality clinic & <!channel>"


async def searched(house: House, channel: str = CHANNEL, person: str = "sunil") -> Any:
    await house.slack.command(person, "/huddle", "find 45m next week", channel)
    return house.slack.ephemeral(person)


async def asked(house: House, channel: str = CHANNEL, person: str = "sunil", **filled: Any) -> Any:
    """The window, sent with a title; the poll's message, once it stands in the channel."""
    await house.slack.click(await searched(house, channel, person), "huddle_let_choose")
    await house.slack.submit(house.slack.view(person), {"title": TITLE, **filled})
    return await polling.posted(house, channel)


async def options(house: House) -> list[datetime]:
    found = sorted(await house.rows(PollOption), key=lambda one: one.position)
    return [one.starts_at for one in found]


async def closed_by_clock(house: House, clock: RunningClock) -> None:
    poll = await polling.the_poll(house)
    assert poll.closes_at is not None
    clock.move_to(poll.closes_at + timedelta(seconds=1))


async def test_people_choose_and_the_hour_that_suits_most_is_one_click_from_its_card(
    house: House, clock: RunningClock
) -> None:
    answer = await searched(house)
    await house.slack.click(answer, "huddle_let_choose")
    window = house.slack.view("sunil")
    assert "Kathmandu (UTC+5:45)" in str(window.payload["blocks"][-1]["hint"])
    await house.slack.submit(window, {"title": ""})
    first = await house.slack.submit(window, {"title": TITLE})
    await house.slack.again(first)
    assert "goes to" in house.slack.shown(house.slack.view("sunil"))
    message = await polling.posted(house, CHANNEL)

    # Each reader sees their own time, and whom each costs what; nobody is pinged by a title.
    poll, times = await polling.the_poll(house), await options(house)
    assert len(times) == 3
    shown = str(message.blocks)
    for at in times:
        assert f"<!date^{int(at.timestamp())}^{{date_long_pretty}}, {{time}}|" in shown
    assert "&lt;!channel&gt;" in shown
    assert "<!channel>" not in shown
    assert "Choose as many as you like" in house.slack.shown(message)
    assert (poll.mode, poll.results, poll.creator) == ("named", "always", "U0SUNIL005")
    # Wednesday 17:00 in Kathmandu.
    assert poll.closes_at == instant(datetime(2026, 11, 25, 17), "Asia/Kathmandu")

    # The same proposals again, or the same window, give no second poll.
    await house.slack.click(answer, "huddle_let_choose")
    assert "already" in house.slack.shown(house.slack.ephemeral("sunil"))
    assert len(await house.rows(Poll)) == 1

    for person, number in (("amina", 1), ("amina", 2), ("ana", 2), ("layla", 3)):
        assert (await polling.vote(house, message, person, number)).ok
    await polling.told(house, "amina", "Your vote is counted")
    # The receipt has Amina's clock (Nairobi) and not that of Sunil who asked, for eyes and for ears.
    receipt = house.slack.ephemerals("amina")[-1]
    taken_back = [one for one in receipt.blocks if one.get("accessory")]
    assert len(taken_back) == 2
    for block, at in zip(taken_back, times, strict=False):
        assert block["text"]["text"].startswith(f"<!date^{int(at.timestamp())}^")
        aloud = block["accessory"]["accessibility_label"]
        assert f"{at.astimezone(ZoneInfo('Africa/Nairobi')):%H:%M} (Africa/Nairobi, UTC+03:00)" in aloud
    await closed_by_clock(house, clock)
    (outcome,) = await told(house, "sunil", "have chosen a time")
    said = house.slack.shown(outcome)
    assert "suits 2 people" in said
    assert "&lt;!channel&gt;" in str(outcome.blocks)
    assert [one for one in house.slack.dm("sunil") if "Your poll is closed" in house.slack.shown(one)] == []

    await house.slack.click(outcome, "huddle_schedule", person="sunil")
    form = house.slack.view("sunil")
    assert TITLE in str(form.payload["blocks"])
    await house.slack.submit(form)
    assert "Ready to post?" in house.slack.shown(house.slack.view("sunil"))
    await house.slack.again(await house.slack.submit(house.slack.view("sunil")))
    await house.slack.until(lambda: cards(house))
    (huddle,), (slot,) = await house.rows(Huddle), await house.rows(HuddleSlot)
    assert (huddle.state, huddle.title, huddle.minutes, huddle.key) == ("planned", TITLE, 45, poll.key)
    assert (slot.starts_at, huddle.channel_id) == (times[1], house.slack.where(CHANNEL).id)

    # One huddle comes of a poll, however often somebody presses.
    await house.slack.click(outcome, "huddle_schedule", person="sunil")
    assert "posted already" in house.slack.shown(house.slack.ephemeral("sunil"))
    assert len(await house.rows(Huddle)) == 1


def cards(house: House) -> list[Any]:
    return [one for one in house.slack.messages(CHANNEL) if "huddle_yes" in str(one.blocks)]


async def test_a_window_that_is_sent_twice_at_once_with_other_words_asks_once(house: House) -> None:
    await house.slack.click(await searched(house), "huddle_let_choose")
    window = house.slack.view("sunil")
    await asyncio.gather(*[house.slack.submit(window, {"title": title}) for title in ("One title", "Another")])
    await polling.posted(house, CHANNEL)
    assert len(await house.rows(Poll)) == 1
    assert len(await house.rows(PollOption)) == 3


async def test_closed_by_hand_a_tie_lists_its_times_the_least_burden_first(house: House) -> None:
    message = await asked(house)
    times = await options(house)
    await polling.vote(house, message, "ana", 3)
    await polling.vote(house, message, "amina", 1)
    await polling.says(house, "2 people voted", CHANNEL)
    await house.slack.click(message, "poll_manage", person="sunil")
    # Its times are no words that could be mended: the window leaves them out, and they stay what they are.
    await house.slack.click(house.slack.view("sunil"), "poll_change")
    window = house.slack.view("sunil")
    assert "o0" not in [one.get("block_id") for one in window.payload["blocks"]]
    await house.slack.submit(window, {"q0": "Data quality clinic (45 minuts): which of these times suit you?"})
    assert await options(house) == times
    await house.slack.click(house.slack.view("sunil"), "poll_close")
    (outcome,) = await told(house, "sunil", "suit equally many")
    offered = [one for one in outcome.blocks if (one.get("accessory") or {}).get("action_id") == "huddle_schedule"]
    assert [f"^{int(times[at].timestamp())}^" in str(one) for one, at in zip(offered, (0, 2), strict=True)] == [
        True
    ] * 2
    # A file names each time on the asker's clock.
    await house.slack.click(house.slack.view("sunil"), "poll_file")
    await house.slack.submit(house.slack.view("sunil"), {})
    await house.slack.until(lambda: [one for one in house.slack.files_of("sunil") if one.name.endswith(".csv")])
    (table,) = [one.content.decode() for one in house.slack.files_of("sunil") if one.name.endswith(".csv")]
    assert table.count(f"{wall(times[2], 'Asia/Kathmandu'):%H:%M} Kathmandu (UTC+5:45)") >= 2
    # Either can be taken: the third opens the form at its hour on the asker's clock.
    poll = await polling.the_poll(house)
    await house.slack.click(outcome, "huddle_schedule", f"1|{poll.key}|3", person="sunil")
    inputs = {one.get("block_id"): one.get("element", {}) for one in house.slack.view("sunil").payload["blocks"]}
    local = wall(times[2], "Asia/Kathmandu")
    assert inputs["date"]["initial_date"] == f"{local:%Y-%m-%d}"
    assert inputs["time"]["initial_time"] == f"{local:%H:%M}"


async def test_nobody_voted_and_another_search_is_one_click_away(house: House, clock: RunningClock) -> None:
    await asked(house)
    await closed_by_clock(house, clock)
    (outcome,) = await told(house, "sunil", "nobody voted")
    await house.slack.click(outcome, "huddle_find_again", person="sunil")
    await house.slack.until(lambda: "Times that cost the people" in house.slack.shown(house.slack.ephemeral("sunil")))


async def test_a_time_that_passed_meanwhile_is_not_scheduled(house: House, clock: RunningClock) -> None:
    message = await asked(house)
    await polling.vote(house, message, "ana", 1)
    await closed_by_clock(house, clock)
    (outcome,) = await told(house, "sunil", "have chosen a time")
    times = await options(house)
    clock.move_to(times[0] + timedelta(minutes=1))
    await house.slack.click(outcome, "huddle_schedule", person="sunil")
    await house.slack.until(lambda: "that time is over" in house.slack.shown(house.slack.ephemeral("sunil")))
    assert "huddle_form" not in [one.payload["callback_id"] for one in house.slack.views("sunil")]
    # After a long downtime the outcome itself says so.
    await house.slack.click(message, "poll_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "poll_reopen")
    await house.slack.submit(house.slack.view("sunil"), {"until": ""})
    await house.slack.click(house.slack.view("sunil"), "poll_close")
    assert await told(house, "sunil", "By now that time is over")
    assert await house.rows(Huddle) == []


async def test_what_cannot_be_asked_is_said_at_its_input(house: House) -> None:
    answer = await searched(house)
    await house.slack.click(answer, "huddle_let_choose")
    window = house.slack.view("sunil")
    (boxes,) = [one["element"]["options"] for one in window.payload["blocks"] if one.get("block_id") == "times"]
    everything = [one["value"] for one in boxes]
    for filled, problem in (
        ({"times": everything[:1]}, "Tick two times or more"),
        ({"date": "2026-11-20"}, "This time is over"),
        ({"date": "2026-12-24"}, "before the first of these times"),
    ):
        await house.slack.submit(window, {"title": TITLE, "times": everything, **filled})
        assert problem in house.slack.shown(house.slack.view("sunil"))
    both = [everything[0], everything[2]]
    await house.slack.submit(window, {"title": TITLE, "times": both, "date": "2026-11-24"})
    await polling.posted(house, CHANNEL)
    assert len(await options(house)) == 2


async def test_old_proposals_are_not_asked_about(house: House, clock: RunningClock) -> None:
    answer = await searched(house)
    clock.move_to(datetime(2026, 12, 14, 12, tzinfo=UTC))
    await house.slack.click(answer, "huddle_let_choose")
    assert "over by now" in house.slack.shown(house.slack.ephemeral("sunil"))
    assert house.slack.views("sunil") == []


async def test_a_private_channel_is_asked_by_its_people_only(house: House) -> None:
    leads = house.slack.where("cop-leads").id
    await house.slack.click(await searched(house, "cop-leads", "claire"), "huddle_let_choose")
    window = house.slack.view("claire")
    house.slack.workspace.leave("U0CLAIRE08", leads)
    await house.slack.submit(window, {"title": "Budget"})
    assert await told(house, "claire", "could not be posted")
    (message,) = await house.rows(PollMessage)
    assert (message.channel_id, message.ts) == (leads, "")
    assert not [one for one in house.slack.messages("cop-leads") if "Budget" in house.slack.shown(one)]
    # Somebody who is there asks; nothing of it is seen elsewhere.
    await house.slack.click(await searched(house, "cop-leads", "amina"), "huddle_let_choose")
    await house.slack.submit(house.slack.view("amina"), {"title": "Budget"})
    await house.slack.until(lambda: "Budget" in polling.board(house, "cop-leads"))
    assert {one.channel_id for one in await house.rows(PollMessage)} == {leads}


async def test_a_guest_asks_where_they_are(house: House) -> None:
    await house.slack.click(await searched(house, "cop-malaria", "grace"), "huddle_let_choose")
    await house.slack.submit(house.slack.view("grace"), {"title": "Bed nets"})
    await house.slack.until(lambda: "Bed nets" in polling.board(house, "cop-malaria"))


async def test_where_baobab_may_not_look_nothing_is_proposed_or_asked(house: House) -> None:
    answer = await searched(house, "reorg-2026", "claire")
    assert "do not know yet where" in house.slack.shown(answer)
    assert "huddle_let_choose" not in str(answer.blocks)


async def test_a_channel_that_baobab_was_removed_from_loses_nothing(house: House) -> None:
    await house.slack.click(await searched(house, "cop-leads", "amina"), "huddle_let_choose")
    house.slack.workspace.leave("U0BAOBABOT", house.slack.where("cop-leads").id)
    await house.slack.submit(house.slack.view("amina"), {"title": "Budget"})
    (message,) = await told(house, "amina", "could not be posted")
    assert "Nothing is lost" in house.slack.shown(message)
