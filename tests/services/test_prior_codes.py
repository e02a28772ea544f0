"""Codes in memory give the same answers as looking at every row, however rows came and went."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.routing.prior import codes as codes_module
from app.routing.prior.codes import Codes, Newest, code_of, pack, unpack
from app.routing.prior.lexical import MATCHES, rarest
from app.routing.prior.scoring import coverage, likelihood, strength
from app.routing.prior.words import read

_EVENTS = st.lists(
    st.tuples(st.sampled_from(["put", "put", "drop"]), st.lists(st.integers(1, 40), min_size=1, max_size=12)),
    max_size=12,
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(_EVENTS, st.integers(1, 30), st.sampled_from([None, {1}, {0, 2}]))
def test_nearest_is_what_a_full_comparison_finds(
    events: list[tuple[str, list[int]]], count: int, categories: set[int] | None
) -> None:
    random = np.random.default_rng(3)
    held: dict[int, tuple[int, np.ndarray]] = {}
    codes = Codes()
    small, codes_module.SEGMENT_ROWS = codes_module.SEGMENT_ROWS, 8
    try:
        for kind, numbers in events:
            ids = np.array(sorted(set(numbers)), dtype=np.int64)
            if kind == "drop":
                codes.drop(ids.tolist())
                held = {key: value for key, value in held.items() if key not in ids}
                continue
            bits = code_of(random.standard_normal((len(ids), 512)))
            codes.put(ids, ids % 3, bits)
            held |= {int(key): (int(key) % 3, row) for key, row in zip(ids, bits, strict=True)}
    finally:
        codes_module.SEGMENT_ROWS = small
    assert len(codes) == len(held)
    query = random.standard_normal(512).astype(np.float32)
    wanted = code_of(query[None, :])[0]
    apart = {
        key: int(np.unpackbits(row ^ wanted).sum())
        for key, (category, row) in held.items()
        if categories is None or category in categories
    }
    found = codes.nearest(query, count, categories).tolist()
    assert len(set(found)) == len(found) == min(count, len(apart))
    assert sorted(apart[one] for one in found) == sorted(apart.values())[: len(found)]
    assert set(codes.sample(5).tolist()) <= set(held)


def test_the_slow_encoders_vectors_stay_those_of_the_newest_topics() -> None:
    random = np.random.default_rng(4)
    newest = Newest(8, capacity=10)
    vectors = random.standard_normal((30, 8)).astype(np.float32)
    for start in (20, 10, 0, 20):
        ids = np.arange(start, start + 10)
        newest.put(ids, ids, ids % 2, vectors[start : start + 10])
    assert sorted(newest.sample(10).tolist()) == list(range(20, 30))
    query = vectors[25]
    best = sorted(range(20, 30), key=lambda one: -float(vectors[one] @ query))
    assert set(newest.nearest(query, 3).tolist()) == set(best[:3])
    odd = [one for one in best if one % 2]
    assert set(newest.nearest(query, 3, {1}).tolist()) == set(odd[:3])


def test_vectors_come_back_as_they_were_stored_and_missing_ones_as_unknown() -> None:
    vectors = np.random.default_rng(5).standard_normal((2, 512)).astype(np.float32)
    back = unpack([*pack(vectors), None, b"short"], 512)
    assert np.allclose(back[:2], vectors, atol=2e-3)
    assert np.isnan(back[2:]).all()


def test_the_rarest_words_are_searched_within_a_budget() -> None:
    assert rarest({"midwife": 30, "the": 900_000, "sepsis": 2, "typo": 0}, known=True) == (
        ("sepsis", "midwife"),
        False,
    )
    assert rarest({"malaria": MATCHES + 1, "health": 10 * MATCHES}, known=True) == (("malaria", "health"), True)
    assert rarest({}, known=True) == ((), False)
    # Where a count of nothing means "not frequent", the longest word is taken to be the rarest.
    assert rarest({"iv": 0, "misoprostol": 0, "use": 9_000}, known=False)[0][0] == "misoprostol"


def test_words_are_folded_and_any_text_is_readable() -> None:
    assert read("Santé COMMUNAUTAIRE, santé!").words == ("sante", "communautaire")
    assert read("a\x00b \ud800").words == ("a", "b")
    assert len(read("x " * 90_000).text) <= 400
    assert read("").words == ()


def test_a_topic_without_a_vector_is_judged_by_its_words() -> None:
    weights = {"cholera": 6.0, "wells": 5.0, "the": 0.0}
    all_of_it, shared = coverage(weights, "The cholera in wells", "")
    assert (all_of_it, shared) == (1.0, ("cholera", "wells"))
    in_excerpt, _ = coverage(weights, "Water", "cholera, wells")
    assert 0 < in_excerpt < 1
    strengths = strength([np.array([np.nan, 6.0, 0.0], dtype=np.float32)], [1.0, 0.2, 0.2])
    scores = likelihood(strengths, 1000)
    assert scores[0] > 0.5 and scores[1] > 0.5 > scores[2]


def test_more_topics_raise_the_floor() -> None:
    close = np.array([4.0], dtype=np.float32)
    assert likelihood(close, 250)[0] > 0.5 > likelihood(close, 1_000_000)[0]
