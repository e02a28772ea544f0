"""Poll: questions, options and votes; the messages it is shown in; the series it belongs to.

In a secret poll no row holds a person with a choice: `voter` is then a keyed token, and the key has a table of its
own from which it is deleted when the poll closes. Votes carry no number and no time: either would tell who came when.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from models.base import BigId, Json, Owned, UtcDateTime

MODES = ("named", "secret")
RESULTS = ("always", "voted", "closed")
STATES = ("scheduled", "open", "closed", "deleted")
KINDS = ("choice", "rating", "ranked", "text")


class Poll(Owned, table=True):
    """One poll. `title` is a form's; a poll of one question has none.

    `zone` is the creator's (IANA), in which times are meant. `version` rises with everything that a message shows;
    `draw_at` is when a drawing is due that nobody began yet, `drawn_at` when the last began.
    """

    __tablename__ = "poll"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key", name="uq_poll_key"),
        Index("ix_poll_creator", "workspace_id", "creator", "state"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64)
    creator: str = Field(max_length=32)
    title: str = Field(default="", max_length=300)
    # One of MODES, RESULTS, STATES.
    mode: str = Field(default="named", max_length=8)
    results: str = Field(default="always", max_length=8)
    state: str = Field(default="open", max_length=16)
    zone: str = Field(default="UTC", max_length=64)
    locale: str = Field(default="en", max_length=20)
    opens_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Once, before it closes, to those who have not voted.
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded: bool = False
    # Somebody voted once: from then on only typing errors may be mended.
    touched: bool = False
    edited: bool = False
    # Rises when questions or options change, so that what was read of them can be kept.
    edition: int = 1
    version: int = 1
    draw_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    series_id: int | None = Field(default=None, sa_type=BigId, foreign_key="poll_series.id", ondelete="SET NULL")
    # How many people were asked, and took part, by region: counted when it closes.
    reach: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    # Whose matter the outcome is: {"job": a task's name, and what that task needs}; {} where the creator is told.
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


class PollQuestion(Owned, table=True):
    """One question. `also` holds the same text in further languages; `most` choices are possible, 0 for any."""

    __tablename__ = "poll_question"
    __table_args__ = (UniqueConstraint("poll_id", "position", name="uq_poll_question"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", ondelete="CASCADE")
    position: int
    kind: str = Field(default="choice", max_length=8)
    text: str = Field(max_length=500)
    also: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    most: int = 1


class PollOption(Owned, table=True):
    """One option of a question; of a rating, one of its steps. `position` never changes: buttons carry it.

    An option that is a time has `starts_at` and is shown in each reader's own; `text` is then the same on the
    creator's clock. `note` is said of it in the channel, in few words.
    """

    __tablename__ = "poll_option"
    __table_args__ = (UniqueConstraint("question_id", "position", name="uq_poll_option"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", index=True, ondelete="CASCADE")
    question_id: int = Field(sa_type=BigId, foreign_key="poll_question.id", ondelete="CASCADE")
    position: int
    text: str = Field(max_length=200)
    also: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", max_length=200)


class PollVote(Owned, table=True):
    """One choice of one voter: a Slack user id, or in a secret poll a token. `rank` (from 1) is of ranked choice."""

    __tablename__ = "poll_vote"
    # Kept in the order of the key, so that not even the order of rows tells who came first.
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", ondelete="CASCADE", primary_key=True)
    voter: str = Field(max_length=64, primary_key=True)
    question: int = Field(primary_key=True)
    option: int = Field(primary_key=True)
    rank: int = 0


class PollText(Owned, table=True):
    """One open answer; `shown` once the creator let it be shown."""

    __tablename__ = "poll_text"
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", ondelete="CASCADE", primary_key=True)
    voter: str = Field(max_length=64, primary_key=True)
    question: int = Field(primary_key=True)
    # What moderation names it by: a random word, which tells nothing of the voter.
    key: str = Field(max_length=32)
    text: str = Field(max_length=1000)
    shown: bool = False


class PollKey(Owned, table=True):
    """The key of a secret poll's tokens, while it is open; `under` is a mark of the SECRET_KEY it works with."""

    __tablename__ = "poll_key"

    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", ondelete="CASCADE", primary_key=True)
    key: str = Field(max_length=64)
    under: str = Field(max_length=16)


class PollMessage(Owned, table=True):
    """One message in which a poll is shown; `ts` is "" until it is posted, and again when it has to be posted anew.

    `drawn` is the version that it shows. `leased_until` keeps a second drawer away. `turn` counts postings.
    """

    __tablename__ = "poll_message"
    __table_args__ = (UniqueConstraint("poll_id", "channel_id", name="uq_poll_message"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", ondelete="CASCADE")
    channel_id: str = Field(max_length=32)
    ts: str = Field(default="", max_length=32)
    turn: int = 0
    drawn: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str = Field(default="", max_length=500)


class PollSeries(Owned, table=True):
    """A poll that comes again by a `rule` (RFC 5545) on the wall clock of `zone`; each is made from `plan`."""

    __tablename__ = "poll_series"
    __table_args__ = (UniqueConstraint("workspace_id", "key", name="uq_poll_series_key"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(max_length=64)
    creator: str = Field(max_length=32)
    rule: str = Field(max_length=200)
    zone: str = Field(max_length=64)
    # The first occurrence on the wall clock of the zone, as "2026-11-27T09:00".
    starts: str = Field(max_length=20)
    plan: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    # active, stopped
    state: str = Field(default="active", max_length=16)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class PollTopic(Owned, table=True):
    """A poll's result on the forum: one topic, kept in step with the poll once it is closed.

    `title` is what somebody chose instead of the suggestion, "" for that. `sent_title` and `sent` (a digest of the
    text) are what the forum shows. `turn` counts topics: another is begun only where the forum's own is gone.
    """

    __tablename__ = "poll_topic"

    poll_id: int = Field(sa_type=BigId, foreign_key="poll.id", ondelete="CASCADE", primary_key=True)
    category_id: int
    # One of waiting, posted, held (a moderator looks at it first), failed, gone.
    state: str = Field(default="waiting", max_length=8)
    title: str = Field(default="", max_length=255)
    topic_id: int | None = None
    post_id: int | None = None
    link: str = Field(default="", max_length=500)
    sent_title: str = Field(default="", max_length=255)
    sent: str = Field(default="", max_length=64)
    turn: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
