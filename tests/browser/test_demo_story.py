"""The demo's story in a real browser: a colleague asks where to share, is told, and posts it there.

Pictures are saved under `test-results/`; the one in the README was made by this test.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import PHONE, Stage, act_as, picture, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

COMMAND = "/whereshare I have a job aid on postpartum haemorrhage in French"


def test_a_colleague_finds_the_place_and_posts_there(stage: Stage) -> None:
    with stage.page() as page:
        act_as(page, "U0NEEMA007")
        say(page, COMMAND)

        answer = page.locator(".msg.ephemeral").last
        expect(answer).to_contain_text("Maternal and Newborn Health")
        expect(answer).to_contain_text("Why:")
        expect(answer).to_contain_text("Lead: @Ana Lucía Quispe")
        expect(answer).to_contain_text("We've done this before")
        answer.scroll_into_view_if_needed()
        picture(page, "whereshare")

        answer.locator("[data-action=whereshare_post_it]").first.click()
        form = page.get_by_role("dialog", name="Post it there")
        words = "Bonjour, voici une fiche sur l'hémorragie du post-partum, à adapter librement."
        form.locator("[data-block=words] textarea").fill(words)
        picture(page, "compose")
        form.locator("[data-submit]").click()
        preview = page.get_by_role("dialog", name="Ready to post?")
        expect(preview).to_contain_text(words)
        picture(page, "preview")
        preview.locator("[data-submit]").click()
        expect(page.locator(".msg.ephemeral").last).to_contain_text("Posted in the channel")

        page.goto(f"{stage.demo}/U0ANA00003/C0MNH00000")
        posted = page.locator("#messages > .msg", has_text=words)
        expect(posted).to_contain_text("Shared by @Neema Mushi")
        picture(page, "posted")


def test_it_works_at_phone_width(stage: Stage) -> None:
    with stage.page("/U0FATOU004/C0GENERAL1", PHONE) as page:
        say(page, "/whereshare moustiquaires et paludisme saisonnier")
        expect(page.locator(".msg.ephemeral").last).to_contain_text("Malaria")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        picture(page, "phone")
