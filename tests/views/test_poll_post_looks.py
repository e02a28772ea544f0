"""A result's post in Slack before it is posted: no Markdown is seen, and what is long ends between two lines."""

from __future__ import annotations

from typing import Any

from app.i18n import Reader
from app.slack.views.polls import topic
from app.slack.views.polls.looks import as_blocks
from tests.views.samples_polls import CLOSED_FORM, LONGEST, ON_SLACK, RANKED, replace

READER = Reader("en", "UTC")


def texts(found: Any) -> list[dict[str, Any]]:
    """Every text and link in it, in order."""
    if isinstance(found, list):
        return [one for part in found for one in texts(part)]
    if not isinstance(found, dict):
        return []
    return (
        [found] if found.get("type") in ("text", "link") else [one for part in found.values() for one in texts(part)]
    )


def looks(card: Any, most: int = 2800) -> list[dict[str, Any]]:
    blocks = as_blocks(topic.text(card, ON_SLACK, READER), most, READER)
    return texts([one.to_dict() for one in blocks])


def test_tables_become_lines_and_typed_words_stand_as_they_were_typed() -> None:
    shown = [one["text"] for one in looks(CLOSED_FORM, 30_000)]
    assert "Very useful · Très utile · Muy útil: 5 · 62% · ██████░░░░" in shown
    assert any(one.startswith("<!channel> *bold* & `code` <@U1>") for one in shown)
    assert "1. How useful was the <webinar>? · Utile ?" in shown
    assert not any(one.startswith(("|", "#", "**", "- ")) for one in shown)
    order = [one["text"] for one in looks(replace(CLOSED_FORM, title="", questions=(RANKED,)))]
    assert "2. Very useful · Très utile · Muy útil: 12 · ██████░░░░" in order


def test_a_long_post_is_cut_between_lines_and_its_link_stays_whole() -> None:
    whole = [one["text"] for one in looks(LONGEST, 100_000)]
    for most in (500, 700, 1000, 1001, 2800):
        shown = looks(LONGEST, most)
        assert shown[-2] == {"type": "link", "text": "The poll on Slack", "url": ON_SLACK}
        words = [one["text"] for one in shown[:-2] if one["text"] != "\n"]
        assert words[-1] == "… The post goes on from here."
        assert set(words[:-1]) <= set(whole)
        assert sum(map(len, words[:-1])) <= most
