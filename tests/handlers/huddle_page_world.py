"""What the tests of a community's open calendar share: somebody on the web, and a lead at the window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.main import create_app
from models import Huddle
from tests.handlers.huddle_world import CHANNEL
from tests.house import House

BASE = "https://baobab.example.org"
PAGE = "/calendar/c/mla"
TITLE = "Data quality <script>alert(1)</script> clinic"


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Anybody on the web: signed in nowhere."""
    transport = httpx.ASGITransport(app=create_app(house.baobab))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


async def look_after(house: House, person: str = "sunil") -> Any:
    """The window of the community's calendar, as a lead comes to it."""
    await house.slack.command(person, "/huddle", "list", CHANNEL)
    await house.slack.click(house.slack.ephemeral(person), "huddle_community")
    return house.slack.view(person)


async def opened(house: House, person: str = "sunil") -> Any:
    await house.slack.click(await look_after(house, person), "huddle_open_page")
    return house.slack.view(person)


async def posted(house: House, count: int = 1) -> list[Huddle]:
    """Wait until so many huddles have their card, and Baobab knows so."""
    async with asyncio.timeout(10):
        while True:
            found = [one for one in await house.rows(Huddle) if one.card_ts]
            if len(found) == count:
                return found
            await asyncio.sleep(0.02)


async def a_full_huddle(house: House) -> None:
    """A huddle with all that must not get out, by the form."""
    await house.slack.command("sunil", "/huddle", "", CHANNEL)
    form = {
        "title": TITLE,
        "about": "Bring your registers & pens. Join https://zoom.us/j/42?pwd=1 or ask @ana.q",
        "date": "2026-11-26",
        "time": "18:45",
        "zone": "Asia/Kathmandu",
        "language": "fr",
        "link": "https://meet.example.org/secret-room",
        "dial_in": "+977 1 555 0199, then 4711#",
        "marks": ["audio_first"],
    }
    await house.slack.submit(house.slack.view("sunil"), form)
    await house.slack.submit(house.slack.view("sunil"))
    await posted(house)


async def all_gone(web: httpx.AsyncClient, *paths: str) -> None:
    """These are answered just as an address that never was."""
    for suffix in ("", ".ics"):
        unknown = await web.get(f"/calendar/c/no-such-community{suffix}")
        assert unknown.status_code == 404
        assert unknown.headers["cache-control"] == "no-store"
        for path in paths:
            found = await web.get(path + suffix)
            assert (found.status_code, found.content) == (404, unknown.content), path
            assert dict(found.headers) == dict(unknown.headers), path
