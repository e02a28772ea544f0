"""`GET /calendar/c/{community}`: what a community shows everybody of its huddles, as a page and as a calendar file.

The first workspace of an installation has the plain address; others have their number before the community's name.
A community that is unknown, archived, or not open answers alike: nobody can find out which communities there are.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from app.calendars.answers import answered
from app.calendars.languages import language_of
from app.calendars.page import HEADERS, calendar_page, missing_page
from app.errors import NotFound
from app.huddles import published
from app.huddles.calendar import calendar_file
from app.services import Services

HTML = "text/html; charset=utf-8"
CALENDAR = "text/calendar; charset=utf-8"
# Kept by the reader's own browser alone, for a minute: what a lead closes is in no cache between us and others.
CACHED = "private, max-age=60"


def open_router(services: Services) -> APIRouter:
    """Page and calendar file, with and without the number of a workspace."""
    router = APIRouter(include_in_schema=False)
    methods = ["GET", "HEAD"]

    @router.api_route("/calendar/c/{slug}.ics", methods=methods)
    async def plain_feed(slug: str, request: Request) -> Response:
        return await _feed(services, request, None, slug)

    @router.api_route("/calendar/c/{slug}", methods=methods)
    async def plain_page(slug: str, request: Request) -> Response:
        return await _page(services, request, None, slug)

    @router.api_route("/calendar/c/{number:int}/{slug}.ics", methods=methods)
    async def numbered_feed(number: int, slug: str, request: Request) -> Response:
        return await _feed(services, request, number, slug)

    @router.api_route("/calendar/c/{number:int}/{slug}", methods=methods)
    async def numbered_page(number: int, slug: str, request: Request) -> Response:
        return await _page(services, request, number, slug)

    return router


async def _page(services: Services, request: Request, number: int | None, slug: str) -> Response:
    language = language_of(request.query_params.get("lang"), request.headers.get("accept-language"))
    now = services.clock.now()
    headers = {**HEADERS, "content-language": language, "vary": "accept-language"}
    try:
        async with services.db.read_only() as session:
            workspace_id = await published.workspace_of(session, number)
            found = await published.published(session, workspace_id, slug, now)
            path = await published.path_of(session, workspace_id, slug)
    except NotFound:
        headers["cache-control"] = "no-store"
        body = b"" if request.method == "HEAD" else missing_page(language)
        return Response(body, status_code=404, headers=headers, media_type=HTML)
    feed = f"{services.settings.public_url}{path}.ics"
    # Anybody may ask, as often as they like: not on the loop, where Slack's requests wait.
    body = await asyncio.to_thread(lambda: calendar_page(published.calendar_of(found, now), language, feed))
    return answered(request, body, {**headers, "cache-control": CACHED}, HTML)


async def _feed(services: Services, request: Request, number: int | None, slug: str) -> Response:
    headers = {name: HEADERS[name] for name in ("x-content-type-options", "referrer-policy", "x-robots-tag")}
    try:
        async with services.db.read_only() as session:
            workspace_id = await published.workspace_of(session, number)
            found = await published.published(session, workspace_id, slug, services.clock.now())
    except NotFound as problem:
        headers["cache-control"] = "no-store"
        return Response(problem.message, status_code=404, headers=headers, media_type="text/plain")
    name = f"Huddles of {found.name}"
    body = await asyncio.to_thread(lambda: calendar_file(published.entries_of(found), name=name))
    return answered(request, body, {**headers, "cache-control": CACHED}, CALENDAR)
