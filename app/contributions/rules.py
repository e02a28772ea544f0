"""The counting rule: which acts count, and for whom. `docs/counting.md` says the same in words, case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.communities.rules import heir_of


class Kind(StrEnum):
    """What somebody did, or what looks as if somebody did something."""

    THANKS_GIVEN = "thanks given"
    THANKS_RECEIVED = "thanks received"
    SECOND = "second"
    TOPIC = "topic"
    REPLY = "reply"
    SOLUTION = "solution"
    LIKE_GIVEN = "like given"
    HUDDLE_HOSTED = "huddle hosted"
    HUDDLE_ATTENDED = "huddle attended"
    POLL_ANSWERED = "poll answered"
    JOIN = "join"
    EDIT = "edit"
    NOTICE = "notice"


class Measure(StrEnum):
    """Which number an act goes into. They are never added up: thanks do not make a community look busy."""

    RECOGNITION = "recognition"
    ACTIVITY = "activity"
    NEITHER = "neither"


class Reason(StrEnum):
    """Why an act counts or does not."""

    COUNTS = "counts"
    NO_ACT = "no act"
    BOT = "bot"
    SELF = "self"
    WITHDRAWN = "withdrawn"
    NOT_COUNTED = "not counted"
    REMOVED = "removed"
    REPEATED = "repeated"
    FIRST_POST = "first post"
    NOT_OVER = "not over"


_RECOGNITION = frozenset({Kind.THANKS_GIVEN, Kind.THANKS_RECEIVED, Kind.SECOND})
# Membership, corrections and what programs or announcements write: nobody contributed by it.
_NO_ACTS = frozenset({Kind.JOIN, Kind.EDIT, Kind.NOTICE})
_HUDDLES = frozenset({Kind.HUDDLE_HOSTED, Kind.HUDDLE_ATTENDED})
# What one cannot do for oneself. Answering a poll has nobody on the other side.
_FOR_OTHERS = _RECOGNITION | _HUDDLES | {Kind.SOLUTION, Kind.LIKE_GIVEN}
# What is done for several at once: it counts where it is for one of them at least.
_FOR_SEVERAL = frozenset({Kind.THANKS_GIVEN, Kind.THANKS_RECEIVED, Kind.HUDDLE_HOSTED})


@dataclass(frozen=True)
class Party:
    """Somebody in an act: `id` is a Slack id, `forum` the forum account they linked; neither for "somebody".

    Guests and partners of other organisations count like everybody; their flags are here to say so.
    """

    id: str = ""
    forum: str = ""
    bot: bool = False
    guest: bool = False
    partner: bool = False
    deactivated: bool = False
    erased: bool = False

    def is_same_as(self, other: Party) -> bool:
        """Whether both are one person, by Slack id or by forum account."""
        return bool((self.id and self.id == other.id) or (self.forum and self.forum == other.forum))


SOMEBODY = Party(erased=True)


@dataclass(frozen=True)
class Act:
    """One act. `by` did it; `to` are those it was for (thanked, solved for, liked), if it was for anybody.

    A huddle is hosted for those on its roll, and attended with its host. `status` is of a thanks; `seconded` is the
    thanks that a second joins. `removed`: deleted, taken back, hidden by the forum's moderators, never published, or
    cancelled. `over` is of a huddle. `repeated`: the same person's second mark on the same thing.
    `secret`: in a secret poll. `hidden`, `private` and `imported` change nothing; they are here to say so.
    """

    kind: Kind
    by: Party = SOMEBODY
    to: tuple[Party, ...] = ()
    status: str = "counted"
    seconded: Act | None = None
    hidden: bool = False
    private: bool = False
    imported: bool = False
    removed: bool = False
    repeated: bool = False
    first_post: bool = False
    over: bool = True
    secret: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether an act is counted in totals, why, in which number, and whether a list of people may name its person."""

    counted: bool
    reason: Reason
    measure: Measure
    named: bool = False


def measure_of(kind: Kind) -> Measure:
    """The number that acts of this kind go into."""
    if kind in _NO_ACTS:
        return Measure.NEITHER
    return Measure.RECOGNITION if kind in _RECOGNITION else Measure.ACTIVITY


def counts(act: Act) -> Verdict:
    """What an act counts for. A thanks given to several counts once; received, it counts for each of them."""
    reason = _reason(act)
    counted = reason is Reason.COUNTS
    person = act.to[0] if act.kind is Kind.THANKS_RECEIVED and act.to else act.by
    named = counted and not act.secret and bool(person.id) and not (person.deactivated or person.erased)
    return Verdict(counted, reason, measure_of(act.kind), named)


def reported_under(slug: str, merged_into: Mapping[str, str | None]) -> str:
    """The community that reports show an act of community `slug` under: its heir after merges, else itself.

    `merged_into` has every community: its next one where it is merged, else None.
    """
    return heir_of(slug, merged_into) or slug


def _reason(act: Act) -> Reason:
    if act.kind in _NO_ACTS:
        return Reason.NO_ACT
    if act.status == "withdrawn":
        return Reason.WITHDRAWN
    if act.status != "counted":
        return Reason.NOT_COUNTED
    if act.removed:
        return Reason.REMOVED
    if act.kind in _HUDDLES and not act.over:
        return Reason.NOT_OVER
    if act.by.bot:
        return Reason.BOT
    if act.first_post and act.kind is Kind.REPLY:
        return Reason.FIRST_POST
    if act.kind in _FOR_OTHERS and (reason := _of_others(act)) is not None:
        return reason
    return Reason.REPEATED if act.repeated else Reason.COUNTS


def _of_others(act: Act) -> Reason | None:
    """Why an act for others is for nobody else, or None where it is."""
    if act.kind is Kind.SECOND and act.seconded is not None:
        thanks = act.seconded
        # Neither giver nor recipients say "me too" to their own thanks.
        if any(act.by.is_same_as(one) for one in (thanks.by, *thanks.to)):
            return Reason.SELF
        verdict = counts(replace(thanks, kind=Kind.THANKS_GIVEN))
        return None if verdict.counted else verdict.reason
    if act.kind in _FOR_SEVERAL:
        worthy = [one for one in act.to if not one.is_same_as(act.by)]
        if not worthy:
            return Reason.SELF
        return Reason.BOT if all(one.bot for one in worthy) else None
    return Reason.SELF if any(act.by.is_same_as(one) for one in act.to) else None
