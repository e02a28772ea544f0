"""The web application: settings in, FastAPI out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.api import create_api
from app.bootstrap import Baobab
from app.calendars.http import calendar_router
from app.calendars.open_http import open_router
from app.discourse.http import discourse_router
from app.health import health_router
from app.slack.http import slack_router


def create_app(baobab: Baobab) -> FastAPI:
    """All routes of one Baobab; its background work runs as long as the application does."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with baobab.running():
            yield

    app = FastAPI(title="Baobab", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    services = baobab.services
    app.include_router(slack_router(baobab.bolt, services))
    app.include_router(
        discourse_router(baobab.settings.discourse_webhook_secret.get_secret_value(), services.intake.accept)
    )
    app.include_router(calendar_router(services))
    app.include_router(open_router(services))
    app.include_router(health_router(services))
    app.mount("/api/v1", create_api(services))
    return app
