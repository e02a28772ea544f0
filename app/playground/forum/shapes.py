"""The forum's answers as JSON, in Discourse's shapes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.playground.forum.cook import blurb, cook
from app.playground.forum.records import Category, Post, Topic, User

if TYPE_CHECKING:
    from app.playground.forum.state import Forum

Json = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A time as Discourse writes it: UTC, milliseconds, "Z"."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def user_brief(user: User) -> Json:
    """A person as lists name them."""
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "avatar_template": f"/letter_avatar_proxy/v4/letter/{user.username[0]}/ecd19e/{{size}}.png",
        "trust_level": user.trust_level,
        "admin": user.admin,
        "moderator": user.moderator,
    }


def user_full(user: User) -> Json:
    """A person's own page."""
    return user_brief(user) | {
        "title": user.title or None,
        "created_at": stamp(user.created_at),
        "can_send_private_messages": True,
        "suspended_till": "9999-12-31T00:00:00.000Z" if user.suspended else None,
        "badge_count": 0,
    }


def user_admin(user: User, *, show_emails: bool) -> Json:
    """A person as the administrators' list shows them; the address only when asked for."""
    row = user_full(user) | {"active": user.active, "staged": False, "suspended": user.suspended}
    return row | {"email": user.email, "secondary_emails": []} if show_emails else row


def category(forum: Forum, one: Category, viewer: User | None, *, nested: bool = False) -> Json:
    """A category; `nested` adds its children with `subcategory_list`."""
    topics = [t for t in forum.topics.values() if t.category_id == one.id and t.deleted_at is None]
    children = [c for c in forum.categories.values() if c.parent_id == one.id and forum.sees_category(viewer, c)]
    permission = None
    if viewer is not None:
        permission = 1 if forum.may_create(viewer, one) else 3
    row: Json = {
        "id": one.id,
        "name": one.name,
        "slug": one.slug,
        "color": one.color,
        "text_color": "FFFFFF",
        "description": one.description,
        "description_text": one.description,
        "topic_count": len(topics),
        "post_count": sum(len(t.post_ids) for t in topics),
        "position": one.id,
        "topic_url": f"/t/about-the-{one.slug}-category/0",
        "read_restricted": one.read_restricted,
        "permission": permission,
        "notification_level": 1,
        "has_children": bool(children),
        "subcategory_ids": [c.id for c in children],
        "minimum_required_tags": one.minimum_tags,
    }
    if one.parent_id is not None:
        row["parent_category_id"] = one.parent_id
    if nested and children:
        row["subcategory_list"] = [category(forum, c, viewer) for c in children]
    return row


def topic_line(forum: Forum, topic: Topic, viewer: User | None) -> Json:
    """A topic as lists show it. Posters come first the author, then others, the last one marked."""
    posts = [post for post in forum.posts_of(topic) if post.kind == 1]
    people = list(dict.fromkeys([topic.user_id, *(post.user_id for post in posts)]))
    last = posts[-1] if posts else forum.posts[topic.post_ids[0]]
    shown = people[:4] + ([last.user_id] if last.user_id not in people[:4] else [])
    row: Json = {
        "id": topic.id,
        "title": topic.title,
        "fancy_title": topic.title,
        "slug": topic.slug,
        "posts_count": len(posts),
        "reply_count": max(0, len(posts) - 1),
        "highest_post_number": len(topic.post_ids),
        "image_url": None,
        "created_at": stamp(topic.created_at),
        "last_posted_at": stamp(last.created_at),
        "bumped": True,
        "bumped_at": stamp(topic.bumped_at),
        "archetype": topic.archetype,
        "pinned": topic.pinned,
        "unseen": False,
        "visible": topic.visible,
        "closed": topic.closed,
        "archived": topic.archived,
        "views": topic.views,
        "like_count": sum(len(post.liked_by) for post in posts),
        "has_summary": False,
        "last_poster_username": forum.users[last.user_id].username,
        "category_id": topic.category_id,
        "tags": list(topic.tags),
        "has_accepted_answer": any(post.accepted for post in posts),
        "posters": [
            {
                "extras": "latest" if one == last.user_id else None,
                "description": _role(one, topic.user_id, last.user_id),
                "user_id": one,
            }
            for one in shown
        ],
    }
    if topic.pinned or forum.config.always_excerpts:
        row["excerpt"] = blurb(forum.posts[topic.post_ids[0]].raw, 220)
    return row


