"""Search as Discourse has it: every word must be there, word beginnings count, filters stand among the words."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.playground.forum.records import Post, Topic, User
from app.playground.forum.state import Forum

# PostgreSQL's English dictionary drops these before it searches.
_DROPPED = frozenset(
    re.findall(r"\w+", "a an and are as at be by for from has have i in is it of on or that the this to was we with")
)
_WORD = re.compile(r"\w+")


@dataclass
class Query:
    """A parsed search: the words, and the filters that stood among them."""

    words: list[str] = field(default_factory=list)
    category: str = ""
    user: str = ""
    after: datetime | None = None
    before: datetime | None = None
    tags: frozenset[str] = frozenset()
    status: str = ""
    titles_only: bool = False
    first_only: bool = False
    order: str = ""


def parse(text: str) -> Query:
    """Read a search as typed; what is no filter is a word."""
    query = Query()
    try:
        parts = shlex.split(text.replace("'", " "))
    except ValueError:
        parts = text.replace('"', " ").split()
    for part in parts:
        if not _filter(query, part):
            query.words += [w for w in _WORD.findall(part.lower()) if w not in _DROPPED]
    return query


def _filter(query: Query, part: str) -> bool:
    name, _, value = part.partition(":")
    if part.startswith("#") and len(part) > 1:
        query.category = part[1:].split(":")[-1].lower()
    elif part.startswith("@") and len(part) > 1:
        query.user = part[1:].lower()
    elif name == "category" and value:
        query.category = value.lstrip("=").lower()
    elif name in ("after", "before") and re.fullmatch(r"\d{4}-\d\d?-\d\d?", value):
        setattr(query, name, datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC))
    elif name in ("tags", "tag") and value:
        query.tags = frozenset(value.lower().split(","))
    elif name == "status" and value:
        query.status = value.lower()
    elif part == "in:title":
        query.titles_only = True
    elif part == "in:first":
        query.first_only = True
    elif name == "order" and value:
        query.order = value.lower()
    else:
        return False
    return True


def find(forum: Forum, viewer: User | None, query: Query) -> list[Post]:
    """The best post of each fitting topic the viewer may see, in the order asked for (else by relevance)."""
    found: list[tuple[float, Topic, Post]] = []
    for topic in forum.topics.values():
        if topic.archetype != "regular" or topic.deleted_at or not topic.visible or not forum.sees(viewer, topic):
            continue
        if not _topic_fits(forum, topic, query):
            continue
        title = _words(topic.title)
        best: tuple[float, Post] | None = None
        for post in forum.posts_of(topic):
            score = _score(query, title, post)
            author = forum.users[post.user_id].username.lower()
            if score is None or post.kind != 1 or (query.user and author != query.user):
                continue
            if best is None or score > best[0]:
                best = (score, post)
        if best:
            found.append((best[0], topic, best[1]))
    if query.order in ("latest", "latest_topic"):
        found.sort(key=lambda one: one[1].created_at, reverse=True)
    elif query.order == "likes":
        found.sort(key=lambda one: len(one[2].liked_by), reverse=True)
    elif query.order == "views":
        found.sort(key=lambda one: one[1].views, reverse=True)
    else:
        found.sort(key=lambda one: (one[0], one[1].bumped_at), reverse=True)
    return [post for _, _, post in found]


def similar(forum: Forum, viewer: User | None, text: str, limit: int = 5) -> list[Topic]:
    """Topics that share any word with the text, most shared words first."""
    words = {w for w in _WORD.findall(text.lower()) if w not in _DROPPED and len(w) > 2}
    scored = []
    for topic in forum.topics.values():
        if topic.archetype != "regular" or topic.deleted_at or not topic.visible or not forum.sees(viewer, topic):
            continue
        first = forum.posts[topic.post_ids[0]]
        score = 2 * len(words & _words(topic.title)) + len(words & _words(first.raw))
        if score:
            scored.append((score, topic))
    scored.sort(key=lambda one: (one[0], one[1].id), reverse=True)
    return [topic for _, topic in scored[:limit]]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _score(query: Query, title: set[str], post: Post) -> float | None:
    if query.first_only and post.number != 1:
        return None
    body = set() if query.titles_only else _words(post.raw)
    score = 0.0
    for word in query.words:
        in_title = any(one.startswith(word) for one in title)
        if not in_title and not any(one.startswith(word) for one in body):
            return None
        score += 3.0 if in_title else 1.0
    return score + (0.5 if post.number == 1 else 0.0)


def _topic_fits(forum: Forum, topic: Topic, query: Query) -> bool:
    if query.category:
        category = forum.categories.get(topic.category_id or 0)
        parent = forum.categories.get(category.parent_id or 0) if category else None
        if query.category not in {one.slug for one in (category, parent) if one}:
            return False
    if query.tags and not query.tags & set(topic.tags):
        return False
    if query.after and topic.created_at < query.after:
        return False
    if query.before and topic.created_at >= query.before:
        return False
    posts = [post for post in forum.posts_of(topic) if post.kind == 1]
    solved = any(post.accepted for post in posts)
    checks = {
        "solved": solved,
        "unsolved": not solved,
        "noreplies": len(posts) == 1,
        "open": not topic.closed,
        "closed": topic.closed,
    }
    return checks.get(query.status, True)
