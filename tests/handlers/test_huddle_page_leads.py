"""/huddle: who decides about a community's calendar, its new address, and where there is no page."""

from __future__ import annotations

import re
from typing import Any

import httpx
from sqlalchemy import delete, update
from sqlmodel import col

from models import Audit, Community, CommunityLead, HuddleFeed, Member, Workspace
from tests.clocks import RunningClock
from tests.handlers.huddle_page_world import BASE, PAGE, all_gone, look_after, opened, posted, web
from tests.handlers.huddle_world import CHANNEL, card, clock, house, planned
from tests.house import House, a_house

__all__ = ["clock", "house", "web"]


async def test_only_leads_and_admins_decide_and_guests_never(house: House, web: httpx.AsyncClient) -> None:
    shown = await planned(house)
    await posted(house)
    (community,) = await house.rows(Community, Community.slug == "mla")
    await house.add(CommunityLead(workspace_id=house.workspace_id, community_id=community.id, slack_id="U0CLAIRE08"))
    windows = {person: await look_after(house, person) for person in ("sunil", "claire")}
    # Claire leads it no longer, and her window is still there.
    async with house.baobab.db.transaction() as session:
        await session.exec(delete(CommunityLead).where(col(CommunityLead.slack_id) == "U0CLAIRE08"))
    for action in ("huddle_renew_community", "huddle_open_page"):
        await house.slack.click(windows["claire"], action)
        assert "Only a lead of the community or an admin" in house.slack.shown(house.slack.view("claire"))
        await house.slack.close_view(house.slack.view("claire"))
    # A guest whom the directory calls a lead sees only the channels they were invited to, so decides for none.
    async with house.baobab.db.transaction() as session:
        await session.exec(update(Member).where(col(Member.slack_id) == "U0SUNIL005").values(is_guest=True))
    house.baobab.services.people.forget_all()
    await house.slack.click(windows["sunil"], "huddle_open_page")
    assert "Only a lead of the community or an admin" in house.slack.shown(house.slack.view("sunil"))
    await house.slack.command("sunil", "/huddle", "list", CHANNEL)
    assert "huddle_community" not in house.slack.actions(house.slack.ephemeral("sunil"))
    await all_gone(web, PAGE)
    assert await house.rows(HuddleFeed) == []
    assert await house.rows(Audit) == []
    # Others are not even offered it; an admin is.
    await house.slack.command("claire", "/huddle", "list", CHANNEL)
    assert "huddle_community" not in house.slack.actions(house.slack.ephemeral("claire"))
    await house.slack.click(shown, "huddle_to_calendar", person="claire")
    assert "huddle_community" not in house.slack.actions(house.slack.view("claire"))
    await house.slack.click(shown, "huddle_to_calendar", person="amina")
    await house.slack.click(house.slack.view("amina"), "huddle_community")
    await house.slack.click(house.slack.view("amina"), "huddle_open_page")
    assert (await web.get(PAGE)).status_code == 200
    assert [one.actor for one in await house.rows(Audit)] == ["U0AMINA001"]


async def test_a_new_address_makes_the_communitys_old_one_void_and_leaves_the_page(
    house: House, web: httpx.AsyncClient
) -> None:
    await planned(house)
    await posted(house)
    window = await opened(house)

    def address(view: Any) -> str:
        return re.findall(rf"{BASE}(/calendar/[^/`]+\.ics)", str(view.payload))[0]

    old = address(window)
    assert (await web.get(old)).text.count("BEGIN:VEVENT") == 1
    first = await house.slack.click(window, "huddle_renew_community")
    new = address(house.slack.view("sunil"))
    assert new != old
    assert (await web.get(old)).status_code == 404
    assert (await web.get(new)).status_code == 200
    assert (await web.get(PAGE)).status_code == 200
    # The same click once more makes no third address.
    await house.slack.again(first)
    assert (await web.get(new)).status_code == 200
    acts = [(one.act, one.details) for one in await house.rows(Audit)]
    assert acts == [("calendar.open", {}), ("calendar.renew", {"version": 2})]
    await house.slack.click(card(house), "huddle_to_calendar", person="ana")
    assert new in str(house.slack.view("ana").payload)


async def test_an_archived_community_has_no_page_and_cannot_get_one(house: House, web: httpx.AsyncClient) -> None:
    await planned(house)
    await posted(house)
    window = await opened(house)
    assert (await web.get(PAGE)).status_code == 200
    for status in ("archived", "merged", "proposed"):
        async with house.baobab.db.transaction() as session:
            await session.exec(update(Community).where(col(Community.slug) == "mla").values(status=status))
        await all_gone(web, PAGE)
    await house.slack.click(window, "huddle_close_page")
    closed = house.slack.view("sunil")
    await house.slack.click(closed, "huddle_open_page")
    assert "is not an active community" in house.slack.shown(house.slack.view("sunil"))
    assert [one.act for one in await house.rows(Audit)] == ["calendar.open", "calendar.close"]


async def test_another_workspaces_page_has_its_number_in_the_address(house: House, web: httpx.AsyncClient) -> None:
    now = house.baobab.services.clock.now()
    other = Workspace(team_id="T0OTHER", name="Other", created_at=now)
    await house.add(other)
    assert other.id is not None
    await house.add(
        Community(workspace_id=other.id, slug="mla", name="Another MLA", updated_at=now),
        HuddleFeed(workspace_id=other.id, kind="community", subject="mla", public=True, updated_at=now),
    )
    numbered = f"/calendar/c/{other.id}/mla"
    assert "Another MLA" in (await web.get(numbered)).text
    assert f"{BASE}{numbered}.ics" in (await web.get(numbered)).text
    assert "Another MLA" in (await web.get(f"{numbered}.ics")).text
    # The first workspace's own has one address only, and it is not open.
    odd = ("/calendar/c/999999999999999999999999/mla", "/calendar/c/0/mla", "/calendar/c/%00", "/calendar/c/MLA")
    await all_gone(web, PAGE, f"/calendar/c/{house.workspace_id}/mla", *odd)


async def test_where_nobody_outside_could_reach_the_page_it_is_not_offered(
    database_url: str, clock: RunningClock
) -> None:
    async with a_house(database_url, clock=clock, public_url="http://localhost:8000") as made:
        window = await look_after(made)
        assert made.slack.actions(window) == ["huddle_renew_community"]
