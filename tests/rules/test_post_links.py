"""Which post of the forum an address means, however it was copied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.discourse.links import PostLink, post_link

FORUM = "https://forum.example.org"


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/t/a-topic/12/3", PostLink(12, 3)),
        ("/t/a-topic/12/3?u=ana#reply", PostLink(12, 3)),
        ("/t/a-topic/12", PostLink(12, 1)),
        ("/t/12/3", PostLink(12, 3)),
        ("/t/12", PostLink(12, 1)),
        ("/t/-/12/3/", PostLink(12, 3)),
        ("/t/%E0%A4%A8%E0%A5%87/12/3", PostLink(12, 3)),
        ("/p/456", PostLink(post_id=456)),
        ("/p/456/7", PostLink(post_id=456)),
        ("/t/a-topic", None),
        ("/t/a-topic/12/last", None),
        ("/t/0", None),
        ("/p/0", None),
        ("/c/general/5", None),
        ("/u/ana", None),
        ("/", None),
        ("", None),
    ],
)
def test_a_path_means_a_post_or_none(path: str, meant: PostLink | None) -> None:
    assert post_link(FORUM + path, FORUM) == meant
    if meant is not None:
        assert post_link(meant.address(FORUM), FORUM) == meant


def test_only_addresses_of_this_forum_count() -> None:
    assert post_link("http://FORUM.example.org/t/1", FORUM) == PostLink(1)
    below = "https://example.org/forum"
    assert post_link("https://example.org/forum/t/1", below) == PostLink(1)
    for other in (
        "https://forum.example.org.evil.org/t/1",
        "https://forum.example.org@evil.org/t/1",
        "https://evil.org/https://forum.example.org/t/1",
        "ftp://forum.example.org/t/1",
        "forum.example.org/t/1",
        "https://[/t/1",
    ):
        assert post_link(other, FORUM) is None
    assert post_link("https://example.org/t/1", below) is None
    assert post_link("https://example.org/t/1", "") is None


@given(st.text())
def test_whatever_is_typed_is_read(text: str) -> None:
    found = post_link(f"{FORUM}/{text}", FORUM)
    assert found is None or post_link(found.address(FORUM), FORUM) == found
    assert post_link(text, FORUM) is None
