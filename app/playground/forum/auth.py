"""Who calls: API keys, impersonation, scopes, and the shared limit of the admin API."""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from app.playground.forum.records import ForumRefusal, User, bad_key
from app.playground.forum.state import Forum


class DiscourseJson(JSONResponse):
    """JSON under the one content type that pydiscourse accepts."""

    media_type = "application/json; charset=utf-8"


class RateLimited(Exception):
    """The admin API's window is full for this many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} s")
        self.wait = wait


def forum_of(request: Request) -> Forum:
    """The forum this request came to."""
    forum: Forum = request.app.state.forum
    return forum


def caller(request: Request, scope: str = "") -> User | None:
    """The account the request acts as, or None without a key; raises Discourse's 403 and 429."""
    forum = forum_of(request)
    given = request.headers.get("api-key", "")
    if not given:
        return None
    key = next((one for one in forum.keys.values() if hmac.compare_digest(one.key.encode(), given.encode())), None)
    if key is None:
        raise bad_key()
    if wait := forum.admin_limit.wait(forum.clock.now()):
        raise RateLimited(wait)
    name = request.headers.get("api-username", "")
    if key.username and name.lower() != key.username.lower():
        raise bad_key()
    if key.read_only and request.method != "GET":
        raise bad_key()
    if key.scopes is not None and scope not in key.scopes:
        raise bad_key()
    user = forum.user_named(name)
    if user is None or user.suspended or not user.active:
        raise bad_key()
    return user


def member(request: Request, scope: str = "") -> User:
    """As `caller`, but somebody has to be signed in."""
    user = caller(request, scope)
    if user is None:
        raise ForumRefusal(403, ["You need to be logged in to do that."], "not_logged_in")
    return user


def limited_answer(wait: int) -> DiscourseJson:
    """The 429 of the admin API, with the wait in body and header."""
    text = f"You’ve performed this action too many times. Please wait {wait} seconds before trying again."
    body = {
        "errors": [text],
        "error_type": "rate_limit",
        "extras": {"wait_seconds": wait, "time_left": f"{wait} seconds"},
    }
    headers = {"Retry-After": str(wait), "Discourse-Rate-Limit-Error-Code": "admin_api_key_rate_limit"}
    return DiscourseJson(body, 429, headers)


def refusal_answer(refusal: ForumRefusal) -> DiscourseJson:
    """An error in Discourse's shape."""
    body: dict[str, Any] = {"errors": refusal.messages}
    if refusal.action:
        body = {"action": refusal.action} | body
    if refusal.error_type:
        body["error_type"] = refusal.error_type
    return DiscourseJson(body, refusal.status)


async def fields(request: Request) -> dict[str, Any]:
    """The body's fields, from a form or from JSON; names ending in `[]` hold lists."""
    if "json" in request.headers.get("content-type", ""):
        try:
            body = await request.json()
        except ValueError:
            raise ForumRefusal(400, ["The request body is not valid JSON."], "invalid_parameters") from None
        return body if isinstance(body, dict) else {}
    found: dict[str, Any] = {}
    for name, value in (await request.form()).multi_items():
        if name.endswith("[]"):
            found.setdefault(name[:-2], []).append(str(value))
        else:
            found[name] = str(value)
    return found
