"""The story of /thanks in a real browser: three people thank one another in two channels and a direct message.

Each sees what is theirs, in their language: the giver a receipt, the recipient a message with a choice, the channel
one card. Pictures are saved under `test-results/`; those in the README and in docs/thanks.md were made by this test.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import PHONE, Stage, picture, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

# The first three read English, so their words are looked at; of the others what they press.
NEEMA, AMINA, LAYLA = "U0NEEMA007", "U0AMINA001", "U0LAYLA006"
JOAO, FATOU = "U0JOAO0002", "U0FATOU004"
MALARIA, KM = "C0MALARIA0", "C0KM000000"
BRIEF = "the malaria brief, in two languages and on time"
SLIPPED = "the library day, which was not hers"
NOTES = "the notes of the peer assist, sent the same evening"
QUIET = "listening to me after the difficult call"


def test_three_people_thank_one_another(stage: Stage) -> None:
    with (
        stage.page(f"/{NEEMA}/{MALARIA}") as neema,
        stage.page(f"/{AMINA}/{KM}") as amina,
        stage.page(f"/{FATOU}/{KM}") as fatou,
    ):
        _neema_thanks_two_in_a_channel(neema)
        _amina_takes_one_back_and_gives_another(amina, fatou)
        _fatou_thanks_neema_where_nobody_reads_along(fatou, neema)
        _amina_shows_hers(amina)
        with stage.page(f"/{JOAO}/{MALARIA}") as joao:
            _joao_keeps_his_private(joao)
        with stage.page(f"/{LAYLA}/{MALARIA}") as layla:
            _layla_seconds_the_card_and_thinks_again(layla)
        _amina_looks_at_her_home(amina)
        _amina_looks_after_thanks(amina)
    with stage.page(f"/{AMINA}/home", PHONE) as phone:
        expect(phone.locator("#home")).to_contain_text(BRIEF)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        picture(phone, "thanks-home-phone")
        phone.mouse.move(200, 400)
        phone.mouse.wheel(0, 1500)
        picture(phone, "thanks-home-phone-below")


def _neema_thanks_two_in_a_channel(page: Page) -> None:
    say(page, f"/thanks @amina and @joao for {BRIEF} #sharing")
    receipt = page.locator(".msg.ephemeral").last
    expect(receipt).to_contain_text("You thanked @Amina Odhiambo and @João Macuácua.")
    expect(receipt).to_contain_text(BRIEF)
    expect(receipt).to_contain_text("Malaria sees it only if they want it to")
    expect(receipt.get_by_role("button", name="Undo")).to_be_visible()
    picture(page, "thanks-receipt")
    picture(page, "thanks-receipt-message", receipt)


def _amina_takes_one_back_and_gives_another(amina: Page, fatou: Page) -> None:
    say(amina, f"/thanks @fatou for {SLIPPED}")
    receipt = amina.locator(".msg.ephemeral").last
    expect(receipt).to_contain_text(SLIPPED)
    _open_messages(fatou)
    expect(fatou.locator("#messages")).to_contain_text(SLIPPED)
    receipt.get_by_role("button", name="Undo").click()
    amina.get_by_role("dialog", name="Take it back?").get_by_role("button", name="Take it back").click()
    expect(receipt).to_contain_text("You took back your thanks to @Fatou Ndiaye.")
    picture(amina, "thanks-undone")
    expect(fatou.locator("#messages")).not_to_contain_text(SLIPPED)

    say(amina, f"/thanks @fatou for {NOTES} #sharing")
    expect(amina.locator(".msg.ephemeral").last).to_contain_text(NOTES)
    told = _about(fatou, NOTES)
    told.locator("[data-action=thanks_private]").click()
    expect(told).to_contain_text("🔒")
    picture(fatou, "thanks-private")


def _fatou_thanks_neema_where_nobody_reads_along(fatou: Page, neema: Page) -> None:
    fatou.locator("#write-to > summary").click()
    fatou.locator(f"#write-to [value={NEEMA}]").click()
    fatou.wait_for_url("**/D*")
    say(fatou, f"/thanks @neema for {QUIET}")
    expect(fatou.locator(".msg.ephemeral").last).to_contain_text(QUIET)
    _open_messages(neema)
    told = _about(neema, QUIET)
    expect(told).to_contain_text("@Fatou Ndiaye thanked you.")
    expect(told).to_contain_text("It is not shown in any channel.")
    expect(told.locator("[data-action^=thanks_]")).to_have_count(0)


def _amina_shows_hers(page: Page) -> None:
    _open_messages(page)
    told = _about(page, BRIEF)
    expect(told).to_contain_text("@Neema Mushi thanked you and one other.")
    expect(told).to_contain_text("Malaria and its leads see it only if you want that.")
    picture(page, "thanks-told")
    page.mouse.move(0, 0)
    picture(page, "thanks-told-message", told)
    told.get_by_role("button", name="Show in the community").click()
    expect(told).to_contain_text("Malaria sees it in its channel.")


def _joao_keeps_his_private(page: Page) -> None:
    card = _about(page, BRIEF)
    expect(card).to_contain_text("Amina Odhiambo, thanked by Neema Mushi")
    _open_messages(page)
    told = _about(page, BRIEF)
    told.locator("[data-action=thanks_private]").click()
    expect(told).to_contain_text("🔒")
    page.goto(page.url.rsplit("/", 1)[0] + f"/{MALARIA}")
    expect(card).to_contain_text("Amina Odhiambo, thanked by Neema Mushi")
    expect(card).not_to_contain_text("João")


def _layla_seconds_the_card_and_thinks_again(page: Page) -> None:
    card = _about(page, BRIEF)
    card.hover()
    card.get_by_role("button", name="React with raised_hands").click()
    expect(card).to_contain_text("#sharing · 🙌 1")
    page.get_by_role("button", name="Close this hint").click()
    page.locator("#compose").click()
    picture(page, "thanks-card")
    picture(page, "thanks-card-message", card)
    card.locator(".reaction").click()
    expect(card).not_to_contain_text("🙌 1")
    expect(card).to_contain_text(BRIEF)


def _amina_looks_at_her_home(page: Page) -> None:
    page.get_by_role("link", name="App Home").click()
    home = page.locator("#home")
    expect(home).to_contain_text(BRIEF)
    expect(home).to_contain_text(NOTES)
    expect(home).not_to_contain_text(SLIPPED)
    picture(page, "thanks-home")


def _amina_looks_after_thanks(page: Page) -> None:
    home = page.locator("#home")
    expect(home).to_contain_text("Posts saved")
    home.locator("[data-action=thanks_open_keep]").click()
    listed = page.get_by_role("dialog", name="Thank-yous")
    expect(listed).to_contain_text(BRIEF)
    expect(listed).to_contain_text("given in private: the words stay there")
    expect(listed).not_to_contain_text(QUIET)
    expect(listed).not_to_contain_text(SLIPPED)
    picture(page, "thanks-look-through")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    home.locator("[data-action=thanks_open_policy]").click()
    rules = page.get_by_role("dialog", name="Rules of thanks")
    expect(rules).to_be_visible()
    picture(page, "thanks-rules")
    page.keyboard.press("Escape")
    expect(rules).to_be_hidden()


def _about(page: Page, words: str) -> Locator:
    """The message that holds these words."""
    return page.locator("#messages > .msg", has_text=words)


def _open_messages(page: Page) -> None:
    page.locator("#assistant a").click()
    page.wait_for_url("**/D*")
