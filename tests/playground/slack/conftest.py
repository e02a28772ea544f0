"""The local workspace, and a small real Bolt app that answers it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from app.playground.slack.fake import FakeSlack
from app.playground.slack.running import HOST, Running, listening


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str = "1") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Press"), "value": value}


def form(title: str = "Form", **more: Any) -> dict[str, Any]:
    """A modal with one required text input and one optional select."""
    text = {"type": "plain_text_input", "action_id": "text", "max_length": 100}
    options = [{"text": plain(name), "value": name} for name in ("red", "green")]
    select = {"type": "static_select", "action_id": "colour", "options": options}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Send"),
        "notify_on_close": True,
        "blocks": [
            {"type": "input", "block_id": "what", "label": plain("What"), "element": text},
            {"type": "input", "block_id": "hue", "label": plain("Hue"), "element": select, "optional": True},
        ],
        **more,
    }


def build_echo(slack: FakeSlack) -> AsyncApp:
    """A Bolt app that says back what it hears; `heard` collects payloads."""
    app = AsyncApp(client=slack.client, token=slack.token, signing_secret=slack.signing_secret,
                   process_before_response=True)  # fmt: skip
    app.heard = []  # type: ignore[attr-defined]

    @app.middleware
    async def note(body: dict[str, Any], next: Any) -> None:
        app.heard.append(body)  # type: ignore[attr-defined]
        await next()

    @app.command("/echo")
    async def echo(ack: Any, command: dict[str, Any]) -> None:
        await ack(command["text"])

    @app.command("/nothing")
    async def nothing(ack: Any) -> None:
        await ack()

    @app.command("/public")
    async def public(ack: Any, command: dict[str, Any]) -> None:
        await ack(text=command["text"], response_type="in_channel")

    @app.command("/buttons")
    async def buttons(ack: Any) -> None:
        blocks = [{"type": "actions", "block_id": "row", "elements": [button("press", "a"), button("open", "b")]}]
        await ack(text="Buttons", blocks=blocks)

    @app.command("/toolong")
    async def too_long(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])

    @app.command("/slow")
    async def slow(ack: Any) -> None:
        await asyncio.sleep(0.6)
        await ack("late")

    @app.command("/form")
    async def opens(ack: Any, client: Any, command: dict[str, Any]) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=form())
        await ack()

    @app.action("press")
    async def press(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await respond(text=f"pressed {action['value']}", replace_original=True)
        await ack()

    @app.action("open")
    async def open_from_button(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form("From a button"))
        await ack()

    @app.action("push")
    async def push(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await client.views_push(trigger_id=body["trigger_id"], view=form("Pushed"))
        await ack()

    @app.action("colour")
    async def colour(ack: Any) -> None:
        await ack()

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["what"]["text"]["value"]
        answers = {
            "wrong": {"response_action": "errors", "errors": {"what": "Not that."}},
            "strange": {"response_action": "errors", "errors": {"nowhere": "Not that."}},
            "update": {"response_action": "update", "view": form("Updated")},
            "push": {"response_action": "push", "view": form("On top")},
            "bad": {"response_action": "update", "view": form("T" * 25)},
            "clear": {"response_action": "clear"},
        }
        await ack(**answers.get(text, {}))

    @app.view_closed("form")
    async def closed(ack: Any) -> None:
        await ack()

    @app.options("search")
    async def search(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(payload["value"].upper()), "value": payload["value"]}])

    @app.shortcut("start")
    async def start(ack: Any, client: Any, shortcut: dict[str, Any]) -> None:
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form("Started"))
        await ack()

    @app.shortcut("look")
    async def look(ack: Any, respond: Any, shortcut: dict[str, Any]) -> None:
        await respond(f"You mean: {shortcut['message']['text']}")
        await ack()

    @app.event("app_home_opened")
    async def home(client: Any, event: dict[str, Any]) -> None:
        blocks = [{"type": "section", "text": plain("Welcome home")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    for kind in (
        "reaction_added",
        "reaction_removed",
        "member_joined_channel",
        "team_join",
        "app_mention",
        "message",
        "user_change",
    ):
        app.event(kind)(nothing_to_do)
    return app


async def nothing_to_do() -> None:
    """Events are only noted."""


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def echo(slack: FakeSlack) -> AsyncIterator[AsyncApp]:
    """The Bolt app, served on a port of its own."""
    bolt = build_echo(slack)
    handler = AsyncSlackRequestHandler(bolt)
    web = FastAPI()

    @web.post("/slack/events")
    async def events(request: Request) -> Any:
        return await handler.handle(request)

    taken = listening()
    serving = Running(web, taken)
    await serving.start()
    slack.deliver_to(f"http://{HOST}:{taken.getsockname()[1]}/slack/events")
    yield bolt
    await serving.stop()
