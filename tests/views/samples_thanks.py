"""One of every message and form of /thanks, in every state it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.i18n import Reader
from app.slack.views import notes
from app.slack.views.thanks import card, form, help, receipt, told
from app.slack.views.thanks.form import Draft, Unsure
from app.slack.views.thanks.ids import Carried
from app.thanks.shapes import Card, CardEntry, Person, Shown, Told

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NASTY = "<!channel> *bold* & `code` <@U1> \u202e|x|"
LONGEST = "&<>\n" * 250
FORUM = "https://forum.example.org/t/12/3"

GIVEN = Shown(
    key="t" * 22,
    giver="U0MATEO009",
    people=(Person("U0ANA00003", "Ana"),),
    reason="the malaria brief, which two districts already use",
    value="sharing",
    community="malaria",
    community_name="Malaria",
    channel_id="C0MALARIA0",
    channel_kind="public",
    forum_url="",
    status="counted",
    hidden=False,
    seconds=0,
    created_at=NOW - timedelta(minutes=1),
    undo_until=NOW + timedelta(minutes=9),
    edit_until=NOW + timedelta(hours=23),
)
SEVERAL = replace(
    GIVEN,
    people=(Person("U0ANA00003", "Ana"), Person("U0JOAO0002", "João"), Person("", "old_account")),
    reason=f"the brief\nand the slides\n{NASTY}",
    community_name="Malaria & <friends>",
    forum_url=FORUM,
    seconds=3,
    edited=True,
)
GRACE = Person("U0GRACE010", "Grace", guest=True)
GONE = replace(GIVEN, status="withdrawn")
UNTOLD = replace(GIVEN, people=(Person("", "zoe_<x>"),), forum_url=FORUM)
PRIVATE = replace(GIVEN, channel_kind="private", seconds=1)
SHOWN = replace(GIVEN, people=(Person("U0ANA00003", "Ana", shown=True),), undo_until=NOW)
PAST = replace(GIVEN, undo_until=NOW, edit_until=NOW, community="", community_name="", value="")
BLANKED = replace(PAST, reason="")
EXTREME = replace(
    SEVERAL,
    people=tuple(Person("", "&" * 100) for _ in range(100)),
    reason=LONGEST[:1000],
    value="&" * 50,
    community_name="&" * 150,
    seconds=2000,
)

TOLD = Told(GIVEN, "U0ANA00003", "", "ask", shown=False, showable=True)

ENTRY = CardEntry(
    "U0ANA00003",
    "Ana Lucía Quispe",
    "U0MATEO009",
    "Mateo Fernández",
    "the malaria brief, which two districts already use",
    "sharing",
    2,
)
DAY = Card("day", "2026-11-23", "Malaria", (ENTRY,))
OTHERS = (
    replace(ENTRY, giver="U0JOAO0002", giver_name="João Macuácua", reason="a quick answer", value="", seconds=0),
    replace(
        ENTRY, recipient="", recipient_name="zoe_forum", reason="the translation", value="translating", seconds=1
    ),
    replace(ENTRY, recipient="U0NEW00001", recipient_name="", giver="", giver_name="", reason=NASTY, value="x"),
    replace(ENTRY, recipient="", recipient_name="", reason="", value="", seconds=0),
)
FULL = tuple(
    replace(
        ENTRY, recipient=f"U{number}", recipient_name="&" * 200, giver_name="<" * 200, reason=f"{number} {LONGEST}"
    )
    for number in range(40)
)
CROWD = tuple(replace(ENTRY, giver=f"U{number}", giver_name=f"Colleague {number}") for number in range(9))

DRAFT = Draft(
    values=("sharing", "mentoring"),
    communities=(("malaria", "Malaria & <friends>"), ("mnh", "Maternal and Newborn Health")),
    community="malaria",
    left=9,
)
ASKED = replace(
    DRAFT,
    people=("U0JOAO0002",),
    unsure=(
        Unsure("@anna", (("U0ANA00003", "Ana Lucía Quispe"), ("U0AMINA001", "Amina Odhiambo"))),
        Unsure("x@example.org", ()),
        Unsure(NASTY, ()),
    ),
    reason="the brief",
    value="mentoring",
    forum=True,
    forum_url=FORUM,
    left=1,
)
GROUP = replace(
    DRAFT, group="km-team & <co>", group_size=2, people=("U0AMINA001", "U0CLAIRE08"), reason="x" * 2900, left=0
)
CROWDED = replace(
    DRAFT,
    people=tuple(f"U{number:09}" for number in range(200)),
    unsure=tuple(Unsure("@" + "ä" * 90, tuple((f"U{n}", "ö" * 200) for n in range(5))) for _ in range(120)),
    reason="&" * 4000,
    values=tuple(f"{number}" + "v" * 48 for number in range(50)),
    communities=tuple((f"c{number}", "C" * 150) for number in range(150)),
    community="c149",
    forum=True,
)
CARRIED = Carried("C0MALARIA0", "public", "1700000000.000100", "shortcut")
FULLEST = Carried(
    "C0MALARIA0", "public", "", "command", "S0KMTEAM01", tuple(f"U{number:010}" for number in range(100))
)


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message of /thanks, by name."""
    return {
        "thanks_receipt": receipt.message(GIVEN, reader, NOW),
        "thanks_receipt_several": receipt.message(SEVERAL, reader, NOW),
        "thanks_receipt_held": receipt.message(replace(GIVEN, held=True), reader, NOW),
        "thanks_receipt_to_guest": receipt.message(replace(GIVEN, people=(GRACE,)), reader, NOW),
        "thanks_receipt_mixed": receipt.message(replace(GIVEN, people=(*GIVEN.people, GRACE)), reader, NOW),
        "thanks_help": help.help_text("/thanks", reader),
        "thanks_receipt_gone": receipt.message(GONE, reader, NOW),
        "thanks_receipt_untold": receipt.message(UNTOLD, reader, NOW),
        "thanks_receipt_private": receipt.message(PRIVATE, reader, NOW),
        "thanks_receipt_shown": receipt.message(SHOWN, reader, NOW),
        "thanks_receipt_past": receipt.message(PAST, reader, NOW),
        "thanks_receipt_guest": receipt.message(GIVEN, guest, NOW),
        "thanks_receipt_extreme": receipt.message(EXTREME, reader, NOW),
        "thanks_receipt_direct": receipt.direct_message(UNTOLD, reader, NOW),
        "thanks_hidden": receipt.moderated(GIVEN, "hide", "U0NEEMA007", NASTY, reader),
        "thanks_unhidden": receipt.moderated(GIVEN, "unhide", "U0NEEMA007", "", reader),
        "thanks_uncounted": receipt.moderated(SEVERAL, "uncount", "U0NEEMA007", "Twice the same.", reader),
        "thanks_recounted": receipt.moderated(GIVEN, "recount", "U0NEEMA007", "", reader),
        "thanks_told": told.message(TOLD, reader),
        "thanks_told_several": told.message(replace(TOLD, thanks=SEVERAL), reader),
        "thanks_told_kept": told.message(replace(TOLD, choice="private"), reader),
        "thanks_told_shown": told.message(replace(TOLD, choice="show", shown=True), reader),
        "thanks_told_always_private": told.message(replace(TOLD, standing="private"), reader),
        "thanks_told_nowhere": told.message(replace(TOLD, thanks=PRIVATE, showable=False), reader),
        "thanks_told_hidden": told.message(replace(TOLD, thanks=replace(GIVEN, hidden=True)), reader),
        "thanks_told_uncounted": told.message(replace(TOLD, thanks=replace(GIVEN, status="not_counted")), reader),
        "thanks_told_blanked": told.message(replace(TOLD, thanks=replace(BLANKED, giver=""), showable=False), reader),
        "thanks_told_guest": told.message(TOLD, guest),
        "thanks_told_guest_shown": told.message(replace(TOLD, shown=True), guest),
        "thanks_told_extreme": told.message(replace(TOLD, thanks=EXTREME), reader),
        "thanks_card": card.message(DAY, reader, "/thanks", "raised_hands"),
        "thanks_card_several": card.message(replace(DAY, entries=(ENTRY, *OTHERS)), reader, "/thanks", ""),
        "thanks_card_crowd": card.message(replace(DAY, entries=CROWD), reader, "/cop-thanks", "tada"),
        "thanks_card_extreme": card.message(
            replace(DAY, entries=FULL, community="&" * 150), reader, "/thanks", "tada"
        ),
        "thanks_digest": card.message(
            Card("week", "2026-11-16", "Malaria & <friends>", (ENTRY, *OTHERS)), reader, "/thanks", "raised_hands"
        ),
        "note_asking_forum": notes.asking_forum(reader),
        "note_forum_away": notes.forum_away(reader),
        "note_unreached": notes.unreached("U0ISSA0011", "I may not see that person from here.", reader),
        "note_problem_with_words": notes.problem_with_words("Not today.", f"/thanks @ana for {NASTY}", reader),
    }


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal of /thanks, by name."""
    return {
        "thanks_form": form.form(DRAFT, CARRIED, reader),
        "thanks_form_guest": form.form(replace(DRAFT, communities=(), left=None), Carried(), guest),
        "thanks_form_asked": form.form(ASKED, CARRIED, reader),
        "thanks_form_group": form.form(GROUP, FULLEST, reader),
        "thanks_form_crowded": form.form(CROWDED, FULLEST, reader),
        "thanks_edit_form": form.edit_form(SEVERAL, DRAFT, Carried(key="t" * 22), reader),
        "thanks_edit_form_extreme": form.edit_form(EXTREME, CROWDED, Carried(key="t" * 22, home=True), reader),
        "thanks_receipt_modal": receipt.modal(SEVERAL, reader, NOW),
        "thanks_receipt_modal_gone": receipt.modal(GONE, reader, NOW),
        "modal_looking_up": notes.looking_up(reader),
        "modal_asking_forum": notes.asking_forum_view(reader),
    }
