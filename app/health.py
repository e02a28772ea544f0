"""`/healthz` (the process lives), `/readyz` (it can work) and `/metrics` (Prometheus)."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from app.jobs.metrics import REGISTRY as JOBS_REGISTRY
from app.migrate import current_revision, newest_revision
from app.services import Services

# A job that has waited this long says that no worker is running, or that they cannot keep up.
OLDEST_JOB_SECONDS = 300

log = structlog.get_logger(__name__)


def health_router(services: Services) -> APIRouter:
    """The three routes; none of them says anything secret."""
    router = APIRouter(include_in_schema=False)
    head = newest_revision()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        checks: dict[str, Any] = {}
        try:
            async with services.db.read_only() as session:
                connection = await session.connection()
                revision = await connection.run_sync(current_revision)
            checks["database"] = "ok"
            checks["migrations"] = "ok" if revision == head else f"at {revision}, not at {head}: run migrate"
            queue = await services.jobs.health()
            age = queue.oldest_seconds
            checks["jobs"] = (
                "ok" if age < OLDEST_JOB_SECONDS else f"the oldest waits for {age:.0f} s: does a worker run?"
            )
        except (SQLAlchemyError, OSError) as error:
            log.warning("not ready", reason=type(error).__name__)
            checks["database"] = "cannot be reached"
        ready = all(value == "ok" for value in checks.values())
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        body = generate_latest(services.metrics.registry) + generate_latest(JOBS_REGISTRY)
        return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})

    return router
