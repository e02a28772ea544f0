"""The entry point: routes of the page, ready to be included in the web application."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter

from app.clock import AheadClock
from app.playground.pages.deeds import deed_routes
from app.playground.pages.later import STEPS, later_routes
from app.playground.pages.outbound import Outbound
from app.playground.pages.routes import see_routes, write_routes
from app.playground.pages.show import HINTS, Link, Pages
from app.playground.slack.config import Command, Shortcut
from app.playground.slack.courier import Courier
from app.playground.slack.workspace import Workspace


def create_pages(
    workspace: Workspace,
    courier: Courier,
    commands: Sequence[Command] | None = None,
    shortcuts: Sequence[Shortcut] | None = None,
    *,
    forum_url: str = "",
    links: Sequence[Link] = (),
    hints: Sequence[str] = HINTS,
    public_url: str = "",
    prefix: str = "/playground",
    closing: asyncio.Event | None = None,
    later: AheadClock | None = None,
) -> APIRouter:
    """Everything under `prefix`. Commands and shortcuts are those of the workspace's config unless given.

    `public_url` is where browsers reach the page: pictures load only from there, and behind a proxy that changes
    the host, requests from there count as the page's own. Once `closing` is set, the live streams end.
    With the workspace's clock as `later`, the sidebar lets time pass.
    """
    pages = Pages(
        workspace,
        prefix.rstrip("/"),
        tuple(workspace.config.commands if commands is None else commands),
        tuple(workspace.config.shortcuts if shortcuts is None else shortcuts),
        forum_url,
        tuple(links),
        tuple(hints),
        public_url.rstrip("/"),
        workspace.clock.fresh_id(),
        {} if later is None else STEPS,
    )
    outbound = Outbound(courier)
    router = APIRouter(prefix=pages.base, include_in_schema=False)
    # The script's addresses have a `-` where others have a channel, so they come first.
    router.include_router(deed_routes(pages, outbound, public_url))
    router.include_router(later_routes(pages, later, public_url))
    router.include_router(write_routes(pages, outbound, public_url))
    router.include_router(see_routes(pages, outbound, closing))
    return router
