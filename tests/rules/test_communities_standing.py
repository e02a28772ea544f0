"""Which communities may be suggested, and what an import plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.communities.queries import entry_of
from app.communities.rules import QUIET_AFTER, Kind, diff_lines, heir_of, plan_import, standing
from app.communities.shapes import FIELDS, CategoryRef, ChannelRef, CommunityCard, CommunityEntry, Heir, Lead
from app.errors import Refused

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ANA = Lead("U0ANA00003", "Ana", False)
PETER = Lead("U0PETER012", "Peter", True)
CARD = CommunityCard(
    id=1,
    slug="mnh",
    name="Maternal Health",
    purpose="Safer births.",
    status="active",
    languages=("en",),
    keywords=(),
    examples=(),
    leads=(ANA,),
    channels=(),
    categories=(),
    last_active_at=NOW - timedelta(days=3),
    merged_into=None,
    heir=None,
    updated_at=NOW,
)
MNH = entry_of(CARD)


def test_an_active_community_with_a_lead_may_be_suggested() -> None:
    stands = standing(CARD, NOW)
    assert (stands.kind, stands.suggestible, stands.quiet, stands.age) == (Kind.OK, True, False, timedelta(days=3))


def test_one_lead_who_stayed_is_enough_and_none_is_not() -> None:
    assert standing(replace(CARD, leads=(PETER, ANA)), NOW).kind is Kind.OK
    for leads in ((), (PETER,)):
        stands = standing(replace(CARD, leads=leads), NOW)
        assert stands.kind is Kind.LEADLESS
        assert stands.mentionable
        assert not stands.suggestible


@pytest.mark.parametrize(
    ("status", "mentionable"), [("dormant", True), ("proposed", False), ("archived", False), ("merged", False)]
)
def test_what_its_status_says_comes_before_its_leads(status: str, mentionable: bool) -> None:
    stands = standing(replace(CARD, status=status, leads=()), NOW)
    assert (stands.kind, stands.suggestible, stands.mentionable) == (Kind(status), False, mentionable)


def test_a_merged_community_points_to_its_heir() -> None:
    heir = Heir("phc", "Primary Care", "active")
    stands = standing(replace(CARD, status="merged", merged_into="phc", heir=heir), NOW)
    assert (stands.heir, stands.mentionable, stands.suggestible) == (heir, True, False)


def test_a_quarter_of_silence_is_quiet_and_the_future_is_not() -> None:
    assert standing(replace(CARD, last_active_at=NOW - QUIET_AFTER), NOW).quiet
    assert not standing(replace(CARD, last_active_at=NOW - QUIET_AFTER + timedelta(seconds=1)), NOW).quiet
    assert standing(replace(CARD, last_active_at=NOW + timedelta(days=1)), NOW).age == timedelta(0)
    never = standing(replace(CARD, last_active_at=None), NOW)
    assert (never.age, never.quiet) == (None, False)


@given(st.dictionaries(st.sampled_from("abcde"), st.none() | st.sampled_from("abcdef")))
def test_chains_of_merges_end_or_say_that_they_do_not(links: dict[str, str | None]) -> None:
    for slug in "abcdef":
        end = heir_of(slug, links)
        if end is not None:
            assert links[end] is None
            assert end != slug


def test_a_chain_is_followed_to_its_end() -> None:
    assert heir_of("a", {"a": "b", "b": "c", "c": None}) == "c"
    assert heir_of("a", {"a": "b", "b": "a"}) is None
    assert heir_of("a", {"a": "gone"}) is None


def test_importing_what_is_stored_plans_nothing() -> None:
    plan = plan_import([MNH], [MNH])
    assert (plan.create, plan.update, plan.archive, plan.unchanged) == ((), (), (), ("mnh",))


def test_fields_a_file_leaves_out_keep_what_is_stored() -> None:
    said = CommunityEntry("mnh", "New name", "Safer births.", given=frozenset({"slug", "name", "purpose"}))
    (change,) = plan_import([MNH], [said]).update
    assert change.fields == ("name",)
    assert change.after.leads == ("U0ANA00003",)


def test_a_bare_id_keeps_the_name_that_is_known() -> None:
    stored = replace(
        MNH, channels=(ChannelRef("C0MNH00001", "cop-mnh", True),), categories=(CategoryRef(12, "Births"),)
    )
    said = replace(stored, channels=(ChannelRef("C0MNH00001"),), categories=(CategoryRef(12),))
    assert plan_import([stored], [said]).unchanged == ("mnh",)


def test_pruning_archives_what_the_file_does_not_name_but_keeps_pointers() -> None:
    old = replace(MNH, slug="old", status="merged", merged_into="mnh")
    gone = replace(MNH, slug="gone")
    assert plan_import([MNH, old, gone], [MNH]).archive == ()
    assert [one.slug for one in plan_import([MNH, old, gone], [MNH], prune=True).archive] == ["gone"]


def test_an_import_cannot_close_a_circle_with_what_is_stored() -> None:
    stored = [replace(MNH, slug="b", status="merged", merged_into="a"), replace(MNH, slug="a")]
    said = replace(MNH, slug="a", status="merged", merged_into="b")
    kept = CommunityEntry("b", "B", "p", given=frozenset({"slug", "name", "purpose"}))
    with pytest.raises(Refused, match="leads nowhere"):
        plan_import(stored, [said, kept])


def test_the_plan_reads_as_a_diff() -> None:
    stored = [replace(MNH, languages=("en", "fr")), replace(MNH, slug="gone")]
    said = [
        replace(MNH, slug="new", name="New"),
        replace(MNH, languages=("en", "pt"), status="dormant", channels=(ChannelRef("C0MNH00001", "cop-mnh", True),)),
    ]
    assert diff_lines(plan_import(stored, said, prune=True)) == (
        "+ new: New",
        "~ mnh",
        "    languages: -fr, +pt",
        "    channels: +C0MNH00001 cop-mnh (private)",
        "    status: active -> dormant",
        "- gone: archived (not in the file)",
    )


def test_every_field_of_an_entry_is_one_a_file_may_give() -> None:
    assert set(FIELDS) | {"given"} == set(CommunityEntry.__dataclass_fields__)
