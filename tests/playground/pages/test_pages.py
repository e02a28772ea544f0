"""The page over HTTP: who sees what, in which zone, and how it stays fresh."""

from __future__ import annotations

import asyncio
import json

from app.playground import cast
from app.playground.pages import live
from tests.playground.pages.parsing import outline, words_of
from tests.playground.pages.world import AMINA, GENERAL, GRACE, ISSA, JOAO, SECRET, World


async def test_the_start_leads_to_somebodys_general_channel(world: World) -> None:
    answer = await world.http.get("/")
    assert answer.status_code == 303 and answer.headers["location"].endswith(f"/{AMINA}/{GENERAL}")


async def test_a_page_is_whole_html_with_landmarks_and_nothing_inline(world: World) -> None:
    for path in (f"/{AMINA}/{GENERAL}", f"/{AMINA}/C0WELCOME1", f"/{GRACE}/C0WELCOME1", f"/{AMINA}/home"):
        elements = outline((await world.see(path)).removeprefix("<!doctype html>"))
        names = [name for name, _ in elements]
        assert names.count("main") == names.count("h1") == names.count("nav") == 1
        ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        for name, attributes in elements:
            assert "style" not in attributes and not any(key.startswith("on") for key in attributes)
            assert name != "script" or attributes.get("src") or attributes.get("type") == "application/json"
            assert not (attributes.get("src") or "").startswith("http")


async def test_headers_forbid_scripts_from_elsewhere(world: World) -> None:
    answer = await world.http.get(f"/{AMINA}/{GENERAL}")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_at_least_eight_people_can_be_acted_as_each_with_their_own_time(world: World) -> None:
    page = await world.see(f"/{AMINA}/{GENERAL}")
    people = [
        attributes for _, attributes in outline(page.removeprefix("<!doctype html>")) if "data-person" in attributes
    ]
    assert len(people) >= 8
    words = words_of(page)
    for told in (
        "Kathmandu 17:45 · English",
        "Dakar 12:00 · French",
        "La Paz 08:00 · Spanish",
        "admin",
        "guest",
        "partner",
    ):
        assert told in words


async def test_each_person_sees_only_their_channels(world: World) -> None:
    assert "reorg-2026" in await world.see(f"/{AMINA}/{GENERAL}")
    assert "reorg-2026" not in await world.see(f"/{JOAO}/{GENERAL}")
    assert "cop-leads" not in await world.see(f"/{GRACE}/C0WELCOME1")
    for person, channel in (
        (JOAO, SECRET),
        (GRACE, GENERAL),
        (ISSA, GENERAL),
        ("U0PETER012", GENERAL),
        ("U0X", GENERAL),
    ):
        assert (await world.http.get(f"/{person}/{channel}")).status_code == 404


async def test_times_are_told_on_the_acting_persons_clock(world: World) -> None:
    assert ">15:00</time>" in await world.see(f"/{AMINA}/{GENERAL}")
    assert ">5:45\u202fPM</time>" in await world.see(f"/U0SUNIL005/{GENERAL}")


async def test_opening_home_lets_the_app_write_it(world: World) -> None:
    assert "has not written this page yet" in await world.see(f"/{AMINA}/home")
    assert "Welcome to Baobab" in await world.see(f"/{AMINA}/home")


async def test_unread_marks_go_when_the_channel_is_opened(world: World) -> None:
    assert 'aria-label="1 unread"' in await world.see(f"/{AMINA}/{GENERAL}")
    await world.see(f"/{AMINA}/C0WELCOME1")
    assert 'aria-label="1 unread"' not in await world.see(f"/{AMINA}/{GENERAL}")


async def test_the_stream_tells_each_person_of_what_they_may_see(world: World) -> None:
    heard = live.stream(world.workspace, JOAO, world.workspace.feed.version)
    assert (await anext(heard)).startswith("retry")
    told = asyncio.ensure_future(anext(heard))
    await asyncio.sleep(0)
    world.workspace.whisper(AMINA, GENERAL, "for Amina only")
    world.workspace.post(SECRET, AMINA, "secret")
    world.workspace.post(GENERAL, AMINA, "for all")
    event = await asyncio.wait_for(told, 2)
    data = json.loads(event.split("data: ")[1])
    assert data["channel"] == GENERAL and data["kind"] == "message"
    await heard.aclose()


async def test_without_the_stream_a_page_can_ask(world: World) -> None:
    version = world.workspace.feed.version
    assert (await world.http.get(f"/{AMINA}/-/changes?since={version}")).json()["changed"] is False
    world.workspace.post(GENERAL, JOAO, "hi")
    assert (await world.http.get(f"/{AMINA}/-/changes?since={version}")).json()["changed"] is True


async def test_the_stream_names_its_server_and_ends_when_the_server_closes(world: World) -> None:
    closing = asyncio.Event()
    heard = live.stream(world.workspace, JOAO, None, instance="first", closing=closing)
    assert "event: server\ndata: first" in await anext(heard)
    told = asyncio.ensure_future(anext(heard, "ended"))
    await asyncio.sleep(0)
    closing.set()
    assert await asyncio.wait_for(told, 2) == "ended"
    assert world.workspace.feed.watchers == 0


