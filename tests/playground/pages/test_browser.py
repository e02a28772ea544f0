"""The page in a real browser: two people, a command, a modal with an error, live updates, a phone."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from app.playground import cast
from app.playground.slack.api.content import checked_view
from app.playground.slack.state import FileItem
from tests.playground.pages.kitchen import plain
from tests.playground.pages.stub import StubApp, build, furnish

# One browser and one server for all of them: each test opens windows of its own.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

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
AMINA, JOAO, FATOU, SUNIL, LAYLA = "U0AMINA001", "U0JOAO0002", "U0FATOU004", "U0SUNIL005", "U0LAYLA006"
GENERAL = "C0GENERAL1"


@dataclass
class Stage:
    """A running page and a browser to open it in; `troubles` are errors the scripts had."""

    stub: StubApp
    browser: Browser
    base: str
    troubles: list[str]

    async def open(self, path: str, width: int = 1280, height: int = 800) -> Page:
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        page = await context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda told: self.troubles.append(told.text) if "Security Policy" in told.text else None)
        await page.goto(f"{self.base}{path}")
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to have Chromium: the page is tested in a browser")
        pytest.skip("no chromium, chromium-browser or google-chrome on the PATH")
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app, workspace, stub = build(port)
    furnish(workspace)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        made = Stage(stub, browser, f"http://127.0.0.1:{port}/playground", [])
        yield made
        await browser.close()
    server.should_exit = True
    await serving
    assert made.troubles == []


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def closed_afterwards(stage: Stage) -> AsyncIterator[None]:
    """Pages that stay open follow along with everything that later tests post, and slow them down."""
    yield
    for context in stage.browser.contexts:
        await context.close()


async def test_the_story_in_two_windows(stage: Stage, tmp_path: Path) -> None:
    amina, joao = await stage.open(f"/{AMINA}/{GENERAL}"), await stage.open(f"/{JOAO}/{GENERAL}")
    await joao.get_by_role("textbox", name="Message #general").fill("half a thought")

    await amina.get_by_role("button", name="/whereshare I have a job aid").click()
    await amina.get_by_role("button", name="Send").click()
    answer = amina.locator(".msg.ephemeral").last
    await expect(answer).to_contain_text("Maternal and newborn health")
    await answer.get_by_role("button", name="Post it there").click()

    modal = amina.get_by_role("dialog", name="Post it there")
    await expect(modal.get_by_label("Title")).to_be_focused()
    await modal.get_by_label("Title").fill("a bad title")
    await modal.get_by_label("Text").fill("Chers tous")
    await modal.get_by_role("button", name="Post", exact=True).click()
    await expect(modal.get_by_role("alert")).to_have_text("Please find a kinder title.")
    await expect(modal.get_by_label("Title")).to_be_focused()
    await expect(modal.get_by_label("Text")).to_have_value("Chers tous")
    await modal.get_by_label("Title").fill("Aide-mémoire HPP")
    await modal.get_by_role("button", name="Post", exact=True).click()
    await expect(modal).to_be_hidden()

    await expect(joao.locator("#messages")).to_contain_text("Aide-mémoire HPP")
    await expect(joao.get_by_role("textbox", name="Message #general")).to_have_value("half a thought")
    await expect(joao.locator(".msg.ephemeral")).to_have_count(0)
    await amina.screenshot(path=tmp_path / "story.png")


async def test_the_composer_completes_with_the_keyboard(stage: Stage) -> None:
    page = await stage.open(f"/{AMINA}/{GENERAL}")
    composer = page.get_by_role("textbox", name="Message #general")
    await composer.press_sequentially("/tha")
    await expect(page.get_by_role("option")).to_contain_text("@person for what they did")
    await composer.press("Enter")
    await expect(composer).to_have_value("/thanks ")
    await composer.fill("")
    await composer.press_sequentially("Welcome @joa")
    await composer.press("Tab")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("and all")
    await composer.press("Enter")
    await expect(page.locator("#messages .msg").last).to_contain_text("@João Macuácua")


async def test_menus_confirmations_reactions_and_threads(stage: Stage) -> None:
    page = await stage.open(f"/{AMINA}/C0WELCOME1")
    row = page.locator("#messages > .msg").last
    await row.get_by_role("button", name="Delete it").click()
    confirm = page.get_by_role("dialog", name="Are you sure?")
    await confirm.get_by_role("button", name="Keep").click()
    await row.hover(position={"x": 5, "y": 5})
    await row.locator(".msg-menu > summary").click()
    await row.get_by_role("button", name="React: tada").click()
    await expect(row.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    await row.hover(position={"x": 5, "y": 5})
    await row.locator(".msg-menu > summary").click()
    await row.get_by_role("button", name="Reply in thread").click()
    await row.get_by_label("Reply", exact=True).fill("A reply")
    await row.get_by_label("Reply", exact=True).press("Enter")
    await expect(row.locator(".replies")).to_contain_text("A reply")


async def test_external_options_and_several_choices(stage: Stage) -> None:
    page = await stage.open(f"/{LAYLA}/{GENERAL}")
    await page.get_by_role("textbox", name="Message #general").fill("/form")
    await page.get_by_role("button", name="Send").click()
    modal = page.get_by_role("dialog", name="Post it there")
    await modal.get_by_label("Title").fill("Choices")
    await modal.get_by_role("combobox", name="Community").press_sequentially("cop-mnh")
    await expect(modal.locator("[data-block=ext] li[role=option]")).to_have_count(1)
    await modal.get_by_role("combobox", name="Community").press("Enter")
    await expect(modal.locator("[data-block=ext] .chip")).to_have_text("cop-mnh×")
    people, chips = modal.get_by_role("combobox", name="Thank whom"), modal.locator("[data-block=whos] .chip")
    await people.press_sequentially("lucia")
    await expect(modal.locator("[data-block=whos]").get_by_role("option")).to_have_text(["Ana Lucía Quispe"])
    await people.press("Enter")
    await people.press_sequentially("macuá")
    await modal.locator("[data-block=whos]").get_by_role("option", name="João").click()
    await expect(chips).to_have_text(["Ana Lucía Quispe×", "João Macuácua×"])
    await page.keyboard.press("Escape")
    await expect(modal.locator("[data-block=whos] [role=listbox]")).to_be_hidden()
    await modal.get_by_role("button", name="Remove Ana Lucía Quispe").click()
    await expect(chips).to_have_text(["João Macuácua×"])
    await modal.get_by_role("button", name="Post", exact=True).click()
    await expect(modal).to_be_hidden()
    view = next(one for one in reversed(stage.stub.heard) if one.get("type") == "view_submission")
    values = view["view"]["state"]["values"]
    assert values["ext"]["v"]["selected_option"]["value"] == "cop-mnh"
    assert values["whos"]["v"]["selected_users"] == [JOAO]


async def test_what_comes_from_the_app_is_seen_fetched_and_answered_with_an_emoji(stage: Stage) -> None:
    page = await stage.open(f"/{LAYLA}/{GENERAL}")
    workspace, content = stage.stub.workspace, b"name;thanks\r\nAna;3\r\n"
    room = workspace.open_dm(LAYLA, cast.BOT_USER_ID)
    item = FileItem("F0LOG00001", "log.csv", len(content), "Log", content, uploaded=True, completed=True)
    item.shared_in.append(room.id)
    workspace.files[item.id] = item
    workspace.post(room.id, cast.BOT_USER_ID, "Your log", bot_id=cast.BOT_ID, files=[item.id])
    told = workspace.post(room.id, cast.BOT_USER_ID, "Amina thanked you", bot_id=cast.BOT_ID)
    await expect(page.locator("#assistant .count")).to_have_text("2")
    await page.locator("#assistant a").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download log.csv").click()
    assert Path(await (await download.value).path()).read_bytes() == content

    message = page.locator("#messages > .msg", has_text="Amina thanked you")
    await message.hover()
    await message.get_by_role("button", name="Choose an emoji").click()
    await page.get_by_role("searchbox", name="Search emoji").fill("clap")
    await page.keyboard.press("Enter")
    mine = message.get_by_role("button", name="clap, 1: you")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await mine.click()
    await expect(mine).to_be_hidden()
    workspace.edit(told, cast.BOT_USER_ID, mark=False, text="Amina thanked you, in private")
    await expect(page.locator("#messages")).to_contain_text("in private")
    workspace.delete(told)
    await expect(page.locator("#messages")).not_to_contain_text("in private")


async def test_home_writes_itself_and_its_button_opens_a_modal(stage: Stage) -> None:
    page = await stage.open(f"/{FATOU}/home")
    await page.get_by_role("button", name="Find a community").click()
    await expect(page.get_by_role("dialog", name="Post it there")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Post it there")).to_be_hidden()


async def test_several_choices_on_home_are_told_once_and_it_may_be_redrawn(stage: Stage) -> None:
    page = await stage.open(f"/{JOAO}/home")
    await expect(page.get_by_role("button", name="Find a community")).to_be_visible()
    pick = {"type": "multi_users_select", "action_id": "pick", "placeholder": plain("People")}
    lines = [{"type": "section", "text": plain(f"Line {number}")} for number in range(80)]
    blocks = [*lines, {"type": "actions", "block_id": "row", "elements": [pick]}]
    workspace = stage.stub.workspace
    workspace.modals.publish(JOAO, checked_view(workspace, {"type": "home", "blocks": blocks}, "home"))
    people = page.get_by_role("combobox", name="People")
    await people.click()
    for name in ("Sunil Thapa", "Layla Haddad"):
        await page.get_by_role("option", name=name).click()
    before = len(stage.stub.heard)
    await page.keyboard.press("Escape")
    await expect(page.locator(".chooser")).not_to_have_class("busy")
    chosen = [one for one in stage.stub.heard[before:] if one.get("type") == "block_actions"]
    assert [one["actions"][0]["selected_users"] for one in chosen] == [[SUNIL, LAYLA]]
    blocks = [*lines, {"type": "section", "text": plain("Thank you, noted")}]
    at = await page.locator("#scroll").evaluate("scroll => scroll.scrollTop")
    workspace.modals.publish(JOAO, checked_view(workspace, {"type": "home", "blocks": blocks}, "home"))
    await expect(page.get_by_text("Thank you, noted")).to_be_visible()
    assert abs(await page.locator("#scroll").evaluate("scroll => scroll.scrollTop") - at) < 100


async def test_on_a_phone_nothing_sticks_out_and_the_sidebar_opens(stage: Stage) -> None:
    page = await stage.open(f"/{SUNIL}/C0WELCOME1", 360, 740)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await expect(page.get_by_role("link", name="cop-mnh")).to_be_hidden()
    await page.locator(".menu-toggle").click()
    await page.locator("#act-as > summary").click()
    await page.locator(f"[data-person={JOAO}]").click()
    await expect(page).to_have_url(f"{stage.base}/{JOAO}/C0WELCOME1")


async def test_a_long_answer_is_read_from_its_top(stage: Stage) -> None:
    page = await stage.open(f"/{SUNIL}/{GENERAL}", 390, 740)
    workspace = stage.stub.workspace
    workspace.post(GENERAL, JOAO, "The last word before")
    await expect(page.locator("#messages > .msg").last).to_contain_text("The last word before")
    workspace.whisper(SUNIL, GENERAL, "One moment…")
    answer = page.locator(".msg.ephemeral").last
    await expect(answer).to_be_in_viewport(ratio=1)
    workspace.change_whisper(workspace.ephemerals_of(SUNIL)[-1], text="The best one\n" + "and another\n" * 90)
    await expect(answer).to_contain_text("The best one")
    await expect(answer.locator(".private-note")).to_be_in_viewport(ratio=1)
    await page.reload()
    await expect(answer.locator(".private-note")).to_be_in_viewport(ratio=1)


async def test_the_address_of_a_message_shows_it(stage: Stage) -> None:
    page = await stage.open(f"/{LAYLA}/{GENERAL}")
    workspace = stage.stub.workspace
    wanted = workspace.post(GENERAL, JOAO, "The one to look at")
    reply = workspace.post(GENERAL, JOAO, "The reply to look at", thread_ts=wanted.ts)
    for number in range(70):
        workspace.post(GENERAL, JOAO, f"later {number}")
    for message in (wanted, reply):
        await page.goto(workspace.permalink(message))
        assert f"/{LAYLA}/{GENERAL}" in page.url
        await expect(page.locator(":target")).to_contain_text(message.text)
        await expect(page.locator(":target .msg-head").first).to_be_in_viewport(ratio=1)


async def test_an_open_page_loads_itself_anew_after_a_restart(stage: Stage) -> None:
    page = await stage.open(f"/{AMINA}/{GENERAL}")
    real = await page.evaluate("document.body.dataset.instance")

    async def as_before_the_restart(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=(await answer.text()).replace(real, "an-earlier-server"))

    await page.route(f"**/{AMINA}/C0WELCOME1", as_before_the_restart, times=1)
    await page.goto(f"{stage.base}/{AMINA}/C0WELCOME1")
    await expect(page.locator("body")).to_have_attribute("data-instance", real)
