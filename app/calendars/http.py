"""`GET /calendar/{token}.ics`: a huddle, a community's open huddles, or a member's own, for any calendar."""

from __future__ import annotations

from hashlib import sha256

from fastapi import APIRouter, Request, Response

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
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "private, max-age=300", "x-robots-tag": "noindex"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if named.kind == "huddle":
            headers["content-disposition"] = 'attachment; filename="huddle.ics"'
        return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=KIND)

    return router


def _title(kind: str, name: str) -> str:
    if kind == "community":
        return f"Huddles of {name}"
    return "My huddles" if kind == "member" else ""
