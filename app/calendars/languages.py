"""Which language a page is read in: the one asked for, else the best of what the browser says. Pure."""

from __future__ import annotations

import re

from app.i18n import spoken

# The locale whose dates a language is written with: those of most of our readers, not those of the United States.
_DATES = {"en": "en-GB"}
_ITEM = re.compile(r"\s*([a-z]{1,8})(?:-[a-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)
_LONGEST = 500


def language_of(asked: str | None, accepted: str | None) -> str:
    """An ISO 639-1 code that we have words in. `accepted` is an Accept-Language header (RFC 9110, 12.5.4)."""
    known = spoken()
    wanted = (asked or "").split("-")[0].lower()
    if wanted in known:
        return wanted
    found: dict[str, float] = {}
    for part in (accepted or "")[:_LONGEST].split(","):
        if (match := _ITEM.fullmatch(part)) is not None:
            language = match.group(1).lower()
            found.setdefault(language, float(match.group(2) or 1))
    # The first of equals: `max` keeps to the order.
    liked = [one for one in found if one in known and found[one] > 0]
    return max(liked, key=lambda one: found[one], default="en")


def locale_of(language: str) -> str:
    """The locale in which a page of this language writes its dates."""
    return _DATES.get(language, language)
