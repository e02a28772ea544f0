"""Where a message or view can be redrawn: a response URL (also of ephemeral messages), or a modal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Surface = dict[str, str]


def surface_of(body: Mapping[str, Any]) -> Surface:
    """The surface a click came from: {"url"} for messages, {"view"} for modals, {} where there is none."""
    if url := body.get("response_url"):
        return {"url": str(url)}
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("type") == "modal":
        return {"view": str(view["id"])}
    return {}