def _role(user_id: int, author: int, last: int) -> str:
    roles = ["Original Poster"] if user_id == author else []
    if user_id == last:
        roles.append("Most Recent Poster")
    return ", ".join(roles) or "Frequent Poster"


def post(forum: Forum, one: Post, *, raw: bool = False) -> Json:
    """A post inside its topic."""
    author = forum.users[one.user_id]
    topic = forum.topics[one.topic_id]
    row: Json = {
        "id": one.id,
        "name": author.name,
        "username": author.username,
        "user_id": author.id,
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
        "cooked": cook(one.raw),
        "post_number": one.number,
        "post_type": one.kind,
        "reply_to_post_number": one.reply_to,
        "topic_id": one.topic_id,
        "topic_slug": topic.slug,
        "post_url": f"/t/{topic.slug}/{topic.id}/{one.number}",
        "version": one.version,
        "accepted_answer": one.accepted,
        "hidden": False,
        "staff": author.staff,
        "admin": author.admin,
        "moderator": author.moderator,
    }
    if one.liked_by:
        row["actions_summary"] = [{"id": 2, "count": len(one.liked_by)}]
    # A topic goes with its first post; only staff get to see either.
    if gone := one.deleted_at or (topic.deleted_at if one.number == 1 else None):
        row["deleted_at"] = stamp(gone)
    return row | {"raw": one.raw} if raw else row


def latest_post(forum: Forum, one: Post) -> Json:
    """A post in the stream of all posts."""
    topic = forum.topics[one.topic_id]
    more = {"topic_title": topic.title, "topic_html_title": topic.title, "category_id": topic.category_id}
    return post(forum, one, raw=True) | more | {"excerpt": blurb(one.raw, 300)}


def topic_page(forum: Forum, topic: Topic, viewer: User | None) -> Json:
    """A topic with its first 20 posts and the ids of all."""
    posts = forum.posts_of(topic)
    accepted = next((one for one in posts if one.accepted), None)
    row = topic_line(forum, topic, viewer)
    row.pop("posters")
    row |= {
        "post_stream": {"posts": [post(forum, one) for one in posts[:20]], "stream": [one.id for one in posts]},
        "user_id": topic.user_id,
        "external_id": topic.external_id or None,
        "deleted_at": stamp(topic.deleted_at) if topic.deleted_at else None,
        "details": {
            "created_by": user_brief(forum.users[topic.user_id]),
            "participants": [
                user_brief(forum.users[one]) for one in dict.fromkeys(p.user_id for p in posts if p.kind == 1)
            ],
            "can_create_post": viewer is not None and forum.may_reply(viewer, topic),
        },
    }
    if accepted:
        row["accepted_answer"] = {
            "post_number": accepted.number,
            "username": forum.users[accepted.user_id].username,
            "excerpt": blurb(accepted.raw),
        }
    return row


def hook_topic(forum: Forum, topic: Topic) -> Json:
    """A topic as webhooks carry it: without posts."""
    row = topic_page(forum, topic, None)
    row.pop("post_stream")
    return row | {"created_by": row.pop("details")["created_by"]}


def hook_post(forum: Forum, one: Post) -> Json:
    """A post as webhooks carry it."""
    topic = forum.topics[one.topic_id]
    place = forum.categories.get(topic.category_id or 0)
    return post(forum, one, raw=True) | {
        "topic_title": topic.title,
        "category_id": topic.category_id,
        "category_slug": place.slug if place else None,
        "topic_posts_count": len(topic.post_ids),
        "topic_archetype": topic.archetype,
    }
