"""Windows: opened where somebody pressed, and drawn anew while they are open."""

from __future__ import annotations

from typing import Any

from app.errors import DomainError
from app.services import Services
from app.slack.people import Asker


async def put(services: Services, asker: Asker, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Show a window: on top of the one in which something was pressed, or alone."""
    in_window = (body.get("view") or {}).get("type") == "modal"
    opened = services.slack.views_push if in_window else services.slack.views_open
    await opened(asker.team_id, body["trigger_id"], view)


def below(view: dict[str, Any]) -> str:
    """The window under this one, "" where it stands alone."""
    return str(view.get("previous_view_id") or "")


async def redraw(services: Services, asker: Asker, view_id: str, view: dict[str, Any]) -> None:
    """Let an open window show this."""
    try:
        await services.slack.views_update(asker.team_id, view_id, view)
    except DomainError:
        # It was closed meanwhile; what was done is done.
        return