async def test_a_page_and_its_server_know_each_other(world: World) -> None:
    told = (await world.http.get(f"/{AMINA}/-/changes")).json()["instance"]
    assert told and f'data-instance="{told}"' in await world.see(f"/{AMINA}/{GENERAL}")


async def test_a_message_s_address_leads_to_it_as_whoever_was_acted_as_last(world: World) -> None:
    room, ts = world.workspace.channel(GENERAL), world.workspace.history(GENERAL)[0].ts
    address = world.workspace.permalink(world.workspace.message(GENERAL, ts)).partition("/playground")[2]
    anchor = f"#m-{ts.replace('.', '-')}"
    assert (await world.http.get(address)).headers["location"] == f"/playground/{AMINA}/{GENERAL}{anchor}"
    await world.see(f"/{JOAO}/{GENERAL}")
    assert (await world.http.get(address)).headers["location"] == f"/playground/{JOAO}/{GENERAL}{anchor}"
    # Another window that refreshes itself is nobody acting.
    await world.http.get(f"/{AMINA}/{GENERAL}", headers={"X-Refresh": "1"})
    for number in range(80):
        world.workspace.post(room.id, JOAO, f"message {number}")
    later = (await world.http.get(address)).headers["location"]
    assert later == f"/playground/{JOAO}/{GENERAL}?pages=2{anchor}"
    assert f'id="{anchor[1:]}"' in await world.see(later.removeprefix("/playground").partition("#")[0])


async def test_a_reply_s_address_opens_the_page_that_has_its_thread(world: World) -> None:
    top = world.workspace.history(GENERAL)[0].ts
    reply = world.workspace.post(GENERAL, JOAO, "a reply", thread_ts=top)
    where = (await world.http.get(world.workspace.permalink(reply).partition("/playground")[2])).headers["location"]
    page = await world.see(where.removeprefix("/playground").partition("#")[0])
    assert f'id="{where.partition("#")[2]}"' in page


async def test_addresses_of_what_is_gone_or_not_for_one_say_so(world: World) -> None:
    secret = world.workspace.post(SECRET, AMINA, "secret")
    address = world.workspace.permalink(secret).partition("/playground")[2]
    assert (await world.http.get(address)).status_code == 303
    await world.see(f"/{JOAO}/{GENERAL}")
    for lost in (
        address,
        f"/slack/archives/{GENERAL}/p1234567890123456",
        "/slack/archives/CNOWHERE/p1234567890123456",
    ):
        answer = await world.http.get(lost)
        assert answer.status_code == 404 and "Not here" in answer.text


async def test_a_partner_is_not_offered_the_app_s_home_commands_and_shortcuts(world: World) -> None:
    assert (await world.http.get(f"/{ISSA}/home")).status_code == 404
    page = await world.see(f"/{ISSA}/C0MINISTRY")
    for hidden in ("App Home", "/whereshare", "type / for commands", 'data-insert="/"', "shortcut"):
        assert hidden not in page
    assert f'href="/playground/{ISSA}/home"' not in await world.see(f"/{AMINA}/home")
    assert "App Home" in await world.see(f"/{JOAO}/C0MINISTRY")


async def test_only_rows_that_changed_get_another_mark(world: World) -> None:
    def marks(page: str) -> dict[str, str]:
        rows = outline(page.removeprefix("<!doctype html>"))
        return {
            str(a["id"]): str(a["data-mark"]) for n, a in rows if n == "li" and "data-mark" in a and a.get("data-ts")
        }

    before = marks(await world.see(f"/{AMINA}/{GENERAL}"))
    first = world.workspace.history(GENERAL)[0]
    world.workspace.add_reaction(JOAO, GENERAL, first.ts, "eyes")
    after = marks(await world.see(f"/{AMINA}/{GENERAL}"))
    assert [one for one in before if before[one] != after[one]] == [f"m-{first.ts.replace('.', '-')}"]


async def test_long_channels_come_in_pieces(world: World) -> None:
    for number in range(80):
        world.workspace.post(GENERAL, JOAO, f"message {number}")
    page = await world.see(f"/{AMINA}/{GENERAL}")
    assert "message 79" in page and "message 5<" not in page and "Earlier messages" in page
    assert "message 5<" in await world.see(f"/{AMINA}/{GENERAL}?pages=2")


async def test_scripts_and_styles_are_served_and_nothing_else(world: World) -> None:
    page = await world.see(f"/{AMINA}/{GENERAL}")
    sources = [
        a.get("src") or a.get("href")
        for n, a in outline(page.removeprefix("<!doctype html>"))
        if n in ("script", "link")
    ]
    for source in filter(None, sources):
        assert (await world.http.get(f"http://page.test{source}")).status_code == 200
    assert (await world.http.get("/static/x/..%2Fpage.html")).status_code == 404


def test_every_person_of_the_cast_has_a_zone_that_exists() -> None:
    from zoneinfo import ZoneInfo

    assert all(ZoneInfo(one.zone) for one in cast.PEOPLE)
