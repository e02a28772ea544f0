"""A community's calendar as a page for everybody: HTML that loads nothing and needs none of its bits of script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.calendars.languages import locale_of
from app.huddles.crowd import city_of
from app.huddles.published import Dated, OpenCalendar
from app.huddles.rules import zone_of
from app.i18n import Reader, spoken
from app.slack.mrkdwn import cut
from app.slack.views.huddles import times

HERE = Path(__file__).parent / "templates"
# A page stays small on a slow line: a description is cut, stands at the first date of its huddle, and is left out
# where titles and descriptions before it take as many bytes as this, in HTML. The calendar file has them whole.
ABOUT_AT_MOST = 280
WORDS_AT_MOST = 5000
TITLE_AT_MOST = 150

_templates = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_STYLE = (HERE / "page.css").read_text(encoding="utf-8")
_SCRIPT = (HERE / "own_time.js").read_text(encoding="utf-8")


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# Nothing is loaded, sent or framed; of styles and scripts those that stand in the page, by what they are.
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src {_hashed(_STYLE)}; script-src {_hashed(_SCRIPT)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow, noarchive",
}


@dataclass(frozen=True)
class Line:
    """One date as it is shown. `instant` is for machines (a date for a whole day); `own` asks the script for more."""

    title: str
    about: str
    language: str
    state: str
    instant: str
    own: bool
    when: str
    elsewhere: str
    before: str
    marks: str


def calendar_page(calendar: OpenCalendar, language: str, feed: str) -> bytes:
    """The page in a language; `feed` is the whole address of its calendar file."""
    reader = Reader(locale_of(language))
    _ = reader.words()
    words = {
        "title": _("Huddles of {community}").format(community=calendar.name),
        "intro": _("Short, informal meetings of this community. How to join one is told in its Slack."),
        "coming": _("The next twelve weeks"),
        "none": _("No huddle is planned for the next twelve weeks. Have a look again soon, or subscribe below."),
        "more": _("and {count} more").format(count=calendar.more) if calendar.more else "",
        "own": _("Your time:"),
        "moved": _("Moved"),
        "cancelled": _("Cancelled"),
        "subscribe": _("In your own calendar"),
        "subscribe_button": _("Subscribe"),
        "subscribe_how": _("Or add this address in your calendar, as a subscription:"),
        "languages": _("Languages"),
        "foot": _("Who hosts and who comes, and how to join, stays within the community."),
    }
    return _drawn(
        "calendar.html",
        language,
        words=words,
        locale=reader.locale,
        months=_months(calendar.dates, reader),
        feed=feed,
        webcal="webcal:" + feed.partition(":")[2],
        script=Markup(_SCRIPT),  # noqa: S704 - a file of ours
    )


def missing_page(language: str) -> bytes:
    """What stands at every address that has no calendar, or none that is open: always the same."""
    _ = Reader(locale_of(language)).words()
    words = {
        "title": _("There is no calendar here"),
        "text": _("Perhaps the address is not quite right, or the community keeps its calendar to itself."),
        "next": _("Ask a member of the community: in its Slack everything planned can be seen."),
        "languages": _("Languages"),
    }
    return _drawn("missing.html", language, words=words)


def _drawn(template: str, language: str, **values: Any) -> bytes:
    locale = Locale.parse(language)
    text = _templates.get_template(template).render(
        lang=language,
        dir="rtl" if locale.character_order == "right-to-left" else "ltr",
        choices=[(one, _own_name(one)) for one in sorted(spoken())],
        style=Markup(_STYLE),  # noqa: S704 - a file of ours
        **values,
    )
    return text.encode()


def _own_name(language: str) -> str:
    """A language by its own name: "Français"."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


def _months(dates: Sequence[Dated], reader: Reader) -> list[tuple[str, list[Line]]]:
    """Lines by month, in the zone of each host; a description at the first date of its huddle."""
    room, told = WORDS_AT_MOST - sum(len(escape(one.title).encode()) for one in dates), set()
    lines: list[tuple[str, Line]] = []
    for one in dates:
        about = ""
        if one.about and one.huddle not in told:
            about = cut(" ".join(one.about.split()), ABOUT_AT_MOST)
            room -= len(escape(about).encode())
            about = about if room >= 0 else ""
        told.add(one.huddle)
        # "LLLL": the month as it stands alone, which some languages write otherwise than in a date.
        month = format_date(one.time.local, "LLLL y", locale=Locale.parse(reader.locale.replace("-", "_")))
        lines.append((month[:1].upper() + month[1:], _line(one, about, reader)))
    return [(month, [line for _, line in found]) for month, found in groupby(lines, key=lambda pair: pair[0])]


def _line(one: Dated, about: str, reader: Reader) -> Line:
    _ = reader.words()
    time = one.time
    marks = [] if time.all_day else [times.length(time.minutes, reader)]
    if one.rule:
        marks.append(times.repeats(one.rule, one.first, reader))
    if one.language:
        marks.append(reader.languages((one.language,)))
    if one.audio_first:
        marks.append(_("Audio first, cameras off"))
    if one.dial_in:
        marks.append(_("one can dial in"))
    starts_at = time.starts_at.astimezone(UTC)
    return Line(
        title=cut(one.title, TITLE_AT_MOST),
        about=about,
        language=one.language,
        state=one.state,
        instant=time.local.date().isoformat() if time.all_day else f"{starts_at:%Y-%m-%dT%H:%MZ}",
        own=not time.all_day and one.state != "cancelled",
        when=times.day(time.local, reader) if time.all_day else _in_zone(time.starts_at, time.zone, reader),
        elsewhere=_("The whole day, wherever you are.")
        if time.all_day
        else _in_utc(time.starts_at, time.zone, reader),
        before=_before(one, reader),
        marks=" · ".join(marks),
    )


def _before(one: Dated, reader: Reader) -> str:
    if one.moved_from is None:
        return ""
    if one.time.all_day:
        return times.day(one.moved_from.astimezone(zone_of(one.time.zone)), reader)
    return _in_zone(one.moved_from, one.time.zone, reader)


def _in_zone(at: datetime, zone: str, reader: Reader) -> str:
    """By the clock of a zone, with its name: "Thursday, 26 November 2026, 15:00 Nairobi (UTC+3)"."""
    local = at.astimezone(zone_of(zone))
    name, offset = city_of(zone), times.offset(at, zone)
    return f"{times.day(local, reader)}, {times.clock(local, reader)} " + (
        name if name == offset else f"{name} ({offset})"
    )


def _in_utc(at: datetime, zone: str, reader: Reader) -> str:
    """The same by UTC, with the day where it is another; "" where the zone's clock shows just that."""
    if times.offset(at, zone) == "UTC":
        return ""
    utc, local = at.astimezone(UTC), at.astimezone(zone_of(zone))
    day = f"{times.short_day(utc, reader)}, " if utc.date() != local.date() else ""
    return f"{day}{times.clock(utc, reader)} UTC"
