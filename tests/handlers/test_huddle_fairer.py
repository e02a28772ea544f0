"""A fairer hour than the one that was typed: found and taken before anything is posted, and when a huddle moves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.huddles.fairness import proposal
from app.huddles.people import crowd
from models import Huddle, HuddleSlot
from tests.handlers.huddle_world import CHANNEL, card, clock, house, planned, shows
from tests.house import House

__all__ = ["clock", "house"]

# 02:00 in Kathmandu: night in Asia and Africa.
NIGHT = "Data quality clinic, Thursday 02:00"


async def asleep(house: House, at: datetime) -> int:
    async with house.baobab.db.read_only() as session:
        zones = await crowd(session, house.workspace_id, house.slack.where(CHANNEL).id)
    return proposal(zones, at, 45).asleep


def inputs(view: Any) -> dict[str, dict[str, Any]]:
    return {
        str(one["block_id"]).partition("~")[0]: one["element"] for one in view.payload["blocks"] if "element" in one
    }


async def test_a_night_hour_is_changed_for_a_fairer_one_of_its_week_in_the_confirmation(house: House) -> None:
    await house.slack.command("sunil", "/huddle", NIGHT, CHANNEL)
    asked = house.slack.ephemeral("sunil")
    (draft,) = await house.rows(Huddle)
    await house.slack.click(asked, "huddle_fairer")
    await house.slack.until(lambda: "Hours of the same week" in house.slack.shown(house.slack.ephemeral("sunil")))
    shown = house.slack.ephemeral("sunil")
    assert "Now: Thursday, 26 November 2026, 02:00 Kathmandu" in house.slack.shown(shown)

    await house.slack.click(shown, "huddle_keep_hour")
    await house.slack.until(lambda: "Shall I post this" in house.slack.shown(house.slack.ephemeral("sunil")))
    await house.slack.click(house.slack.ephemeral("sunil"), "huddle_fairer")
    await house.slack.until(lambda: "Hours of the same week" in house.slack.shown(house.slack.ephemeral("sunil")))
    first = await house.slack.click(house.slack.ephemeral("sunil"), "huddle_take_fairer")
    await house.slack.again(first)
    await house.slack.until(lambda: "Shall I post this" in house.slack.shown(house.slack.ephemeral("sunil")))
    (kept,) = await house.rows(Huddle)
    assert (kept.key, kept.title, kept.channel_id, kept.minutes) == (draft.key, draft.title, draft.channel_id, 45)
    await house.slack.click(house.slack.ephemeral("sunil"), "huddle_post")
    await house.slack.until(lambda: card(house))
    await shows(house, "Data quality clinic")
    (slot,) = await house.rows(HuddleSlot)
    assert datetime(2026, 11, 22, 18, 15, tzinfo=UTC) <= slot.starts_at < datetime(2026, 11, 29, 18, 15, tzinfo=UTC)
    assert await asleep(house, slot.starts_at) < await asleep(house, datetime(2026, 11, 25, 20, 15, tzinfo=UTC))


async def test_in_the_form_everything_else_that_was_typed_stays(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "", CHANNEL)
    filled = {
        "title": "Data quality clinic",
        "date": "2026-11-26",
        "time": "02:00",
        "repeat": "weekly",
        "about": "Bring your registers",
        "dial_in": "+977 1 000",
        "marks": ["audio_first"],
        "link": "https://meet.example.org/abc",
    }
    await house.slack.submit(house.slack.view("sunil"), filled)
    await house.slack.click(house.slack.view("sunil"), "huddle_fairer")
    assert "Fairer hours" in house.slack.shown(house.slack.view("sunil"))
    await house.slack.click(house.slack.view("sunil"), "huddle_take_fairer")
    ready = house.slack.view("sunil")
    assert "Ready to post?" in house.slack.shown(ready)
    # Back in the form stands the hour that was taken, and all that was typed.
    (draft,) = await house.rows(Huddle)
    form = house.slack.views("sunil")[0]
    date, time = draft.starts_local.split("T")
    assert (inputs(form)["date"]["initial_date"], inputs(form)["time"]["initial_time"]) == (date, time)
    assert inputs(form)["about"]["initial_value"] == "Bring your registers"
    await house.slack.close_view(ready)
    # A problem is still said at the input it is about.
    drawn = next(one for one in form.payload["blocks"] if str(one.get("block_id")).startswith("date~"))
    await house.slack.submit(house.slack.view("sunil"), {drawn["block_id"]: "2026-11-20", "repeat": "none"})
    assert "already past" in house.slack.shown(house.slack.view("sunil"))
    await house.slack.submit(house.slack.view("sunil"), {drawn["block_id"]: date, "repeat": "weekly"})
    await house.slack.submit(house.slack.view("sunil"))
    await house.slack.until(lambda: card(house))
    await shows(house, "Bring your registers", "audio first")
    (huddle,) = await house.rows(Huddle)
    assert (huddle.starts_local, huddle.dial_in, huddle.link) == (
        draft.starts_local,
        "+977 1 000",
        "https://meet.example.org/abc",
    )
    # The series goes on by the new day.
    assert (
        huddle.rule == f"FREQ=WEEKLY;BYDAY={'MO TU WE TH FR SA SU'.split()[datetime.fromisoformat(date).weekday()]}"
    )


async def test_when_it_moves_an_hour_of_the_week_is_proposed_and_taken_into_the_form(house: House) -> None:
    shown = await planned(house, NIGHT)
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_move")
    await house.slack.click(house.slack.view("sunil"), "huddle_fairer_move")
    await house.slack.click(house.slack.view("sunil"), "huddle_take_move")
    (before,) = await house.rows(HuddleSlot)
    await house.slack.submit(house.slack.view("sunil"), {"minutes": "60"})
    await shows(house, "Moved from")
    (slot,) = await house.rows(HuddleSlot)
    assert slot.minutes == 60
    assert await asleep(house, slot.starts_at) < await asleep(house, before.starts_at)


async def test_a_fair_hour_needs_no_way_out(house: House) -> None:
    for words, offered in (("Clinic, Thursday 18:45", False), ("Clinic, Thursday 02:00", True)):
        await house.slack.command("sunil", "/huddle", words, CHANNEL)
        assert ("huddle_fairer" in str(house.slack.ephemeral("sunil").blocks)) is offered
