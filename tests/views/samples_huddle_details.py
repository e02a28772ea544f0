"""Views about what is changed of a huddle after it was posted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.i18n import Reader
from app.slack.views.huddles import calendar, card, change, details, listing, notes, told
from tests.views.samples_huddles import (
    CARD,
    LINE,
    NASTY,
    NOW,
    OVER,
    PROPOSAL,
    SERIES,
    SLOT,
    THURSDAY,
    WHOLE_DAY,
    ZONES,
)

CARRIED = ("s1", "2026-11-26T20:00", "Africa/Nairobi", "45", "one")


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """The last date of a series whose rule ends, a date that is not as the rule has it, another address."""
    ends = replace(SERIES, rule="FREQ=MONTHLY;BYDAY=4TH;UNTIL=20261126T130000Z", later=())
    return {
        "huddle_elsewhere": told.elsewhere(CARD, SLOT, "https://meet.example.org/x", reader),
        "huddle_last_of_series": card.message(ends, "https://meet.example.org/x", reader),
        "huddle_list_moved": listing.listing([replace(LINE, rule=SERIES.rule, moved=True)], reader),
    }


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """What a move says when it is done, the form of details, notes that are on the forum, a series for calendars."""
    addresses = calendar.Addresses("https://g.example.org", "https://o.example.org")
    on_forum = replace(OVER.slot, notes_topic=7) if OVER.slot else None
    assert on_forum is not None
    return {
        "huddle_move": change.move_form(CARD, "s1", THURSDAY, ZONES, reader, NOW),
        "huddle_move_series": change.move_form(SERIES, "s1", THURSDAY, ZONES, reader, NOW),
        "huddle_move_all_day": change.move_form(CARD, "s1", WHOLE_DAY, ZONES, reader, NOW),
        "huddle_move_done": change.moved_view(NASTY, "Thursday 20:00", 2, reader),
        "huddle_move_question": change.move_question(
            NASTY,
            "Thursday 20:00",
            2,
            PROPOSAL,
            reader,
            carried=("s1", "2026-11-26T20:00", "Africa/Nairobi", "45", "one"),
        ),
        "huddle_move_question_alone": change.move_question(
            "A clinic",
            "Thursday 20:00",
            0,
            PROPOSAL,
            reader,
            carried=("s1", "2026-11-26T20:00", "UTC", "45", "following"),
        ),
        "huddle_move_done_alone": change.moved_view("A clinic", "Thursday 20:00", 0, reader),
        "huddle_move_same": change.moved_view("A clinic", "Thursday 20:00", None, reader),
        "huddle_details": details.form(CARD, "s1", reader),
        "huddle_details_series": details.form(SERIES, "s1", reader),
        "huddle_details_saved": details.saved(1, reader),
        "huddle_notes_form_on_forum": notes.form(OVER, on_forum, True, reader),
        "huddle_calendar_series": calendar.calendar(SERIES, addresses, reader, slot_key="s1"),
    }
