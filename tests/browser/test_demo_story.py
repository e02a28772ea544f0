"""The demo's story in a real browser: a colleague asks where to share, is told, and posts it there.

Pictures are saved under `test-results/`; the one in the README was made by this test.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

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
COMMAND = "/whereshare I have a job aid on postpartum haemorrhage in French"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`python -m app demo` on a free port, from a folder of its own for its data."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to have Chromium: the demo is played in a browser")
        pytest.skip("no chromium, chromium-browser or google-chrome on the PATH")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = tmp_path_factory.mktemp("demo")
    with (where / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--port", str(port)],
            cwd=where,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process, where / "log.txt")
            yield f"http://localhost:{port}/playground"
        finally:
            process.terminate()
            process.wait(15)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def test_a_colleague_finds_the_place_and_posts_there(demo: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(20_000)
    page.goto(demo)
    _act_as(page, "U0NEEMA007")
    page.get_by_role("textbox", name="Message #general").fill(COMMAND)
    page.get_by_role("button", name="Send").click()

    answer = page.locator(".msg.ephemeral").last
    expect(answer).to_contain_text("Maternal and Newborn Health")
    expect(answer).to_contain_text("Why:")
    expect(answer).to_contain_text("Lead: @Ana Lucía Quispe")
    expect(answer).to_contain_text("We've done this before")
    answer.scroll_into_view_if_needed()
    _picture(page, "whereshare")

    answer.locator("[data-action=whereshare_post_it]").first.click()
    form = page.get_by_role("dialog", name="Post it there")
    words = "Bonjour, voici une fiche sur l'hémorragie du post-partum, à adapter librement."
    form.locator("[data-block=words] textarea").fill(words)
    _picture(page, "compose")
    form.locator("[data-submit]").click()
    preview = page.get_by_role("dialog", name="Ready to post?")
    expect(preview).to_contain_text(words)
    _picture(page, "preview")
    preview.locator("[data-submit]").click()
    expect(page.locator(".msg.ephemeral").last).to_contain_text("Posted in the channel")

    page.goto(f"{demo}/U0ANA00003/C0MNH00000")
    posted = page.locator("#messages > .msg").last
    expect(posted).to_contain_text(words)
    expect(posted).to_contain_text("Shared by @Neema Mushi")
    _picture(page, "posted")


def test_it_works_at_phone_width(demo: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page.set_default_timeout(20_000)
    page.goto(f"{demo}/U0FATOU004/C0GENERAL1")
    page.get_by_role("textbox", name="Message #general").fill("/whereshare moustiquaires et paludisme saisonnier")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg.ephemeral").last).to_contain_text("Malaria")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    _picture(page, "phone")


def _act_as(page: Page, person: str) -> None:
    page.locator("#act-as > summary").click()
    page.locator(f"[data-person={person}]").click()
    page.wait_for_url(f"**/{person}/**")


def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=str(PICTURES / f"{name}.png"))


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the demo ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the demo did not start within two minutes")
