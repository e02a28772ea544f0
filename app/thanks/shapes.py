"""The nouns of this room as small frozen values: what is asked for, what is shown, a line of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Named:
    """One person to be thanked: a member by Slack id, or an account of the forum; `by_group` is the group's id."""

    slack_id: str = ""
    forum_username: str = ""
    by_group: str = ""


@dataclass(frozen=True)
class Place:
    """Where a thanks is given: channel, kind (public, private, direct, ""), and the message or post it is for."""

    channel_id: str = ""
    kind: str = ""
    message_ts: str = ""
    forum_url: str = ""


@dataclass(frozen=True)
class Wish:
    """What a giver asks for. `community` is a slug or ""; `value` a slug of the policy's list or ""."""

    giver: str
    people: tuple[Named, ...]
    reason: str
    value: str = ""
    community: str = ""
    place: Place = Place()
    source: str = "command"


@dataclass(frozen=True)
class Person:
    """One recipient as a view names them: a mention by Slack id, else a name in words.

    `guest` is one of those who see their own channels only, partners among them.
    """

    slack_id: str = ""
    name: str = ""
    choice: str = ""
    shown: bool = False
    guest: bool = False

    @property
    def lets_read(self) -> bool:
        """Whether their community may read the words: it sees them, or would if no lead had hidden them."""
        return self.shown or self.choice == "show"


@dataclass(frozen=True)
class Shown:
    """One thanks as its giver, its recipients and leads see it; `held` is known for receipts only: somebody hears of
    it only when Undo is over.

    `seconds` is how many people second it; `private_place` that it was given where not everybody may look.
    """

    key: str
    giver: str
    people: tuple[Person, ...]
    reason: str
    value: str
    community: str
    community_name: str
    channel_id: str
    channel_kind: str
    forum_url: str
    status: str
    hidden: bool
    seconds: int
    created_at: datetime
    edited: bool = False
    undo_until: datetime | None = None
    edit_until: datetime | None = None
    held: bool = False


@dataclass(frozen=True)
class Keeper:
    """Who looks after thanks: a lead of its community, or an admin of the workspace."""

    slack_id: str
    is_admin: bool


@dataclass(frozen=True)
class Seen:
    """What a keeper sees of one thanks: who gave it and to whom, () where only that there is one; `others` is how
    many recipients keep it to themselves; `words` whether the reason is to be read.
    """

    people: tuple[Person, ...] = ()
    others: int = 0
    words: bool = False


@dataclass(frozen=True)
class LogFilter:
    """Which lines of the recognition log are wanted. Everything that is None or "" is not asked for.

    `since` (inclusive) and `until` (exclusive) are instants of `created_at`; `community` is a slug; `giver` and
    `recipient` are Slack ids; `status` one of counted, not_counted, withdrawn, hidden.
    """

    since: datetime | None = None
    until: datetime | None = None
    community: str = ""
    giver: str = ""
    recipient: str = ""
    value: str = ""
    source: str = ""
    status: str = ""


@dataclass(frozen=True)
class LogLine:
    """One line of the recognition log: one thanks to one person.

    `thanks_id` and `line_id` order lines for ever. Of what was given in a private channel or a direct message the
    reason, the channel and the post's address are empty: they stay there. Names fall back to ids, an account of the
    forum has its username as its name and no id; both are "" after an erasure.
    """

    line_id: int
    thanks_id: int
    key: str
    created_at: datetime
    updated_at: datetime
    giver: str
    giver_name: str
    recipient: str
    recipient_name: str
    reason: str
    value: str
    community: str
    community_name: str
    source: str
    status: str
    hidden: bool
    private: bool
    channel_id: str
    forum_url: str
    seconds: int


@dataclass(frozen=True)
class Effects:
    """What has to follow from a change, outside the database. Ids of recipients: to be told for the first time, to
    have their message redrawn, to have it taken away; and ids of cards to draw, with the moment from which.
    """

    tell: tuple[int, ...] = ()
    retell: tuple[int, ...] = ()
    untell: tuple[int, ...] = ()
    cards: tuple[tuple[int, datetime], ...] = ()


@dataclass(frozen=True)
class Told:
    """A thanks as its recipient reads it: what they chose, what they always want, whether it can be shown."""

    thanks: Shown
    recipient: str
    choice: str
    standing: str
    shown: bool
    showable: bool


@dataclass(frozen=True)
class CardEntry:
    """One thanks to one person on a card."""

    recipient: str
    recipient_name: str
    giver: str
    giver_name: str
    reason: str
    value: str
    seconds: int


@dataclass(frozen=True)
class Card:
    """What a card shows, the oldest entry first: of a day, or (`kind` week) of the week that begins on `day`."""

    kind: str
    day: str
    community: str
    entries: tuple[CardEntry, ...]


@dataclass(frozen=True)
class Balance:
    """How many thanks a community had since a moment, and how many messages they cost its channels."""

    thanks: int
    messages: int

    @property
    def saved(self) -> int:
        """Messages that one post for each thanks would have made, less those there were."""
        return max(0, self.thanks - self.messages)


@dataclass(frozen=True)
class Count:
    """How often something was: a value's slug or a community's name ("" for none), given and received."""

    name: str
    given: int
    received: int
