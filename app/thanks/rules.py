"""The rules of thanks, pure: who may be thanked, how often, who sees it, on which day's card. Sources: the policy."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import N_, Refused
from app.members.rules import FORGOTTEN
from app.thanks.policy import Policy
from app.thanks.shapes import Keeper, Named, Seen, Shown, Wish

REASON_LENGTH = 1000
# Fewer letters or digits than this say nothing, in any script.
REASON_LETTERS = 2
# An emoji as Slack sends it, `:tada:`: a smile is kind, and tells nobody what for.
_SHORTCODE = re.compile(r":[a-z][\w+'-]*:")


@dataclass(frozen=True)
class Known:
    """What the rules need to know of a person; `slack_id` is "" for an account of the forum nobody has linked."""

    slack_id: str
    name: str = ""
    forum_username: str = ""
    is_bot: bool = False
    deactivated: bool = False
    erased: bool = False


@dataclass(frozen=True)
class History:
    """What a giver has done: people thanked in the present local day, and when they last thanked each person."""

    spent_today: int = 0
    last_to: Mapping[str, datetime] = field(default_factory=dict)


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC for a name nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_day(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first instant of the local day that holds `now`, and the first of the next.

    23 to 25 hours apart where clocks move by an hour; days follow one another without a gap in any zone.
    """
    there = zone_of(zone)
    today = now.astimezone(there).date()
    ends = _moment(today + timedelta(days=1), time.min, there)
    # Clocks that go back over midnight show the old date once more: the new day has begun all the same.
    if now >= ends:
        today += timedelta(days=1)
        ends = _moment(today + timedelta(days=1), time.min, there)
    return _moment(today, time.min, there), ends


def _moment(day: date, at: time, there: ZoneInfo, fold: int = 0) -> datetime:
    """When a wall clock shows this, in UTC: for the first time, or with `fold` for the second where there is one.

    A time that daylight saving skips is the moment of the jump.
    """
    wall = datetime.combine(day, at)
    found = wall.replace(tzinfo=there, fold=fold).astimezone(UTC)
    if found.astimezone(there).replace(tzinfo=None) == wall:
        return found
    # Skipped: read by the offset after the jump it lies before it, by the one before it lies after it.
    before, after = sorted(wall.replace(tzinfo=there, fold=one).astimezone(UTC) for one in (0, 1))
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(there).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def cost_of(people: tuple[Named, ...]) -> int:
    """What a thanks takes of the daily cap: each person one, a group one however many it has."""
    alone = sum(not one.by_group for one in people)
    return alone + len({one.by_group for one in people if one.by_group})


def check_reason(reason: str) -> None:
    """Raise `Refused` with field `reason` unless something is said."""
    if sum(letter.isalnum() for letter in _SHORTCODE.sub("", reason)) < REASON_LETTERS:
        raise Refused(
            N_("What do you thank them for? A few words are enough: they are what makes it worth reading."),
            field="reason",
        )
    if len(reason) > REASON_LENGTH:
        raise Refused(
            N_("That is {length} characters long; please say it in {most}."),
            field="reason",
            length=len(reason),
            most=REASON_LENGTH,
        )


def check_people(wish: Wish, giver: Known, known: Mapping[str, Known], policy: Policy) -> None:
    """Raise `Refused` with field `people` unless these people may be thanked by this giver.

    `known` is by Slack id, or by forum username where that is all there is.
    """
    if not wish.people:
        raise Refused(N_("Whom do you thank? Mention at least one person."), field="people")
    for one in wish.people:
        person = known[one.slack_id or one.forum_username]
        if (one.slack_id and one.slack_id == giver.slack_id) or _same_account(person, giver):
            raise Refused(
                N_("You cannot thank yourself, but whoever helped you will be glad to hear it."), field="people"
            )
        if person.is_bot:
            raise Refused(
                N_("{name} is a bot and would not notice. Is there a person behind it?"),
                field="people",
                name=_named(person),
            )
        if person.deactivated:
            raise Refused(
                N_("{name} has left this workspace, so your thanks would not arrive. Please leave them out."),
                field="people",
                name=_named(person),
            )
        if person.erased:
            raise Refused(FORGOTTEN, field="people")
    alone = sum(not one.by_group for one in wish.people)
    if alone > policy.people_cap:
        raise Refused(
            N_("You named {count} people; one thanks holds up to {most}. A user group may be larger."),
            field="people",
            count=alone,
            most=policy.people_cap,
        )
    for group in {one.by_group for one in wish.people if one.by_group}:
        check_group(sum(one.by_group == group for one in wish.people), policy)


