"""Time is let pass by a press in the sidebar, for everybody, forward only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from app.clock import AheadClock
from app.playground.pages.later import FURTHEST
from tests.playground.pages.stub import build
from tests.playground.pages.world import AMINA, GENERAL, OWN


async def test_time_passes_for_everybody_and_not_beyond_what_the_demo_is_filled_for() -> None:
    clock = AheadClock()
    app, workspace, _stub = build(clock=clock, later=clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://page.test/playground"
    ) as http:
        page = (await http.get(f"/{AMINA}/{GENERAL}")).text
        assert all(words in page for words in ("Let time pass", "15 minutes", "1 hour", "1 day", "1 week"))
        version = workspace.feed.version
        sent = {"minutes": "1440", "place": GENERAL}
        answer = await http.post(f"/{AMINA}/-/later", data=sent, headers={"Origin": "http://page.test"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/playground/{AMINA}/{GENERAL}")
        assert timedelta() <= workspace.clock.now() - datetime.now(UTC) - timedelta(days=1) + timedelta(seconds=1)
        assert workspace.feed.version > version
        told = await http.get(f"/{AMINA}/{GENERAL}")
        assert f"{datetime.now(UTC) + timedelta(days=1, hours=3):%a %-d %b}" in told.text

        for minutes, status in (("7", 400), ("-60", 400), ("", 400)):
            answer = await http.post(f"/{AMINA}/-/later", data={"minutes": minutes}, headers=OWN)
            assert answer.status_code == status
        statuses = [
            (await http.post(f"/{AMINA}/-/later", data={"minutes": "10080"}, headers=OWN)).status_code
            for _ in range(FURTHEST.days // 7 + 1)
        ]
        assert statuses[0] == 200
        assert statuses[-1] == 400
        assert clock.ahead <= FURTHEST
        # From elsewhere nobody lets time pass here.
        strange = {"Origin": "https://elsewhere.example"}
        answer = await http.post(f"/{AMINA}/-/later", data={"minutes": "15"}, headers=strange)
        assert answer.status_code == 403


async def test_where_time_cannot_be_moved_nothing_offers_it() -> None:
    app, _workspace, _stub = build(clock=AheadClock())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://page.test/playground"
    ) as http:
        assert "Let time pass" not in (await http.get(f"/{AMINA}/{GENERAL}")).text
        answer = await http.post(f"/{AMINA}/-/later", data={"minutes": "15"}, headers=OWN)
        assert answer.status_code in (404, 405)
