"""The nouns of this room as small frozen values: what a file says, and what a reader is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# What a file may say about a community, in the order the documentation lists it. `slug` is written `id` there.
FIELDS = (
    "slug",
    "name",
    "purpose",
    "keywords",
    "languages",
    "leads",
    "channels",
    "categories",
    "status",
    "merged_into",
    "examples",
    "last_active_at",
)


@dataclass(frozen=True)
class ChannelRef:
    """A Slack channel as a file names it; an empty name or `private=None` leaves what is known of it."""

    slack_id: str
    name: str = ""
    private: bool | None = None


@dataclass(frozen=True)
class CategoryRef:
    """A forum category by Discourse's number; an empty name leaves what is known of it."""

    id: int
    name: str = ""


@dataclass(frozen=True)
class CommunityEntry:
    """One community as a file describes it.

    `given` holds the names of the fields the file mentioned: one left out keeps what is stored, one left empty
    clears it. `leads` are Slack user ids, the first is asked first.
    """

    slug: str
    name: str
    purpose: str
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    channels: tuple[ChannelRef, ...] = ()
    categories: tuple[CategoryRef, ...] = ()
    status: str = "active"
    merged_into: str | None = None
    examples: tuple[str, ...] = ()
    last_active_at: datetime | None = None
    given: frozenset[str] = frozenset(FIELDS)


@dataclass(frozen=True)
class Lead:
    """A lead as Slack last described them; `name` is "" while nobody has looked them up."""

    slack_id: str
    name: str
    deactivated: bool


@dataclass(frozen=True)
class Channel:
    """A Slack channel; the name of a private one is for its members only."""

    slack_id: str
    name: str
    private: bool


@dataclass(frozen=True)
class Category:
    """A forum category by Discourse's number."""

    id: int
    name: str


@dataclass(frozen=True)
class Heir:
    """Where a merged community lives on: the last of a chain of merges, with its own status."""

    slug: str
    name: str
    status: str


@dataclass(frozen=True)
class CommunityCard:
    """One community as it is stored. `heir` is set for a merged one whose chain of merges ends somewhere."""

    id: int
    slug: str
    name: str
    purpose: str
    status: str
    languages: tuple[str, ...]
    keywords: tuple[str, ...]
    examples: tuple[str, ...]
    leads: tuple[Lead, ...]
    channels: tuple[Channel, ...]
    categories: tuple[Category, ...]
    last_active_at: datetime | None
    merged_into: str | None
    heir: Heir | None
    updated_at: datetime
