"""The counting rule, case by case: each row of docs/counting.md has its acts here, and each has a row."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contributions.rules import SOMEBODY, Act, Kind, Measure, Party, counts, measure_of, reported_under

DOCS = Path(__file__).parents[2] / "docs" / "counting.md"

ANA = Party("U1", forum="ana")
BEN = Party("U2")
CLEO = Party("U3")
ROBOT = Party("B1", bot=True)
LEFT = Party("U4", deactivated=True)
GUEST = Party("U5", guest=True)
PARTNER = Party("U6", partner=True)
FORGOTTEN = Party("U7", erased=True)
ANA_ON_THE_FORUM = Party(forum="ana")

GIVEN, RECEIVED, SECOND = Kind.THANKS_GIVEN, Kind.THANKS_RECEIVED, Kind.SECOND
HOSTED, ATTENDED = Kind.HUDDLE_HOSTED, Kind.HUDDLE_ATTENDED
TO_BEN = Act(GIVEN, ANA, (BEN,))

CASES: dict[str, list[Act]] = {
    "C1": [Act(GIVEN, ANA, (BEN,)), Act(GIVEN, ANA, (BEN, CLEO))],
    "C2": [Act(RECEIVED, ANA, (BEN,)), Act(RECEIVED, ANA, (CLEO,))],
    "C3": [Act(SECOND, CLEO, seconded=TO_BEN)],
    "C4": [Act(SECOND, CLEO, seconded=TO_BEN, repeated=True)],
    "C5": [Act(SECOND, CLEO, seconded=TO_BEN, removed=True)],
    "C6": [Act(kind, ANA, (BEN,), status="withdrawn") for kind in (GIVEN, RECEIVED)],
    "C7": [Act(kind, ANA, (BEN,), status="not_counted") for kind in (GIVEN, RECEIVED)],
    "C8": [Act(SECOND, CLEO, seconded=replace(TO_BEN, status="withdrawn"))],
    "C9": [Act(kind, ANA, (BEN,), hidden=True) for kind in (GIVEN, RECEIVED)],
    "C10": [Act(kind, ANA, (BEN,), imported=True) for kind in (GIVEN, RECEIVED)],
    "C11": [Act(kind, ANA, (same,)) for kind in (GIVEN, RECEIVED) for same in (ANA, ANA_ON_THE_FORUM)],
    "C12": [
        Act(SECOND, ANA, seconded=TO_BEN),
        Act(SECOND, BEN, seconded=TO_BEN),
        Act(SECOND, ANA, seconded=Act(GIVEN, BEN, (CLEO, ANA_ON_THE_FORUM))),
    ],
    "C13": [Act(kind, ROBOT, (BEN,)) for kind in (GIVEN, RECEIVED)],
    "C14": [Act(kind, ANA, (ROBOT,)) for kind in (GIVEN, RECEIVED)],
    "C15": [Act(GIVEN, ANA, (ANA, ROBOT, BEN)), Act(RECEIVED, ANA, (BEN,))],
    "C16": [Act(kind, ANA, (BEN,), private=True) for kind in (GIVEN, RECEIVED)],
    "C17": [Act(kind, ANA, (one,)) for kind in (GIVEN, RECEIVED) for one in (GUEST, PARTNER)]
    + [Act(GIVEN, one, (ANA,)) for one in (GUEST, PARTNER)],
    "C18": [Act(GIVEN, LEFT, (ANA,))],
    "C19": [Act(RECEIVED, ANA, (LEFT,))],
    "C20": [
        Act(GIVEN, SOMEBODY, (ANA,)),
        Act(RECEIVED, ANA, (SOMEBODY,)),
        Act(RECEIVED, SOMEBODY, (SOMEBODY,)),
        Act(GIVEN, FORGOTTEN, (ANA,)),
        Act(SECOND, SOMEBODY, seconded=Act(GIVEN, SOMEBODY, (ANA, SOMEBODY))),
    ],
    "C21": [Act(Kind.TOPIC, ANA)],
    "C22": [Act(Kind.REPLY, ANA)],
    "C23": [Act(Kind.REPLY, ANA, first_post=True)],
    "C24": [Act(kind, ANA, removed=True) for kind in (Kind.TOPIC, Kind.REPLY)],
    "C25": [Act(Kind.EDIT, ANA)],
    "C26": [Act(kind, ROBOT) for kind in (Kind.TOPIC, Kind.REPLY)],
    "C27": [Act(Kind.SOLUTION, ANA, (BEN,))],
    "C28": [Act(Kind.SOLUTION, ANA, (ANA,))],
    "C29": [Act(Kind.LIKE_GIVEN, ANA, (BEN,))],
    "C30": [Act(Kind.LIKE_GIVEN, ANA, (BEN,), removed=True)],
    "C31": [Act(HOSTED, ANA, to) for to in ((BEN,), (BEN, CLEO), (ANA, BEN), (ROBOT, BEN))],
    "C32": [Act(ATTENDED, BEN, (ANA,)), Act(ATTENDED, BEN, (SOMEBODY,))],
    "C33": [Act(Kind.POLL_ANSWERED, ANA)],
    "C34": [Act(Kind.POLL_ANSWERED, ANA, secret=True), Act(Kind.POLL_ANSWERED, SOMEBODY, secret=True)],
    "C35": [Act(Kind.JOIN, ANA)],
    "C36": [Act(Kind.NOTICE, ANA), Act(Kind.NOTICE, ROBOT)],
    "C37": [Act(kind, LEFT) for kind in (Kind.TOPIC, Kind.REPLY)],
    "C38": [Act(HOSTED, ANA), Act(HOSTED, ANA, (ANA,))],
    "C39": [Act(ATTENDED, ANA, (ANA,))],
    "C40": [Act(HOSTED, ANA, (BEN,), removed=True), Act(ATTENDED, BEN, (ANA,), removed=True)],
    "C41": [Act(HOSTED, ANA, (BEN,), over=False), Act(ATTENDED, BEN, (ANA,), over=False)],
    "C42": [Act(HOSTED, ROBOT, (BEN,)), Act(ATTENDED, ROBOT, (ANA,)), Act(HOSTED, ANA, (ANA, ROBOT))],
    "C43": [Act(kind, one, (ANA,)) for kind in (HOSTED, ATTENDED) for one in (GUEST, PARTNER)],
    "C44": [Act(kind, LEFT, (ANA,)) for kind in (HOSTED, ATTENDED)],
    "C45": [
        Act(kind, one, (other,))
        for kind in (HOSTED, ATTENDED)
        for one in (SOMEBODY, FORGOTTEN)
        for other in (ANA, SOMEBODY)
    ],
}


def documented() -> dict[str, tuple[str, ...]]:
    """The rows of the table: counted, named, why and measure by id."""
    found = {}
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if re.fullmatch(r"C\d+", cells[0]):
            assert cells[0] not in found
            found[cells[0]] = cells[2:]
    return found


def test_every_row_of_the_document_has_its_acts_and_every_act_its_row() -> None:
    assert list(documented()) == list(CASES) == [f"C{n + 1}" for n in range(len(CASES))]


@pytest.mark.parametrize("case", CASES)
def test_an_act_counts_as_the_document_says(case: str) -> None:
    counted, named, why, measure = documented()[case]
    assert CASES[case]
    for act in CASES[case]:
        verdict = counts(act)
        said = ("yes" if verdict.counted else "no", "yes" if verdict.named else "no", verdict.reason, verdict.measure)
        assert said == (counted, named, why, measure), act


@pytest.mark.parametrize("case", ["C6", "C7", "C11", "C13", "C14"])
def test_a_second_counts_no_more_than_the_thanks_it_joins(case: str) -> None:
    for thanks in CASES[case]:
        verdict = counts(Act(SECOND, CLEO, seconded=thanks))
        assert (verdict.counted, verdict.reason) == (False, counts(thanks).reason)


def test_every_kind_and_every_reason_has_a_case() -> None:
    acts = [act for ones in CASES.values() for act in ones]
    assert {act.kind for act in acts} == set(Kind)
    reasons = {counts(act).reason for act in acts}
    assert reasons == set(type(next(iter(reasons))))


def test_thanks_never_count_as_activity() -> None:
    assert {kind for kind in Kind if measure_of(kind) is Measure.RECOGNITION} == {GIVEN, RECEIVED, SECOND}


PARTIES = st.builds(
    Party,
    id=st.sampled_from(["", "U1", "U2"]),
    forum=st.sampled_from(["", "ana", "ben"]),
    bot=st.booleans(),
    guest=st.booleans(),
    partner=st.booleans(),
    deactivated=st.booleans(),
    erased=st.booleans(),
)
THANKS = st.builds(Act, kind=st.just(GIVEN), by=PARTIES, to=st.lists(PARTIES, max_size=2).map(tuple))
ACTS = st.builds(
    Act,
    kind=st.sampled_from(Kind),
    by=PARTIES,
    to=st.lists(PARTIES, max_size=3).map(tuple),
    status=st.sampled_from(["counted", "withdrawn", "not_counted"]),
    seconded=st.none() | THANKS,
    hidden=st.booleans(),
    private=st.booleans(),
    imported=st.booleans(),
    removed=st.booleans(),
    repeated=st.booleans(),
    first_post=st.booleans(),
    over=st.booleans(),
    secret=st.booleans(),
)


@given(ACTS)
def test_what_is_only_shown_otherwise_counts_alike_and_nobody_is_named_who_should_not_be(act: Act) -> None:
    verdict = counts(act)
    for name in ("hidden", "private", "imported"):
        turned: Any = {name: not getattr(act, name)}
        assert counts(replace(act, **turned)) == verdict
    for name in ("guest", "partner"):
        turned = {name: not getattr(act.by, name)}
        assert counts(replace(act, by=replace(act.by, **turned))) == verdict
    # Who somebody is now never changes a total, only whether they are named.
    gone = replace(act, by=replace(act.by, deactivated=True), to=tuple(replace(one, erased=True) for one in act.to))
    assert counts(gone).counted == verdict.counted
    if verdict.named:
        assert verdict.counted
        assert not act.secret


def test_acts_of_merged_communities_are_reported_under_the_one_they_live_on_in() -> None:
    merged_into = {"nets": "malaria", "malaria": "vector", "vector": None, "lost": "gone", "a": "b", "b": "a"}
    under = {slug: reported_under(slug, merged_into) for slug in merged_into}
    assert under == {"nets": "vector", "malaria": "vector", "vector": "vector", "lost": "lost", "a": "a", "b": "b"}
