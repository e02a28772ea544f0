"""App Home: drawn when it is opened."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from app.home.jobs import draw_home
from app.services import Services
from app.slack.once import Once


def register(bolt: AsyncApp) -> None:
    """Register the event."""
    bolt.event("app_home_opened")(home_opened)


async def home_opened(event: dict[str, Any], once: Once, services: Services) -> None:
    """Somebody looks at Home. No receipt is kept: drawing it twice does no harm."""
    # The messages tab of the app sends the same event.
    if event.get("tab") == "home":
        await draw_home(services, await services.people.asker(once.team_id, event["user"]))
