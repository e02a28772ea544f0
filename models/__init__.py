"""All tables, imported here so that the metadata is whole for migrations."""

from models.audit import Audit
from models.community import Community, CommunityCategory, CommunityChannel, CommunityLead, CommunityPerson
from models.huddle import (
    Huddle,
    HuddleBurden,
    HuddleCrowd,
    HuddleFeed,
    HuddleQuestion,
    HuddleRsvp,
    HuddleSlot,
    HuddleWish,
)
from models.job import Beat, Lane, Sent, Timer
from models.member import Member, Preference
from models.poll import (
    Poll,
    PollKey,
    PollMessage,
    PollOption,
    PollQuestion,
    PollSeries,
    PollText,
    PollTopic,
    PollVote,
)
from models.receipt import Receipt
from models.route import Proposal, Route, RouteAct, Share
from models.thanks import Thanks, ThanksCard, ThanksRecipient, ThanksSecond
from models.token import ApiToken
from models.topic import Topic
from models.workspace import Workspace

__all__ = [
    "ApiToken",
    "Audit",
    "Beat",
    "Community",
    "CommunityCategory",
    "CommunityChannel",
    "CommunityLead",
    "CommunityPerson",
    "Huddle",
    "HuddleBurden",
    "HuddleCrowd",
    "HuddleFeed",
    "HuddleQuestion",
    "HuddleRsvp",
    "HuddleSlot",
    "HuddleWish",
    "Lane",
    "Member",
    "Poll",
    "PollKey",
    "PollMessage",
    "PollOption",
    "PollQuestion",
    "PollSeries",
    "PollText",
    "PollTopic",
    "PollVote",
    "Preference",
    "Proposal",
    "Receipt",
    "Route",
    "RouteAct",
    "Sent",
    "Share",
    "Thanks",
    "ThanksCard",
    "ThanksRecipient",
    "ThanksSecond",
    "Timer",
    "Topic",
    "Workspace",
]
