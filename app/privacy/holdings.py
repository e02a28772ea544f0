"""Every place that holds a person, in one list: what it is called when they ask for it, what erasure does to it.

A test holds this list against the tables: whoever adds a column that may hold a person says here what becomes of it.
Rows of the machinery (receipts, the send log, timers, jobs) are looked through by `traces`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from sqlmodel import SQLModel

from models import (
    ApiToken,
    Audit,
    CommunityLead,
    CommunityPerson,
    Huddle,
    HuddleFeed,
    HuddleQuestion,
    HuddleRsvp,
    HuddleSlot,
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
    Workspace,
)

# delete: the rows go. unlink: the rows stay for the totals, without the person and their words. special: `erasing`.
OnErasure = Literal["delete", "unlink", "special"]


@dataclass(frozen=True)
class Holding:
    """One column with a person in it: their Slack id, or the name of their forum account.

    Its rows are exported under `title`, "" where another holding exports them. `instead` is what stands in the column
    after an unlinking, `blank` what stands in others that hold the person's words.
    """

    title: str
    table: type[SQLModel]
    column: str
    on_erasure: OnErasure
    instead: Any = None
    blank: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The column as `table.column`."""
        return f"{self.table.__tablename__}.{self.column}"


# A question that nobody asked any more: how it was answered still counts.
_NO_QUESTION = {"text": "", "channel_id": "", "ranked": [], "prior": [], "origin": {}}
_NOT_SHARED = {"text": "", "title": "", "tags": [], "channel_link": "", "forum_link": "", "problem": ""}

HOLDINGS = (
    Holding("profile", Member, "slack_id", "special"),
    Holding("", Member, "forum_username", "special"),
    Holding("", Member, "forum_user_id", "special"),
    Holding("preferences", Preference, "slack_id", "delete"),
    Holding("communities you lead", CommunityLead, "slack_id", "delete"),
    Holding("channels of communities you are in", CommunityPerson, "slack_id", "delete"),
    Holding("thanks you gave", Thanks, "giver", "special"),
    Holding("thanks you received", ThanksRecipient, "slack_id", "special"),
    Holding("", ThanksRecipient, "forum_username", "special"),
    Holding("thanks you seconded", ThanksSecond, "slack_id", "special"),
    Holding("questions to /whereshare", Route, "slack_id", "unlink", "", _NO_QUESTION),
    Holding("messages of yours that a lead carried over", Route, "origin", "special"),
    Holding("what you did with answers", RouteAct, "slack_id", "unlink", ""),
    Holding("questions that you were asked", RouteAct, "subject", "special"),
    Holding("proposals of communities", Proposal, "slack_id", "unlink", "", {"text": ""}),
    Holding("words you posted through me", Share, "slack_id", "unlink", "", _NOT_SHARED),
    Holding("polls you made", Poll, "creator", "unlink", ""),
    Holding("polls of yours that come again", PollSeries, "creator", "unlink", ""),
    Holding("your votes where names are visible", PollVote, "voter", "special"),
    Holding("your open answers where names are visible", PollText, "voter", "special"),
    Holding("huddles you host", Huddle, "host", "unlink"),
    Holding("dates you hosted", HuddleSlot, "host", "unlink"),
    Holding("", Huddle, "co_hosts", "special"),
    Holding("", HuddleFeed, "subject", "special"),
    Holding("huddles you said you come to, or came to", HuddleRsvp, "slack_id", "unlink"),
    Holding("questions you asked for huddles", HuddleQuestion, "slack_id", "delete"),
    Holding("reminders of huddles you want", HuddleWish, "slack_id", "delete"),
    Holding("acts in the audit", Audit, "actor", "special"),
    Holding("acts in the audit about you", Audit, "subject", "special"),
    Holding("", Audit, "details", "special"),
    Holding("keys of the API you made", ApiToken, "created_by", "unlink", ""),
    Holding("places in the knowledge team", Workspace, "knowledge_team", "special"),
)