def check_group(size: int, policy: Policy) -> None:
    """Raise `Refused` for a group that is too large to be thanked person by person."""
    if size > policy.group_cap:
        raise Refused(
            N_("That group has {count} people; I thank groups of up to {most}. Please name those who helped you."),
            field="people",
            count=size,
            most=policy.group_cap,
        )


def check_pace(wish: Wish, history: History, known: Mapping[str, Known], policy: Policy, now: datetime) -> None:
    """Raise `Refused` where the giver's daily cap or the cooldown with one of the people says so."""
    cost = cost_of(wish.people)
    left = policy.daily_cap - history.spent_today
    if cost > left:
        if left <= 0:
            raise Refused(
                N_(
                    "You have given all your thanks of today: this workspace allows {most} a day. Please come back "
                    "tomorrow, it will still be welcome."
                ),
                field="people",
                most=policy.daily_cap,
            )
        raise Refused(
            N_("You can thank {left} more today, and named {count}. A user group counts as one."),
            field="people",
            left=left,
            count=cost,
        )
    pause = timedelta(minutes=policy.cooldown_minutes)
    for one in wish.people:
        last = history.last_to.get(one.slack_id or one.forum_username)
        if last is not None and not one.by_group and now - last < pause:
            name = _named(known[one.slack_id or one.forum_username])
            raise _too_soon(name, last + pause - now)


def _too_soon(name: str, left: timedelta) -> Refused:
    minutes = math.ceil(left.total_seconds() / 60)
    if minutes < 120:
        return Refused(
            N_("You thanked {name} not long ago. Add to it with Edit there, or thank them again in {minutes} min."),
            field="people",
            name=name,
            minutes=minutes,
        )
    return Refused(
        N_("You thanked {name} not long ago. Add to it with Edit there, or thank them again in {hours} hours."),
        field="people",
        name=name,
        hours=math.ceil(minutes / 60),
    )


def _same_account(person: Known, giver: Known) -> bool:
    mine, theirs = giver.forum_username.casefold(), person.forum_username.casefold()
    return bool(mine) and mine == theirs


def _named(person: Known) -> str:
    """A name that is harmless in every kind of text: beside a form's field nothing is marked up."""
    name = person.name or person.forum_username or person.slack_id
    return "".join(letter for letter in name if letter not in "<>&*_~`")


def is_shown(standing: str, choice: str, policy: Policy) -> bool:
    """Whether a recipient's community sees a thanks. `standing` is their preference: ask, show or private.

    A standing "private" always wins; then what they pressed for this thanks; then a standing "show"; where none of
    these says anything, the workspace's rule for the unanswered.
    """
    if standing == "private":
        return False
    if choice:
        return choice == "show"
    return standing == "show" or policy.unanswered == "show"


def quiet_until(now: datetime, zone: str, quiet_from: str, quiet_to: str) -> datetime | None:
    """The end of the quiet hours that hold `now`, in UTC; None outside them. Equal times mean there are none."""
    begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_to)
    there = zone_of(zone)
    local = now.astimezone(there)
    at = local.time().replace(tzinfo=None)
    over_midnight = begins > ends
    if begins == ends or not (at >= begins or at < ends if over_midnight else begins <= at < ends):
        return None
    day = local.date() + timedelta(days=int(over_midnight and at >= begins))
    end = _moment(day, ends, there)
    # On the night when clocks go back the same wall time comes twice: never a moment that has passed.
    return end if end > now else _moment(day, ends, there, fold=1)


def card_day(now: datetime, zone: str, policy: Policy) -> tuple[date, datetime]:
    """The local day whose card shows what becomes visible now, and from when a channel may be written to."""
    due = quiet_until(now, zone, policy.quiet_from, policy.quiet_to) or now
    return due.astimezone(zone_of(zone)).date(), due


def seen_by(keeper: Keeper, thanks: Shown) -> Seen:
    """What somebody who looks after thanks sees of one.

    Its giver and recipients have it anyway. Admins have it in the recognition log, without the words of what was
    given in private. A lead sees those who let their community read it, and of the rest only that there is one.
    """
    if keeper.slack_id in (thanks.giver, *(one.slack_id for one in thanks.people)):
        return Seen(thanks.people, words=True)
    in_public = thanks.channel_kind not in ("private", "direct")
    if keeper.is_admin:
        return Seen(thanks.people, words=in_public)
    open_ones = tuple(one for one in thanks.people if one.lets_read)
    if not open_ones:
        return Seen()
    return Seen(open_ones, len(thanks.people) - len(open_ones), words=in_public)
