"""The sums behind a ranking: joining scores, judging confidence, comparing words."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing.ranking import fuse
from app.routing.ranking.acronyms import acronyms
from app.routing.ranking.evaluate import auroc, fit_logistic
from app.routing.ranking.lexical import Lexicon, grams
from app.routing.ranking.parts import Grid, community_scores, parts_of
from app.routing.ranking.shapes import CommunityText

finite = st.floats(-1, 1, width=32)


def test_a_community_is_cut_into_whole_name_purpose_keywords_and_examples() -> None:
    community = CommunityText("mnh", "Maternal Health", "Save mothers.", ("PPH", "birth"), ("en",), ("Drills",))
    kinds = [part.kind for part in parts_of(community, acronyms())]
    assert kinds == ["whole", "name", "purpose", "keywords", "keyword", "keyword", "example"]


def test_a_part_is_spelt_out_for_the_encoders_but_quoted_as_written() -> None:
    community = CommunityText("mnh", "Maternal Health", keywords=("PPH",))
    part = parts_of(community, acronyms())[-1]
    assert part.text == "PPH (postpartum hemorrhage)"
    assert part.quote == "PPH"


def test_a_community_with_nothing_but_an_id_still_has_parts() -> None:
    assert len(parts_of(CommunityText("x", ""), acronyms())) == 2


def test_half_the_whole_and_half_the_two_best_parts() -> None:
    similarity = np.array([0.2, 0.9, 0.1, 0.5, 0.4, 0.8], np.float32)
    found = community_scores(similarity, Grid.of([4, 2]))
    assert found == pytest.approx([0.5 * 0.2 + 0.5 * 0.7, 0.5 * 0.4 + 0.5 * 0.8])


@given(st.lists(st.integers(2, 9), min_size=1, max_size=12), st.data())
def test_joined_scores_stay_between_the_least_and_the_greatest_part(counts: list[int], data: st.DataObject) -> None:
    similarity = np.array(data.draw(st.lists(finite, min_size=sum(counts), max_size=sum(counts))), np.float32)
    found = community_scores(similarity, Grid.of(counts))
    starts = np.cumsum([0, *counts])
    for number, (begin, end) in enumerate(pairwise(starts)):
        assert similarity[begin:end].min() - 1e-6 <= found[number] <= similarity[begin:end].max() + 1e-6


@given(st.lists(finite, max_size=30))
def test_standard_scores_are_finite_whatever_goes_in(values: list[float]) -> None:
    assert np.isfinite(fuse.zscore(np.array(values, np.float32))).all()


def test_confidence_does_not_grow_with_the_mere_number_of_communities() -> None:
    rng = np.random.default_rng(1)
    for size in (5, 50, 1_000):
        unrelated = rng.normal(size=(200, size)).astype(np.float32)
        baseline = fuse.Baseline.of(unrelated)
        others = rng.normal(size=(200, size)).astype(np.float32)
        fits = [baseline.fit(baseline.normalise(row)) for row in others]
        assert abs(float(np.median(fits))) < 0.6


@pytest.mark.parametrize("name", ["e5+use", "e5", "use", ""])
def test_a_better_fit_is_never_less_confident(name: str) -> None:
    chances = [fuse.judge(fuse.CURVES[name], fit, 1.0)[0] for fit in np.linspace(-50, 50, 40)]
    assert chances == sorted(chances)
    assert 0 <= chances[0] < 0.2
    assert 0.9 < chances[-1] <= 1


def test_the_three_verdicts() -> None:
    curve = fuse.CURVES["e5+use"]
    assert fuse.judge(curve, -3.0, 0.2)[2] == "none"
    assert fuse.judge(curve, 3.0, 0.0)[2] == "unsure"
    assert fuse.judge(curve, 6.0, 4.0)[2] == "sure"


def test_words_in_common_score_and_words_apart_do_not() -> None:
    documents = ["postpartum hemorrhage", "malaria bed nets", "surgical safety checklist"]
    for unit in ("char", "word"):
        found = Lexicon([grams(one, unit) for one in documents], unit).score("Bed net distribution")
        assert found.argmax() == 1
        assert found[2] < 0.1
        assert (found <= 1.0001).all()


def test_a_misspelt_word_is_still_near() -> None:
    index = Lexicon([grams(one, "char") for one in ("anesthesia safety", "family planning")], "char")
    found = index.score("anasthesia saftey")
    assert found[0] > 0.2 > found[1]


@given(st.text(max_size=200))
def test_the_lexical_score_takes_any_text(text: str) -> None:
    found = Lexicon([grams(one, "char") for one in ("family planning", "")], "char").score(text)
    assert found.shape == (2,)
    assert np.isfinite(found).all()


def test_an_empty_directory_scores_nothing() -> None:
    assert Lexicon([], "char").score("anything").shape == (0,)


def test_the_figures_are_what_they_are_called() -> None:
    assert auroc([3, 4], [1, 2]) == 1
    assert auroc([1, 2], [1, 2]) == 0.5
    rng = np.random.default_rng(3)
    points = rng.normal(size=(4_000, 1))
    right = (rng.random(4_000) < 1 / (1 + np.exp(-(0.5 + 2 * points[:, 0])))).astype(float)
    assert fit_logistic(points, right) == pytest.approx((0.5, 2.0), abs=0.2)
