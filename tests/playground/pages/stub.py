"""A stand-in for the app, and a small server to look at the page: `python -m tests.playground.pages.stub [port]`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI

from app.clock import AheadClock, Clock, SystemClock
from app.playground import cast
from app.playground.pages import create_archives, create_pages
from app.playground.slack.api.content import checked_content, checked_view
from app.playground.slack.config import Command, Shortcut, SlackConfig
from app.playground.slack.courier import Courier
from app.playground.slack.transport import Answered
from app.playground.slack.workspace import Workspace
from tests.playground.pages import kitchen
from tests.playground.pages.kitchen import button, md, option, plain

COMMANDS = (
    Command("/whereshare", "Find the right community for what you have", "[what you would like to share]"),
    Command("/thanks", "Thank somebody", "@person for what they did"),
    Command("/kitchen", "One of every block"),
    Command("/form", "One of every input"),
    Command("/slow", "Answers too late"),
)
SHORTCUTS = (
    Shortcut("find_community", "Find the community", "message"),
    Shortcut("thank_author", "Thank the author", "message"),
    Shortcut("where_to_share", "Where do I share this?", "global"),
)


class StubApp:
    """Answers commands and clicks as a real app would, and remembers everything it heard."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.heard: list[dict[str, Any]] = []

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        if headers["Content-Type"] == "application/json":
            return self._event(json.loads(body))
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        if "payload" in form:
            payload = json.loads(form["payload"])
            self.heard.append(payload)
            return self._answer(self._interaction(payload))
        self.heard.append(form)
        return self._answer(await self._command(form))

    def _answer(self, said: Any) -> Answered:
        return Answered(200, json.dumps(said) if said else "")

    def _event(self, envelope: dict[str, Any]) -> Answered:
        event = envelope["event"]
        self.heard.append(event)
        if event["type"] == "app_home_opened":
            blocks = [
                {"type": "header", "text": plain("Welcome to Baobab")},
                {"type": "section", "text": md(f"Good to see you, <@{event['user']}>. What would you like to do?")},
                {"type": "actions", "elements": [button("Find a community", "find", style="primary")]},
            ]
            home = checked_view(self.workspace, {"type": "home", "blocks": blocks}, "home")
            self.workspace.modals.publish(event["user"], home)
        return Answered(200, "")

    async def _command(self, form: dict[str, str]) -> Any:
        if form["command"] == "/slow":
            await asyncio.sleep(5)
        if form["command"] == "/kitchen":
            return {"text": "kitchen", "blocks": kitchen.MESSAGE_BLOCKS}
        if form["command"] == "/form":
            self.open(form["user_id"], kitchen.MODAL, form["channel_id"])
            return None
        return {"text": "An answer", "blocks": answer_blocks(form["text"])}

    def open(self, person: str, view: dict[str, Any], channel: str = "") -> None:
        self.workspace.modals.open(person, checked_view(self.workspace, view, "modal"), channel)

    def _interaction(self, payload: dict[str, Any]) -> Any:
        kind, person = payload["type"], payload["user"]["id"]
        if kind == "block_suggestion":
            names = [one.name for one in cast.ROOMS if payload["value"] in one.name]
            return {"options": [option(name, name) for name in names[:20]]}
        if kind == "view_submission":
            values = payload["view"]["state"]["values"]
            title = (values.get("title") or {}).get("v", {}).get("value") or ""
            if "bad" in title:
                return {"response_action": "errors", "errors": {"title": "Please find a kinder title."}}
            if "push" in title:
                return {"response_action": "push", "view": {**kitchen.MODAL, "title": plain("Once more")}}
            self.workspace.post("C0GENERAL1", cast.BOT_USER_ID, f"<@{person}>: {title}", bot_id=cast.BOT_ID)
        if kind in ("shortcut", "message_action") or (
            kind == "block_actions" and payload["actions"][0]["action_id"] in ("post", "find")
        ):
            self.open(person, kitchen.MODAL, (payload.get("channel") or {}).get("id", ""))
        return None


def answer_blocks(text: str) -> list[dict[str, Any]]:
    """Something like an answer of /whereshare."""
    return [
        {"type": "section", "text": md(f"> {text}")},
        {
            "type": "section",
            "text": md(
                "*<#C0MNH00000|cop-mnh> — Maternal and newborn health*\n"
                "Because it speaks of _postpartum haemorrhage_ · French is spoken there\n"
                "Lead <@U0ANA00003> · last post <!date^1795000000^{date_short_pretty}|lately>"
            ),
            "accessory": button("Post it there", "post", style="primary", value="mnh"),
        },
        {"type": "context", "elements": [md("Also: <#C0NURSEMID|cop-nursemid> · <#C0FPRH0000|cop-fprh>")]},
        {"type": "divider"},
        {
            "type": "section",
            "text": md("*We've done this before*\n<https://example.org/t/12|Aide-mémoire HPP> – 2025"),
        },
        {"type": "actions", "elements": [button("Not this", "not"), button("Ask a person", "ask")]},
    ]


def build(
    port: int = 8765, clock: Clock | None = None, *, later: AheadClock | None = None
) -> tuple[FastAPI, Workspace, StubApp]:
    """The page with a stand-in app behind it."""
    config = SlackConfig(commands=COMMANDS, shortcuts=SHORTCUTS, base_url=f"http://127.0.0.1:{port}/playground/slack")
    workspace = Workspace(config, clock or SystemClock())
    courier = Courier(workspace)
    stub = StubApp(workspace)
    courier.post.sender = stub
    app = FastAPI()
    app.include_router(create_archives(workspace))
    app.include_router(create_pages(workspace, courier, forum_url="/playground/forum/", later=later))
    return app, workspace, stub


def furnish(workspace: Workspace) -> None:
    """A little talk, so that there is something to see."""
    general = "C0GENERAL1"
    first = workspace.post(
        general, "U0AMINA001", "Good morning all :wave: welcome to *Baobab*. Ask <@U0JOAO0002> anything."
    )
    workspace.post(general, "U0LAYLA006", "مرحبا بالجميع، لدينا دليل جديد عن صحة الأم والوليد.")
    asked = workspace.post(
        general, "U0FATOU004", "Où puis-je partager une _aide-mémoire_ sur l’HPP ?\n> c'est en français"
    )
    workspace.post(
        general, "U0ANA00003", "In <#C0MNH00000|cop-mnh>, please! See https://example.org/a_b_c", thread_ts=asked.ts
    )
    workspace.post(general, "U0CLAIRE08", "`code` and <!channel> and ~old~", thread_ts=asked.ts)
    workspace.add_reaction("U0SUNIL005", general, first.ts, "tada")
    workspace.add_reaction("U0AMINA001", general, first.ts, "tada")
    content = checked_content(workspace, {"text": "kitchen", "blocks": kitchen.MESSAGE_BLOCKS})
    workspace.post("C0WELCOME1", cast.BOT_USER_ID, "kitchen", blocks=content.blocks, bot_id=cast.BOT_ID)


async def main(port: int) -> None:
    """Serve until interrupted."""
    import uvicorn

    served, workspace, _ = build(port)
    furnish(workspace)
    config = uvicorn.Config(served, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8765))
