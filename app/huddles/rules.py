"""Rules of /huddle: from wall time to instant, what is still worth saying when, who may do what. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import N_, NotUnderstood, Refused

MINUTES = (15, 30, 45, 60, 90, 120)
SHORTEST, LONGEST = 5, 480
LENGTHS = N_("I read {read} as its length, and a huddle takes from five minutes to eight hours.")
LANGUAGES = ("en", "fr", "es", "pt", "sw", "ar")
TITLE_LIMIT = 150
LONG_TITLE = N_("A title has at most {limit} characters, this one has {count}. Please shorten it.")
QUESTION_LIMIT = 500
# People said to come to one occurrence, and questions asked for it, beyond which a card would no longer help.
QUESTIONS_AT_MOST = 30

DAY_BEFORE = timedelta(hours=24)
SOON_BEFORE = timedelta(minutes=15)
# A reminder of the day before says nothing any more when the huddle is about to begin.
DAY_USEFUL_UNTIL = timedelta(hours=2)
# How long after its end an occurrence stays on the card, so that people can say that they were there.
SHOWN_AFTER = timedelta(hours=2)
ROLL_OPEN = timedelta(days=7)
ROLL_BEFORE = timedelta(minutes=10)
# Notes are asked for once, and not weeks later because we were away.
NOTES_USEFUL = timedelta(days=3)
FURTHEST = timedelta(days=400)

KINDS = ("day", "soon", "start", "end", "next")
# How many occurrences of a series have a row ahead of time; the rule knows the others.
AHEAD = 3


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; `NotUnderstood` for one nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotUnderstood(N_("I do not know the time zone {name}."), field="zone", name=name[:64]) from None


def known_zone(name: str) -> str:
    """The name itself where the zone is known, else UTC: what Slack says of people is not ours to refuse."""
    try:
        return zone_of(name).key
    except NotUnderstood:
        return "UTC"


def instant(local: datetime, zone: str) -> datetime:
    """The UTC instant of a wall time. As RFC 5545 has it: of an hour that occurs twice the first is meant, and one
    that is skipped is read by the offset before the gap (02:30 becomes 03:30)."""
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def wall(at: datetime, zone: str) -> datetime:
    """The wall time, without zone, of an instant."""
    return at.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def local_text(local: datetime, *, all_day: bool = False) -> str:
    """A wall time as it is stored: "2026-11-26T15:00", or a date."""
    return local.date().isoformat() if all_day else local.isoformat(timespec="minutes")[:16]


def local_of(text: str) -> datetime:
    """The wall time of a stored text; of a date its midnight."""
    return datetime.fromisoformat(text)


def span(local: datetime, zone: str, minutes: int, *, all_day: bool) -> tuple[datetime, datetime]:
    """First and last instant of an occurrence. A day is as long as it is in its zone: 23, 24 or 25 hours."""
    begins = instant(local, zone)
    if not all_day:
        return begins, begins + timedelta(minutes=minutes)
    return begins, instant(datetime.combine(local.date() + timedelta(days=1), time()), zone)


def checked_length(minutes: int, field: str | None = None) -> None:
    """Raise for minutes that no huddle takes."""
    if not SHORTEST <= minutes <= LONGEST:
        hours, rest = divmod(minutes, 60)
        parts = [f"{hours} h"] if hours else []
        if rest or not hours:
            parts.append(f"{rest} min")
        read = " ".join(parts)
        raise NotUnderstood(LENGTHS, field=field, read=read)


def check_time(starts_at: datetime, now: datetime, field: str | None = None) -> None:
    """Raise for a time that is past, or so far off that nobody can plan for it."""
    if starts_at <= now:
        raise NotUnderstood(N_("This time is already past. Please choose one that is still to come."), field=field)
    if starts_at > now + FURTHEST:
        raise NotUnderstood(N_("This is more than a year away. Please choose an earlier date."), field=field)


def check_title(title: str, field: str | None = None) -> None:
    """Raise for a title that is missing or too long: nothing that somebody wrote is cut off unasked."""
    if not title.strip():
        raise NotUnderstood(N_("Give it a title, so that people know what it is about."), field=field)
    if len(title.strip()) > TITLE_LIMIT:
        raise NotUnderstood(LONG_TITLE, field=field, limit=TITLE_LIMIT, count=len(title.strip()))


def due_times(starts_at: datetime, ends_at: datetime, now: datetime) -> Mapping[str, datetime]:
    """When each timer of an occurrence is due; one that would be past is left out."""
    due = {
        "day": starts_at - DAY_BEFORE,
        "soon": starts_at - SOON_BEFORE,
        "start": starts_at,
        "end": ends_at,
        "next": ends_at + SHOWN_AFTER,
    }
    return {kind: at for kind, at in due.items() if at > now}


def still_useful(kind: str, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether something that comes late is still worth saying."""
    if kind == "day":
        return now <= starts_at - DAY_USEFUL_UNTIL
    if kind == "soon":
        return now < starts_at
    if kind == "end":
        return now <= ends_at + NOTES_USEFUL
    return True


