"""The forum's answers as small frozen things, read leniently: what is missing or odd becomes empty, not an error."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

EXCERPT = 600


@dataclass(frozen=True)
class ForumCategory:
    """One category. `open_to_all` is true only where the forum says that everyone may read it."""

    id: int
    name: str
    slug: str
    parent_id: int | None = None
    description: str = ""
    open_to_all: bool = False


@dataclass(frozen=True)
class TopicLine:
    """A topic as a list shows it. `replied` means that somebody other than the author wrote in it."""

    id: int
    title: str
    slug: str
    category_id: int | None
    created_at: datetime
    last_posted_at: datetime
    bumped_at: datetime
    author: str = ""
    tags: tuple[str, ...] = ()
    replies: int = 0
    solved: bool = False
    replied: bool = False
    closed: bool = False
    visible: bool = True
    pinned: bool = False
    regular: bool = True
    excerpt: str = ""

    @property
    def answered(self) -> bool:
        """Solved, or answered by somebody else: the author adding a word is no answer."""
        return self.solved or self.replied


@dataclass(frozen=True)
class ForumPost:
    """One post: its place in the topic, author, text as written ("" where not sent) and as plain text.

    `deleted` ones are shown to staff alone.
    """

    id: int
    topic_id: int
    number: int
    username: str
    raw: str
    text: str
    created_at: datetime
    regular: bool = True
    deleted: bool = False


@dataclass(frozen=True)
class Created:
    """A topic that is there; `again` when an earlier attempt had made it. `post_id` may be unknown then."""

    topic_id: int
    url: str
    post_id: int | None = None
    again: bool = False


@dataclass(frozen=True)
class Enqueued:
    """A topic that waits for a moderator: it has no address yet."""

    pending_id: int | None = None


@dataclass(frozen=True)
class TopicDetail:
    """A topic with its first posts."""

    line: TopicLine
    posts: tuple[ForumPost, ...]


@dataclass(frozen=True)
class Page:
    """One page of a topic list; `more` when another follows."""

    lines: tuple[TopicLine, ...]
    more: bool


@dataclass(frozen=True)
class Hit:
    """One search result: the topic, and the passage that fitted."""

    topic_id: int
    title: str
    slug: str
    category_id: int | None
    passage: str
    created_at: datetime
    username: str = ""


@dataclass(frozen=True)
class ForumUser:
    """A forum account; `active` is false for those who cannot sign in."""

    id: int
    username: str
    name: str = ""
    active: bool = True
    admin: bool = False


def number(value: Any) -> int | None:
    """A whole number from a number or digits, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else None


