"""One of every view of /thanks, in every state it has."""

from __future__ import annotations

from typing import Any

from app.i18n import Reader


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message of /thanks, by name."""
    return {}


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal and Home view of /thanks, by name."""
    return {}
