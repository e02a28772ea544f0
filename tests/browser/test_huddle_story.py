"""The story of /huddle in a real browser: planned, answered by five people in five zones, moved, held, written up.

Each reads the hour on their own clock, before and after the move. Pictures are saved under `test-results/`; those in
docs/huddles.md were made by this test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import Stage, picture, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ROOM = "C0MLA00000"
TITLE = "Data quality clinic"
SUNIL, KATHMANDU = "U0SUNIL005", ZoneInfo("Asia/Kathmandu")
# None of these has summer time, so the five differ all year.
ZONES = {
    "U0JOAO0002": "Africa/Maputo",
    "U0LAYLA006": "Asia/Amman",
    "U0FATOU004": "Africa/Dakar",
    "U0ANA00003": "America/La_Paz",
    "U0MATEO009": "America/Bogota",
}
JOAO, LAYLA, FATOU, ANA, MATEO = ZONES
ANSWERS = {JOAO: "yes", LAYLA: "yes", FATOU: "no", ANA: "maybe", MATEO: "yes"}
QUESTION = "How do you count referrals between districts?"
CAME_OF_IT = "We count a referral where it arrives, from next month on. Layla shares the sheet."


@dataclass
class Time:
    """The demo's time, which a press in the sidebar lets pass."""

    skipped: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def passes(self, page: Page, minutes: int, words: str) -> None:
        page.locator("#later > summary").click()
        with page.expect_navigation():
            page.locator("#later").get_by_role("button", name=words).click()
        self.skipped += timedelta(minutes=minutes)

    def goes_to(self, page: Page, moment: datetime) -> None:
        """Let time pass until just after a moment, at most a quarter of an hour."""
        while (left := (moment - self.now()).total_seconds() / 60) > 0:
            steps = ((1440, "1 day"), (60, "1 hour"), (15, "15 minutes"))
            self.passes(page, *next((one for one in steps if one[0] <= left), steps[-1]))


def test_a_huddle_is_planned_answered_moved_held_and_written_up(stage_of_its_own: Stage) -> None:
    stage, time = stage_of_its_own, Time()
    with stage.page(f"/{SUNIL}/{ROOM}") as sunil:
        if time.now().astimezone(KATHMANDU).weekday() == 3:
            # "Thursday" would be today, and perhaps in a minute.
            time.passes(sunil, 1440, "1 day")
        starts = _sunil_plans_it(sunil, time.now())
        for person, answer in ANSWERS.items():
            with stage.page(f"/{person}/{ROOM}") as page:
                _somebody_answers(page, person, answer, starts)
        card = _card(sunil)
        expect(card).to_contain_text("Coming (3)")
        expect(card).to_contain_text("Maybe (1)")
        expect(card).to_contain_text("Cannot come: 1")
        expect(card).to_contain_text(QUESTION)
        _show(sunil, card, "huddle-card")

        moved = starts + timedelta(hours=1, minutes=30)
        _sunil_moves_it(sunil)
        for person, answer in ANSWERS.items():
            with stage.page(f"/{person}/{ROOM}") as page:
                _somebody_is_told(page, person, answer, starts, moved)

        time.goes_to(sunil, moved)
        with stage.page(f"/{LAYLA}/{ROOM}") as layla:
            _card(layla).get_by_role("button", name="I am here").click()
            expect(_card(layla)).to_contain_text("Here now (1): @Layla")
            _show(layla, _card(layla), "huddle-open")
        time.passes(sunil, 60, "1 hour")
        with stage.page(f"/{JOAO}/{ROOM}") as joao:
            _card(joao).locator("[data-action=huddle_was_there]").click()
            expect(_card(joao).locator(".block", has_text="(2):").last).to_contain_text("Layla Haddad")
        _sunil_writes_it_up(sunil)
    with stage.page(f"/{LAYLA}/home") as home:
        expect(home.locator("#home")).to_contain_text("attended 1")
        picture(home, "huddle-home")
    with stage.page(f"/{SUNIL}/home") as home:
        expect(home.locator("#home")).to_contain_text("hosted 1")


def _sunil_plans_it(page: Page, now: datetime) -> datetime:
    """Plan it by a command; the instant it begins."""
    day = now.astimezone(KATHMANDU)
    day += timedelta(days=(3 - day.weekday()) % 7)
    starts = day.replace(hour=15, minute=0, second=0, microsecond=0)
    if starts <= now:
        starts += timedelta(days=7)
    say(page, f"/huddle {TITLE}, Thursday 15:00")
    asked = page.locator(".msg.ephemeral").last
    expect(asked).to_contain_text("15:00 Kathmandu (UTC+5:45)")
    expect(asked).to_contain_text(f"{starts.day} {starts:%B} {starts.year}")
    expect(asked).to_contain_text("Nothing is posted yet.")
    picture(page, "huddle-confirm", asked)
    asked.get_by_role("button", name="Post it").click()
    expect(_card(page)).to_contain_text("Hosted by @Sunil Thapa")
    return starts


