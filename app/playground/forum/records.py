"""What the local forum keeps in memory: people, categories, topics, posts, keys, and its configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.clock import Clock

STAFF_GROUPS = frozenset({"staff"})


@dataclass(frozen=True)
class ForumConfig:
    """How this forum behaves. `base_url` is its address without a last slash; limits are None when off.

    Discourse's own admin limit is 60 requests a minute for all keys of a site together.
    """

    base_url: str
    clock: Clock
    title: str = "Baobab playground forum"
    api_key: str = "playground-forum-key"
    admin_requests_per_minute: int | None = None
    webhook_url: str = ""
    webhook_secret: str = ""
    lazy_load_categories: bool = False
    always_excerpts: bool = False
    require_category: bool = True
    page_size: int = 30
    similar_needs_topics: int = 50
    version: str = "3.6.0.beta1"


@dataclass
class User:
    """One forum account. `groups` name what they belong to besides everyone."""

    id: int
    username: str
    name: str
    email: str
    created_at: datetime
    admin: bool = False
    moderator: bool = False
    trust_level: int = 1
    active: bool = True
    suspended: bool = False
    external_id: str = ""
    title: str = ""
    groups: frozenset[str] = frozenset()

    @property
    def staff(self) -> bool:
        """Whether the forum's own rules skip this person, as they do for administrators and moderators."""
        return self.admin or self.moderator


@dataclass
class Category:
    """One category. The `*_groups` are None for everyone, else the groups that may see, reply or create."""

    id: int
    name: str
    slug: str
    description: str = ""
    color: str = "0E7C66"
    parent_id: int | None = None
    read_groups: frozenset[str] | None = None
    reply_groups: frozenset[str] | None = None
    create_groups: frozenset[str] | None = None
    needs_approval: bool = False
    minimum_tags: int = 0

    @property
    def read_restricted(self) -> bool:
        """Whether somebody may not see it."""
        return self.read_groups is not None


@dataclass
class Post:
    """One post; `kind` is Discourse's post_type: 1 regular, 3 small action ("closed this")."""

    id: int
    topic_id: int
    number: int
    user_id: int
    raw: str
    created_at: datetime
    updated_at: datetime
    kind: int = 1
    version: int = 1
    reply_to: int | None = None
    accepted: bool = False
    deleted_at: datetime | None = None
    liked_by: set[int] = field(default_factory=set)


@dataclass
class Topic:
    """One topic; `archetype` is `regular` or `private_message`, `allowed` the people of a private message."""

    id: int
    title: str
    slug: str
    category_id: int | None
    user_id: int
    created_at: datetime
    bumped_at: datetime
    tags: tuple[str, ...] = ()
    external_id: str = ""
    archetype: str = "regular"
    allowed: frozenset[int] = frozenset()
    closed: bool = False
    archived: bool = False
    visible: bool = True
    pinned: bool = False
    views: int = 0
    deleted_at: datetime | None = None
    post_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ApiKey:
    """One API key. `username` empty acts as anybody; `scopes` None is everything; `read_only` allows GET alone."""

    key: str
    username: str = ""
    scopes: frozenset[str] | None = None
    read_only: bool = False


@dataclass(frozen=True)
class Pending:
    """A post waiting for a moderator."""

    id: int
    user_id: int
    title: str
    raw: str
    category_id: int | None
    tags: tuple[str, ...]
    external_id: str
    created_at: datetime


@dataclass(frozen=True)
class HookEvent:
    """One webhook event: `kind` is `topic` or `post`, `name` such as `topic_created`."""

    id: int
    kind: str
    name: str
    payload: dict[str, object]


class ForumRefusal(Exception):
    """An answer other than success: HTTP status, messages, and Discourse's error_type."""

    def __init__(self, status: int, messages: list[str], error_type: str = "", action: str = "") -> None:
        super().__init__("; ".join(messages))
        self.status = status
        self.messages = messages
        self.error_type = error_type
        self.action = action


def not_found() -> ForumRefusal:
    """Discourse's 404, also given for what the caller may not see."""
    return ForumRefusal(404, ["The requested URL or resource could not be found."], "not_found")


def forbidden() -> ForumRefusal:
    """Discourse's 403 for what the caller may not do."""
    return ForumRefusal(403, ["You are not permitted to view the requested resource."], "invalid_access")


def bad_key() -> ForumRefusal:
    """Discourse's 403 for a wrong key, a wrong name, or a missing scope: one text for all of them."""
    return ForumRefusal(
        403,
        ["You are not permitted to view the requested resource. The API username or key is invalid."],
        "invalid_access",
    )


def bad_parameter(name: str) -> ForumRefusal:
    """Discourse's 400 for a parameter that is missing or out of range."""
    return ForumRefusal(400, [f"You supplied invalid parameters to the request: {name}"], "invalid_parameters")
