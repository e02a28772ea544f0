"""/huddle: a lead opens a community's calendar to everybody: what the page and its feed hold, and what not."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from models import Audit, CommunityChannel, HuddleSlot
from tests.clocks import RunningClock
from tests.handlers.huddle_page_world import BASE, PAGE, a_full_huddle, all_gone, look_after, opened, posted, web
from tests.handlers.huddle_world import CHANNEL, MONDAY, card, clock, house, planned
from tests.house import House

__all__ = ["clock", "house", "web"]


async def test_a_lead_opens_the_page_everybody_reads_it_and_it_closes_at_once(
    house: House, web: httpx.AsyncClient
) -> None:
    await a_full_huddle(house)
    await house.slack.click(card(house), "huddle_yes", person="amina")
    await house.slack.click(card(house), "huddle_ask", person="ana")
    await house.slack.submit(house.slack.view("ana"), {"question": "How do you count referrals?"})
    await all_gone(web, PAGE)
    before = await look_after(house)
    said = house.slack.shown(before)
    assert "It is off" in said.replace("*", "")
    assert "Everybody sees" in said
    assert "Show these huddles to the world?" in str(before.payload)
    assert BASE + PAGE not in str(before.payload)
    window = await opened(house)
    assert f"```{BASE}{PAGE}```" in str(window.payload)

    found = await web.get(PAGE)
    assert found.status_code == 200
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    text = found.text
    assert "Huddles of Measure, Learn, Adapt" in text
    assert "Data quality &lt;script&gt;alert(1)&lt;/script&gt; clinic" in text
    assert "<script>alert" not in text
    assert "Thursday, 26 November 2026, 18:45 Kathmandu (UTC+5:45)" in text
    assert "13:00 UTC" in text
    assert "45 minutes · French · Audio first, cameras off · one can dial in" in text
    assert "Bring your registers &amp; pens. Join […] or ask […]" in text
    feed = await web.get(f"{PAGE}.ics")
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    plain = feed.text.replace("\r\n ", "")
    assert "SUMMARY:Data quality <script>alert(1)</script> clinic" in plain
    assert "DTSTART;TZID=Asia/Kathmandu:20261126T184500" in plain
    for secret in (
        "secret-room",
        "zoom",
        "555",
        "4711",
        "U0",
        "Sunil",
        "Amina",
        "@ana",
        "referrals",
        "C0MLA",
        "URL:",
    ):
        assert secret not in text, secret
        assert secret not in plain, secret

    await house.slack.click(window, "huddle_close_page")
    await all_gone(web, PAGE)
    assert BASE + PAGE not in str(house.slack.view("sunil").payload)
    assert [(one.actor, one.act, one.subject) for one in await house.rows(Audit)] == [
        ("U0SUNIL005", "calendar.open", "community:mla"),
        ("U0SUNIL005", "calendar.close", "community:mla"),
    ]


async def test_the_page_is_strict_small_and_not_sent_twice(house: House, web: httpx.AsyncClient) -> None:
    await planned(house)
    await posted(house)
    await opened(house)
    found = await web.get(PAGE)
    assert len(found.content) < 20_000
    policy = found.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["x-robots-tag"].startswith("noindex")
    # By the reader's own browser alone: no cache on the way may show what a lead has closed.
    assert found.headers["cache-control"] == "private, max-age=60"
    for path in (PAGE, f"{PAGE}.ics"):
        first = await web.get(path)
        again = await web.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await web.head(path)).headers["etag"] == first.headers["etag"]
    await planned(house, "Journal club, Friday 18:45")
    await posted(house, 2)
    changed = await web.get(PAGE, headers={"if-none-match": found.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"] == found.headers["etag"]) == (200, False)


async def test_the_page_speaks_the_readers_language(house: House, web: httpx.AsyncClient) -> None:
    await planned(house, "Journal club, every Thursday 18:45")
    await posted(house)
    await opened(house)
    pages = {
        "en": await web.get(PAGE, headers={"accept-language": "de-CH, de;q=0.9"}),
        "fr": await web.get(PAGE, headers={"accept-language": "fr-CA, en;q=0.5"}),
        "es": await web.get(PAGE, params={"lang": "es"}, headers={"accept-language": "fr"}),
        "pt": await web.get(PAGE, params={"lang": "pt"}),
    }
    for language, page in pages.items():
        assert f'<html lang="{language}" dir="ltr">' in page.text
        assert page.headers["content-language"] == language
        assert "accept-language" in page.headers["vary"]
    assert len({page.headers["etag"] for page in pages.values()}) == 4
    assert "jeudi 26 novembre 2026, 18:45 Kathmandu" in pages["fr"].text
    assert "cada jueves" in pages["es"].text
    assert 'lang="fr"' in (await web.get("/calendar/c/nowhere", params={"lang": "fr"})).text


async def test_a_series_stands_on_every_date_with_what_was_moved_or_cancelled(
    house: House, web: httpx.AsyncClient
) -> None:
    await planned(house, "Journal club, every Thursday 18:45")
    await posted(house)
    await opened(house)
    first = await web.get(PAGE)
    # Twelve weeks from Monday, though only the next three dates have a row.
    assert len(await house.rows(HuddleSlot)) == 3
    assert first.text.count("<time ") == 12
    slots = await house.rows(HuddleSlot)
    await house.slack.click(card(house), "huddle_manage", person="sunil")
    manage = house.slack.view("sunil")
    await house.slack.click(manage, "huddle_cancel", "1|" + slots[1].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "one", "reason": "Ana is ill"})
    await house.slack.click(card(house), "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_move", "1|" + slots[0].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "one", "date": "2026-11-27", "time": "20:00"})
    text = (await web.get(PAGE)).text
    assert text.count("<time ") == 12
    moved = "<strong>Moved</strong> <del>Thursday, 26 November 2026, 18:45 Kathmandu (UTC+5:45)</del>"
    assert moved in text
    assert "Friday, 27 November 2026, 20:00 Kathmandu" in text
    assert re.search(r"<strong>Cancelled</strong> <del><time [^>]*>Thursday, 3 December 2026, 18:45", text)
    # Why it is off, was told to those who come; it may be somebody's own affair.
    assert "Ana is ill" not in text
    # The rest of the series goes on at another hour: each date stands there once.
    await house.slack.click(card(house), "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_move", "1|" + slots[2].key)
    await house.slack.submit(house.slack.view("sunil"), {"scope": "following", "date": "2026-12-11", "time": "10:00"})
    # Ten in Kathmandu is night further west, so it is asked once more.
    await house.slack.submit(house.slack.view("sunil"))
    await house.at_rest()
    text = (await web.get(PAGE)).text
    times = re.findall(r'<time datetime="([^"]+)"', text)
    assert len(times) == len(set(times)) == 12
    assert "Friday, 18 December 2026, 10:00 Kathmandu" in text
    assert "17 December" not in text
    # Off as a whole, what was still to come is struck through, and nothing more is promised.
    later = [one for one in house.slack.messages(CHANNEL) if one.user == "U0BAOBABOT" and not one.thread_ts][-1]
    assert "10:00" in house.slack.shown(later)
    await house.slack.click(later, "huddle_manage", person="sunil")
    await house.slack.click(house.slack.view("sunil"), "huddle_cancel")
    await house.slack.submit(house.slack.view("sunil"), {"scope": "following"})
    text = (await web.get(PAGE)).text
    assert "18 December 2026, 10:00" in text
    assert text.count('class="cancelled"') == 4
    assert "2027" not in text


async def test_other_communities_drafts_and_the_past_stay_off_the_page(
    house: House, web: httpx.AsyncClient, clock: RunningClock
) -> None:
    await planned(house, "Open clinic, Thursday 18:45")
    await posted(house)
    await opened(house)
    await house.slack.command("claire", "/huddle", "Social talk, Friday 15:00", "cop-sbc")
    await house.slack.click(house.slack.ephemeral("claire"), "huddle_post")
    await house.slack.command("sunil", "/huddle", "Draft talk, Friday 15:00", CHANNEL)
    await posted(house, 2)
    for path in (PAGE, f"{PAGE}.ics"):
        text = (await web.get(path)).text
        assert "Open clinic" in text
        assert "Social talk" not in text
        assert "Draft talk" not in text
    clock.move_to(MONDAY + timedelta(days=4))
    for path in (PAGE, f"{PAGE}.ics"):
        assert "Open clinic" not in (await web.get(path)).text
    assert "No huddle is planned for the next twelve weeks" in (await web.get(PAGE)).text


async def test_in_a_channel_that_became_private_nothing_is_for_everybody(
    house: House, web: httpx.AsyncClient
) -> None:
    await planned(house, "Open clinic, Thursday 18:45")
    await posted(house)
    await opened(house)
    assert "Open clinic" in (await web.get(PAGE)).text
    house.slack.where(CHANNEL).kind = "private"
    # The next huddle there asks Slack, and so it is known of those before it.
    await house.slack.command("sunil", "/huddle", "Closed talk, Friday 18:45", CHANNEL)
    await house.slack.click(house.slack.ephemeral("sunil"), "huddle_post")
    private = {one.title: one.private for one in await posted(house, 2)}
    assert private == {"Open clinic": True, "Closed talk": True}
    for path in (PAGE, f"{PAGE}.ics"):
        text = (await web.get(path)).text
        assert "Closed talk" not in text
        assert "Open clinic" not in text


@pytest.mark.parametrize("bot_inside", [True, False])
async def test_the_nightly_look_finds_channels_that_became_private(
    house: House, web: httpx.AsyncClient, bot_inside: bool
) -> None:
    await planned(house, "Open clinic, Thursday 18:45")
    await posted(house)
    await opened(house)
    await house.baobab.upkeep.look_at_open_channels()
    assert "Open clinic" in (await web.get(PAGE)).text
    channel = house.slack.where(CHANNEL)
    channel.kind = "private"
    if not bot_inside:
        channel.members.remove("U0BAOBABOT")
    await house.baobab.upkeep.look_at_open_channels()
    assert "Open clinic" not in (await web.get(PAGE)).text
    (row,) = await house.rows(CommunityChannel, CommunityChannel.slack_id == channel.id)
    assert row.private is True
