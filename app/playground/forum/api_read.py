"""The forum's JSON answers to questions about categories, topics and posts."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from app.playground.forum import searching, shapes
from app.playground.forum.auth import DiscourseJson, caller, forum_of
from app.playground.forum.cook import blurb
from app.playground.forum.records import Category, ForumRefusal, Topic, User, bad_parameter, not_found
from app.playground.forum.state import Forum

router = APIRouter()
Params = dict[str, str]
CATEGORIES_A_PAGE = 20
POSTS_A_SEARCH = 50


@router.get("/site")
async def site(request: Request) -> Response:
    """All categories in one flat list; none at all when they are loaded lazily."""
    viewer, forum = caller(request, "categories:list"), forum_of(request)
    shown = [] if forum.config.lazy_load_categories else visible_categories(forum, viewer)
    rows = [shapes.category(forum, one, viewer) for one in shown]
    return DiscourseJson(
        {"categories": rows, "default_archetype": "regular", "uncategorized_category_id": 0, "can_tag_topics": True}
    )


@router.get("/categories")
async def categories(request: Request) -> Response:
    """Top categories, nested on demand; lazily loaded ones come 20 a page, flat."""
    viewer, forum = caller(request, "categories:list"), forum_of(request)
    shown = visible_categories(forum, viewer)
    query = request.query_params
    if forum.config.lazy_load_categories:
        parent = query.get("parent_category_id", "")
        wanted = [one for one in shown if str(one.parent_id or "") == parent]
        page = max(1, _number(query.get("page", "1"), "page"))
        wanted = wanted[(page - 1) * CATEGORIES_A_PAGE : page * CATEGORIES_A_PAGE]
        if not parent:
            wanted = [one for top in wanted for one in [top, *[c for c in shown if c.parent_id == top.id][:5]]]
        rows = [shapes.category(forum, one, viewer) for one in wanted]
    else:
        # Discourse compares with the text "true": Python's True arrives as "True" and means nothing.
        nested = query.get("include_subcategories") == "true"
        tops = [one for one in shown if one.parent_id is None]
        rows = [shapes.category(forum, one, viewer, nested=nested) for one in tops]
    return DiscourseJson({"category_list": {"can_create_category": False, "categories": rows}})


@router.get("/c/{category_id:int}/show")
async def category_show(request: Request, category_id: int) -> Response:
    viewer, forum = caller(request, "categories:show"), forum_of(request)
    return DiscourseJson({"category": shapes.category(forum, _category(forum, viewer, category_id), viewer)})


@router.get("/c/{path:path}/find_by_slug")
async def category_by_slug(request: Request, path: str) -> Response:
    viewer, forum = caller(request, "categories:show"), forum_of(request)
    found = next((one for one in visible_categories(forum, viewer) if _slug_path(forum, one) == path), None)
    if found is None:
        raise not_found()
    return DiscourseJson({"category": shapes.category(forum, found, viewer)})


@router.get("/c/{category_id:int}")
async def category_short(request: Request, category_id: int) -> Response:
    """A 301 to the category's full address."""
    viewer, forum = caller(request, "topics:read_lists"), forum_of(request)
    one = _category(forum, viewer, category_id)
    return RedirectResponse(f"{request.scope['root_path']}/c/{_slug_path(forum, one)}/{one.id}.json", 301)


@router.get("/c/{path:path}/{category_id:int}/none/l/latest")
@router.get("/c/{path:path}/{category_id:int}/l/latest")
@router.get("/c/{category_id:int}/l/latest")
@router.get("/c/{path:path}/{category_id:int}")
async def category_latest(request: Request, category_id: int, path: str = "") -> Response:
    """A category's topics with those of its sub-categories, or without them under /none/."""
    viewer, forum = caller(request, "topics:read_lists"), forum_of(request)
    _category(forum, viewer, category_id)
    children = {one.id for one in forum.categories.values() if one.parent_id == category_id}
    alone = str(request.scope["page_path"]).endswith("/none/l/latest")
    return _topic_list(request, forum, viewer, {category_id} if alone else {category_id} | children)


@router.get("/")
@router.get("/latest")
async def latest(request: Request) -> Response:
    """All topics, most recently bumped first, 30 a page."""
    viewer, forum = caller(request, "topics:read_lists"), forum_of(request)
    return _topic_list(request, forum, viewer, None)


