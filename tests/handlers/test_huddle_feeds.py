"""/huddle: calendar feeds, fair times, and hosts who leave."""

from __future__ import annotations

import httpx

from app.main import create_app
from models import Huddle
from tests.handlers.huddle_world import CHANNEL, card, clock, house, planned, shows, told
from tests.house import House

__all__ = ["clock", "house"]


async def test_a_feed_of_ones_own_a_community_and_a_huddle(house: House) -> None:
    shown = await planned(house)
    await house.slack.click(shown, "huddle_to_calendar", person="amina")
    window = str(house.slack.view("amina").payload)
    paths = [part.split(".ics")[0] for part in window.split("https://baobab.example.org/calendar/")[1:]]
    assert len(set(paths)) == 3
    transport = httpx.ASGITransport(app=create_app(house.baobab))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        found = {path: await client.get(f"/calendar/{path}.ics") for path in dict.fromkeys(paths)}
        texts = [answer.text for answer in found.values()]
        assert [answer.status_code for answer in found.values()] == [200, 200, 200]
        # Amina has not said that she comes: her own is empty.
        assert [text.count("BEGIN:VEVENT") for text in texts] == [1, 0, 1]
        assert all("ATTENDEE" not in text and "U0" not in text for text in texts)
        assert "DTSTART;TZID=Asia/Kathmandu:20261126T184500" in texts[0]
        await house.slack.click(shown, "huddle_yes", person="amina")
        mine = list(found)[1]
        answer = await client.get(f"/calendar/{mine}.ics")
        assert answer.text.count("BEGIN:VEVENT") == 1
        again = await client.get(f"/calendar/{mine}.ics", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.text) == (304, "")
        for wrong in (mine[:-1], mine + "A", "x", "x.y", mine.replace(".", "..")):
            assert (await client.get(f"/calendar/{wrong}.ics")).status_code == 404
        await house.slack.click(house.slack.view("amina"), "huddle_renew_feed")
        assert (await client.get(f"/calendar/{mine}.ics")).status_code == 404
        renewed = (
            str(house.slack.view("amina").payload).split("https://baobab.example.org/calendar/")[2].split(".ics")[0]
        )
        assert (await client.get(f"/calendar/{renewed}.ics")).status_code == 200
        # Cancelled, the file takes it out of a calendar again, under the same name and a higher number.
        await house.slack.click(shown, "huddle_manage", person="sunil")
        await house.slack.click(house.slack.view("sunil"), "huddle_cancel")
        await house.slack.submit(house.slack.view("sunil"))
        gone = (await client.get(f"/calendar/{next(iter(found))}.ics")).text
        assert "METHOD:CANCEL" in gone
        assert "SEQUENCE:1" in gone
        assert "STATUS:CANCELLED" in gone


async def test_a_fair_time_is_found_and_taken(house: House) -> None:
    await house.slack.command("sunil", "/huddle", "find 45m next week", CHANNEL)
    answer = house.slack.ephemeral("sunil")
    shown = house.slack.shown(answer)
    assert "Times that cost the people of this channel least" in shown
    await house.slack.click(answer, "huddle_take", block_id="")
    form = house.slack.view("sunil")
    await house.slack.submit(form, {"title": "Data quality clinic"})
    ready = house.slack.view("sunil")
    assert "Ready to post?" in house.slack.shown(ready)
    await house.slack.submit(ready)
    await house.slack.until(lambda: card(house))
    (row,) = await house.rows(Huddle)
    assert row.title == "Data quality clinic"
    await house.slack.command("amina", "/huddle", "list", "general")
    assert "Data quality clinic" in house.slack.shown(house.slack.ephemeral("amina"))
    await house.slack.open_home("sunil")
    await house.slack.until(lambda: house.slack.home("sunil"))
    assert "Data quality clinic" in house.slack.shown(house.slack.home("sunil"))


async def test_when_a_host_leaves_a_lead_takes_over(house: House) -> None:
    await house.slack.command("claire", "/huddle", "Data quality clinic, Thursday 15:00", CHANNEL)
    await house.slack.click(house.slack.ephemeral("claire"), "huddle_post")
    await house.slack.until(lambda: card(house))
    await house.slack.event(
        {
            "type": "user_change",
            "user": {"id": "U0CLAIRE08", "team_id": "T0BAOBAB01", "deleted": True, "name": "claire"},
        }
    )
    (message,) = await told(house, "sunil", "has left")
    assert "Data quality clinic" in house.slack.shown(message)
    (row,) = [one for one in await house.rows(Huddle) if one.state == "planned"]
    assert row.host == "U0SUNIL005"
    await shows(house, "Hosted by")
