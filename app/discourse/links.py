"""Addresses of forum posts: which post an address means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

# /t/slug/12/3, /t/12/3, /t/12, /t/slug/12; /p/456
_TOPIC = re.compile(r"^/t/(?:[^/]*[^/\d][^/]*/)?(\d{1,12})(?:/(\d{1,9}))?/?$")
_POST = re.compile(r"^/p/(\d{1,12})/?(?:\d+)?$")


@dataclass(frozen=True)
class PostLink:
    """A post, by its topic and its number in it; or, where `topic_id` is 0, by the post's own id."""

    topic_id: int = 0
    number: int = 1
    post_id: int = 0

    def address(self, forum_url: str) -> str:
        """Its shortest address, the same however it was copied: without the title, and who shared it."""
        return f"{forum_url}/t/{self.topic_id}/{self.number}" if self.topic_id else f"{forum_url}/p/{self.post_id}"


def post_link(url: str, forum_url: str) -> PostLink | None:
    """The post an address of this forum means (a topic means its first); None for any other address."""
    path = _below(url, forum_url)
    if found := _TOPIC.match(path):
        return PostLink(int(found[1]), int(found[2] or 1)) if int(found[1]) else None
    if found := _POST.match(path):
        return PostLink(post_id=int(found[1])) if int(found[1]) else None
    return None


def _below(url: str, forum_url: str) -> str:
    """The path of an address below the forum's, with its first slash; "" for an address elsewhere."""
    try:
        base, given = urlsplit(forum_url), urlsplit(url)
    except ValueError:
        return ""
    here = given.scheme in ("http", "https") and given.netloc.casefold() == base.netloc.casefold()
    return (
        given.path.removeprefix(base.path) if here and base.netloc and given.path.startswith(base.path + "/") else ""
    )
