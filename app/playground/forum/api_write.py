"""The forum's JSON answers to writing: topics, replies, edits, deletions, states."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.playground.forum import checks, shapes
from app.playground.forum.auth import DiscourseJson, fields, forum_of, member
from app.playground.forum.records import (
    Category,
    ForumRefusal,
    Pending,
    Post,
    User,
    bad_parameter,
    forbidden,
    not_found,
)
from app.playground.forum.state import Forum

router = APIRouter()
REMEMBERED = timedelta(seconds=120)
SAME_BODY = timedelta(minutes=5)
CLOSED = "Something has gone wrong. Perhaps this topic was closed or deleted while you were looking at it?"


@router.post("/posts")
async def create(request: Request) -> Response:
    """Begin a topic (title, raw, category, tags[], external_id) or reply (topic_id, raw, reply_to_post_number).

    The same parameters by the same person within 120 seconds get the first answer again, good or bad.
    """
    user, forum = member(request, "topics:write"), forum_of(request)
    given = await fields(request)
    key = (user.id, tuple(sorted((name, str(value)) for name, value in given.items())))
    now = forum.clock.now()
    forum.memo = {one: answer for one, answer in forum.memo.items() if answer[0] > now}
    if key in forum.memo:
        _, status, body = forum.memo[key]
        return DiscourseJson(body, status)
    if given.get("topic_id"):
        status, body = 200, _reply(forum, user, given)
    else:
        try:
            status, body = 200, _begin(forum, user, given)
        except ForumRefusal as refusal:
            if refusal.status != 422:
                raise
            status, body = 422, {"action": "create_post", "errors": refusal.messages}
    forum.memo[key] = (now + REMEMBERED, status, body)
    return DiscourseJson(body, status)


def _begin(forum: Forum, user: User, given: dict[str, Any]) -> dict[str, Any]:
    raw, title = checks.clean_text(given.get("raw")), checks.prettified(checks.clean_text(given.get("title")))
    external_id = str(given.get("external_id") or "")
    category = _place(forum, user, str(given.get("category") or ""))
    tags = _tags(forum, user, given.get("tags"))
    problems = checks.title_problems(title)
    visible = (one for one in forum.topics.values() if one.visible and not one.deleted_at)
    if any(one.title.lower() == title.lower() for one in visible if one.archetype == "regular"):
        problems.append("Title has already been used")
    problems += checks.body_problems(raw)
    if category is None and forum.config.require_category:
        problems.append("Category can't be blank")
    if category is not None and len(tags) < category.minimum_tags:
        problems.append(f"You must select at least {category.minimum_tags} tags.")
    if external_id and not checks.EXTERNAL_ID.fullmatch(external_id):
        problems.append("External is invalid")
    elif external_id and forum.topic_by_external_id(external_id):
        problems.append("External has already been taken")
    if not user.staff and _said_just_now(forum, user, raw):
        problems.append("Body is too similar to what you recently posted")
    if problems:
        raise ForumRefusal(422, problems)
    if category is not None and category.needs_approval and not user.staff:
        number = max(forum.pending, default=0) + 1
        waiting = Pending(number, user.id, title, raw, category.id, tags, external_id, forum.clock.now())
        forum.pending[number] = waiting
        shown = {"id": number, "raw": raw, "title": title, "category_id": category.id, "tags": list(tags)}
        return {"action": "enqueued", "success": True, "pending_count": len(forum.pending), "pending_post": shown}
    topic = forum.add_topic(user, title, raw, category.id if category else None, tags=tags, external_id=external_id)
    return shapes.post(forum, forum.posts[topic.post_ids[0]], raw=True)


def _reply(forum: Forum, user: User, given: dict[str, Any]) -> dict[str, Any]:
    if not str(given["topic_id"]).isdecimal():
        raise bad_parameter("topic_id")
    topic = forum.topics.get(int(given["topic_id"]))
    raw = checks.clean_text(given.get("raw"))
    if topic is None or topic.deleted_at or not forum.may_reply(user, topic):
        raise ForumRefusal(422, [CLOSED], action="create_post")
    problems = checks.body_problems(raw)
    if not user.staff and _said_just_now(forum, user, raw):
        problems.append("Body is too similar to what you recently posted")
    if problems:
        raise ForumRefusal(422, problems, action="create_post")
    answered = str(given.get("reply_to_post_number") or "")
    post = forum.add_post(user, topic, raw, reply_to=int(answered) if answered.isdecimal() else None)
    return shapes.post(forum, post, raw=True)


def _place(forum: Forum, user: User, given: str) -> Category | None:
    if not given:
        return None
    category = forum.categories.get(int(given)) if given.isdecimal() else None
    if category is None or not forum.sees_category(user, category):
        raise bad_parameter("category")
    if not forum.may_create(user, category):
        raise forbidden()
    return category


def _tags(forum: Forum, user: User, given: object) -> tuple[str, ...]:
    listed = [checks.clean_text(one) for one in given] if isinstance(given, list) else []
    cleaned = checks.clean_tags(listed)
    if user.staff or user.trust_level >= 3:
        return cleaned
    known = {tag for topic in forum.topics.values() for tag in topic.tags}
    return tuple(tag for tag in cleaned if tag in known)


def _said_just_now(forum: Forum, user: User, raw: str) -> bool:
    since, bare = forum.clock.now() - SAME_BODY, "".join(raw.split())
    recent = (post for post in forum.posts.values() if post.user_id == user.id and post.created_at > since)
    return any("".join(post.raw.split()) == bare for post in recent)


def _own_post(forum: Forum, user: User, post_id: int) -> Post:
    post = forum.posts.get(post_id)
    if post is None or post.deleted_at:
        raise not_found()
    forum.topic_for(user, post.topic_id)
    if post.user_id != user.id and not user.staff:
        raise forbidden()
    return post


@router.put("/posts/{post_id:int}")
async def edit_post(request: Request, post_id: int) -> Response:
    """Replace a post's text; a stale `post[original_text]` is a 409."""
    user, forum = member(request, "posts:edit"), forum_of(request)
    post = _own_post(forum, user, post_id)
    given = await fields(request)
    nested = given.get("post") if isinstance(given.get("post"), dict) else {}
    raw = checks.clean_text(given.get("post[raw]") or (nested or {}).get("raw"))
    original = given.get("post[original_text]")
    if original is not None and str(original).strip() != post.raw:
        raise ForumRefusal(409, ["That post was edited by another user and your changes can no longer be saved."])
    if problems := checks.body_problems(raw):
        raise ForumRefusal(422, problems, action="update_post")
    forum.edit_post(post, raw)
    return DiscourseJson({"post": shapes.post(forum, post, raw=True)})


