"""All tables, imported here so that the metadata is whole for migrations."""

from models.community import Community, CommunityCategory, CommunityChannel, CommunityLead
from models.job import Beat, Lane, Sent, Timer
from models.member import Member
from models.receipt import Receipt
from models.route import Proposal, Route, RouteAct, Share
from models.topic import Topic
from models.workspace import Workspace

__all__ = [
    "Beat",
    "Community",
    "CommunityCategory",
    "CommunityChannel",
    "CommunityLead",
    "Lane",
    "Member",
    "Proposal",
    "Receipt",
    "Route",
    "RouteAct",
    "Sent",
    "Share",
    "Timer",
    "Topic",
    "Workspace",
]
