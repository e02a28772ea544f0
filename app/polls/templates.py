"""Polls that people often want, to begin from: they fill the form, and everything in them can be changed."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import N_
from app.polls.planning import Built

Words = Callable[[str], str]

NAMES = {
    "satisfaction": N_("Satisfaction, 1 to 5"),
    "pulse": N_("Community pulse"),
    "topic": N_("Pick a topic"),
    "dates": N_("Find a date"),
    "yesno": N_("Yes, no, abstain"),
}


def template(name: str, words: Words) -> Built | None:
    """A template filled in, in the language of `words`; None for a name that there is none of."""
    _ = words
    if name == "satisfaction":
        labels = [_("1 – not at all"), "2", "3", "4", _("5 – very")]
        return Built(_("How satisfied are you with the webinar?"), "\n".join(labels), "rating")
    if name == "pulse":
        lines = [
            "? " + _("How useful is this community for your work?") + " [rating 5]",
            "? " + _("How easy is it to get an answer here?") + " [rating 5]",
            "? " + _("What should we do more of?") + " [text]",
        ]
        return Built(_("Community pulse"), "\n".join(lines), "form", mode="secret", results="closed", close="1 week")
    if name == "topic":
        topics = [_("Topic one"), _("Topic two"), _("Topic three")]
        return Built(_("What should our next meeting be about?"), "\n".join(topics), "limited", "2")
    if name == "dates":
        dates = [_("Tuesday 10:00 UTC"), _("Wednesday 14:00 UTC"), _("Thursday 16:00 UTC")]
        return Built(_("Which times suit you?"), "\n".join(dates), "any")
    if name == "yesno":
        return Built(_("Do you agree?"), "\n".join([_("Yes"), _("No"), _("Abstain")]))
    return None
