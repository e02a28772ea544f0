"""What people did with earlier answers: how much it counts, for whom, and for which texts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.routing.ranking import feedback as learning
from app.routing.ranking.shapes import Feedback

NUMBERS = {"mnh": 0, "malaria": 1, "fprh": 2}


def took(text: str, community: str, person: str = "ana") -> Feedback:
    return Feedback(text, community, person)


def refused(text: str, community: str, person: str = "ana") -> Feedback:
    return Feedback(text, community, person, "rejected")


def test_one_person_counts_a_few_times_for_a_community_and_no_more() -> None:
    events = [took(f"post {at}", "mnh") for at in range(40)] + [took("from ben", "mnh", "ben")]
    assert len(learning.lessons(events, NUMBERS).accepted) == learning.PER_PERSON + 1


def test_the_same_text_taken_twice_counts_once() -> None:
    events = [took("PPH bundle", "mnh"), took("pph  bundle!", "mnh", "ben")]
    assert len(learning.lessons(events, NUMBERS).accepted) == 1


def test_what_was_said_last_about_a_text_holds() -> None:
    events = [took("nets", "mnh"), refused("nets", "mnh", "ben"), took("nets", "malaria", "ben")]
    found = learning.lessons(events, NUMBERS)
    assert dict(found.decided["nets"]) == {0: False, 1: True}
    assert found.accepted == (("nets", 1),)


def test_a_community_that_is_gone_is_passed_over() -> None:
    found = learning.lessons([took("nets", "closed")], NUMBERS)
    assert not found.accepted
    assert not found.decided


@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.sampled_from([*NUMBERS, "gone"]), st.sampled_from("abc"), st.booleans())
    )
)
def test_the_caps_hold_for_any_history(events: list[tuple[str, str, str, bool]]) -> None:
    history = [
        Feedback(text, community, who, "accepted" if ok else "rejected") for text, community, who, ok in events
    ]
    found = learning.lessons(history, NUMBERS)
    for kept in (found.accepted, found.rejected):
        for number in NUMBERS.values():
            assert sum(1 for _, one in kept if one == number) <= 3 * learning.PER_PERSON
    assert len(found.texts) == len(set(found.texts))


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def learned_from(count: int) -> tuple[learning.Learned, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    whole, background, topic = (
        unit(rng.normal(size=(6, 32))),
        unit(rng.normal(size=(50, 32))),
        rng.normal(size=(1, 32)),
    )
    texts = unit(topic + 0.3 * rng.normal(size=(count, 32)))
    owners = np.full(count, 4, dtype=np.int64)
    none = (np.zeros((0, 32), np.float32), np.zeros(0, np.int64))
    scores = background @ whole.T
    parts = (whole, np.arange(6))
    return learning.Learned.of((texts, owners), none, parts, background, scores), whole, unit(topic)[0]


def test_weight_grows_slowly_with_what_was_accepted() -> None:
    weights = [float(learned_from(count)[0].weights[4]) for count in (1, 5, 30)]
    assert weights == sorted(weights)
    assert weights[0] < 0.05
    assert weights[2] == 0.5


def test_a_text_like_the_accepted_ones_is_drawn_to_their_community() -> None:
    learned, whole, query = learned_from(20)
    scores = whole @ query
    base = learning.Baseline.of(unit(np.random.default_rng(6).normal(size=(50, 32))) @ whole.T)
    drawn, fit = learned.blend(scores, base, query)
    assert drawn[4] > learning.zscore(scores)[4]
    assert np.isfinite(fit)


def test_only_near_texts_count_as_neighbours_and_refusals_stay_local() -> None:
    field = np.random.default_rng(2).normal(0, 0.1, 200).astype(np.float32)
    owners = (np.array([0, 1]), np.array([2]))
    near = learning.neighbours([np.array([0.6, 0.0], np.float32)], [np.array([0.7], np.float32)], owners, [field], 3)
    assert near.count.tolist() == [1, 0, 0]
    assert near.accepted[0] > 1
    assert near.rejected[2] > 1
    far = learning.neighbours([np.array([0.0, 0.0], np.float32)], [np.array([0.0], np.float32)], owners, [field], 3)
    assert not far.accepted.any()
    assert not far.rejected.any()