def _somebody_answers(page: Page, person: str, answer: str, starts: datetime) -> None:
    if person in (ANA, MATEO):
        page.locator("form.join button").click()
    card = _card(page)
    _reads(card.locator(".block", has_text="⏰"), starts, person)
    # Nobody's answer is marked on what everybody reads.
    expect(card.locator(".btn.primary")).to_have_count(0)
    card.locator(f"[data-action=huddle_{answer}]").click()
    told = page.locator(".msg.ephemeral").last
    expect(told).to_contain_text(TITLE)
    if answer == "no":
        expect(told).not_to_contain_text("⏰")
    else:
        _reads(told, starts, person)
    # Once for each change: the same answer again says nothing more.
    card.locator(f"[data-action=huddle_{answer}]").click()
    if person == LAYLA:
        expect(told).to_contain_text("You said Yes")
        picture(page, "huddle-answered")
        page.mouse.move(0, 0)
        picture(page, "huddle-answered-message", told)
    if person == FATOU:
        told.locator("[data-action=huddle_ask]").click()
        window = page.locator("dialog[open]")
        window.locator("textarea").fill(QUESTION)
        window.locator("[data-submit]").click()
        expect(card).to_contain_text(QUESTION)
    page.wait_for_timeout(300)
    expect(page.locator(".msg.ephemeral")).to_have_count(1)


def _sunil_moves_it(page: Page) -> None:
    _card(page).get_by_role("button", name="Manage").click()
    tools = page.get_by_role("dialog", name="Manage")
    picture(page, "huddle-manage")
    tools.get_by_role("button", name="Move").click()
    window = page.get_by_role("dialog", name="Move the huddle")
    window.locator("[data-block=time] input").fill("16:30")
    picture(page, "huddle-move", window)
    window.locator("[data-submit]").click()
    # Late for some of them: asked once more, before anybody is told.
    asked = page.get_by_role("dialog").filter(has_text="Nothing is moved yet")
    expect(asked).to_contain_text("up at night")
    picture(page, "huddle-move-asked")
    asked.locator("[data-submit]").click()
    done = page.get_by_role("dialog", name="Done")
    expect(done).to_contain_text("who come, or may, are told")
    picture(page, "huddle-move-done")
    page.keyboard.press("Escape")
    # It closes the windows below it, which show what was.
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(_card(page)).to_contain_text("Moved from")
    expect(_card(page)).to_contain_text("16:30 Kathmandu")
    _show(page, _card(page), "huddle-moved")


def _somebody_is_told(page: Page, person: str, answer: str, starts: datetime, moved: datetime) -> None:
    _reads(_card(page).locator(".block", has_text="⏰"), moved, person)
    _reads(_card(page).locator("del"), starts, person)
    page.locator("#assistant a").click()
    page.wait_for_url("**/D*")
    told = page.locator("#messages > .msg", has_text=TITLE)
    if answer == "no":
        page.wait_for_timeout(500)
        expect(told).to_have_count(0)
        return
    _reads(told.locator("del"), starts, person)
    _reads(told.locator("strong", has_text=":"), moved, person)
    expect(told).to_have_count(1)
    if person == LAYLA:
        expect(told).to_contain_text("was moved")
        _show(page, told, "huddle-told")


def _sunil_writes_it_up(page: Page) -> None:
    page.locator("#assistant a").click()
    page.wait_for_url("**/D*")
    asked = page.locator("#messages > .msg", has_text=f"How was {TITLE}?")
    expect(asked).to_have_count(1)
    _show(page, asked, "huddle-asked")
    asked.get_by_role("button", name="Roll and notes").click()
    window = page.get_by_role("dialog", name="Roll and notes")
    expect(window).to_contain_text("Layla Haddad")
    window.get_by_label(QUESTION).check()
    window.locator("[data-block=decisions] textarea").fill(CAME_OF_IT)
    window.get_by_label("In the channel, under the card").check()
    picture(page, "huddle-notes-form", window)
    window.locator("[data-submit]").click()
    expect(window).to_be_hidden()
    page.goto(page.url.rsplit("/", 1)[0] + f"/{ROOM}")
    card = _card(page)
    expect(card.get_by_role("link", name="Notes of this huddle")).to_be_visible()
    card.locator("details > summary", has_text="1 reply").click()
    notes = page.locator(".msg", has_text=CAME_OF_IT).last
    expect(notes).to_contain_text("✅")
    expect(notes).to_contain_text(QUESTION)
    expect(notes).to_contain_text("Layla Haddad")
    expect(notes).to_contain_text("João Macuácua")
    _show(page, card, "huddle-notes")


def _reads(where: Locator, instant: datetime, person: str) -> None:
    """It shows this instant by the person's own clock."""
    local = instant.astimezone(ZoneInfo(ZONES[person]))
    expect(where).to_contain_text(re.compile(rf"\b0?{local.hour}:{local:%M}\b"))
    expect(where).to_contain_text(re.compile(rf"\b0?{local.day}\b"))


def _card(page: Page) -> Locator:
    return page.locator("#messages > .msg:not(.ephemeral)", has_text=TITLE).last


def _show(page: Page, what: Locator, name: str) -> None:
    """A picture of the page, and one of the message alone, without the bar that shows when one points at it."""
    what.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    picture(page, name)
    picture(page, f"{name}-message", what)