@router.get("/t/external_id/{external_id}")
async def topic_by_external_id(request: Request, external_id: str) -> Response:
    viewer, forum = caller(request, "topics:read"), forum_of(request)
    topic = forum.topic_by_external_id(external_id)
    if topic is None or not forum.sees(viewer, topic):
        raise not_found()
    return RedirectResponse(f"{request.scope['root_path']}/t/{topic.slug}/{topic.id}.json", 301)


@router.get("/t/{topic_id:int}/posts")
async def topic_posts(request: Request, topic_id: int) -> Response:
    """The posts named by `post_ids[]`, or the first 20."""
    viewer, forum = caller(request, "topics:read"), forum_of(request)
    topic = forum.topic_for(viewer, topic_id)
    wanted = {_number(one, "post_ids") for one in request.query_params.getlist("post_ids[]")}
    posts = [one for one in forum.posts_of(topic) if not wanted or one.id in wanted][: 20 if not wanted else 50]
    with_raw = request.query_params.get("include_raw") == "true"
    return DiscourseJson(
        {"post_stream": {"posts": [shapes.post(forum, p, raw=with_raw) for p in posts]}, "id": topic_id}
    )


@router.get("/t/{topic_id:int}")
@router.get("/t/{slug}/{topic_id:int}")
@router.get("/t/{slug}/{topic_id:int}/{number:int}")
async def topic_page(request: Request, topic_id: int, slug: str = "", number: int = 1) -> Response:
    viewer, forum = caller(request, "topics:read"), forum_of(request)
    topic = forum.topic_for(viewer, topic_id)
    if slug not in ("", topic.slug):
        return RedirectResponse(f"{request.scope['root_path']}/t/{topic.slug}/{topic.id}.json", 301)
    topic.views += 1
    return DiscourseJson(shapes.topic_page(forum, topic, viewer))


@router.get("/posts")
async def latest_posts(request: Request) -> Response:
    """Public posts of the 50 ids up to `before` (itself included), newest first."""
    viewer, forum = caller(request, "posts:list"), forum_of(request)
    top = _number(request.query_params.get("before", "0"), "before") or max(forum.posts, default=0)
    rows = []
    for number in range(top, max(0, top - 50), -1):
        post = forum.posts.get(number)
        topic = forum.topics[post.topic_id] if post else None
        if not post or not topic or post.deleted_at or topic.deleted_at or topic.archetype != "regular":
            continue
        if topic.visible and forum.sees(viewer, topic):
            rows.append(shapes.latest_post(forum, post))
    return DiscourseJson({"latest_posts": rows})


@router.get("/posts/by_number/{topic_id:int}/{number:int}")
async def post_by_number(request: Request, topic_id: int, number: int) -> Response:
    viewer, forum = caller(request, "topics:read"), forum_of(request)
    for post in forum.posts_of(forum.topic_for(viewer, topic_id)):
        if post.number == number:
            return DiscourseJson(shapes.post(forum, post, raw=True))
    raise not_found()


@router.get("/posts/{post_id:int}")
async def post_by_id(request: Request, post_id: int) -> Response:
    viewer, forum = caller(request, "topics:read"), forum_of(request)
    post = forum.posts.get(post_id)
    if post is None or post.deleted_at:
        raise not_found()
    forum.topic_for(viewer, post.topic_id)
    return DiscourseJson(shapes.post(forum, post, raw=True))


@router.get("/search")
async def search(request: Request) -> Response:
    """Posts that hold every word; `topics` is missing altogether when nothing is found, as on a real forum."""
    viewer, forum = caller(request, "search:show"), forum_of(request)
    text = request.query_params.get("q", "").replace("\x00", "").strip()
    page = _number(request.query_params.get("page", "1"), "page")
    if len(text) < 3:
        raise ForumRefusal(400, ["Your search term is too short."], "invalid_parameters")
    if not 1 <= page <= 10:
        raise bad_parameter("page")
    found = searching.find(forum, viewer, searching.parse(text))
    part = found[(page - 1) * POSTS_A_SEARCH : page * POSTS_A_SEARCH]
    more = len(found) > page * POSTS_A_SEARCH or None
    grouped = {"more_full_page_results": more, "term": text, "post_ids": [one.id for one in part], "error": None}
    body: dict[str, object] = {"posts": [], "users": [], "categories": [], "tags": [], "groups": []}
    body["grouped_search_result"] = grouped
    if part:
        body["posts"] = [
            {
                "id": one.id,
                "name": forum.users[one.user_id].name,
                "username": forum.users[one.user_id].username,
                "created_at": shapes.stamp(one.created_at),
                "like_count": len(one.liked_by),
                "blurb": blurb(one.raw),
                "post_number": one.number,
                "topic_id": one.topic_id,
            }
            for one in part
        ]
        body["topics"] = [shapes.topic_line(forum, forum.topics[one.topic_id], viewer) for one in part]
    return DiscourseJson(body)