def is_quiet(local: time, quiet_from: str, quiet_to: str) -> bool:
    """Whether a time of day lies in quiet hours, which may go past midnight; equal ends are no quiet hours."""
    begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_to)
    if begins <= ends:
        return begins <= local < ends
    return local >= begins or local < ends


def quiet_until(at: datetime, zone: str, quiet_from: str, quiet_to: str) -> datetime | None:
    """When the quiet hours that `at` lies in end; None when it lies in none."""
    local = wall(at, known_zone(zone))
    if not is_quiet(local.time(), quiet_from, quiet_to):
        return None
    ends = datetime.combine(local.date(), time.fromisoformat(quiet_to))
    return instant(ends if ends > local else ends + timedelta(days=1), known_zone(zone))


@dataclass(frozen=True)
class Remind:
    """What to do about one reminder of one person: send it now, later, or never (both None)."""

    now: bool = False
    later: datetime | None = None


def reminder(
    kind: str,
    answer: str,
    wish: str,
    quiet_end: datetime | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Remind:
    """Whether a person is reminded, by what they answered and want. `quiet_end` is the end of their quiet hours.

    The day before waits for the end of quiet hours where that still leaves two hours. A quarter of an hour before,
    who said yes to such an hour is told in spite of them; who said maybe is not woken.
    """
    if (
        answer not in ("yes", "maybe")
        or wish not in ("both", kind)
        or not still_useful(kind, starts_at, ends_at, now)
    ):
        return Remind()
    if quiet_end is None or (kind == "soon" and answer == "yes"):
        return Remind(now=True)
    if kind == "day" and still_useful(kind, starts_at, ends_at, quiet_end):
        return Remind(later=quiet_end)
    return Remind()


def check_may_manage(person: str, host: str | None, co_hosts: Collection[str], leads: Collection[str]) -> None:
    """Raise unless a person hosts this huddle or leads its community (`leads` holds admins too)."""
    if person == host or person in co_hosts or person in leads:
        return
    raise Refused(N_("Only its hosts, a lead of the community or an admin can change a huddle."))


def can_say_was_there(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the roll is open."""
    return starts_at - ROLL_BEFORE <= now <= ends_at + ROLL_OPEN


def phase(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """before, open (about to begin, or under way), or after."""
    if now < starts_at - ROLL_BEFORE:
        return "before"
    return "open" if now < ends_at else "after"


def join_link(link: str, slack_url: str, team_id: str, channel_id: str) -> str:
    """Where people meet: the address given, else the channel's own huddle.

    Slack has no call that starts a huddle; this address opens or starts the channel's when somebody clicks on it.
    """
    if link:
        return link
    base = "https://app.slack.com" if slack_url == "https://slack.com" else slack_url
    return f"{base}/huddle/{team_id}/{channel_id}"


def checked_link(text: str, field: str) -> str:
    """A meeting address as typed, or ""; `NotUnderstood` for what no browser opens."""
    link = text.strip().strip("<>")
    if not link:
        return ""
    if not link.startswith(("https://", "http://")) or any(one in link for one in " |<>\"'") or "." not in link:
        raise NotUnderstood(N_("Write the whole address of the meeting, as your browser shows it."), field=field)
    return link[:500]