# Titles are for the person themselves; this is how they read to an operator.
_OF_THEM = {
    "communities you lead": "communities they lead",
    "channels of communities you are in": "channels of communities they are in",
    "thanks you gave": "thanks they gave",
    "thanks you received": "thanks they received",
    "thanks you seconded": "thanks they seconded",
    "messages of yours that a lead carried over": "messages of theirs that a lead carried over",
    "what you did with answers": "what they did with answers",
    "questions that you were asked": "questions that they were asked",
    "words you posted through me": "words they posted through Baobab",
    "polls you made": "polls they made",
    "polls of yours that come again": "polls of theirs that come again",
    "your votes where names are visible": "their votes where names are visible",
    "your open answers where names are visible": "their open answers where names are visible",
    "huddles you host": "huddles they host",
    "dates you hosted": "dates they hosted",
    "huddles you said you come to, or came to": "huddles they said they come to, or came to",
    "questions you asked for huddles": "questions they asked for huddles",
    "reminders of huddles you want": "reminders of huddles they want",
    "acts in the audit about you": "acts in the audit about them",
    "keys of the API you made": "keys of the API they made",
}

# What the test takes for a place of a person: by the column's name, or since anything may stand in it.
PERSONAL = (
    r"(^|_)(slack_id|user|users|username|member|members|person|people|giver|recipient|actor|author|owner|creator|host"
    r"|voter|nominee|nominator|winner|attendee|subject|by|team|lead|leads)(_id|_ids)?$"
)
# Columns that look so, or hold JSON, or a short text that may be an id, and hold no member; and why.
NOT_PERSONAL = {
    "api_token.scopes": "names of rights",
    "community.examples": "titles of posts",
    "community.keywords": "words",
    "community.languages": "codes of languages",
    "community_channel.slack_id": "the id of a channel",
    "community_person.channel_id": "the id of a channel",
    "huddle.channel_id": "the id of a channel",
    "huddle_burden.channel_id": "the id of a channel",
    "huddle_burden.people": "a number",
    "huddle_crowd.channel_id": "the id of a channel",
    "huddle_crowd.zones": "numbers by time zone",
    "member.home_team_id": "the id of an organisation",
    "poll.after": "the title, channel and length of a huddle",
    "poll.reach": "numbers by region",
    "poll_message.channel_id": "the id of a channel",
    "poll_option.also": "words of the poll",
    "poll_question.also": "words of the poll",
    "poll_series.plan": "words and settings of the poll",
    "receipt.answer": "see `traces`",
    "receipt.team_id": "the id of a workspace",
    "receipt.work": "see `traces`",
    "route.channel_id": "the id of a channel",
    "route.prior": "topics of the forum, which the forum forgets; gone with the question",
    "route.ranked": "communities; gone with the question",
    "share.channel_id": "the id of a channel",
    "share.tags": "gone with the words",
    "thanks.channel_id": "the id of a channel; of a direct message it goes with its giver",
    "thanks_card.channel_id": "the id of a channel",
    "thanks_recipient.by_group": "the id of a group; gone with its recipient",
    "thanks_recipient.shown_in": "the id of a channel",
    "thanks_recipient.told_channel": "a direct message; gone with what was said there",
    "thanks_second.channel_id": "the id of a channel",
    "timer.args": "see `traces`",
    "topic.author": "a public name on the forum, which the forum forgets",
    "topic.tags": "words",
    "workspace.settings": "settings of the workspace, and no ids",
    "workspace.team_id": "the id of a workspace",
}


def of_them(title: str) -> str:
    """A title of `HOLDINGS`, or of what an erasure counts, as it is said of somebody else."""
    return _OF_THEM.get(title, title)


def mark(slack_id: str) -> str:
    """What stands for a person in the audit after their erasure: found by who knows the id, read by nobody else.

    It is a pseudonym, not a secret: who has a list of ids can try them all.
    """
    return "member:" + sha256(slack_id.encode()).hexdigest()[:16]
