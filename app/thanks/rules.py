"""The rules of thanks, pure: who may be thanked, how often, who sees it, on which day's card. Sources: the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import N_, Refused
from app.thanks.policy import Policy
from app.thanks.shapes import Named, Wish

REASON_LENGTH = 1000
# Fewer letters or digits than this say nothing, in any script.
REASON_LETTERS = 2


@dataclass(frozen=True)
class Known:
    """What the rules need to know of a person; `slack_id` is "" for an account of the forum nobody has linked."""

    slack_id: str
    name: str = ""
    forum_username: str = ""
    is_bot: bool = False
    deactivated: bool = False


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
    """The first instant of the local day that holds `now`, and the first of the next; 23 to 25 hours apart."""
    there = zone_of(zone)
    today = now.astimezone(there).date()
    return _midnight(today, there), _midnight(today + timedelta(days=1), there)


def _midnight(day: date, there: ZoneInfo) -> datetime:
    # Where midnight is skipped by daylight saving the day begins at the moment of the jump: fold=0 reads the wall
    # clock by the offset before it, which gives just that instant.
    return datetime.combine(day, time.min, there).astimezone(UTC)


def cost_of(people: tuple[Named, ...]) -> int:
    """What a thanks takes of the daily cap: each person one, a group one however many it has."""
    alone = sum(not one.by_group for one in people)
    return alone + len({one.by_group for one in people if one.by_group})


def check_reason(reason: str) -> None:
    """Raise `Refused` with field `reason` unless something is said."""
    if sum(letter.isalnum() for letter in reason) < REASON_LETTERS:
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
                    "You have thanked {count} people today, which is as many as this workspace allows. Please come "
                    "back tomorrow: it will still be welcome."
                ),
                field="people",
                count=history.spent_today,
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
            minutes = int((last + pause - now).total_seconds() // 60) + 1
            raise Refused(
                N_("You thanked {name} a moment ago. Use Edit there to add something, or wait {minutes} minutes."),
                field="people",
                name=_named(known[one.slack_id or one.forum_username]),
                minutes=minutes,
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
    end = datetime.combine(day, ends, there).astimezone(UTC)
    # On the night when clocks go back the same wall time comes twice: never a moment that has passed.
    return end if end > now else end + timedelta(hours=1)


def card_day(now: datetime, zone: str, policy: Policy) -> tuple[date, datetime]:
    """The local day whose card shows what becomes visible now, and from when a channel may be written to."""
    due = quiet_until(now, zone, policy.quiet_from, policy.quiet_to) or now
    return due.astimezone(zone_of(zone)).date(), due
