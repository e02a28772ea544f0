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


def post_link(url: str, forum_url: str) -> PostLink | None:
    """The post an address of this forum means (a topic means its first); None for any other address."""
    if not forum_url or not url.startswith(forum_url + "/"):
        return None
    path = urlsplit(url[len(forum_url) :]).path
    if found := _TOPIC.match(path):
        return PostLink(int(found[1]), int(found[2] or 1))
    if found := _POST.match(path):
        return PostLink(post_id=int(found[1]))
    return None