def moment(value: Any) -> datetime | None:
    """An ISO time as aware UTC, else None."""
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def under(value: Any, *names: str) -> Any:
    """What lies under these names, None where a step is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: Any) -> str:
    """A string without NUL, "" for anything else."""
    return value.replace("\x00", "") if isinstance(value, str) else ""


def read_categories(rows: Any) -> Iterator[ForumCategory]:
    """Categories of a flat or nested list, each once, parents first."""
    for row in dicts(rows):
        found = number(row.get("id"))
        if found is not None and found > 0:
            yield ForumCategory(
                id=found,
                name=text(row.get("name")),
                slug=text(row.get("slug")),
                parent_id=number(row.get("parent_category_id")),
                description=text(row.get("description_text")),
                open_to_all=row.get("read_restricted") is False,
            )
        yield from read_categories(row.get("subcategory_list"))


def read_line(row: dict[str, Any], names: dict[int, str], *, extra_people: Iterable[int] = ()) -> TopicLine | None:
    """A topic of a list, or None when it has no number or date. `names` maps user ids to usernames."""
    found, created = number(row.get("id")), moment(row.get("created_at"))
    if found is None or created is None:
        return None
    people = [one for one in (number(p.get("user_id")) for p in dicts(row.get("posters"))) if one is not None]
    marked = [number(p.get("user_id")) for p in dicts(row.get("posters")) if "Original" in text(p.get("description"))]
    author = next((one for one in [*marked, number(row.get("user_id")), *people] if one is not None), None)
    others = {one for one in [*people, *extra_people] if one != author}
    posts = number(row.get("posts_count")) or 1
    last = moment(row.get("last_posted_at")) or created
    name = names.get(author or 0, "") or text(under(row, "details", "created_by", "username"))
    last_name = text(row.get("last_poster_username"))
    return TopicLine(
        id=found,
        title=html.unescape(text(row.get("title")))[:300],
        slug=text(row.get("slug"))[:300],
        category_id=number(row.get("category_id")),
        created_at=created,
        last_posted_at=last,
        bumped_at=moment(row.get("bumped_at")) or last,
        author=name[:100],
        tags=read_tags(row.get("tags")),
        replies=max(0, posts - 1),
        solved=bool(row.get("has_accepted_answer") or row.get("accepted_answer")),
        replied=posts > 1 and (bool(others) or bool(last_name and name and last_name != name)),
        closed=bool(row.get("closed") or row.get("archived")),
        visible=row.get("visible") is not False and not row.get("deleted_at"),
        pinned=bool(row.get("pinned") or row.get("pinned_globally")),
        regular=text(row.get("archetype")) in ("", "regular"),
        excerpt=plain(text(row.get("excerpt")))[:EXCERPT],
    )


def read_tags(value: Any) -> tuple[str, ...]:
    """Tags: strings until early 2026, objects with a name since."""
    names = [one.get("name") if isinstance(one, dict) else one for one in (value if isinstance(value, list) else ())]
    return tuple(text(one)[:100] for one in names if text(one))


def read_post(row: dict[str, Any]) -> ForumPost | None:
    """A post, or None when it has no number or date."""
    found, topic, created = number(row.get("id")), number(row.get("topic_id")), moment(row.get("created_at"))
    if found is None or topic is None or created is None:
        return None
    return ForumPost(
        id=found,
        topic_id=topic,
        number=number(row.get("post_number")) or 0,
        username=text(row.get("username")),
        raw=text(row.get("raw")),
        text=plain(text(row.get("cooked"))) or " ".join(text(row.get("raw")).split()),
        created_at=created,
        regular=number(row.get("post_type")) in (1, None),
        deleted=bool(row.get("deleted_at")),
    )


def read_user(row: Any) -> ForumUser | None:
    """An account, or None when the answer holds none."""
    found, username = number(under(row, "id")), text(under(row, "username"))
    if found is None or not username:
        return None
    blocked = bool(row.get("suspended") or row.get("suspended_till") or row.get("staged"))
    active = row.get("active") is not False and not blocked
    return ForumUser(found, username, text(row.get("name")), active, bool(row.get("admin")))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quoted += tag in ("aside", "script", "style")
        self.parts.append(" " if tag in ("p", "br", "li", "div", "td", "tr", "blockquote", "h1", "h2", "h3") else "")

    def handle_endtag(self, tag: str) -> None:
        self._quoted = max(0, self._quoted - (tag in ("aside", "script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._quoted:
            self.parts.append(data)


def plain(cooked: str) -> str:
    """A post's HTML as plain text in one line, without quotes of other posts."""
    reader = _Words()
    reader.feed(cooked)
    reader.close()
    return " ".join("".join(reader.parts).split())


def read_page(answer: Any) -> Page:
    """One page of a topic list."""
    names = {n: text(one.get("username")) for one in dicts(under(answer, "users")) if (n := number(one.get("id")))}
    lines = (read_line(row, names) for row in dicts(under(answer, "topic_list", "topics")))
    return Page(tuple(one for one in lines if one), bool(under(answer, "topic_list", "more_topics_url")))


def read_hits(answer: Any) -> tuple[Hit, ...]:
    """Search results joined with their topics; a bare list, or no topics at all, is nothing found."""
    lines = {line.id: line for row in dicts(under(answer, "topics")) if (line := read_line(row, {}))}
    posts = under(answer, "similar_topics") or under(answer, "posts")
    hits = []
    for row in dicts(posts):
        line, created = lines.pop(number(row.get("topic_id")) or 0, None), moment(row.get("created_at"))
        if line and line.regular and line.visible:
            passage, author = plain(text(row.get("blurb"))), text(row.get("username"))
            when = created or line.created_at
            hits.append(Hit(line.id, line.title, line.slug, line.category_id, passage, when, author))
    return tuple(hits)
