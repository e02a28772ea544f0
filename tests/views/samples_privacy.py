"""One of every view of privacy."""

from __future__ import annotations

from typing import Any

from app.i18n import Reader
from app.slack.views import home as page
from app.slack.views import privacy


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message, by name."""
    return {"privacy_erased": privacy.erased(reader.locale)}


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal and part of Home, by name."""
    return {
        "privacy_home": page.home(privacy.home_part(reader)),
        "privacy_erase_form": privacy.erase_form(reader),
        "privacy_erasing": privacy.erasing(guest),
        "privacy_on_its_way": privacy.on_its_way(reader),
    }
