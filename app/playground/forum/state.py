"""The forum's memory and its verbs: who may see what, and how topics and posts come, change and go."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from app.clock import Clock
from app.playground.forum import checks
from app.playground.forum.faults import Faults
from app.playground.forum.limits import SlidingLimit
from app.playground.forum.records import (
    ApiKey,
    Category,
    ForumConfig,
    ForumRefusal,
    HookEvent,
    Pending,
    Post,
    Topic,
    User,
    not_found,
)


class Forum:
    """One forum in memory. Ids count up from 1; the time comes from the configured clock."""

    def __init__(self, config: ForumConfig) -> None:
        self.config = config
        self.clock: Clock = config.clock
        self.faults = Faults()
        self.admin_limit = SlidingLimit(config.admin_requests_per_minute, seconds=60)
        self.users: dict[int, User] = {}
        self.categories: dict[int, Category] = {}
        self.topics: dict[int, Topic] = {}
        self.posts: dict[int, Post] = {}
        self.pending: dict[int, Pending] = {}
        self.keys: dict[str, ApiKey] = {config.api_key: ApiKey(config.api_key)}
        self.events: deque[HookEvent] = deque(maxlen=10_000)
        # Identical creates answer alike for 120 seconds: (user, parameters) -> (until, status, body).
        self.memo: dict[tuple[object, ...], tuple[datetime, int, dict[str, object]]] = {}
        self._by_name: dict[str, int] = {}
        self._event_ids = 0
        self.add_user("system", "system", "no_reply@example.org", admin=True)

    # people and categories

    def add_user(self, username: str, name: str, email: str, **more: object) -> User:
        """Make an account; a name taken already is a `ValueError`."""
        if username.lower() in self._by_name:
            raise ValueError(f"the username {username} is taken")
        number = max(self.users, default=0) + 1
        user = User(number, username, name, email.lower(), self.clock.now(), **more)  # type: ignore[arg-type]
        self.users[number] = user
        self._by_name[username.lower()] = number
        return user

    def user_named(self, username: str) -> User | None:
        """The account of that name, whatever its case."""
        return self.users.get(self._by_name.get(username.lower(), 0))

    def add_category(self, name: str, *, id: int | None = None, slug: str = "", **more: object) -> Category:
        """Make a category, with the next free number unless one is given."""
        number = id or max(self.categories, default=0) + 1
        category = Category(number, name, slug or checks.slug_of(name), **more)  # type: ignore[arg-type]
        self.categories[number] = category
        return category

    # who may see and do what

    def _in(self, user: User | None, groups: frozenset[str] | None) -> bool:
        if groups is None or (user is not None and user.admin):
            return True
        mine = (user.groups | ({"staff"} if user.staff else set())) if user else frozenset()
        return bool(mine & groups)

    def sees_category(self, user: User | None, category: Category) -> bool:
        """Whether this person (None: nobody signed in) may read the category; a parent hides its children."""
        parent = self.categories.get(category.parent_id or 0)
        if parent is not None and not self._in(user, parent.read_groups):
            return False
        return self._in(user, category.read_groups)

    def sees(self, user: User | None, topic: Topic) -> bool:
        """Whether this person may read the topic."""
        if topic.deleted_at is not None and not (user and user.staff):
            return False
        if topic.archetype == "private_message":
            return user is not None and (user.admin or user.id in topic.allowed)
        category = self.categories.get(topic.category_id or 0)
        return category is None or self.sees_category(user, category)

    def may_create(self, user: User, category: Category) -> bool:
        """Whether this person may begin a topic there."""
        return self.sees_category(user, category) and self._in(user, category.create_groups)

    def may_reply(self, user: User, topic: Topic) -> bool:
        """Whether this person may reply in the topic."""
        category = self.categories.get(topic.category_id or 0)
        open_to_them = (not topic.closed and not topic.archived) or user.staff
        return self.sees(user, topic) and open_to_them and (not category or self._in(user, category.reply_groups))

    def topic_for(self, user: User | None, topic_id: int) -> Topic:
        """The topic, or Discourse's 404 when there is none for this person."""
        topic = self.topics.get(topic_id)
        if topic is None or not self.sees(user, topic):
            raise not_found()
        return topic

    def posts_of(self, topic: Topic) -> list[Post]:
        """The topic's posts that were not deleted, in order."""
        return [post for post in (self.posts[one] for one in topic.post_ids) if post.deleted_at is None]

    def topic_by_external_id(self, external_id: str) -> Topic | None:
        """The topic that was created with this external id, also when it was deleted since."""
        return next((one for one in self.topics.values() if external_id and one.external_id == external_id), None)

    # writing

    def add_topic(
        self,
        user: User,
        title: str,
        raw: str,
        category_id: int | None,
        *,
        tags: tuple[str, ...] = (),
        external_id: str = "",
        at: datetime | None = None,
        to: frozenset[int] | None = None,
        announce: bool = True,
    ) -> Topic:
        """Store a topic with its first post; `to` makes it a private message. Checks nothing."""
        now = at or self.clock.now()
        number = max(self.topics, default=0) + 1
        topic = Topic(number, title, checks.slug_of(title), category_id, user.id, now, now, tags, external_id)
        if to is not None:
            topic.archetype, topic.category_id, topic.allowed = "private_message", None, to | {user.id}
        self.topics[number] = topic
        self.add_post(user, topic, raw, at=now, announce=False)
        if announce:
            self.tell("topic", "topic_created", topic)
            self.tell("post", "post_created", topic, self.posts[topic.post_ids[0]])
        return topic

    def add_post(
        self,
        user: User,
        topic: Topic,
        raw: str,
        *,
        at: datetime | None = None,
        reply_to: int | None = None,
        kind: int = 1,
        announce: bool = True,
    ) -> Post:
        """Store a post in a topic and bump it. Checks nothing."""
        now = at or self.clock.now()
        number = max(self.posts, default=0) + 1
        post = Post(number, topic.id, len(topic.post_ids) + 1, user.id, raw, now, now, kind, reply_to=reply_to)
        self.posts[number] = post
        topic.post_ids.append(number)
        if kind == 1:
            topic.bumped_at = max(topic.bumped_at, now)
        if announce:
            self.tell("post", "post_created", topic, post)
        return post

    def edit_post(self, post: Post, raw: str) -> None:
        """Replace a post's text; editing the last post bumps its topic, as Discourse does."""
        topic = self.topics[post.topic_id]
        post.raw, post.updated_at, post.version = raw, self.clock.now(), post.version + 1
        if post.id == topic.post_ids[-1]:
            topic.bumped_at = post.updated_at
        self.tell("post", "post_edited", topic, post)

    def edit_topic(self, topic: Topic, *, title: str | None = None, category_id: int | None = None) -> None:
        """Rename or move a topic; neither bumps it."""
        if title is not None:
            topic.title, topic.slug = title, checks.slug_of(title)
        if category_id is not None:
            topic.category_id = category_id
        self.tell("topic", "topic_edited", topic)

    def set_status(self, topic: Topic, status: str, on: bool, by: User) -> None:
        """Open, close, archive, list, unlist or pin; closing leaves a small action as Discourse does."""
        if status not in ("closed", "archived", "visible", "pinned"):
            raise ForumRefusal(
                400, [f"You supplied invalid parameters to the request: {status}"], "invalid_parameters"
            )
        setattr(topic, status, on)
        if status == "closed":
            self.add_post(by, topic, "", kind=3)
        self.tell("topic", f"topic_{status}_status_updated", topic)

    def delete_topic(self, topic: Topic) -> None:
        """Take a topic away; staff still find it, nobody else does."""
        topic.deleted_at = self.clock.now()
        self.tell("topic", "topic_destroyed", topic)

    def delete_post(self, post: Post) -> None:
        """Take a post away; the first post takes its topic along."""
        topic = self.topics[post.topic_id]
        post.deleted_at = self.clock.now()
        post.accepted = False
        self.tell("post", "post_destroyed", topic, post)
        if post.number == 1:
            self.delete_topic(topic)

    def accept(self, post: Post, *, announce: bool = True) -> None:
        """Mark a reply as the solution, in place of any other."""
        topic = self.topics[post.topic_id]
        for other in self.posts_of(topic):
            other.accepted = other.id == post.id
        if announce:
            self.tell("solved", "accepted_solution", topic, post)

    def approve(self, pending_id: int) -> Topic:
        """Let a waiting topic through, as a moderator does."""
        waiting = self.pending.pop(pending_id)
        return self.add_topic(
            self.users[waiting.user_id],
            waiting.title,
            waiting.raw,
            waiting.category_id,
            tags=waiting.tags,
            external_id=waiting.external_id,
        )

    def tell(self, kind: str, name: str, topic: Topic, post: Post | None = None) -> None:
        """Remember a webhook event with the payload as it is now."""
        from app.playground.forum import shapes

        self._event_ids += 1
        payload = shapes.hook_post(self, post) if post else shapes.hook_topic(self, topic)
        self.events.append(HookEvent(self._event_ids, kind, name, {kind: payload}))
