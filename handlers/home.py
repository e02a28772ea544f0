"""App Home: drawn when it is opened."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from app.communities.queries import led_by
from app.communities.rules import active_first
from app.services import Services
from app.slack.once import Once
from app.slack.views import home as views


def register(bolt: AsyncApp, *, prefix: str) -> None:
    """Register the event."""

    @bolt.event("app_home_opened")
    async def home_opened(event: dict[str, Any], once: Once, services: Services) -> None:
        # The messages tab of the app sends the same event.
        if event.get("tab") != "home":
            return
        asker = await services.people.asker(once.team_id, event["user"])
        async with services.db.read_only() as session:
            led = await led_by(session, asker.workspace_id, asker.slack_id)
            cards = await services.desk.shelf.directory(session, asker.workspace_id)
        now = services.clock.now()
        view = views.home(led, active_first(cards, now), f"/{prefix}whereshare", asker.reader, now)
        # Publishing is a picture of what is there: doing it twice does no harm, so no receipt is kept.
        await services.slack.views_publish(asker.team_id, asker.slack_id, view)
