"""`GET /calendar/{token}.ics`: a huddle, a community's open huddles, or a member's own, for any calendar."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.calendars.answers import answered
from app.errors import NotFound
from app.huddles.calendar import calendar_file, cancellation
from app.huddles.feeds import entries, feed_of
from app.services import Services

KIND = "text/calendar; charset=utf-8"


def calendar_router(services: Services) -> APIRouter:
    """The one route. Who has the address may read it; a wrong or an old one is answered alike."""
    router = APIRouter(include_in_schema=False)
    secret = services.settings.secret_key.get_secret_value()

    @router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
    async def feed(token: str, request: Request) -> Response:
        try:
            named = feed_of(token, secret)
            async with services.db.read_only() as session:
                name, found = await entries(session, named, services.clock.now())
        except NotFound as problem:
            return Response(problem.message, status_code=404, media_type="text/plain")
        if named.kind == "huddle" and found and found[0].cancelled:
            body = cancellation(found[0])
        else:
            body = calendar_file(found, name=_title(named.kind, name))
        # The same state is the same file: calendars that ask every few minutes are told so in a line.
        headers = {"cache-control": "private, max-age=300", "x-robots-tag": "noindex"}
        response = answered(request, body, headers, KIND)
        if named.kind == "huddle" and response.status_code == 200:
            response.headers["content-disposition"] = 'attachment; filename="huddle.ics"'
        return response

    return router


def _title(kind: str, name: str) -> str:
    if kind == "community":
        return f"Huddles of {name}"
    return "My huddles" if kind == "member" else ""
