"""What everybody may read of a community's huddles, where a lead opened its calendar, and nothing beyond.

No names, no answers, no questions, no meeting address, no number to dial in, no reason why something is off, nothing
of a private channel. What a host typed into a title or a description may hold some of that, so addresses, numbers
and @names are taken out of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound
from app.huddles.calendar import Entry
from app.huddles.feeds import entry_of
from app.huddles.recurrence import occurrences
from app.huddles.rows import slots_by_huddle, time_of
from app.huddles.rules import local_of, local_text, span
from app.huddles.shapes import Time
from models import Community, CommunityChannel, Huddle, HuddleFeed, HuddleSlot, Workspace

WINDOW = timedelta(weeks=12)
DATES_AT_MOST = 30
HUDDLES_AT_MOST = 200
# What is merged, archived or only proposed has no calendar of its own.
SHOWN_STATUSES = ("active", "dormant")
LEFT_OUT = "[…]"

_DAY = timedelta(days=1)
# What a database can look for at all; anybody may type anything into an address.
_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_NUMBERS = 2**63 - 1
# Web and e-mail addresses ("zoom.us/j/1" too), @names and mentions, numbers to call, and of meetings. Each begins
# only where nothing of its kind goes before, so that long texts take no long time.
_WITHHELD = re.compile(
    r"<[@#!][^>\s]*>"
    r"|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://\S+"
    r"|\b(?:tel|mailto|sips?):\S+"
    r"|(?<![\w.-])www\.\S+"
    r"|(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,}/\S*"
    r"|(?<![\w.+-])[\w.+-]*@\w[\w.@-]*"
    r"|(?<!\w)\+\d[\d\s().-]{5,}\d"
    r"|(?<!\w)(?!\d{4}-\d\d-\d\d)\d(?:[ -]?\d){8,}(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dated:
    """One date of a huddle as everybody may read it. `state`: planned, moved (from `moved_from`) or cancelled.

    `huddle` only says which dates belong together; `first` is the wall time that `rule` counts from, whatever became
    of this date. `dial_in` says that one can call in, not where.
    """

    huddle: int
    title: str
    about: str
    time: Time
    state: str
    moved_from: datetime | None
    rule: str
    first: datetime
    language: str
    audio_first: bool
    dial_in: bool


@dataclass(frozen=True)
class OpenCalendar:
    """A community's calendar for everybody: its coming dates, soonest first, and how many more there would be."""

    name: str
    dates: tuple[Dated, ...]
    more: int = 0


async def is_open(session: AsyncSession, workspace_id: int, slug: str) -> bool:
    """Whether a lead opened this community's calendar to everybody."""
    found = await session.exec(
        select(HuddleFeed.public).where(
            HuddleFeed.workspace_id == workspace_id, HuddleFeed.kind == "community", HuddleFeed.subject == slug
        )
    )
    return bool(found.first())


async def open_channels(session: AsyncSession, workspace_id: int) -> list[str]:
    """Channels whose huddles everybody may read, as far as the directory knows: to ask Slack whether that is so."""
    found = await session.exec(
        select(CommunityChannel.slack_id)
        .join(Community, col(Community.id) == col(CommunityChannel.community_id))
        .join(
            HuddleFeed,
            (col(HuddleFeed.workspace_id) == col(Community.workspace_id))
            & (col(HuddleFeed.subject) == col(Community.slug)),
        )
        .where(
            CommunityChannel.workspace_id == workspace_id,
            col(CommunityChannel.private).is_(False),
            HuddleFeed.kind == "community",
            col(HuddleFeed.public).is_(True),
        )
        .distinct()
    )
    return sorted(found.all())


async def first_workspace(session: AsyncSession) -> int | None:
    """The workspace whose pages have the plain address; those of others have their number in it."""
    return (await session.exec(select(func.min(col(Workspace.id))))).first()


async def workspace_of(session: AsyncSession, number: int | None) -> int:
    """The workspace of a page's address: the first one where it has no number, and never the first by its number."""
    first = await first_workspace(session)
    if first is None or number == first or (number or 0) > _NUMBERS:
        raise NotFound(N_("There is no such calendar."))
    return first if number is None else number


async def path_of(session: AsyncSession, workspace_id: int, slug: str) -> str:
    """Where a community's page is, from the root; with ".ics" its feed."""
    plain = await first_workspace(session) == workspace_id
    return f"/calendar/c/{slug}" if plain else f"/calendar/c/{workspace_id}/{slug}"


@dataclass(frozen=True)
class Published:
    """An open community's name, and its huddles with all their dates that have a row, as they are stored."""

    name: str
    huddles: tuple[tuple[Huddle, Sequence[HuddleSlot]], ...]


def calendar_of(found: Published, now: datetime) -> OpenCalendar:
    """The coming twelve weeks. Arithmetic alone, of some milliseconds where there are many series."""
    dates = [one for huddle, slots in found.huddles for one in dates_of(huddle, slots, now)]
    dates.sort(key=lambda one: (one.time.starts_at, one.huddle))
    return OpenCalendar(found.name, tuple(dates[:DATES_AT_MOST]), max(0, len(dates) - DATES_AT_MOST))


