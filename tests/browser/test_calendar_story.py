"""A lead opens a community's calendar in the demo; somebody far away, signed in nowhere, reads it on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import Stage, picture, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SUNIL, MLA = "U0SUNIL005", "C0MLA00000"
PHONE = {"width": 360, "height": 780}


def test_a_lead_opens_the_calendar_and_it_is_read_in_la_paz(stage: Stage) -> None:
    address = stage.demo.replace("/playground", "/calendar/c/mla")
    with stage.page(f"/{SUNIL}/{MLA}") as sunil:
        say(sunil, "/huddle Data quality clinic, every Tuesday 16:00")
        sunil.get_by_role("button", name="Post it").last.click()
        expect(sunil.get_by_role("heading", name="Data quality clinic").last).to_be_visible()
        _opens(sunil, address)
        _reads_on_a_phone(stage, address)
        sunil.get_by_role("button", name="Close the page").click()
        expect(sunil.get_by_role("button", name="Open it to everybody")).to_be_visible()
    with stage.page() as page:
        assert page.request.get(address).status == 404


def _opens(page: Page, address: str) -> None:
    say(page, "/huddle list")
    page.get_by_role("button", name="Look after the calendar").last.click()
    page.get_by_role("button", name="Open it to everybody").click()
    expect(page.get_by_text("Everybody on the web can then read")).to_be_visible()
    page.get_by_role("button", name="Open it", exact=True).click()
    expect(page.get_by_text(address, exact=True)).to_be_visible()
    picture(page, "huddle-community-calendar")


def _reads_on_a_phone(stage: Stage, address: str) -> None:
    context = stage.browser.new_context(
        viewport=PHONE, device_scale_factor=2, timezone_id="America/La_Paz", locale="en-GB"
    )
    try:
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Huddles of Measure, Learn, Adapt")
        # 16:00 in Kathmandu is a quarter past six in Bolivia, by the browser's own reckoning.
        expect(page.locator("p.mine").first).to_have_text(re.compile(r"^Your time: Tuesday.* 06:15 La Paz$"))
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert (said, asked) == ([], [address])
        picture(page, "huddle-open-calendar-phone")
        page.get_by_role("link", name="Français").click()
        expect(page.locator("p.mine").first).to_contain_text("Votre heure : mardi")
    finally:
        context.close()
    context = stage.browser.new_context(viewport=PHONE, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(address)
        expect(page.locator("time").first).to_contain_text("16:00 Kathmandu (UTC+5:45)")
        expect(page.locator("main")).to_contain_text("10:15 UTC")
    finally:
        context.close()