@router.get("/topics/similar_to")
async def similar(request: Request) -> Response:
    """Topics like a draft: any shared word counts; a bare list when the title is short or the forum small."""
    viewer, forum = caller(request, "search:show"), forum_of(request)
    title, raw = (request.query_params.get(one, "") for one in ("title", "raw"))
    if not title:
        raise bad_parameter("title")
    if len(title) < 10 or len(forum.topics) <= forum.config.similar_needs_topics:
        return DiscourseJson([])
    topics = searching.similar(forum, viewer, f"{title} {raw[:200]}")
    rows = [
        {
            "id": one.post_ids[0],
            "blurb": blurb(forum.posts[one.post_ids[0]].raw),
            "created_at": shapes.stamp(one.created_at),
            "url": f"{request.scope['root_path']}/t/{one.slug}/{one.id}",
            "topic_id": one.id,
        }
        for one in topics
    ]
    return DiscourseJson({"similar_topics": rows, "topics": [shapes.topic_line(forum, t, viewer) for t in topics]})


@router.get("/srv/status")
async def status(request: Request) -> Response:
    return PlainTextResponse("ok")


def visible_categories(forum: Forum, viewer: User | None) -> list[Category]:
    """The categories this person may see, by number."""
    return [one for _, one in sorted(forum.categories.items()) if forum.sees_category(viewer, one)]


def listed_topics(
    forum: Forum, viewer: User | None, ids: set[int] | None, *, by_creation: bool = False
) -> list[Topic]:
    """The topics of a list (of all categories when `ids` is None): pinned first, then by bump or creation."""
    shown = [
        one
        for one in forum.topics.values()
        if one.archetype == "regular"
        and one.visible
        and one.deleted_at is None
        and (ids is None or one.category_id in ids)
        and forum.sees(viewer, one)
    ]
    if by_creation:
        return sorted(shown, key=lambda one: (one.created_at, one.id), reverse=True)
    return sorted(shown, key=lambda one: (one.pinned, one.bumped_at, one.id), reverse=True)


def _topic_list(request: Request, forum: Forum, viewer: User | None, ids: set[int] | None) -> Response:
    query = request.query_params
    page, size = _number(query.get("page", "0"), "page"), forum.config.page_size
    topics = listed_topics(forum, viewer, ids, by_creation=query.get("order") == "created")
    part = topics[page * size : (page + 1) * size]
    rows = [shapes.topic_line(forum, one, viewer) for one in part]
    people = dict.fromkeys(poster["user_id"] for row in rows for poster in row["posters"])
    listing: dict[str, object] = {"can_create_topic": viewer is not None, "per_page": size, "topics": rows}
    if len(topics) > (page + 1) * size:
        kept = {name: value for name, value in query.items() if name not in ("page", "no_definitions")}
        here = str(request.scope["page_path"])
        listing["more_topics_url"] = f"{here}?{urlencode(kept | {'no_definitions': 'true', 'page': page + 1})}"
    return DiscourseJson({"users": [shapes.user_brief(forum.users[one]) for one in people], "topic_list": listing})


def _slug_path(forum: Forum, one: Category) -> str:
    parent = forum.categories.get(one.parent_id or 0)
    return f"{parent.slug}/{one.slug}" if parent else one.slug


def _category(forum: Forum, viewer: User | None, category_id: int) -> Category:
    one = forum.categories.get(category_id)
    if one is None or not forum.sees_category(viewer, one):
        raise not_found()
    return one


def _number(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise bad_parameter(name)
    return int(text)
