"""Edit details: what people are told of a huddle changes after it was posted; who comes hears of another address."""

from __future__ import annotations

from typing import Any

import httpx
from icalendar import Calendar

from app.main import create_app
from models import Huddle
from tests.handlers.huddle_world import clock, house, planned, shows, told
from tests.house import House

__all__ = ["clock", "house"]

SAYS: dict[str, Any] = {
    "title": "Data quality clinic",
    "about": "",
    "link": "",
    "dial_in": "",
    "language": None,
    "marks": [],
}


async def edited(house: House, shown: Any, person: str = "sunil", **says: Any) -> str:
    """The form, opened from Manage and sent; what the window says then."""
    await house.slack.click(shown, "huddle_manage", person=person)
    await house.slack.click(house.slack.view(person), "huddle_details")
    await house.slack.submit(house.slack.view(person), SAYS | says)
    said = house.slack.shown(house.slack.view(person))
    await house.slack.close_view(house.slack.view(person))
    # What lay below it showed what was before.
    assert house.slack.views(person) == []
    return said


async def test_another_address_is_told_once_to_those_who_come_and_a_typo_to_nobody(house: House) -> None:
    shown = await planned(house)
    for person, answer in (("amina", "huddle_yes"), ("layla", "huddle_maybe"), ("claire", "huddle_no")):
        await house.slack.click(shown, answer, person=person)
    assert "Saved." in await edited(house, shown, title="Data *quality* hour")
    await shows(house, "Data *quality* hour")
    assert [person for person in ("amina", "layla", "claire") if house.slack.dm(person)] == []

    said = await edited(
        house,
        shown,
        title="Data quality hour",
        link="https://meet.example.org/clinic",
        dial_in="+977 1 555",
        language="fr",
        marks=["audio_first"],
    )
    assert "The 2 people who come, or may, are told." in said
    await shows(house, "Data quality hour", "+977 1 555", "French", "audio first")
    for person in ("amina", "layla"):
        (message,) = await told(house, person, "has a new address or number to dial")
        assert "https://meet.example.org/clinic" in str(message.blocks)
    await house.at_rest()
    assert house.slack.dm("claire") == []
    (row,) = await house.rows(Huddle)
    assert (row.title, row.link, row.language, row.audio_first) == (
        "Data quality hour", "https://meet.example.org/clinic", "fr", True
    )  # fmt: skip


async def test_calendars_take_up_what_changed(house: House) -> None:
    shown = await planned(house, "Data quality clinic, every Thursday 18:45")
    await house.slack.click(shown, "huddle_yes", person="amina")
    await house.slack.click(shown, "huddle_to_calendar", person="amina")
    window = str(house.slack.view("amina").payload)
    mine = window.split("https://baobab.example.org/calendar/")[1].split(".ics")[0]

    async def event() -> Any:
        transport = httpx.ASGITransport(create_app(house.baobab))
        async with httpx.AsyncClient(transport=transport, base_url="https://baobab.example.org") as client:
            answer = await client.get(f"/calendar/{mine}.ics")
        (found,) = Calendar.from_ical(answer.text).walk("VEVENT")
        return found

    before = await event()
    await edited(house, shown, title="Data quality hour", link="https://meet.example.org/clinic")
    after = await event()
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert (str(after["SUMMARY"]), str(after["LOCATION"])) == ("Data quality hour", "https://meet.example.org/clinic")


async def test_what_cannot_be_is_marked_and_strangers_may_not(house: House) -> None:
    shown = await planned(house)
    await house.slack.click(shown, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_details")
    view = house.slack.view("sunil")
    await house.slack.submit(view, SAYS | {"link": "meet me there"})
    assert "whole address" in house.slack.view("sunil").errors["link"]
    (row,) = await house.rows(Huddle)
    assert row.link == ""
    await house.slack.click(shown, "huddle_manage", person="claire")
    assert "huddle_details" not in str([one.payload for one in house.slack.views("claire")])
