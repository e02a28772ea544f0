"""One of every view of /huddle, in every state it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.contributions.huddles import Huddles
from app.huddles.fairness import Found, Outside, Proposal
from app.huddles.rules import wall
from app.huddles.shapes import Card, Listed, Plan, Question, Session, Slot, Time
from app.i18n import Reader
from app.slack.views import home as whole_home
from app.slack.views.huddles import (
    calendar,
    card,
    change,
    community,
    find,
    form,
    home,
    listing,
    notes,
    ready,
    told,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NASTY = "<!channel> *bold* & `code` <@U1> \u202e|x|"
JOIN = "https://app.slack.com/huddle/T0BAOBAB01/C0MNH00001"
ZONES = ("Africa/Nairobi", "Asia/Kathmandu", "Europe/London", "America/La_Paz", "Pacific/Kiritimati", "UTC")


def time(starts_at: datetime, minutes: int = 45, zone: str = "Africa/Nairobi", *, all_day: bool = False) -> Time:
    ends_at = starts_at + timedelta(minutes=minutes)
    return Time(starts_at, ends_at, wall(starts_at, zone), zone, minutes, all_day)


THURSDAY = time(datetime(2026, 11, 26, 12, tzinfo=UTC))
WHOLE_DAY = time(datetime(2026, 11, 25, 21, tzinfo=UTC), 0, all_day=True)
PEOPLE = tuple(f"U{number:09}" for number in range(1, 31))
SLOT = Slot("s" * 22, THURSDAY, "planned", "before")
BUSY = replace(
    SLOT,
    yes=PEOPLE[:20],
    maybe=PEOPLE[20:22],
    no=PEOPLE[22:25],
    moved_from=THURSDAY.starts_at - timedelta(days=1),
    questions=(
        Question("q1", "U0ANA00003", "How do you count referrals? " + NASTY),
        Question("q2", "", "And deaths at home?", answered=True),
        *(Question(f"q{n}", "U0MATEO009", "x" * 500) for n in range(3, 15)),
    ),
)
CARD = Card(
    first=THURSDAY.local,
    key="h" * 22,
    title="Data quality clinic & more",
    about="Bring your messiest register.\n" + NASTY,
    host="U0SUNIL005",
    co_hosts=("U0AMINA001",),
    state="planned",
    channel_id="C0MNH00001",
    private=False,
    community="Monitoring & learning",
    language="en",
    link="",
    dial_in="+254 20 000 0000 <pin>",
    audio_first=True,
    notes_after=True,
    rule="",
    slot=SLOT,
    zones=ZONES,
)
SERIES = replace(
    CARD,
    rule="FREQ=MONTHLY;BYDAY=4TH",
    slot=BUSY,
    later=(time(datetime(2026, 12, 24, 12, tzinfo=UTC)), time(datetime(2027, 1, 28, 12, tzinfo=UTC))),
    sessions=(Session("Clinique", "fr", time(datetime(2026, 11, 26, 15, tzinfo=UTC))),),
    link="https://meet.example.org/abc",
)
LONGEST = replace(SERIES, title="&" * 150, about="<" * 2000, dial_in="&" * 200, slot=replace(BUSY, reason="<" * 300))
OPEN = replace(CARD, slot=replace(BUSY, phase="open", came=PEOPLE[:3]))
OVER = replace(
    CARD,
    slot=replace(
        BUSY,
        phase="after",
        came=PEOPLE[:3],
        named=PEOPLE[:2],
        hinted=PEOPLE[2:4],
        decisions="We count at the ward.\n" + NASTY,
        recording="https://rec.example.org/1",
    ),
)
CANCELLED = replace(CARD, state="cancelled", slot=replace(SLOT, state="cancelled", reason="The host is ill & sorry"))
BARE = replace(CARD, about="", host="", co_hosts=(), language="", dial_in="", audio_first=False, notes_after=False)
PLAN = Plan(
    title="Data quality clinic & more",
    local=datetime(2026, 11, 26, 15),
    zone="Africa/Nairobi",
    rule="FREQ=WEEKLY;BYDAY=TH",
    channel_id="C0MNH00001",
    about="Bring your messiest register.",
    language="en",
    second_language="fr",
    second_local=datetime(2026, 11, 26, 18),
    link="https://meet.example.org/abc",
    dial_in="+254 20",
    audio_first=True,
    notes_after=True,
)
EMPTY = Plan(title="", local=datetime(2026, 11, 26, 15), zone="Africa/Nairobi")
CHOICES = form.Choices([("C0MNH00001", "#cop-mnh"), ("C0KM000001", "#cop-km")], ZONES)
NIGHT = Outside("pacific", 4, 3, 0, ("Pacific/Kiritimati", "Pacific/Auckland"))
LATE = Outside("americas_east", 6, 0, 6, ("America/La_Paz",))
PROPOSAL = Proposal(THURSDAY.starts_at, 45, 30.0, 40, 3, 6, (NIGHT, LATE))
SUNNY = Proposal(THURSDAY.starts_at + timedelta(days=1), 45, 0.0, 40, 0, 0, ())
FAIR = Found((SUNNY, replace(PROPOSAL, asleep=0, outside=(LATE,))), fair=True)
UNFAIR = Found((PROPOSAL, PROPOSAL, PROPOSAL), fair=False, pair=(PROPOSAL, SUNNY), pair_asleep=0)
HARD = replace(UNFAIR, pair_asleep=2)
LINE = Listed(
    "h" * 22,
    "s" * 22,
    "Data quality clinic & <more>",
    THURSDAY,
    "C0MNH00001",
    False,
    "1.1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
    "fr",
    "",
    "Monitoring & learning",
    7,
    "yes",
    first=THURSDAY.local,
)
RULES = (
    "FREQ=WEEKLY;BYDAY=TH",
    "FREQ=MONTHLY;BYDAY=1TH",
    "FREQ=MONTHLY;BYDAY=2TH",
    "FREQ=MONTHLY;BYDAY=3TH",
    "FREQ=MONTHLY;BYDAY=-1TH",
    "FREQ=MONTHLY;BYMONTHDAY=26",
    "FREQ=DAILY;INTERVAL=3",
    "",
)
LINES = tuple(
    replace(LINE, rule=rule, mine=mine, yes=number, language="")
    for number, (rule, mine) in enumerate(zip(RULES * 2, ("no", "maybe", "", "yes") * 4, strict=True))
)


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message of /huddle, by name."""
    return {
        "huddle_card": card.message(CARD, JOIN, reader),
        "huddle_card_series": card.message(SERIES, SERIES.link, reader),
        "huddle_card_longest": card.message(LONGEST, SERIES.link, reader),
        "huddle_card_open": card.message(OPEN, JOIN, reader),
        "huddle_card_over": card.message(OVER, JOIN, reader),
        "huddle_card_with_notes": card.message(
            replace(OVER, slot=replace(OVER.slot, notes_link="https://x.slack.com/p1")), JOIN, reader
        ),
        "huddle_card_cancelled": card.message(CANCELLED, JOIN, reader),
        "huddle_card_all_day": card.message(replace(BARE, slot=replace(SLOT, time=WHOLE_DAY)), JOIN, reader),
        "huddle_card_empty": card.message(replace(BARE, slot=None), JOIN, reader),
        "huddle_confirmation": ready.confirmation(
            PLAN,
            THURSDAY,
            time(datetime(2026, 11, 26, 15, tzinfo=UTC)),
            PROPOSAL,
            ZONES,
            reader,
            key="h" * 22,
        ),
        "huddle_confirmation_without_channel": ready.confirmation(
            EMPTY, THURSDAY, None, None, (), guest, key="h" * 22
        ),
        "huddle_posted": form.posted(PLAN, reader),
        "huddle_dropped": form.dropped(reader),
        "huddle_found": find.found(
            FAIR, "Africa/Nairobi", ZONES, "C0MNH00001", 45, {"pacific": 4.0}, reader, key="p" * 22
        ),
        "huddle_found_unfair": find.found(
            UNFAIR, "Africa/Nairobi", ZONES, "C0MNH00001", 60, {}, reader, key="p" * 22
        ),
        "huddle_found_hard": find.found(HARD, "Africa/Nairobi", ZONES, "C0MNH00001", 60, {}, reader, key="p" * 22),
        "huddle_found_nothing": find.found(
            Found((), fair=False), "UTC", (), "C0MNH00001", 60, {}, reader, key="p" * 22
        ),
        "huddle_list": listing.listing(LINES, reader),
        "huddle_list_empty": listing.listing((), reader),
        "huddle_list_of_a_lead": listing.listing(
            LINES[:1], reader, [("mnh", "Maternal & <newborn>"), ("km", "Monitoring & learning")]
        ),
        "huddle_list_empty_of_a_lead": listing.listing((), reader, [("mnh", "Maternal & <newborn>")]),
        "huddle_now": listing.now("C0MNH00001", JOIN, reader),
        "huddle_now_post": listing.now_post("U0ANA00003", JOIN, "C0MNH00001", reader),
        "huddle_now_told": listing.told_now(reader),
        "huddle_help": listing.help_text("/cop-huddle", reader),
        "huddle_reminder_day": told.reminder(SERIES, BUSY, "day", JOIN, reader),
        "huddle_reminder_soon": told.reminder(
            replace(CARD, slot=replace(SLOT, time=WHOLE_DAY)), replace(SLOT, time=WHOLE_DAY), "soon", JOIN, reader
        ),
        "huddle_moved": told.moved(CARD, BUSY, False, "yes", reader),
        "huddle_moved_following": told.moved(SERIES, BUSY, True, "maybe", reader),
        "huddle_changed": told.moved(CARD, SLOT, False, "yes", reader),
        "huddle_cancelled": told.cancelled(CANCELLED, replace(SLOT, reason="Ill & sorry"), False, reader),
        "huddle_skipped": told.cancelled(SERIES, SLOT, False, reader),
        "huddle_ended": told.cancelled(SERIES, SLOT, True, reader),
        "huddle_new_host": told.new_host(CARD, "U0ANA00003", reader),
        "huddle_heir": told.new_host(replace(CARD, slot=None), "", reader),
        "huddle_noted_yes": told.noted(CARD, SLOT, "yes", reader),
        "huddle_noted_maybe": told.noted(CARD, SLOT, "maybe", reader),
        "huddle_noted_no": told.noted(CARD, SLOT, "no", reader),
        "huddle_not_posted": told.not_posted("A & <b>", "I am not in that channel.", reader),
        "huddle_notes_asked": notes.asked(OVER, OVER.slot, reader),
        "huddle_notes": notes.post(OVER, OVER.slot, PEOPLE[:2], reader),
        "huddle_notes_unnamed": notes.post(OVER, replace(OVER.slot, questions=(), recording=""), (), reader),
        "huddle_notes_elsewhere": notes.elsewhere(OVER, "https://forum.example.org/t/1", reader),
        **{
            f"huddle_notes_{state}": notes.not_on_forum(OVER, OVER.slot, state, "Title is <too> short.", reader)
            for state in ("away", "held", "nowhere", "refused")
        },
        "huddle_notes_not_posted": notes.not_posted(OVER, OVER.slot, "I am not in that channel.", reader),
        "huddle_unanswered": notes.unanswered(OVER, OVER.slot, reader),
    }


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal and Home view of /huddle, by name."""
    addresses = calendar.Addresses(
        "https://g.example.org/?a=1&b=2",
        "https://o.example.org",
        "https://b.example.org/calendar/f.ics",
        "https://b.example.org/calendar/m.ics",
        "https://b.example.org/calendar/c.ics",
    )
    kept = community.Kept(
        "mnh",
        "Maternal & <newborn> " + "x" * 120,
        "https://b.example.org/calendar/c.ics",
        "https://b.example.org/calendar/c/mnh",
        "https://b.example.org/calendar/c/mnh.ics",
    )
    return {
        "huddle_form": form.form(PLAN, CHOICES, reader, NOW, key="h" * 22),
        "huddle_form_empty": form.form(EMPTY, form.Choices((), ()), guest, NOW, key="h" * 22),
        "huddle_form_other": form.form(
            replace(PLAN, rule="FREQ=DAILY", minutes=50, all_day=False), CHOICES, reader, NOW, key="h" * 22
        ),
        "huddle_form_asked_back": form.form(
            replace(EMPTY, title="Clinic"),
            CHOICES,
            reader,
            NOW,
            key="h" * 22,
            back=form.Back(
                "“31 February 10:00” does not exist: there is no such day. Please write another.",
                f"Clinic, 31 February 10:00 {NASTY}",
                frozenset({"date", "zone", "minutes"}),
            ),
        ),
        "huddle_form_all_day": form.form(replace(EMPTY, all_day=True), CHOICES, reader, NOW, key="h" * 22),
        "huddle_ready": ready.confirmation_view(
            PLAN, THURSDAY, time(datetime(2026, 11, 26, 15, tzinfo=UTC)), PROPOSAL, ZONES, reader, key="h" * 22
        ),
        "huddle_ready_all_day": ready.confirmation_view(
            replace(EMPTY, all_day=True, title=NASTY), WHOLE_DAY, None, None, (), reader, key="h" * 22
        ),
        "huddle_manage": change.manage(
            SERIES, [("s1", THURSDAY), ("s2", SERIES.later[0])], reader, THURSDAY.starts_at
        ),
        "huddle_manage_one": change.manage(replace(CARD, slot=None), [("s1", THURSDAY)], reader, THURSDAY.ends_at),
        "huddle_cancel": change.cancel_form(CARD, "s1", THURSDAY, reader),
        "huddle_cancel_series": change.cancel_form(SERIES, "s1", THURSDAY, reader),
        "huddle_hosts": change.hosts_form(CARD, "s1", reader),
        "huddle_question": change.question_form(CARD, SLOT, reader),
        "huddle_notes_form": notes.form(OVER, OVER.slot, True, reader),
        "huddle_notes_form_bare": notes.form(BARE, SLOT, False, reader),
        "huddle_calendar": calendar.calendar(CARD, addresses, reader, slot_key="s1"),
        "huddle_calendar_bare": calendar.calendar(
            CARD, calendar.Addresses("https://g.example.org", "https://o.example.org"), reader, slot_key="s1"
        ),
        "huddle_calendar_of_a_lead": calendar.calendar(CARD, replace(addresses, slug="mnh"), reader, slot_key="s1"),
        "huddle_community_closed": community.window(kept, reader),
        "huddle_community_open": community.window(replace(kept, is_open=True), reader),
        "huddle_community_open_unreachable": community.window(
            replace(kept, page="", page_feed="", is_open=True), reader
        ),
        "huddle_community_feed_only": community.window(replace(kept, page="", page_feed=""), reader),
        "huddle_community_nothing": community.window(community.Kept("mnh", "A & <b>"), reader),
        "huddle_reminders": listing.reminders("day", reader),
        "huddle_home": whole_home.home(home.part(LINES, Huddles(2, 31), reader)),
        "huddle_home_empty": whole_home.home(home.part((), Huddles(), reader)),
    }
