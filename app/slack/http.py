"""`POST /slack/events`: the one door through which Slack speaks to us."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from app.bodies import read_body
from app.services import Services
from app.slack.once import Once, parse_body, request_key, team_of
from app.slack.signature import is_genuine

# Slack's largest payloads (a view of 250 kB, form-encoded) stay well below this.
MAX_BODY_BYTES = 3_000_000

log = structlog.get_logger(__name__)


def slack_router(bolt: AsyncApp, services: Services) -> APIRouter:
    """The router; signatures are checked here, before anything is parsed, by the injected clock.

    Listeners are given `services` and `once` (this request's key and transaction).
    """
    router = APIRouter()
    clock = services.clock
    secret = services.settings.slack_signing_secret.get_secret_value()

    @router.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        started = clock.now()
        raw = await read_body(request, MAX_BODY_BYTES)
        if raw is None:
            return Response("too large", status_code=413)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not is_genuine(secret, timestamp, signature, raw, now=started.timestamp()):
            log.warning("a request without a valid signature was refused", timestamp=timestamp[:20])
            return Response("invalid request", status_code=401)
        try:
            body = parse_body(raw, request.headers.get("content-type", ""))
        except (ValueError, KeyError, RecursionError):
            log.warning("a signed request could not be read", size=len(raw))
            return Response("unreadable request", status_code=400)
        key = request_key(body)
        request_id = clock.fresh_id()[:12]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            once = Once(services.db, clock, key, team_of(body))
            answer = await bolt.async_dispatch(
                AsyncBoltRequest(
                    body=raw.decode("utf-8"),
                    query=request.url.query,
                    headers=dict(request.headers),
                    context={"services": services, "once": once, "request_id": request_id},
                )
            )
            kind = str(body.get("type") or ("command" if "command" in body else "other"))
            services.metrics.slack_seconds.labels(kind=kind).observe((clock.now() - started).total_seconds())
            return _response(answer)

    return router


def _response(answer: BoltResponse) -> Response:
    headers: dict[str, Any] = {name: values[0] for name, values in answer.headers.items() if values}
    return Response(content=answer.body, status_code=answer.status, headers=headers)
