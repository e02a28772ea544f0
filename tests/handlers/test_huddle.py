"""/huddle from the signed request to the card, who comes, the move, the roll and the notes."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.huddles.jobs import LEASE
from models import Huddle, HuddleBurden, HuddleQuestion, HuddleRsvp, HuddleSlot
from tests.clocks import RunningClock
from tests.handlers.huddle_world import CHANNEL, THURSDAY, card, clock, house, planned, shows, told
from tests.house import House

__all__ = ["clock", "house"]


async def test_a_huddle_is_told_back_with_zone_and_cities_before_anything_is_posted(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "Data quality clinic, Thursday 18:45", CHANNEL)
    asked = house.slack.ephemeral("sunil")
    shown = house.slack.shown(asked)
    assert "Thursday, 26 November 2026, 18:45 Kathmandu (UTC+5:45)" in shown
    assert "Nairobi · " in shown
    assert card(house) is None
    assert [one.state for one in await house.rows(Huddle)] == ["draft"]
    first = await house.slack.click(asked, "huddle_post")
    await house.slack.again(first)
    await house.slack.until(lambda: card(house))
    await house.slack.until(lambda: "on its way" in house.slack.shown(house.slack.ephemeral("sunil")))
    await house.slack.settled()
    (row,), (slot,) = await house.rows(Huddle), await house.rows(HuddleSlot)
    assert (row.state, row.title, row.zone, row.starts_local) == (
        "planned",
        "Data quality clinic",
        "Asia/Kathmandu",
        "2026-11-26T18:45",
    )
    assert (slot.starts_at, slot.ends_at - slot.starts_at) == (THURSDAY, timedelta(minutes=45))
    assert row.private is False
    assert len([one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT"]) == 1
    shown = house.slack.shown(card(house))
    assert f"<!date^{int(THURSDAY.timestamp())}^" in str(card(house).blocks)
    assert "I cannot start one myself" in shown
    await house.slack.command("sunil", "/huddle", "Thursday", CHANNEL)
    assert "Write what it is about" in house.slack.shown(house.slack.ephemeral("sunil"))


@pytest.mark.lifelike
async def test_five_people_in_five_zones_answer_and_the_last_word_of_each_counts(house: House) -> None:
    shown = await planned(house)
    for person, said in (
        ("amina", "yes"),
        ("ana", "maybe"),
        ("fatou", "no"),
        ("layla", "yes"),
        ("claire", "maybe"),
        ("claire", "yes"),
        ("layla", "no"),
    ):
        first = await house.slack.click(shown, f"huddle_{said}", person=person)
        assert first.ok
        await house.slack.again(first)
    text = await shows(house, "Coming (2)", "Maybe (1)", "Cannot come:* 2")
    assert text.count("@") >= 3
    assert len(await house.rows(HuddleRsvp)) == 5
    # Each is told alone what they said: once for each change, not for the same answer or request again.
    first = await house.slack.click(card(house), "huddle_no", person="layla")
    await house.slack.again(first)
    await house.slack.settled()
    heard = {
        "amina": ["You said *Yes* to *Data quality clinic*"],
        "layla": ["You said *Yes* to *Data quality clinic*", "You said *No* to *Data quality clinic*"],
        "claire": ["You said *Maybe* to *Data quality clinic*", "You said *Yes* to *Data quality clinic*"],
    }
    for person, words in heard.items():
        whispered = [house.slack.shown(one) for one in house.slack.ephemerals(person)]
        assert len(whispered) == len(words)
        assert all(word in one for word, one in zip(words, whispered, strict=True))
    assert f"<!date^{int(THURSDAY.timestamp())}^" in str(house.slack.ephemeral("claire").blocks)
    assert "primary" not in str(card(house).blocks)
    await house.slack.click(card(house), "huddle_ask", person="fatou")
    await house.slack.submit(house.slack.view("fatou"), {"question": "How do you count <!channel> referrals?"})
    await shows(house, "Questions to bring up", "referrals?")
    assert "&lt;!channel&gt;" in str(card(house).blocks)
    (question,) = await house.rows(HuddleQuestion)
    assert question.slack_id == "U0FATOU004"
    # All press at once: the last picture shows all of them, in few redraws.
    before = len(house.slack.calls("chat.update"))
    everybody = [one for one in house.slack.where(CHANNEL).members if one != "U0BAOBABOT"]
    presses = [house.slack.click(card(house), "huddle_yes", person=one) for one in everybody]
    counted = sum([delivery.ok for delivery in await asyncio.gather(*presses)])
    assert counted == len(everybody) >= 8
    rows = [one for one in await house.rows(HuddleRsvp) if one.answer == "yes"]
    await shows(house, f"Coming ({len(rows)})")
    assert len(house.slack.calls("chat.update")) - before <= 4


async def test_a_move_tells_those_who_come_once_and_strikes_the_old_time_through(
    house: House, clock: RunningClock
) -> None:
    shown = await planned(house)
    for person, said in (("amina", "yes"), ("ana", "maybe"), ("fatou", "no"), ("sunil", "yes")):
        await house.slack.click(shown, f"huddle_{said}", person=person)
    await house.slack.click(shown, "huddle_manage", person="fatou")
    assert "Only its hosts" in house.slack.shown(house.slack.ephemeral("fatou"))
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_move")
    # The hour was right, the zone was wrong: only the zone is changed, so the instant changes.
    form = house.slack.view("sunil")
    await house.slack.submit(form, {"zone": "Africa/Nairobi"})
    # Half past nine in the evening is nobody's night but that of Kathmandu and further east: asked before it is done.
    asked = house.slack.shown(house.slack.view("sunil"))
    assert "up at night" in asked and "you can look for a fairer hour" in asked
    assert "Nothing is moved yet. The 2 people who come, or may, would be told." in asked
    assert [one.starts_at for one in await house.rows(HuddleSlot)] == [THURSDAY]
    assert house.slack.dm("amina") == house.slack.dm("ana") == []
    first = await house.slack.submit(house.slack.view("sunil"))
    await house.slack.again(first)
    said = house.slack.shown(house.slack.view("sunil"))
    assert "*Data quality clinic* is moved to" in said and "The 2 people who come, or may, are told." in said
    moved = datetime(2026, 11, 26, 15, 45, tzinfo=UTC)
    (slot,) = await house.rows(HuddleSlot)
    assert (slot.starts_local, slot.zone, slot.starts_at) == ("2026-11-26T18:45", "Africa/Nairobi", moved)
    for person in ("amina", "ana"):
        (message,) = await told(house, person, "was moved")
        blocks = str(message.blocks)
        assert f"~<!date^{int(THURSDAY.timestamp())}^" in blocks
        assert f"*<!date^{int(moved.timestamp())}^" in blocks
    await shows(house, "Moved from")
    assert f"~<!date^{int(THURSDAY.timestamp())}^" in str(card(house).blocks)
    # Who declined, and who moved it, are told nothing.
    assert house.slack.dm("fatou") == house.slack.dm("sunil") == []

    # The reminders of the old time are harmless, those of the new one come, once each.
    clock.move_to(THURSDAY - timedelta(minutes=14))
    await house.at_rest()
    assert not [one for one in house.slack.dm("amina") if "begins soon" in house.slack.shown(one)]
    clock.move_to(moved - timedelta(minutes=14))
    assert len(await told(house, "amina", "begins soon")) == 1
    await house.at_rest()
    for person, times in (("amina", 1), ("fatou", 0)):
        soon = [one for one in house.slack.dm(person) if "begins soon" in house.slack.shown(one)]
        assert len(soon) == times


async def test_a_cancelled_huddle_says_so_and_reminds_nobody(house: House, clock: RunningClock) -> None:
    shown = await planned(house)
    await house.slack.click(shown, "huddle_yes", person="amina")
    await house.slack.click(shown, "huddle_no", person="ana")
    before = deepcopy(shown)
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_cancel")
    await house.slack.submit(house.slack.view("sunil"), {"reason": "The host is ill"})
    (message,) = await told(house, "amina", "is cancelled")
    assert "The host is ill" in house.slack.shown(message)
    await shows(house, "Cancelled:", "The host is ill")
    late = await house.slack.click(before, "huddle_yes", person="layla")
    assert late.ok
    assert "was cancelled" in house.slack.shown(house.slack.ephemeral("layla"))
    clock.move_to(THURSDAY - timedelta(minutes=10))
    await house.at_rest()
    assert len(house.slack.dm("amina")) == 1
    assert house.slack.dm("ana") == []


async def test_the_roll_the_notes_and_the_ledger(house: House, clock: RunningClock) -> None:
    shown = await planned(house)
    await house.slack.click(shown, "huddle_yes", person="amina")
    await house.slack.click(shown, "huddle_yes", person="layla")
    await house.slack.click(shown, "huddle_ask", person="ana")
    await house.slack.submit(house.slack.view("ana"), {"question": "How do you count referrals?"})
    clock.move_to(THURSDAY + timedelta(minutes=1))
    await shows(house, "I am here")
    # Nights have passed, in which the people of every channel were read.
    await house.at_rest()
    user = {"id": "U0LAYLA006", "profile": {"huddle_state": "in_a_huddle"}}
    await house.slack.event({"type": "user_huddle_changed", "user": user})
    await house.slack.click(card(house), "huddle_was_there", person="amina")
    await shows(house, "Here now (1)")

    clock.move_to(THURSDAY + timedelta(minutes=46))
    (message,) = await told(house, "sunil", "How was")
    burden = await house.rows(HuddleBurden)
    assert {one.region for one in burden} >= {"south_asia"}
    await house.slack.click(message, "huddle_notes", person="sunil")
    form = house.slack.view("sunil")
    # Filled in with who said so, whom Slack showed in a huddle, and the host.
    assert all(person in str(form.payload) for person in ("U0AMINA001", "U0LAYLA006", "U0SUNIL005"))
    await house.slack.submit(form, {"decisions": "We count at the ward.", "recording": "https://rec.example.org/1"})

    def notes() -> list[Any]:
        return [one for one in house.slack.messages(CHANNEL) if one.thread_ts and one.user == "U0BAOBABOT"]

    await house.slack.until(notes)
    (posted,) = notes()
    text = house.slack.shown(posted)
    assert "We count at the ward." in text
    assert "How do you count referrals?" in text
    # Named is only who said so themselves.
    assert "U0AMINA001" in str(posted.blocks)
    assert "U0LAYLA006" not in str(posted.blocks)
    assert "and 2 more" in text
    await shows(house, "Notes of this huddle")
    await house.slack.settled()
    assert len(notes()) == 1


async def test_a_series_has_one_card_that_goes_from_date_to_date(house: House, clock: RunningClock) -> None:
    shown = await planned(house, "Journal club, every first Thursday 18:45")
    first = datetime(2026, 12, 3, 13, tzinfo=UTC)
    slots = await house.rows(HuddleSlot)
    assert [one.original for one in slots] == ["2026-12-03T18:45", "2027-01-07T18:45", "2027-02-04T18:45"]
    assert "every first Thursday of the month" in house.slack.shown(shown)
    await house.slack.click(shown, "huddle_yes", person="amina")
    # Skip the second, and nobody who is not concerned hears of it.
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_cancel", "1|" + slots[1].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "one"})
    clock.move_to(first + timedelta(hours=3))
    third = f"<!date^{int(datetime(2027, 2, 4, 13, tzinfo=UTC).timestamp())}^"
    await house.slack.until(lambda: third in str(card(house).blocks))
    assert len([one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT" and not one.thread_ts]) == 1
    assert [one for one in house.slack.dm("amina") if "skipped" in house.slack.shown(one)] == []
    # All that follow go to another hour; the answer goes with them.
    await house.slack.click(card(house), "huddle_yes", person="amina")
    await house.slack.click(card(house), "huddle_manage", person="sunil")
    view = house.slack.view("sunil")
    await house.slack.click(view, "huddle_move", "1|" + slots[2].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "following", "date": "2027-02-02", "time": "20:00"})
    (message,) = await told(house, "amina", "has a new time from now on")
    assert "every first Tuesday of the month" in house.slack.shown(message)
    old, new = sorted(await house.rows(Huddle), key=lambda one: one.id)
    assert (old.state, new.rule, new.starts_local, new.card_ts) == (
        "ended",
        "FREQ=MONTHLY;BYDAY=1TU",
        "2027-02-02T20:00",
        shown.ts,
    )
    assert old.rule == "FREQ=MONTHLY;BYDAY=1TH;UNTIL=20270204T125959Z"
    await shows(house, "every first Tuesday of the month", "Coming (1)")


async def test_a_series_that_moves_while_its_card_is_drawn_is_soon_shown_as_it_is(house: House) -> None:
    shown = await planned(house, "Journal club, every first Thursday 18:45")
    slots = await house.rows(HuddleSlot)
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_move", "1|" + slots[0].key)
    # The drawing of Amina's answer takes its time, and comes after the one of the move.
    house.slack.fault("delay", "chat.update", seconds=1.5)
    await house.slack.click(shown, "huddle_yes", person="amina")
    await house.slack.until(lambda: house.slack.local.gate.faults.waiting == [])
    form = house.slack.view("sunil")
    await house.slack.submit(form, {"scope": "following", "date": "2026-12-01", "time": "20:00"})
    # Sooner than a lease would end, which the new series has no part in.
    await house.slack.until(lambda: "every first Tuesday" in house.slack.shown(card(house)), LEASE.seconds / 2)
    await house.at_rest()
    assert "every first Tuesday" in house.slack.shown(card(house))
