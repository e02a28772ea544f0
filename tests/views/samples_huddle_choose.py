"""One of every view about choosing a huddle's time: the window, the poll, its outcome, and fairer hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.huddles.choosing import Choice, Offer, Outcome
from app.i18n import Reader
from app.polls.shapes import Bar, Card, Counted, Life, Sheet, Wording
from app.slack.views.huddles import change, choose, fairer
from app.slack.views.polls import manage, message, mine
from tests.views.samples_huddles import CARD, NASTY, NOW, PLAN, PROPOSAL, SERIES, SUNNY, THURSDAY, ZONES

FIRST, SECOND = PROPOSAL.starts_at, SUNNY.starts_at
OFFER = Offer("Data quality clinic & more " + NASTY, "C0MNH00001", 45)
# In the language of who asked.
QUESTION = "Data quality clinic & more (45 minutes): which of these times suit you? " + NASTY
OPTIONS = {
    1: Wording("Thursday, 26 November 2026, 15:00 Nairobi (UTC+3)", at=FIRST, note="3 up at night (Pacific) & more"),
    2: Wording("Friday, 27 November 2026, 15:00 Nairobi (UTC+3)", at=SECOND),
}
SHEET = Sheet(0, "choice", Wording(QUESTION), 0, OPTIONS)
BARS = (
    Bar(1, OPTIONS[1], 2, 1.0, ("U0ANA00003", "U0AMINA001")),
    Bar(2, OPTIONS[2], 1, 0.5, ("U0ANA00003",)),
)
POLL = Card(
    id=1,
    key="p" * 22,
    creator="U0SUNIL005",
    title="",
    mode="named",
    results="always",
    life=Life("open", None, NOW + timedelta(days=1)),
    zone="Africa/Nairobi",
    locale="en",
    voters=2,
    questions=(Counted(SHEET, 2, BARS),),
    channels=("C0MNH00001",),
)
CLOSED = replace(POLL, open=False, life=Life("closed", None, NOW, NOW))
EMPTY = replace(CLOSED, voters=0, questions=(Counted(SHEET, 0, tuple(Bar(at, one) for at, one in OPTIONS.items())),))
WON = Outcome("chosen", (Choice(1, FIRST, 2),))
WINDOW = choose.Window("C0MNH00001", 45, (PROPOSAL, SUNNY), THURSDAY.local - timedelta(days=1))


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message about choosing a time, by name."""
    tie = Outcome("chosen", (Choice(1, FIRST, 1), Choice(2, SECOND, 1)))
    past = Outcome("past", (Choice(1, FIRST, 2),))
    return {
        "huddle_times_poll": message.message(POLL, reader),
        "huddle_times_poll_closed": message.message(CLOSED, reader),
        "huddle_times_vote": mine.own_vote(POLL.key, "named", {0: SHEET}, mine.Mine({0: ((1, 0), (2, 0))}), reader),
        "huddle_times_chosen": choose.closed(CLOSED, OFFER, WON, reader),
        "huddle_times_tie": choose.closed(CLOSED, OFFER, tie, reader),
        "huddle_times_past": choose.closed(CLOSED, OFFER, past, reader),
        "huddle_times_nobody": choose.closed(EMPTY, OFFER, Outcome("nobody"), reader),
        "huddle_times_too_late": choose.too_late(OFFER, reader),
        "huddle_fairer": fairer.message(
            PLAN, THURSDAY, PROPOSAL, (SUNNY, replace(PROPOSAL, asleep=1)), ZONES, reader, key="h" * 22
        ),
        "huddle_fairer_none": fairer.message(PLAN, THURSDAY, PROPOSAL, (), ZONES, reader, key="h" * 22),
    }


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal about choosing a time, by name."""
    local = THURSDAY.local + timedelta(days=1)
    return {
        "huddle_choose": choose.window(WINDOW, reader, key="p" * 22),
        "huddle_times_wording": manage.edit(POLL, reader),
        "huddle_fairer_view": fairer.view(PLAN, THURSDAY, PROPOSAL, (SUNNY,), ZONES, reader, key="h" * 22),
        "huddle_move_fairer": change.move_form(
            CARD, "s1", THURSDAY, ZONES, reader, NOW, change.Draw(THURSDAY.local, THURSDAY.zone, (SUNNY, PROPOSAL))
        ),
        "huddle_move_fairest": change.move_form(
            SERIES, "s1", THURSDAY, ZONES, reader, NOW, change.Draw(THURSDAY.local, THURSDAY.zone, ())
        ),
        "huddle_move_taken": change.move_form(
            CARD, "s1", THURSDAY, ZONES, reader, NOW, change.Draw(local, THURSDAY.zone, None, 7)
        ),
    }
