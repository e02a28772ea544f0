"""Which communities an answer names, which it passes over, and when it asks back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.communities.shapes import Channel, CommunityCard, Heir, Lead
from app.routing.rules import shown_verdict, suggest, too_short

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def card(slug: str, **changes: Any) -> CommunityCard:
    made = CommunityCard(
        id=1,
        slug=slug,
        name=slug.title(),
        purpose="",
        status="active",
        languages=("en",),
        keywords=(),
        examples=(),
        leads=(Lead("U1", "Ann", deactivated=False),),
        channels=(Channel("C1", f"cop-{slug}", private=False),),
        categories=(),
        last_active_at=NOW - timedelta(days=3),
        merged_into=None,
        heir=None,
        updated_at=NOW,
    )
    return replace(made, **changes)


def ranked(*slugs: str) -> list[dict[str, Any]]:
    return [{"id": slug, "score": 1.0, "reasons": []} for slug in slugs]


def directory(*cards: CommunityCard) -> dict[str, CommunityCard]:
    return {one.slug: one for one in cards}


def test_the_three_best_are_named_in_order() -> None:
    cards = directory(card("a"), card("b"), card("c"), card("d"))
    suggestions, passed = suggest(ranked("c", "a", "d", "b"), cards, frozenset(), NOW)
    assert [one.slug for one in suggestions] == ["c", "a", "d"]
    assert passed == ()


def test_a_merged_community_points_to_its_heir() -> None:
    old = card("old", status="merged", merged_into="new", heir=Heir("new", "New", "active"))
    suggestions, _ = suggest(ranked("old", "new"), directory(old, card("new")), frozenset(), NOW)
    assert [(one.slug, one.heir_of) for one in suggestions] == [("new", ("Old",))]


def test_a_merged_communitys_dormant_heir_is_not_suggested_either() -> None:
    old = card("old", status="merged", merged_into="new", heir=Heir("new", "New", "dormant"))
    suggestions, passed = suggest(ranked("old"), directory(old, card("new", status="dormant")), frozenset(), NOW)
    assert suggestions == ()
    assert [one.why for one in passed] == ["dormant"]


def test_dormant_and_leadless_ones_are_passed_over_and_said() -> None:
    gone = card("gone", leads=(Lead("U9", "Left", deactivated=True),))
    cards = directory(card("quiet", status="dormant"), gone, card("fine"))
    suggestions, passed = suggest(ranked("quiet", "gone", "fine"), cards, frozenset(), NOW)
    assert [one.slug for one in suggestions] == ["fine"]
    assert [(one.slug, one.why) for one in passed] == [("quiet", "dormant"), ("gone", "leadless")]


def test_after_a_suggestion_nothing_needs_explaining() -> None:
    cards = directory(card("a"), card("b"), card("quiet", status="dormant"))
    assert suggest(ranked("a", "quiet", "b"), cards, frozenset(), NOW)[1] == ()


def test_archived_and_proposed_ones_are_never_named() -> None:
    cards = directory(card("old", status="archived"), card("idea", status="proposed"), card("fine"))
    suggestions, passed = suggest(ranked("old", "idea", "fine"), cards, frozenset(), NOW)
    assert [one.slug for one in suggestions] == ["fine"]
    assert passed == ()


def test_what_was_rejected_is_gone_and_the_next_moves_up() -> None:
    cards = directory(card("a"), card("b"), card("c"), card("d"))
    suggestions, _ = suggest(ranked("a", "b", "c", "d"), cards, frozenset({"a"}), NOW)
    assert [one.slug for one in suggestions] == ["b", "c", "d"]


def test_a_deactivated_lead_is_not_shown() -> None:
    leads = (Lead("U9", "Left", deactivated=True), Lead("U2", "Bea", deactivated=False))
    suggestions, _ = suggest(ranked("a"), directory(card("a", leads=leads)), frozenset(), NOW)
    assert [lead.slack_id for lead in suggestions[0].leads] == ["U2"]


def test_without_its_first_choice_a_sure_answer_is_sure_no_longer() -> None:
    cards = directory(card("a"), card("b"))
    after, _ = suggest(ranked("a", "b"), cards, frozenset({"a"}), NOW)
    assert shown_verdict("sure", after, ranked("a", "b")) == "unsure"
    assert shown_verdict("sure", (), ranked("a")) == "none"


def test_who_rejected_two_is_shown_the_way_to_a_person() -> None:
    cards = directory(card("a"), card("b"), card("c"))
    left, _ = suggest(ranked("a", "b", "c"), cards, frozenset({"a", "b"}), NOW)
    assert [one.slug for one in left] == ["c"]
    assert shown_verdict("unsure", left, ranked("a", "b", "c"), rejected=2) == "none"


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "hi", "🎉🎉", "help", "I have a document", "bonjour", "where do I share this?", "ok"]
)
def test_a_draft_that_says_nothing_is_asked_back(text: str) -> None:
    assert too_short(text)


@pytest.mark.parametrize(
    "text", ["malaria", "PPH bundle", "reanimación neonatal", "الملاريا", "I have a job aid on PPH"]
)
def test_one_word_of_substance_is_enough(text: str) -> None:
    assert not too_short(text)


def test_two_letters_are_enough_when_the_directory_knows_them() -> None:
    assert too_short("TB?")
    assert not too_short("TB?", ["TB and HIV"])
