"""App Home's part of thanks, the settings and the tools of leads, in every state they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.contributions.queries import Contributions
from app.i18n import Reader
from app.slack.views import home as page
from app.slack.views.thanks import home, keep, wishes
from app.slack.views.thanks.ids import Carried
from app.slack.views.thanks.wishes import Wishes
from app.thanks.policy import Policy
from app.thanks.shapes import Balance, Count, Keeper, Person, Shown, Told

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GIVEN = Shown(
    key="t" * 22,
    giver="U0MATEO009",
    people=(Person("U0ANA00003", "Ana"), Person("", "old_account")),
    reason="the malaria brief <!channel> & *more*",
    value="sharing",
    community="malaria",
    community_name="Malaria & <friends>",
    channel_id="C0MALARIA0",
    channel_kind="public",
    forum_url="https://forum.example.org/t/x/1",
    status="counted",
    hidden=False,
    seconds=2,
    created_at=NOW - timedelta(minutes=5),
    edited=True,
    undo_until=NOW + timedelta(minutes=5),
    edit_until=NOW + timedelta(hours=23),
)
OLD = replace(
    GIVEN,
    status="not_counted",
    hidden=True,
    reason="",
    people=(Person("U0ANA00003", "Ana", choice="show"), Person("", "old_account")),
    undo_until=NOW,
    edit_until=NOW,
    seconds=1,
)
EDITABLE = replace(
    GIVEN, undo_until=NOW, reason="&" * 1000, people=(Person("U0ANA00003", "Ana", choice="show"),) * 30
)
AGREED = replace(GIVEN, people=(Person("U0ANA00003", "Ana", choice="show", shown=True), Person("", "old_account")))
PRIVATE = replace(GIVEN, channel_kind="private", value="", community_name="", forum_url="", giver="", edited=False)
TOLD = Told(GIVEN, "U0ANA00003", "", "ask", shown=False, showable=True)
LEAD, ADMIN, GIVER = Keeper("U0NEEMA007", False), Keeper("U0CLAIRE10", True), Keeper("U0MATEO009", False)
COUNTS = [Count("sharing", 3, 1), Count("mentoring", 0, 2), Count("", 1, 0)]
MINE = home.Mine(
    year=Contributions(given=4, received=3, seconds=7, topics=2),
    values=COUNTS,
    communities=[Count("Malaria & <friends>", 4, 3)],
    received=[
        TOLD,
        replace(TOLD, shown=True),
        replace(TOLD, standing="private"),
        replace(TOLD, thanks=OLD),
        replace(TOLD, thanks=PRIVATE, showable=False),
    ],
    given=[GIVEN, EDITABLE, OLD],
    led=[("Malaria & <friends>", Balance(34, 3))],
    is_admin=True,
    command="/thanks",
)
NEW = home.Mine(Contributions(), [], [], [], [], [], False, "/cop-thanks")
CROWDED = replace(
    MINE,
    received=[replace(TOLD, thanks=EDITABLE)] * 9,
    given=[EDITABLE] * 9,
    values=[Count("&" * 50, 1, 1)] * 50,
    communities=[Count("&" * 150, 1, 1)] * 50,
    led=[("&" * 150, Balance(1, 1))] * 30,
)


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """No messages here."""
    return {}


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every view, by name."""
    return {
        "thanks_home": page.home(home.part(MINE, reader, NOW)),
        "thanks_home_new": page.home(home.part(NEW, reader, NOW)),
        "thanks_home_guest": page.home(home.part(replace(MINE, led=[], is_admin=False), guest, NOW)),
        "thanks_home_crowded": page.home(home.part(CROWDED, reader, NOW)),
        "thanks_keep": keep.listing([GIVEN, AGREED, OLD, PRIVATE, EDITABLE], LEAD, reader, more=NOW),
        "thanks_keep_admin": keep.listing([GIVEN, PRIVATE], ADMIN, reader, more=None),
        "thanks_keep_own": keep.listing([GIVEN], GIVER, reader, more=None),
        "thanks_keep_empty": keep.listing([], LEAD, reader, more=None),
        "thanks_keep_full": keep.listing([EDITABLE] * keep.LISTED, LEAD, reader, more=NOW),
        "thanks_why_hide": keep.why(AGREED, LEAD, Carried(key="t" * 22, act="hide"), reader),
        "thanks_why_uncount": keep.why(PRIVATE, ADMIN, Carried(key="t" * 22, act="uncount"), reader),
        "thanks_preferences": wishes.preferences(Wishes("private", "never", "21:00", "06:30"), Policy(), reader),
        "thanks_preferences_no_quiet": wishes.preferences(
            Wishes("ask", "at_once", "", ""), Policy(quiet_from="00:00", quiet_to="00:00"), reader
        ),
        "thanks_preferences_new": wishes.preferences(Wishes("ask", "at_once", "", ""), Policy(), reader),
        "thanks_policy": wishes.policy_form(Policy(emojis=(), values=()), reader),
    }
