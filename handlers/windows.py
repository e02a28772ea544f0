"""Windows: opened where somebody pressed, and drawn anew while they are open."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from app.errors import DomainError
from app.services import Services
from app.slack.gateway import SlackSaidNo
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


# The newest change of each open form that came to this process, by view. Later ones are there anyhow.
_newest: OrderedDict[str, str] = OrderedDict()
_FORMS = 1000


async def redraw_live(services: Services, asker: Asker, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Let a form in which somebody types show what it holds now.

    Two changes within one way to Slack and back name the same picture, and Slack takes one: the newer one is drawn
    again over it, the older one never is.
    """
    seen, at = body["view"], str(body["actions"][0].get("action_ts") or "")
    _newest[seen["id"]] = max(at, _newest.pop(seen["id"], ""))
    while len(_newest) > _FORMS:
        _newest.popitem(last=False)
    try:
        await services.slack.views_update(asker.team_id, seen["id"], view, hash=seen.get("hash"))
    except SlackSaidNo as problem:
        if problem.error == "hash_conflict" and _newest.get(seen["id"]) == at:
            await redraw(services, asker, seen["id"], view)
    except DomainError:
        # Slack does not answer: the next change draws it.
        return
