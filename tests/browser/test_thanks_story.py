"""The story of /thanks in a real browser: three people thank one another in two channels and a direct message.

Each sees what is theirs: the giver a receipt, the recipient a message with a choice, the channel one card.
Pictures are saved under `test-results/`; those in the README and in docs/thanks.md were made by this test.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import PHONE, Stage, picture, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

NEEMA, ANA, JOAO, FATOU, LAYLA = "U0NEEMA007", "U0ANA00003", "U0JOAO0002", "U0FATOU004", "U0LAYLA006"
MALARIA, MNH = "C0MALARIA0", "C0MNH00000"
BRIEF = "the malaria brief, in two languages and on time"
SLIPPED = "the simulation script, which was not hers"
HOTLINE = "answering the ward's questions at night"
QUIET = "listening to me after the difficult call"


def test_three_people_thank_one_another(stage: Stage) -> None:
    with (
        stage.page(f"/{NEEMA}/{MALARIA}") as neema,
        stage.page(f"/{ANA}/{MNH}") as ana,
        stage.page(f"/{FATOU}/{MNH}") as fatou,
    ):
        _neema_thanks_two_in_a_channel(neema)
        _ana_takes_one_back_and_gives_another(ana, fatou)
        _fatou_thanks_neema_where_nobody_reads_along(fatou, neema)
        _ana_shows_hers(ana)
        with stage.page(f"/{JOAO}/{MALARIA}") as joao:
            _joao_keeps_his_private(joao)
        with stage.page(f"/{LAYLA}/{MALARIA}") as layla:
            _layla_seconds_the_card_and_thinks_again(layla)
        _ana_looks_at_her_home(ana)
    with stage.page(f"/{ANA}/home", PHONE) as phone:
        expect(phone.locator("#home")).to_contain_text(BRIEF)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        picture(phone, "thanks-home-phone")
        phone.locator("#home").get_by_text("You were thanked").scroll_into_view_if_needed()
        picture(phone, "thanks-home-phone-below")


def _neema_thanks_two_in_a_channel(page: Page) -> None:
    say(page, f"/thanks @ana and @joao for {BRIEF} #sharing")
    receipt = page.locator(".msg.ephemeral").last
    expect(receipt).to_contain_text("You thanked @Ana Lucía Quispe and @João Macuácua.")
    expect(receipt).to_contain_text(BRIEF)
    expect(receipt).to_contain_text("Malaria sees it only if they want it to")
    expect(receipt.get_by_role("button", name="Undo")).to_be_visible()
    picture(page, "thanks-receipt")


def _ana_takes_one_back_and_gives_another(ana: Page, fatou: Page) -> None:
    say(ana, f"/thanks @fatou for {SLIPPED}")
    receipt = ana.locator(".msg.ephemeral").last
    expect(receipt).to_contain_text(SLIPPED)
    _open_messages(fatou)
    expect(fatou.locator("#messages")).to_contain_text(SLIPPED)
    receipt.get_by_role("button", name="Undo").click()
    ana.get_by_role("dialog", name="Take it back?").get_by_role("button", name="Take it back").click()
    expect(receipt).to_contain_text("You took back your thanks to @Fatou Ndiaye.")
    picture(ana, "thanks-undone")
    expect(fatou.locator("#messages")).not_to_contain_text(SLIPPED)

    say(ana, f"/thanks @fatou for {HOTLINE} #answering")
    expect(ana.locator(".msg.ephemeral").last).to_contain_text(HOTLINE)
    told = fatou.locator("#messages > .msg", has_text=HOTLINE)
    told.get_by_role("button", name="Keep private").click()
    expect(told).to_contain_text("🔒")
    picture(fatou, "thanks-private")


def _fatou_thanks_neema_where_nobody_reads_along(fatou: Page, neema: Page) -> None:
    fatou.locator("#write-to > summary").click()
    fatou.locator(f"#write-to [value={NEEMA}]").click()
    fatou.wait_for_url("**/D*")
    say(fatou, f"/thanks @neema for {QUIET}")
    expect(fatou.locator(".msg.ephemeral").last).to_contain_text(QUIET)
    _open_messages(neema)
    told = neema.locator("#messages > .msg", has_text=QUIET)
    expect(told).to_contain_text("@Fatou Ndiaye thanked you.")
    expect(told).to_contain_text("Only you and @Fatou Ndiaye see it.")
    expect(told.locator("[data-action^=thanks_]")).to_have_count(0)


def _ana_shows_hers(page: Page) -> None:
    _open_messages(page)
    told = page.locator("#messages > .msg", has_text=BRIEF)
    told.scroll_into_view_if_needed()
    picture(page, "thanks-told")
    told.locator("[data-action=thanks_show]").click()
    expect(told).to_contain_text("👀")


def _joao_keeps_his_private(page: Page) -> None:
    card = page.locator("#messages > .msg", has_text=BRIEF)
    expect(card).to_contain_text("Ana Lucía Quispe, thanked by Neema Mushi")
    _open_messages(page)
    told = page.locator("#messages > .msg", has_text=BRIEF)
    told.locator("[data-action=thanks_private]").click()
    expect(told).to_contain_text("🔒")
    page.goto(page.url.rsplit("/", 1)[0] + f"/{MALARIA}")
    expect(card).to_contain_text("Ana Lucía Quispe, thanked by Neema Mushi")
    expect(card).not_to_contain_text("João")


def _layla_seconds_the_card_and_thinks_again(page: Page) -> None:
    card = page.locator("#messages > .msg", has_text=BRIEF)
    card.hover()
    card.get_by_role("button", name="React with raised_hands").click()
    expect(card).to_contain_text("+1")
    picture(page, "thanks-card")
    card.locator(".reaction").click()
    expect(card).not_to_contain_text("+1")
    expect(card).to_contain_text(BRIEF)


def _ana_looks_at_her_home(page: Page) -> None:
    page.get_by_role("link", name="App Home").click()
    home = page.locator("#home")
    expect(home).to_contain_text(BRIEF)
    expect(home).to_contain_text(HOTLINE)
    expect(home).not_to_contain_text(SLIPPED)
    picture(page, "thanks-home")


def _open_messages(page: Page) -> None:
    page.locator("#assistant a").click()
    page.wait_for_url("**/D*")
