"""The forum as plain pages to read: categories, lists, topics, search. No script; everything is escaped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from app.playground.forum import api_read, searching
from app.playground.forum.auth import forum_of
from app.playground.forum.cook import blurb, cook
from app.playground.forum.records import ForumRefusal, Topic, not_found
from app.playground.forum.state import Forum

router = APIRouter()
PAGE = 30
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Pages load nothing from elsewhere and run no script, whatever a post says.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


_templates.filters["day"] = _day
_templates.filters["iso"] = lambda moment: moment.isoformat()
_templates.filters["cooked"] = lambda raw: Markup(cook(raw))  # noqa: S704 - cook escapes everything first


def _show(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    forum = forum_of(request)
    page = _templates.get_template(template).render(
        root=request.scope["root_path"], site=forum.config.title, term=request.query_params.get("q", ""), **values
    )
    return HTMLResponse(page, status, HEADERS)


def problem(request: Request, refusal: ForumRefusal) -> Response:
    """An error as a page, with the way back."""
    return _show(request, "problem.html", refusal.status, messages=refusal.messages)


def _row(forum: Forum, topic: Topic) -> dict[str, Any]:
    posts = [one for one in forum.posts_of(topic) if one.kind == 1]
    return {
        "topic": topic,
        "author": forum.users[topic.user_id].name,
        "category": forum.categories.get(topic.category_id or 0),
        "replies": max(0, len(posts) - 1),
        "solved": any(one.accepted for one in posts),
        "excerpt": blurb(forum.posts[topic.post_ids[0]].raw, 160),
    }


def _page(request: Request) -> int:
    given = request.query_params.get("page", "0")
    return int(given) if given.isdecimal() and len(given) < 6 else 0


def _list(request: Request, title: str, topics: list[Topic], **more: Any) -> Response:
    forum, page = forum_of(request), _page(request)
    part = topics[page * PAGE : (page + 1) * PAGE]
    rows = [_row(forum, one) for one in part]
    last = (page + 1) * PAGE >= len(topics)
    return _show(request, "topics.html", title=title, rows=rows, count=len(topics), page=page, last=last, **more)


@router.get("/")
@router.get("/categories")
async def categories(request: Request) -> Response:
    forum = forum_of(request)
    counts = [
        (one, api_read.listed_topics(forum, None, {one.id})) for one in api_read.visible_categories(forum, None)
    ]
    rows = [
        {"category": one, "count": len(topics), "last": max((t.bumped_at for t in topics), default=None)}
        for one, topics in counts
    ]
    return _show(request, "categories.html", title="Categories", rows=rows)


@router.get("/latest")
async def latest(request: Request) -> Response:
    forum = forum_of(request)
    return _list(request, "Latest topics", api_read.listed_topics(forum, None, None))


@router.get("/c/{category_id:int}")
@router.get("/c/{path:path}/{category_id:int}")
async def category(request: Request, category_id: int, path: str = "") -> Response:
    forum = forum_of(request)
    one = forum.categories.get(category_id)
    if one is None or not forum.sees_category(None, one):
        raise not_found()
    topics = api_read.listed_topics(forum, None, {category_id})
    return _list(request, one.name, topics, about=one.description)


@router.get("/t/{topic_id:int}")
@router.get("/t/{slug}/{topic_id:int}")
@router.get("/t/{slug}/{topic_id:int}/{number:int}")
async def topic(request: Request, topic_id: int, slug: str = "", number: int = 1) -> Response:
    forum = forum_of(request)
    one = forum.topic_for(None, topic_id)
    one.views += 1
    posts = [{"post": post, "author": forum.users[post.user_id]} for post in forum.posts_of(one)]
    return _show(request, "topic.html", title=one.title, posts=posts, **_row(forum, one))


@router.get("/t/external_id/{external_id}")
async def topic_by_external_id(request: Request, external_id: str) -> Response:
    forum = forum_of(request)
    one = forum.topic_by_external_id(external_id)
    if one is None or not forum.sees(None, one):
        raise not_found()
    return RedirectResponse(f"{request.scope['root_path']}/t/{one.slug}/{one.id}", 301)


@router.get("/search")
async def search(request: Request) -> Response:
    forum, term = forum_of(request), request.query_params.get("q", "").replace("\x00", "").strip()[:400]
    if len(term) < 3:
        return _show(request, "topics.html", title="Search", rows=[], count=0, page=0, last=True, hint=True)
    topics = [forum.topics[post.topic_id] for post in searching.find(forum, None, searching.parse(term))]
    return _list(request, f"Search: {term}", topics)
