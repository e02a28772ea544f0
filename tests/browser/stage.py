"""What the stories in the browser share: where Chromium is, who acts, how one types, and pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-results"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = (1280, 1000), (390, 844)
PATIENCE = 40_000


@dataclass(frozen=True)
class Stage:
    """The demo's address and a browser to open it in."""

    demo: str
    browser: Browser

    @contextmanager
    def page(self, path: str = "", size: tuple[int, int] = WIDE) -> Iterator[Page]:
        """A window of its own; a phone's is drawn twice as fine."""
        width, height = size
        sharp = 2 if size == PHONE else 1
        context = self.browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=sharp)
        try:
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(f"{self.demo}{path}")
            yield page
            _leave(page)
        finally:
            context.close()


def _leave(page: Page) -> None:
    """Close the windows that are open: the workspace keeps them, and the next story may be the same person's."""
    windows = page.locator("dialog.modal[open]")
    while left := windows.count():
        page.keyboard.press("Escape")
        expect(windows).not_to_have_count(left)


def act_as(page: Page, person: str) -> None:
    """Switch to another person, as a visitor does."""
    page.locator("#act-as > summary").click()
    page.locator(f"[data-person={person}]").click()
    page.wait_for_url(f"**/{person}/**")


def say(page: Page, text: str) -> None:
    """Type into the composer and send it."""
    page.locator("#compose").fill(text)
    page.get_by_role("button", name="Send").click()


def picture(page: Page, name: str, of: Locator | None = None) -> None:
    """Save a picture of the page, or of a part of it, for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    (of or page).screenshot(path=str(PICTURES / f"{name}.png"))
