"""The nouns of this room as small frozen values: what is planned, what a card shows, what a list holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Plan:
    """What a host wants: `local` is wall time in `zone`; `rule` an RFC 5545 rule, "" for once.

    `channel_id` is "" while nobody has chosen one. `language` is an ISO 639-1 code or "".
    """

    title: str
    local: datetime
    zone: str
    minutes: int = 45
    all_day: bool = False
    rule: str = ""
    channel_id: str = ""
    about: str = ""
    language: str = ""
    second_language: str = ""
    second_local: datetime | None = None
    link: str = ""
    dial_in: str = ""
    audio_first: bool = False
    notes_after: bool = False


@dataclass(frozen=True)
class Time:
    """When one occurrence is: instants, the wall time in its zone, and whether it is a whole day."""

    starts_at: datetime
    ends_at: datetime
    local: datetime
    zone: str
    minutes: int
    all_day: bool = False


@dataclass(frozen=True)
class Question:
    """One question for an occurrence; `asker` is "" once the person was erased."""

    key: str
    asker: str
    text: str
    answered: bool = False


@dataclass(frozen=True)
class Session:
    """Another session of the same huddle, in another language."""

    title: str
    language: str
    time: Time


@dataclass(frozen=True)
class Slot:
    """One occurrence as it stands. `phase`: before, open (about to begin or under way), after."""

    key: str
    time: Time
    state: str
    phase: str
    moved_from: datetime | None = None
    reason: str = ""
    yes: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    notes_link: str = ""
    notes_ts: str = ""
    notes_topic: int | None = None
    notes_state: str = ""
    decisions: str = ""
    recording: str = ""
    # Which writing of the notes this is: another after each change.
    words: str = ""


@dataclass(frozen=True)
class Card:
    """What a huddle's card shows: the huddle, its next occurrence (None where none is left), the ones after it.

    `zones` are the zones of the channel's people, most people first, to name some cities by.
    """

    key: str
    title: str
    about: str
    host: str
    co_hosts: tuple[str, ...]
    state: str
    channel_id: str
    private: bool
    community: str
    language: str
    link: str
    dial_in: str
    audio_first: bool
    notes_after: bool
    rule: str
    slot: Slot | None
    later: tuple[Time, ...] = ()
    zones: tuple[str, ...] = ()
    sessions: tuple[Session, ...] = ()
    version: int = 0
    card_ts: str = ""
    # The wall time that the rule counts from, whatever became of single dates.
    first: datetime = field(kw_only=True)


@dataclass(frozen=True)
class Listed:
    """One line of a list: an occurrence that is still to come."""

    key: str
    slot_key: str
    title: str
    time: Time
    channel_id: str
    private: bool
    card_ts: str
    rule: str
    language: str
    link: str
    community: str = ""
    yes: int = 0
    mine: str = ""
    moved: bool = False
    first: datetime = field(kw_only=True)


@dataclass(frozen=True)
class Told:
    """Whom to tell of a change of one occurrence, and which change: its key and its sequence."""

    slot_key: str
    sequence: int
    people: tuple[str, ...] = field(default=())
