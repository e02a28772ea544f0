"""What is typed to /huddle: read whole, or asked back by the form, with what was read and the line itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models import Huddle
from tests.handlers.huddle_world import CHANNEL, clock, house, planned
from tests.house import House

__all__ = ["clock", "house"]


def inputs(view: Any) -> dict[str, Any]:
    """What the inputs of a form begin with, by their names; None for one that is empty."""
    found = {}
    for block in view.payload["blocks"]:
        if element := block.get("element"):
            option = element.get("initial_option") or {}
            values = [option.get("value"), *(element.get(f"initial_{kind}") for kind in ("date", "time", "value"))]
            found[block["block_id"].split("~")[0]] = next((one for one in values if one), None)
    return found


@pytest.mark.parametrize(
    ("line", "why", "empty"),
    [
        (
            "Clinic, yesterday 15:00",
            "“yesterday 15:00” would be Sunday, 22 November 2026, 15:00, which is over",
            "date",
        ),
        ("Clinic, 31 February 10:00", "“31 February 10:00” does not exist: there is no such day", "date"),
        (
            "Clinic, Thursday 15:00 for 30h",
            "I read 30 h as its length, and a huddle takes from five minutes to eight hours",
            "minutes",
        ),
        ("Clinic, Thursday", "At what hour?", "time"),
        ("Clinic, Thursday 15:00 IST", "Kolkata, Jerusalem, Dublin", "zone"),
        ("Clinic, Monday or Thursday 15:00", "“Monday or” before it says a time as well", "date"),
    ],
)
async def test_what_cannot_be_met_opens_the_form_with_the_reason_and_all_else(
    house: House, line: str, why: str, empty: str
) -> None:
    first = await house.slack.command("sunil", "/huddle", line, CHANNEL)
    form = house.slack.view("sunil")
    shown, filled = house.slack.shown(form), inputs(form)
    assert why in shown
    assert f"You wrote: {line}" in shown
    assert "`Data quality clinic, Thursday 15:00`" in shown
    assert filled["title"] == "Clinic"
    assert [name for name in ("date", "time", "zone", "minutes") if filled[name] is None] == [empty]
    await house.slack.again(first)
    assert await house.rows(Huddle) == []
    chosen = {"date": "2026-11-26", "time": "15:00", "zone": "Asia/Kathmandu", "minutes": "45"}
    await house.slack.submit(form, {empty: chosen[empty]})
    assert "Ready to post?" in house.slack.shown(house.slack.view("sunil"))


async def test_the_clocks_that_an_abbreviation_may_mean_are_offered(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "Clinic, Thursday 15:00 EST", CHANNEL)
    form = house.slack.view("sunil")
    (zone,) = [one for one in form.payload["blocks"] if one.get("block_id") == "zone"]
    assert {"America/New_York", "America/Cancun"} <= {one["value"] for one in zone["element"]["options"]}
    await house.slack.submit(form, {"zone": "America/New_York"})
    assert "15:00 New York (UTC-5)" in house.slack.shown(house.slack.view("sunil"))


async def test_another_clock_and_a_language_are_told_back(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "Clinic, Thursday 15:00 Nairobi in French", CHANNEL)
    shown = house.slack.shown(house.slack.ephemeral("sunil"))
    assert "Thursday, 26 November 2026, 15:00 Nairobi (UTC+3)" in shown
    assert "On your own clock" in shown
    assert "In French" in shown
    (row,) = await house.rows(Huddle)
    assert (row.title, row.zone, row.language) == ("Clinic", "Africa/Nairobi", "fr")


async def test_a_title_that_is_too_long_comes_back_whole(house: House) -> None:
    title = "Which registers we keep and why " * 5
    await house.slack.command("sunil", "/huddle", f"{title.strip()}, Thursday 15:00", CHANNEL)
    shown = house.slack.shown(house.slack.ephemeral("sunil"))
    assert "A title has at most 150 characters, this one has 159" in shown
    assert title.strip() in shown
    assert await house.rows(Huddle) == []


async def test_marks_in_a_title_leave_it_bold(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "*Data* quality ~clinic~, Thursday 18:45", CHANNEL)
    assert "*∗Data∗ quality ∼clinic∼*" in str(house.slack.ephemeral("sunil").blocks)
    (row,) = await house.rows(Huddle)
    assert row.title == "*Data* quality ~clinic~"


async def test_a_search_says_how_long_a_huddle_may_take(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "find 10h tomorrow", CHANNEL)
    assert "a huddle takes from five minutes to eight hours" in house.slack.shown(house.slack.ephemeral("sunil"))


async def test_no_time_is_proposed_when_the_channel_has_a_huddle_already(house: House) -> None:
    def proposed() -> list[datetime]:
        blocks = house.slack.ephemeral("sunil").blocks
        taken = [one["accessory"]["value"] for one in blocks if "huddle_take" in str(one.get("accessory"))]
        return [datetime.fromtimestamp(int(value.split("|")[2]), UTC) for value in taken]

    await house.slack.command("sunil", "/huddle", "find 45m next week", CHANNEL)
    before = proposed()
    assert len(before) == len({at.date() for at in before}) == 3
    # Weekly from today on, so that next week's has the hour that was best; and once beyond the dates with rows.
    local = before[0].astimezone(ZoneInfo("Asia/Kathmandu"))
    await planned(house, f"Data quality clinic, every {local:%A %H:%M}")
    for when in ("next week", f"{local + timedelta(days=42):%d %B}"):
        await house.slack.command("sunil", "/huddle", f"find 45m {when}", CHANNEL)
        free = proposed()
        assert len(free) == 3
        wall = [at.astimezone(ZoneInfo("Asia/Kathmandu")) for at in free]
        ends = local + timedelta(minutes=45)
        assert not [
            at
            for at in wall
            if at.weekday() == local.weekday()
            and at.time() < ends.time()
            and (at + timedelta(minutes=45)).time() > local.time()
        ]
