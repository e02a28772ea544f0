"""One of every view of exports."""

from __future__ import annotations

from typing import Any

from app.i18n import Reader
from app.slack.views import exports
from app.slack.views import home as page


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message, by name."""
    return {"export_failed": exports.failed(reader), "export_nothing": exports.nothing(reader)}


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal and part of Home, by name."""
    many = [(f"c{number}", "&" * 150) for number in range(300)]
    return {
        "export_home": page.home(exports.home_part(reader)),
        "export_form": exports.form([("malaria", "Malaria")], "Africa/Nairobi", reader),
        "export_form_full": exports.form(many, "America/Argentina/ComodRivadavia", reader),
        "export_on_its_way": exports.on_its_way(reader),
    }
