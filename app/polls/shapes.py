"""The nouns of this room as small frozen values: what is asked for, what a voter does, what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# One voter's answer to one question: (option's position, rank); the rank is 0 but for ranked choice.
Choices = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Wording:
    """A text, and the same in further languages.

    Of an option that is a time, `at` is the instant and `text` the same on the creator's clock; `note` is said of it.
    """

    text: str
    also: tuple[str, ...] = ()
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """One question as it is asked for. `kind` is one of models.poll.KINDS; `most` 0 is any number of choices."""

    wording: Wording
    options: tuple[Wording, ...] = ()
    kind: str = "choice"
    most: int = 1


@dataclass(frozen=True)
class Plan:
    """A poll as it is asked for. `zone` (IANA) and `locale` are the creator's; times are instants.

    `after` names the job that takes the outcome over when it closes ("job", and what that job needs, JSON-able);
    without one the creator is told.
    """

    creator: str
    questions: tuple[Asked, ...]
    channels: tuple[str, ...]
    title: str = ""
    mode: str = "named"
    results: str = "always"
    zone: str = "UTC"
    locale: str = "en"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    remind_at: datetime | None = None
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pick:
    """Choose an option; in a question of one choice it moves there."""

    question: int
    option: int


@dataclass(frozen=True)
class Drop:
    """Take one choice back."""

    question: int
    option: int


@dataclass(frozen=True)
class Clear:
    """Take the whole vote back."""


@dataclass(frozen=True)
class Fill:
    """Answer several questions at once; what is named replaces what was answered before."""

    choices: Mapping[int, Choices] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)


Act = Pick | Drop | Clear | Fill


@dataclass(frozen=True)
class Life:
    """What decides whether a poll takes votes: its state, and the instants between which it is open."""

    state: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    """A question as voters see it: position, wording, options by position."""

    position: int
    kind: str
    wording: Wording
    most: int
    options: Mapping[int, Wording]

    @property
    def timed(self) -> bool:
        """Whether its options are times."""
        return any(one.at is not None for one in self.options.values())


@dataclass(frozen=True)
class Mine:
    """One person's own vote: choices and open answers by question."""

    choices: Mapping[int, Choices] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.choices.values()) or bool(self.texts)


@dataclass(frozen=True)
class Bar:
    """One option with its count: `share` of the question's voters (0 to 1), `people` (Slack ids) of a named poll.

    `before` is its share in the poll before of the same series.
    """

    position: int
    wording: Wording
    votes: int = 0
    share: float = 0.0
    people: tuple[str, ...] = ()
    before: float | None = None


@dataclass(frozen=True)
class Said:
    """One open answer; `key` is what moderation names it by; `voter` is "" in a secret poll."""

    key: str
    text: str
    shown: bool
    voter: str = ""


@dataclass(frozen=True)
class Counted:
    """One question with what was answered. `mean`, `spread` and last time's mean are of ratings."""

    sheet: Sheet
    voters: int
    bars: tuple[Bar, ...] = ()
    mean: float | None = None
    spread: float | None = None
    before: float | None = None
    order: tuple[tuple[int, int], ...] = ()
    said: tuple[Said, ...] = ()
    waiting: int = 0


@dataclass(frozen=True)
class Again:
    """A poll that comes again: by which rule (RFC 5545), and the instant of the next."""

    rule: str
    next_at: datetime


@dataclass(frozen=True)
class Card:
    """A poll as it is shown. `hidden` says why results are not: "", "voted", "closed", "few"."""

    id: int
    key: str
    creator: str
    title: str
    mode: str
    results: str
    life: Life
    zone: str
    locale: str
    voters: int
    questions: tuple[Counted, ...]
    channels: tuple[str, ...] = ()
    edited: bool = False
    touched: bool = False
    version: int = 0
    open: bool = True
    hidden: str = ""
    reach: Mapping[str, object] = field(default_factory=dict)
    # The address of its result on the forum, "" where there is none.
    topic: str = ""
    # None for a poll that does not come again, or no longer.
    again: Again | None = None

    @property
    def name(self) -> str:
        """The title, or the one question."""
        return self.title or self.questions[0].sheet.wording.text

    @property
    def by_form(self) -> bool:
        """Whether it is answered in a form rather than by a click."""
        return len(self.questions) > 1 or self.questions[0].sheet.kind in ("ranked", "text")


@dataclass(frozen=True)
class OwnPolls:
    """The polls that somebody made, the newest first: those that are open or scheduled, and those closed lately.

    The numbers are of all of them; of the polls as many are here as were asked for.
    """

    open: tuple[Card, ...] = ()
    open_count: int = 0
    closed: tuple[Card, ...] = ()
    closed_count: int = 0
