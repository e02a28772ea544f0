"""What the page's script sends: clicks, choices, submissions, shortcuts, reactions. JSON in, small JSON out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

from app.playground.pages import selects, values
from app.playground.pages.gate import SECURITY, same_origin
from app.playground.pages.outbound import Outbound, said
from app.playground.pages.place import Place
from app.playground.pages.show import Pages
from app.playground.slack.inputs import STATE_FIELDS
from app.playground.slack.payloads import Source
from app.playground.slack.state import Message, SlackError, View

_OK: dict[str, Any] = {"ok": True}


class Where(BaseModel):
    """Where something was done: a message, an ephemeral one, a view (modal or Home), or nowhere special."""

    kind: str = Field(default="message", pattern="^(message|ephemeral|view|global)$")
    channel: str = ""
    ts: str = ""
    view: str = ""


class Act(Where):
    """A click or choice: the element by block and action, its raw value, and all raw values beside it."""

    block: str
    action: str
    value: str | list[Any] = ""
    values: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Search(Where):
    """A search in an external select; `list` is the id of the list box to fill."""

    block: str
    action: str
    query: str = Field(default="", max_length=500)
    list: str = Field(default="list", max_length=200)


class Named(Where):
    """An emoji by name, or a shortcut by its callback id."""

    name: str = Field(default="", max_length=100)
    id: str = Field(default="", max_length=255)


class Filled(BaseModel):
    """A modal's raw values as `{block_id: {action_id: raw}}`."""

    view: str
    values: dict[str, dict[str, Any]] = Field(default_factory=dict)


def deed_routes(pages: Pages, outbound: Outbound, public_url: str) -> APIRouter:
    """POST routes for the script; failures answer `{"error": words}` with a 4xx status."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(same_origin(public_url))])
    workspace = pages.workspace

    def answer(trouble: str = "") -> Response:
        return JSONResponse({"error": trouble} if trouble else _OK, 400 if trouble else 200, headers=SECURITY)

    def refused(error: SlackError) -> Response:
        return answer(said(error.code))

    def source(me: str, where: Where) -> Source:
        if where.kind == "view":
            return own_view(me, where.view)
        if not workspace.sees(me, where.channel):
            raise SlackError("channel_not_found")
        if where.kind == "ephemeral":
            return workspace.ephemeral(me, where.ts)
        return workspace.message(where.channel, where.ts)

    def own_view(me: str, view_id: str) -> View:
        view = workspace.modals.find(view_id)
        if view.person != me:
            raise SlackError("not_found")
        return view

    def zone(me: str) -> str:
        return workspace.member(me).zone

    @router.post("/{me}/-/act")
    async def act(me: str, done: Act) -> Response:
        try:
            where = source(me, done)
        except SlackError as error:
            return refused(error)
        block = values.where_now(where.blocks, done.block, done.action, done.value)
        element = values.find(where.blocks, block, done.action)
        if element is None:
            return answer("That is no longer there: the message has changed.")
        filled = values.filled_in(where.blocks, done.values, zone(me))
        return answer(await outbound.act(me, where, block, element, _chosen(element, done.value, zone(me)), filled))

    @router.post("/{me}/-/submit")
    async def submit(me: str, done: Filled) -> Response:
        try:
            view = own_view(me, done.view)
        except SlackError:
            # A double click: the first one closed the modal already.
            return answer()
        return answer(await outbound.submit(me, view, values.filled_in(view.blocks, done.values, zone(me))))

    @router.post("/{me}/-/close")
    async def close(me: str, view: Annotated[str, Body(embed=True)]) -> Response:
        try:
            own = own_view(me, view)
        except SlackError:
            return answer()
        return answer(await outbound.close(me, own))

    @router.post("/{me}/-/options")
    async def options(me: str, asked: Search) -> Response:
        try:
            where = source(me, asked)
        except SlackError as error:
            return refused(error)
        found = await outbound.options(me, where, asked.block, asked.action, asked.query)
        place = Place(pages.reader(me), "found")
        return HTMLResponse(selects.found_options(list(found), place, asked.list), headers=SECURITY)

    @router.post("/{me}/-/shortcut")
    async def shortcut(me: str, asked: Named) -> Response:
        try:
            message = source(me, asked) if asked.kind == "message" else None
        except SlackError as error:
            return refused(error)
        if not any(one.callback_id == asked.id for one in pages.shortcuts):
            return answer("There is no such shortcut.")
        return answer(await outbound.shortcut(me, asked.id, message if isinstance(message, Message) else None))

    @router.post("/{me}/-/react")
    async def react(me: str, asked: Named) -> Response:
        try:
            message = source(me, asked)
            if not isinstance(message, Message):
                return answer("Only messages take reactions.")
            if me in message.reactions.get(asked.name, []):
                workspace.remove_reaction(me, asked.channel, asked.ts, asked.name)
            else:
                workspace.add_reaction(me, asked.channel, asked.ts, asked.name)
        except SlackError as error:
            return refused(error)
        return answer()

    @router.post("/{me}/-/dismiss")
    async def dismiss(me: str, where: Where) -> Response:
        try:
            workspace.dismiss(me, where.ts)
        except SlackError as error:
            return refused(error)
        return answer()

    return router


def _chosen(element: dict[str, Any], raw: Any, zone: str) -> Any:
    """What goes to the app: a choice read, an overflow's value as it is; a button's value is its own."""
    if element.get("type") in STATE_FIELDS:
        return values.read(element, raw, zone)
    return raw if element.get("type") == "overflow" else None
