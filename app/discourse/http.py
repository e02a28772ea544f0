"""`POST /discourse/webhook`: the forum's news come in here, are proven, written down, and worked on later."""

from __future__ import annotations

from typing import Protocol

import structlog
from fastapi import APIRouter, Request, Response

from app.bodies import read_body
from app.discourse.inbox import read_notice
from app.discourse.signature import HEADER, Verdict, judge

# A post has at most 32,000 characters; its payload carries it twice, as written and as HTML.
MAX_BODY_BYTES = 2_000_000
# The job that `refresh_topic` answers for.
JOB = "forum.topic"

log = structlog.get_logger(__name__)


class Accept(Protocol):
    """How a notice is kept: committed with its job once this returns, a repeat of the key starts nothing."""

    async def __call__(
        self, key: str, team_id: str, job: str | None, args: dict[str, int], answer: None
    ) -> object: ...


def discourse_router(secret: str, accept: Accept) -> APIRouter:
    """The router; `secret` is DISCOURSE_WEBHOOK_SECRET. Nothing is parsed before the raw bytes are proven.

    401 without a signature, 403 with a wrong one (or when we have no secret), 413 beyond two megabytes, 400 for
    what is no JSON, else 200 once the notice is committed. A failing database is a 500: the forum may try again.
    """
    router = APIRouter()

    @router.post("/discourse/webhook", include_in_schema=False)
    async def webhook(request: Request) -> Response:
        body = await read_body(request, MAX_BODY_BYTES)
        if body is None:
            return Response("too large", status_code=413)
        verdict = judge(body, request.headers.get(HEADER), secret)
        if verdict is not Verdict.GOOD:
            log.warning("a webhook was refused", verdict=verdict.value, configured=bool(secret))
            return Response("invalid request", status_code=401 if verdict is Verdict.MISSING else 403)
        kind = request.headers.get("x-discourse-event-type", "")
        event = request.headers.get("x-discourse-event", "")
        try:
            notice = read_notice(kind, event, body)
        except (ValueError, RecursionError):
            return Response("unreadable request", status_code=400)
        if notice is not None:
            await accept(notice.key, "", JOB, {"topic_id": notice.topic_id}, None)
        return Response("ok")

    return router
