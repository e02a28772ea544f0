"""`/api/v1`: what programs may read, as JSON, with an OpenAPI description of itself."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.auth import Gate
from app.api.errors import PROBLEM_SCHEMAS, RequestIds, handle_errors
from app.api.recognition import recognition_router
from app.services import Services

_ABOUT = """
Read-only access to the recognition log of one workspace.

Make a token with `python -m app token create --scope recognition:read` and send it as `Authorization: Bearer bao_…`.
Every answer carries an `X-Request-Id`; whatever goes wrong is answered as `application/problem+json` (RFC 9457) with
a sentence that says what to do.
"""


def create_api(services: Services) -> FastAPI:
    """The application that is mounted at /api/v1."""
    # No page of documentation: those that FastAPI brings load their scripts from elsewhere.
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False)
    api.include_router(recognition_router(services, Gate(services)))
    handle_errors(api)
    api.add_middleware(RequestIds, services=services)

    def described() -> dict[str, Any]:
        if api.openapi_schema is None:
            found = get_openapi(
                title="Baobab",
                version="1",
                description=_ABOUT,
                routes=api.routes,
                servers=[{"url": "/api/v1"}],
            )
            found["components"].setdefault("schemas", {}).update(PROBLEM_SCHEMAS)
            api.openapi_schema = found
        return api.openapi_schema

    api.openapi = described  # type: ignore[method-assign]
    return api
