"""The forum's JSON answers about people and about itself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.playground.forum import shapes
from app.playground.forum.auth import DiscourseJson, caller, forum_of, member
from app.playground.forum.records import User, not_found
from app.playground.forum.state import Forum

router = APIRouter()


def _person(forum: Forum, viewer: User | None, user: User | None) -> Response:
    if user is None or not user.active:
        raise not_found()
    topics = [t for t in forum.topics.values() if t.user_id == user.id and forum.sees(viewer, t)]
    more = {"topic_count": len(topics), "external_id": user.external_id or None}
    return DiscourseJson({"user": shapes.user_full(user) | more})


@router.get("/u/by-external/{external_id}")
@router.get("/users/by-external/{external_id}")
@router.get("/u/by-external/{provider}/{external_id}")
async def by_external(request: Request, external_id: str, provider: str = "") -> Response:
    viewer, forum = caller(request, "users:show"), forum_of(request)
    found = next((u for u in forum.users.values() if u.external_id and u.external_id == external_id), None)
    return _person(forum, viewer, found)


@router.get("/u/{username}")
@router.get("/users/{username}")
async def by_name(request: Request, username: str) -> Response:
    viewer, forum = caller(request, "users:show"), forum_of(request)
    return _person(forum, viewer, forum.user_named(username))


@router.get("/admin/users/list/{which}")
async def admin_list(request: Request, which: str) -> Response:
    """Accounts by exact primary address (`email=`) or by a part of name or address (`filter=`), for admins."""
    viewer, forum = member(request, "users:list"), forum_of(request)
    if not viewer.admin:
        raise not_found()
    query = request.query_params
    address, part = query.get("email", "").lower(), query.get("filter", "").lower()
    found = [
        user
        for user in forum.users.values()
        if (not address or user.email == address)
        and (not part or part in user.email or part in user.username.lower())
    ]
    shows = query.get("show_emails") == "true"
    return DiscourseJson([shapes.user_admin(user, show_emails=shows) for user in found[:100]])


@router.get("/admin/users/{user_id:int}")
async def admin_user(request: Request, user_id: int) -> Response:
    viewer, forum = member(request, "users:show"), forum_of(request)
    user = forum.users.get(user_id)
    if not viewer.admin or user is None:
        raise not_found()
    return DiscourseJson(shapes.user_admin(user, show_emails=False))


@router.get("/session/current")
async def whoami(request: Request) -> Response:
    user = caller(request, "users:show")
    if user is None:
        raise not_found()
    return DiscourseJson({"current_user": shapes.user_full(user)})


@router.get("/about")
async def about(request: Request) -> Response:
    forum = forum_of(request)
    caller(request, "users:show")
    topics = [one for one in forum.topics.values() if one.archetype == "regular" and not one.deleted_at]
    stats = {"topics_count": len(topics), "posts_count": len(forum.posts), "users_count": len(forum.users)}
    admins = [shapes.user_brief(one) for one in forum.users.values() if one.admin]
    body = {"title": forum.config.title, "version": forum.config.version, "stats": stats, "admins": admins}
    return DiscourseJson({"about": body | {"description": "A forum for trying things out", "moderators": []}})
