"""A JSON door for tests in another process: act as a person, read what is there, make things go wrong.

Only in standalone and test servers: it has no sign-in. Answers are `{"ok": true, …}`, or 400 with an `error`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.playground.slack.courier import Courier
from app.playground.slack.faults import Fault
from app.playground.slack.gate import Gate
from app.playground.slack.payloads import Source
from app.playground.slack.state import SlackError
from app.playground.slack.transport import Delivery

Body = dict[str, Any]
Verb = Callable[[Body], Awaitable[Any]]


class Control:
    """What the door can do; each verb takes and gives JSON."""

    def __init__(self, courier: Courier, gate: Gate) -> None:
        self._courier = courier
        self._slack = courier.slack
        self._gate = gate

    def verbs(self) -> dict[str, Verb]:
        """Verbs by name."""
        acts = (self.command, self.again, self.click, self.submit, self.close_view, self.shortcut, self.post)
        more = (self.message_shortcut, self.event, self.home_opened, self.react, self.settle, self.setup)
        reads = (self.messages, self.ephemerals, self.views, self.calls, self.deliveries, self.dm, self.fault)
        return {verb.__name__: verb for verb in (*acts, *more, *reads)}

    def _source(self, body: Body) -> Source:
        if body.get("view_id"):
            return self._slack.modals.find(body["view_id"])
        if body.get("ephemeral"):
            return self._slack.ephemeral(body["person"], body["ts"])
        return self._slack.message(body["channel"], body["ts"])

    async def command(self, body: Body) -> Delivery:
        """`person`, `command`, `text`, `channel`."""
        room = self._slack.named(body["channel"]).id
        return await self._courier.command(
            body["person"],
            body["command"],
            body.get("text", ""),
            room,
            raw=bool(body.get("raw")),
            forged=body.get("forged", ""),
        )

    async def again(self, body: Body) -> Delivery:
        """`index` into the deliveries: sent once more."""
        return await self._courier.again(self._courier.post.deliveries[body["index"]])

    async def click(self, body: Body) -> Delivery:
        """`person`, `action_id`, `value`, and `channel`+`ts` (+`ephemeral`) or `view_id`."""
        return await self._courier.click(
            body["person"],
            self._source(body),
            body["action_id"],
            body.get("value"),
            block_id=body.get("block_id", ""),
            forged=body.get("forged", ""),
        )

    async def submit(self, body: Body) -> Delivery:
        """`person`, `view_id`, `values`."""
        view = self._slack.modals.find(body["view_id"])
        return await self._courier.submit(body["person"], view, body.get("values"), forged=body.get("forged", ""))

    async def close_view(self, body: Body) -> Delivery | None:
        """`person`, `view_id`."""
        return await self._courier.close_view(body["person"], self._slack.modals.find(body["view_id"]))

    async def shortcut(self, body: Body) -> Delivery:
        """`person`, `callback_id`."""
        return await self._courier.shortcut(body["person"], body["callback_id"], forged=body.get("forged", ""))

    async def message_shortcut(self, body: Body) -> Delivery:
        """`person`, `callback_id`, `channel`, `ts`."""
        message = self._slack.message(body["channel"], body["ts"])
        return await self._courier.message_shortcut(body["person"], body["callback_id"], message)

    async def event(self, body: Body) -> Delivery:
        """`event`: delivered as it is, in an envelope; or `envelope`: delivered whole."""
        if "envelope" in body:
            return await self._courier.events.send(body["envelope"], forged=body.get("forged", ""))
        return await self._courier.events.deliver(body["event"], forged=body.get("forged", ""))

    async def home_opened(self, body: Body) -> Delivery:
        """`person`, `tab`."""
        return await self._courier.open_home(body["person"], body.get("tab", "home"))

    async def post(self, body: Body) -> Any:
        """`person`, `channel`, `text`, `thread_ts`: a person types a message."""
        room = self._slack.named(body["channel"]).id
        return self._slack.post_as_person(body["person"], room, body["text"], body.get("thread_ts", ""))

    async def react(self, body: Body) -> None:
        """`person`, `channel`, `ts`, `name`; `remove` takes it back."""
        act = self._slack.remove_reaction if body.get("remove") else self._slack.add_reaction
        act(body["person"], body["channel"], body["ts"], body["name"])

    async def dm(self, body: Body) -> str:
        """`people`: the id of their conversation."""
        return self._slack.open_dm(*body["people"]).id

    async def messages(self, body: Body) -> Any:
        """`channel`: all messages in it that are not deleted, replies too."""
        return [one for one in self._slack.named(body["channel"]).messages if not one.deleted]

    async def ephemerals(self, body: Body) -> Any:
        """`person`: what only they see."""
        return self._slack.ephemerals_of(body["person"], body.get("channel", ""))

    async def views(self, body: Body) -> Any:
        """`person`: their open modals and their Home."""
        return {"stack": self._slack.modals.stack(body["person"]), "home": self._slack.modals.home(body["person"])}

    async def calls(self, body: Body) -> Any:
        """Web API calls received, of one `method` or all."""
        return [one for one in self._slack.log if body.get("method", "") in ("", one.method)]

    async def deliveries(self, _: Body) -> Any:
        """Everything sent to the app."""
        return self._courier.post.deliveries

    async def settle(self, body: Body) -> None:
        """Waits until no event is on its way."""
        await self._courier.events.settle(body.get("seconds", 10.0))

    async def fault(self, body: Body) -> None:
        """`kind`, `method`, `times`, `seconds`, `code`: something goes wrong; with no `kind` all is well again."""
        if body.get("kind"):
            self._gate.faults.add(Fault(**body))
        else:
            self._gate.faults.clear()

    async def setup(self, body: Body) -> None:
        """`request_url`: where the app listens now."""
        self._courier.post.request_url = body["request_url"]


def plain(value: Any) -> Any:
    """Records as JSON; bytes and headers of deliveries are left out."""
    if isinstance(value, Delivery):
        wanted = ("kind", "payload", "status", "body", "elapsed", "error", "problems")
        return {name: getattr(value, name) for name in wanted}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return jsonable_encoder(dataclasses.asdict(value))
    return {name: plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def control_routes(courier: Courier, gate: Gate) -> APIRouter:
    """`POST /control/{verb}`."""
    control = Control(courier, gate)
    verbs = control.verbs()
    router = APIRouter(include_in_schema=False)

    @router.post("/control/{verb}")
    async def act(request: Request, verb: str) -> Response:
        if verb not in verbs:
            return JSONResponse({"ok": False, "error": f"unknown verb; there are: {', '.join(verbs)}"}, 404)
        body = await request.json() if await request.body() else {}
        try:
            return JSONResponse({"ok": True, "answer": plain(await verbs[verb](body))})
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.code, "detail": error.extra}, 400)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            return JSONResponse({"ok": False, "error": f"{type(error).__name__}: {error}"}, 400)

    return router