def entries_of(found: Published) -> tuple[Entry, ...]:
    """The same huddles for calendars."""
    made = []
    for huddle, slots in found.huddles:
        bare = Huddle(**{**huddle.model_dump(), "link": "", "dial_in": ""})
        bare.title, bare.about = withheld(huddle.title, huddle), withheld(huddle.about, huddle)
        if (entry := entry_of(bare, slots)) is not None:
            made.append(entry)
    return tuple(made)


def withheld(text: str, huddle: Huddle) -> str:
    """Typed text without what everybody should not read: this huddle's own address and number, and any other."""
    for secret in (huddle.link, huddle.dial_in):
        if secret:
            text = text.replace(secret, LEFT_OUT)
    return _WITHHELD.sub(LEFT_OUT, text)


def dates_of(huddle: Huddle, slots: Sequence[HuddleSlot], now: datetime) -> list[Dated]:
    """The dates of a huddle within twelve weeks that are not over: by its rule, and as single ones were changed."""
    until = now + WINDOW
    by_rule = _by_rule(huddle, now, until)
    rows = {one.original for one in slots}
    times: list[tuple[Time, str, datetime | None]] = []
    ended = "UNTIL=" in huddle.rule and huddle.state != "cancelled"
    for slot in slots:
        # Dates that went over to the series that follows are cancelled here, but not for anybody.
        gone_on = slot.state == "cancelled" and ended and slot.original not in by_rule
        if slot.ends_at > now and slot.starts_at <= until and not gone_on:
            moved = slot.moved_from if slot.moved_from != slot.starts_at else None
            state = "cancelled" if slot.state == "cancelled" else "moved" if moved else "planned"
            times.append((time_of(huddle, slot), state, moved if state == "moved" else None))
    times += [(one, "planned", None) for at, one in by_rule.items() if at not in rows and one.ends_at > now]
    if not times:
        return []
    assert huddle.id is not None
    title, about = withheld(huddle.title, huddle), withheld(huddle.about, huddle)
    return [
        Dated(
            huddle=huddle.id,
            title=title,
            about=about,
            time=time,
            state=state,
            moved_from=moved_from,
            rule=huddle.rule,
            first=local_of(huddle.starts_local),
            language=huddle.language,
            audio_first=huddle.audio_first,
            dial_in=bool(huddle.dial_in),
        )
        for time, state, moved_from in times
    ]


def _by_rule(huddle: Huddle, now: datetime, until: datetime) -> dict[str, Time]:
    """What the rule of a series gives, by the wall time it is known by; of one that is off nothing is to come."""
    made: dict[str, Time] = {}
    if not huddle.rule or huddle.state == "cancelled":
        return made
    first, zone, all_day = local_of(huddle.starts_local), huddle.zone, huddle.all_day
    # From a day before: what is under way is still on the page.
    for local in occurrences(huddle.rule, first, zone, now - _DAY, all_day=all_day):
        starts_at, ends_at = span(local, zone, huddle.minutes, all_day=all_day)
        if starts_at > until:
            break
        time = Time(starts_at, ends_at, local, zone, huddle.minutes, all_day)
        made[local_text(local, all_day=all_day)] = time
    return made


async def published(session: AsyncSession, workspace_id: int, slug: str, now: datetime) -> Published:
    """What everybody may read; `NotFound`, always the same, for a community that is not open, archived or unknown."""
    if not _SLUG.fullmatch(slug):
        raise NotFound(N_("There is no such calendar."))
    community = (
        await session.exec(
            select(Community)
            .join(
                HuddleFeed,
                (col(HuddleFeed.workspace_id) == col(Community.workspace_id))
                & (col(HuddleFeed.subject) == col(Community.slug)),
            )
            .where(
                Community.workspace_id == workspace_id,
                Community.slug == slug,
                col(Community.status).in_(SHOWN_STATUSES),
                HuddleFeed.kind == "community",
                col(HuddleFeed.public).is_(True),
            )
        )
    ).first()
    if community is None:
        raise NotFound(N_("There is no such calendar."))
    coming = select(col(HuddleSlot.huddle_id)).where(
        col(HuddleSlot.workspace_id) == workspace_id, col(HuddleSlot.ends_at) > now
    )
    channels = select(col(CommunityChannel.slack_id)).where(col(CommunityChannel.workspace_id) == workspace_id)
    theirs = channels.where(col(CommunityChannel.community_id) == community.id)
    huddles = (
        await session.exec(
            select(Huddle)
            .where(
                Huddle.workspace_id == workspace_id,
                Huddle.community_id == community.id,
                # A channel that Slack, or anybody's entry in the directory, calls private is private.
                col(Huddle.private).is_(False),
                col(Huddle.channel_id).in_(theirs),
                col(Huddle.channel_id).not_in(channels.where(col(CommunityChannel.private).is_(True))),
                # One without a card was not posted yet: Slack has not been asked about its channel.
                (col(Huddle.state).in_(("planned", "cancelled")) & (col(Huddle.card_ts) != ""))
                | (col(Huddle.state) == "ended"),
                ((col(Huddle.state) == "planned") & (col(Huddle.rule) != "")) | col(Huddle.id).in_(coming),
            )
            .order_by(col(Huddle.id).desc())
            .limit(HUDDLES_AT_MOST)
        )
    ).all()
    slots = await slots_by_huddle(session, huddles)
    return Published(community.name, tuple((one, slots[one.id or 0]) for one in reversed(huddles)))