@router.delete("/posts/{post_id:int}")
async def delete_post(request: Request, post_id: int) -> Response:
    user, forum = member(request, "posts:delete"), forum_of(request)
    forum.delete_post(_own_post(forum, user, post_id))
    return Response(media_type="text/html; charset=utf-8")


@router.put("/t/{slug}/{topic_id:int}")
async def edit_topic(request: Request, slug: str, topic_id: int) -> Response:
    """Rename or move a topic."""
    user, forum = member(request, "topics:update"), forum_of(request)
    topic = forum.topic_for(user, topic_id)
    if topic.user_id != user.id and not user.staff:
        raise forbidden()
    given = await fields(request)
    title = checks.prettified(checks.clean_text(given["title"])) if given.get("title") else None
    if title is not None and (problems := checks.title_problems(title)):
        raise ForumRefusal(422, problems)
    place = _place(forum, user, str(given.get("category_id") or ""))
    forum.edit_topic(topic, title=title, category_id=place.id if place else None)
    return DiscourseJson({"basic_topic": shapes.topic_line(forum, topic, user)})


@router.put("/t/{topic_id:int}/status")
async def set_status(request: Request, topic_id: int) -> Response:
    """Staff open, close, archive, pin or unlist a topic."""
    user, forum = member(request, "topics:status"), forum_of(request)
    topic = forum.topic_for(user, topic_id)
    if not user.staff:
        raise forbidden()
    given = await fields(request)
    forum.set_status(topic, str(given.get("status", "")), str(given.get("enabled")) == "true", user)
    return DiscourseJson({"success": "OK", "topic_status_update": None})


@router.delete("/t/{topic_id:int}")
async def delete_topic(request: Request, topic_id: int) -> Response:
    user, forum = member(request, "topics:delete"), forum_of(request)
    topic = forum.topic_for(user, topic_id)
    if not user.staff:
        raise forbidden()
    forum.delete_topic(topic)
    return Response(media_type="text/html; charset=utf-8")


@router.post("/solution/accept")
async def accept(request: Request) -> Response:
    """Mark a reply as the solution: for staff and the topic's author, never the first post."""
    user, forum = member(request, "solved:answer"), forum_of(request)
    given = str((await fields(request)).get("id", ""))
    post = forum.posts.get(int(given)) if given.isdecimal() else None
    if post is None or post.deleted_at:
        raise not_found()
    topic = forum.topic_for(user, post.topic_id)
    if post.number == 1 or not (user.staff or (topic.user_id == user.id and not topic.closed)):
        raise forbidden()
    forum.accept(post)
    author = forum.users[post.user_id].username
    return DiscourseJson({"success": "OK", "post_number": post.number, "username": author})
