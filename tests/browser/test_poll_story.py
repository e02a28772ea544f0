"""A poll's story in a real browser: made in the form, voted on by four people, closed, looked at as a picture."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import PHONE, Stage, picture, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
ROOM = "C0GENERAL1"
ASKED = "How useful was the webinar?"


def test_a_poll_is_made_voted_on_closed_and_drawn(stage: Stage) -> None:
    with stage.page(f"/U0CLAIRE08/{ROOM}") as page:
        say(page, "/pulse-poll")
        form = page.get_by_role("dialog", name="New poll")
        form.locator("[data-block=question] input").press_sequentially(ASKED, delay=5)
        form.locator("[data-block=options] textarea").fill(
            "Very useful | Très utile\nSomewhat | Un peu\nNot | Pas utile"
        )
        form.locator("[data-block=options] textarea").press("End")
        form.locator("[data-block=close] input").press_sequentially("Friday 17:00", delay=5)
        expect(form).to_contain_text("• Very useful · Très utile")
        expect(form).to_contain_text("17:00 (Europe/London")
        form.get_by_text("This is how it will look").scroll_into_view_if_needed()
        picture(page, "poll-builder")
        form.locator("[data-submit]").click()
        expect(page.get_by_role("dialog", name="Done")).to_contain_text("Your poll goes to")
        page.keyboard.press("Escape")

        poll = page.locator("#messages > .msg", has_text=ASKED).last
        counted, contado = "Your vote is counted", "Su voto cuenta"
        for person, option, told in (
            ("U0MATEO009", 1, contado),
            ("U0NEEMA007", 1, counted),
            ("U0ANA00003", 2, contado),
            ("U0SUNIL005", 3, counted),
        ):
            page.goto(f"{stage.demo}/{person}/{ROOM}")
            poll.locator("[data-action=poll_vote]").nth(option - 1).click()
            expect(page.locator(".msg.ephemeral").last).to_contain_text(told)
        expect(poll).to_contain_text("4 people voted")
        poll.scroll_into_view_if_needed()
        picture(page, "poll-voted")

        page.goto(f"{stage.demo}/U0CLAIRE08/{ROOM}")
        poll.locator("[data-action=poll_manage]").click()
        tools = page.get_by_role("dialog", name="Manage poll")
        expect(tools).to_contain_text("Close it now")
        picture(page, "poll-tools")
        tools.locator("[data-action=poll_close]").click()
        page.get_by_role("button", name="Close it", exact=True).click()
        expect(tools).to_contain_text("It is closed")
        tools.locator("[data-action=poll_picture]").click()
        expect(tools).to_contain_text("direct message")
        page.keyboard.press("Escape")
        expect(poll).to_contain_text("Closed")
        expect(poll.locator("[data-action=poll_vote]")).to_have_count(0)
        picture(page, "poll-closed")


def test_a_secret_poll_at_phone_width(stage: Stage) -> None:
    with stage.page("/U0FATOU004/C0WELCOME1", PHONE) as page:
        say(page, '/pulse-poll "Êtes-vous bien accueillis ?" "Oui" "Non" "Je ne sais pas" --secret --close 2d')
        poll = page.locator("#messages > .msg", has_text="Êtes-vous").last
        poll.locator("[data-action=poll_vote]").first.click()
        expect(page.locator(".msg.ephemeral").last).to_contain_text("Oui")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        picture(page, "poll-phone")
