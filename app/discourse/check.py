"""What a key can do on a forum, asked without changing anything: for the doctor."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from app.discourse.answers import read_categories, text, under
from app.discourse.client import Invalid
from app.discourse.gateway import DiscourseForum
from app.errors import DomainError, NotFound, Refused, Unavailable


@dataclass(frozen=True)
class ForumCheck:
    """What was found: the forum's version, who we are there, and `problems`, each with its fix.

    `categories` counts those open to everyone; what it may do is None where that stayed unclear.
    """

    reachable: bool
    version: str = ""
    title: str = ""
    username: str = ""
    admin: bool = False
    categories: int = 0
    may_post: bool | None = None
    may_edit: bool | None = None
    may_find_people: bool | None = None
    problems: tuple[str, ...] = ()


async def check_forum(forum: DiscourseForum, username: str) -> ForumCheck:
    """Ask the forum a few harmless questions as `username`, the configured account."""
    problems: list[str] = []
    try:
        site = await _get(forum, "/site.json")
    except Refused:
        return ForumCheck(
            True,
            problems=(
                "The forum refuses the key. Check DISCOURSE_API_KEY and DISCOURSE_API_USERNAME; a key for one user "
                "works with that name only, and keys unused for 180 days are revoked.",
            ),
        )
    except DomainError as problem:
        return ForumCheck(False, problems=(f"{forum.url}: {problem.message}",))
    about = await _maybe(_get(forum, "/about.json"))
    me = under(await _maybe(_get(forum, "/session/current.json")), "current_user")
    open_ones = [one for one in read_categories(under(site, "categories")) if one.open_to_all]
    if not open_ones:
        try:
            open_ones = [one for one in await forum.categories() if one.open_to_all]
        except DomainError as problem:
            problems.append(f"Categories cannot be listed: {problem.message}")
    if not open_ones:
        problems.append("No category is readable by everyone, so earlier topics cannot be searched.")
    may_post = await _may_post(forum)
    if may_post is False:
        problems.append("The key may not create topics: give it the scope topics:write, or make it a global key.")
    may_edit = await _may_edit(forum)
    if may_edit is False:
        problems.append(
            "The key may not change posts, so results and notes cannot be kept in step: give it the scopes "
            "posts:edit and topics:update, or make it a global key."
        )
    may_find = await _allowed(forum.find_user_by_email("nobody@invalid.example"))
    if may_find is False:
        problems.append(
            "People cannot be found by e-mail address: the key's user must be an administrator, with users:list."
        )
    return ForumCheck(
        True,
        version=text(under(about, "about", "version")),
        title=text(under(about, "about", "title")),
        username=text(under(me, "username")) or username,
        admin=bool(under(me, "admin")),
        categories=len(open_ones),
        may_post=may_post,
        may_edit=may_edit,
        may_find_people=may_find,
        problems=tuple(problems),
    )


async def _get(forum: DiscourseForum, path: str) -> Any:
    return await forum.ask(lambda client: client._get(path))


async def _maybe(asked: Awaitable[Any]) -> Any:
    """The answer, or None where a narrow key does not reach."""
    try:
        return await asked
    except DomainError:
        return None


async def _may_post(forum: DiscourseForum) -> bool | None:
    """An empty topic is never created: a key with the right hears what is missing, one without it is refused."""
    try:
        await forum.ask(lambda client: client.create_post("", title=""))
    except Invalid:
        return True
    except Refused:
        return False
    except DomainError:
        return None
    return None


async def _may_edit(forum: DiscourseForum) -> bool | None:
    """No post has the number 0: a key with the right hears so, one without it is refused first."""
    try:
        await forum.edit_post(username="", post_id=0, raw="")
    except NotFound:
        return True
    except Refused:
        return False
    except DomainError:
        return None
    return None


async def _allowed(asked: Awaitable[Any]) -> bool | None:
    try:
        await asked
    except Unavailable:
        return None
    except DomainError:
        return False
    return True
