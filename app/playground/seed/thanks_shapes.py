"""What the past is told in: thanks with all that became of them, and the cards they were shown on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Part:
    """One recipient: a member, or an account of the forum; then what they chose and since when it is shown."""

    slack_id: str = ""
    forum_username: str = ""
    by_group: str = ""
    choice: str = ""
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Reaction:
    """One person's reaction to a message, at a moment."""

    person: str
    channel: str
    ts: str
    emoji: str
    at: datetime


@dataclass(frozen=True)
class Act:
    """What a lead or an admin did to a thanks, with the reason."""

    keeper: str
    act: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class PastThanks:
    """One thanks of the past, as the table has it. `community` is a slug, `kind` the kind of its channel."""

    key: str
    giver: str
    people: tuple[Part, ...]
    reason: str
    value: str
    community: str
    source: str
    channel: str
    kind: str
    at: datetime
    message_ts: str = ""
    forum_url: str = ""
    status: str = "counted"
    hidden: bool = False
    edited_at: datetime | None = None
    act: Act | None = None
    seconds: tuple[Reaction, ...] = ()

    @property
    def changed_at(self) -> datetime:
        """When it last changed in any way."""
        parts = [one.shown_at for one in self.people if one.shown_at]
        acts = [self.act.at] if self.act else []
        edits = [self.edited_at] if self.edited_at else []
        return max(self.at, *parts, *acts, *edits, *(one.at for one in self.seconds), self.at)

    def changed(self, **fields: object) -> PastThanks:
        """The same with some fields changed."""
        return replace(self, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class PastCard:
    """One card of the past: kind day or week, its community (a slug) and channel, since when and up to when things
    came onto it, and its message's ts.
    """

    kind: str
    community: str
    channel: str
    day: str
    at: datetime
    last: datetime
    ts: str
