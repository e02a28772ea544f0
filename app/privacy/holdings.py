"""Every place that holds a person, in one list: what it is called when they ask for it, what erasure does to it.

A test holds this list against the tables: whoever adds a column with a person in it says here what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import SQLModel

from models import (
    ApiToken,
    Audit,
    CommunityLead,
    CommunityPerson,
    Huddle,
    HuddleQuestion,
    HuddleRsvp,
    HuddleWish,
    Member,
    Poll,
    PollSeries,
    PollText,
    PollVote,
    Preference,
    Proposal,
    Route,
    RouteAct,
    Share,
    Thanks,
    ThanksRecipient,
    ThanksSecond,
)

# delete: the rows go. unlink: the rows stay for the totals, without the person. special: see `erasing`.
OnErasure = Literal["delete", "unlink", "special"]


@dataclass(frozen=True)
class Holding:
    """One column with a Slack user id in it. `instead` is what stands there after an unlinking."""

    title: str
    table: type[SQLModel]
    column: str
    on_erasure: OnErasure
    instead: Any = None

    @property
    def place(self) -> str:
        """The column as `table.column`."""
        return f"{self.table.__tablename__}.{self.column}"


HOLDINGS = (
    Holding("profile", Member, "slack_id", "special"),
    Holding("preferences", Preference, "slack_id", "delete"),
    Holding("communities you lead", CommunityLead, "slack_id", "delete"),
    Holding("channels of communities you are in", CommunityPerson, "slack_id", "delete"),
    Holding("thanks you gave", Thanks, "giver", "special"),
    Holding("thanks you received", ThanksRecipient, "slack_id", "special"),
    Holding("thanks you seconded", ThanksSecond, "slack_id", "unlink"),
    # With its acts, proposals and shares, which belong to it.
    Holding("questions to /whereshare", Route, "slack_id", "delete"),
    Holding("what you did with answers", RouteAct, "slack_id", "delete"),
    Holding("proposals of communities", Proposal, "slack_id", "delete"),
    Holding("words you posted through me", Share, "slack_id", "delete"),
    Holding("polls you made", Poll, "creator", "unlink", ""),
    Holding("polls of yours that come again", PollSeries, "creator", "unlink", ""),
    Holding("your votes where names are visible", PollVote, "voter", "special"),
    Holding("your open answers where names are visible", PollText, "voter", "special"),
    Holding("huddles you host", Huddle, "host", "unlink"),
    Holding("huddles you said you come to, or came to", HuddleRsvp, "slack_id", "unlink"),
    Holding("questions you asked for huddles", HuddleQuestion, "slack_id", "delete"),
    Holding("reminders of huddles you want", HuddleWish, "slack_id", "delete"),
    Holding("acts in the audit", Audit, "actor", "unlink", "erased"),
    Holding("keys of the API you made", ApiToken, "created_by", "unlink", ""),
)
# Names of columns by which the test finds places that hold a person.
PERSONAL = frozenset(
    {"slack_id", "giver", "recipient", "actor", "author", "creator", "created_by", "host", "voter", "knowledge_team"}
)
# Columns of such a name that hold no member's id, and why.
NOT_PERSONAL = {
    "community_channel.slack_id": "the id of a channel",
    "topic.author": "a public name on the forum, which the forum forgets",
    "workspace.knowledge_team": "a setting of the workspace, changed by its admins",
}
