"""A workspace's policy: what is stored is read whatever it holds, what is typed is checked field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotUnderstood
from app.thanks.policy import CHOICES, DEFAULT, RANGES, VALUES_AT_MOST, Policy, changed, policy_of, stored

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NAMES = sorted(vars(DEFAULT))
GARBAGE = st.one_of(JSON, st.dictionaries(st.sampled_from([*NAMES, "unknown"]), JSON, max_size=8))


@given(GARBAGE)
def test_whatever_is_stored_gives_a_policy_that_makes_sense(found: Any) -> None:
    policy = policy_of({"thanks": found})
    for name, (lowest, highest) in RANGES.items():
        assert lowest <= getattr(policy, name) <= highest
    for name, choices in CHOICES.items():
        assert getattr(policy, name) in choices
    assert policy_of({"thanks": stored(policy)}) == policy


@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3))
def test_what_does_not_fit_is_refused_at_its_field(wishes: dict[str, Any]) -> None:
    try:
        policy = changed(DEFAULT, wishes)
    except NotUnderstood as problem:
        assert problem.field in wishes
    else:
        assert policy_of({"thanks": stored(policy)}) == policy


def test_one_wrong_setting_leaves_the_others() -> None:
    assert policy_of({"thanks": {"daily_cap": "many", "group_cap": 5}}) == Policy(group_cap=5)
    assert policy_of({}) == policy_of({"thanks": None}) == policy_of({"thanks": []}) == DEFAULT


def test_words_are_read_as_people_write_them() -> None:
    typed = changed(DEFAULT, {"values": "#Sharing, mentoring mentoring,अनुवाद", "emojis": ":tada: wave::skin-tone-3"})
    assert typed.values == ("sharing", "mentoring", "अनुवाद")
    assert typed.emojis == ("tada", "wave")
    assert changed(DEFAULT, {"values": ""}).values == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("daily_cap", wrong) for wrong in ("0", "1001", "ten", "", "1.5", None, True)),
        *(("quiet_from", wrong) for wrong in ("25:00", "late", "", None, 8)),
        *(("values", wrong) for wrong in (["a b"], ["a|b"], ["<x>"], ["x" * 51], None, {"a": 1}, 5)),
        ("values", [f"v{number}" for number in range(VALUES_AT_MOST + 1)]),
        ("cards", "hourly"),
    ],
)
def test_each_setting_says_what_is_wrong_with_it(name: str, value: Any) -> None:
    with pytest.raises(NotUnderstood) as problem:
        changed(DEFAULT, {name: value})
    assert problem.value.field == name


def test_cards_of_days_and_of_weeks_are_chosen_apart() -> None:
    chosen = {one: changed(DEFAULT, {"cards": one}) for one in CHOICES["cards"]}
    assert [one for one, policy in chosen.items() if policy.day_cards] == ["day", "both"]
    assert [one for one, policy in chosen.items() if policy.week_cards] == ["week", "both"]
