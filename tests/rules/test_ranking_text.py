"""Texts before they are ranked: cleaned, capped, spelt out, their language told."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing.ranking import language
from app.routing.ranking.acronyms import TABLE, acronyms, parse
from app.routing.ranking.text import LIMIT, clean, fold, same_key, sentences, words


@given(st.text(max_size=2_000))
def test_a_cleaned_text_is_short_and_can_be_encoded(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= LIMIT
    assert "\0" not in cleaned
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "haemorrhage " * 9_000, "\0" * 100_000, "🤰" * 100_000, "\u202eمرحبا " * 20_000]
)
def test_a_hundred_thousand_characters_cost_no_more_than_a_few_thousand(text: str) -> None:
    begin = time.thread_time()
    spelt_out = clean(acronyms().expand(clean(text)))
    sentences(spelt_out)
    language.detect(spelt_out)
    assert len(spelt_out) <= LIMIT
    assert time.thread_time() - begin < 1.5


def test_lone_surrogates_and_direction_marks_are_dropped() -> None:
    assert clean("a\ud800b\u202ec\x00d") == "abc d"


def test_addresses_say_nothing_about_a_topic() -> None:
    assert clean("see https://example.org/malaria please") == "see please"


def test_british_and_american_spellings_and_accents_meet() -> None:
    assert fold("Haemorrhage") == "hemorrhage"
    assert words("Éducation à la santé") == ("education", "a", "la", "sante")


def test_the_same_text_typed_differently_has_the_same_key() -> None:
    assert same_key("PPH  bundle!") == same_key("pph bundle")


def test_a_long_text_is_cut_into_sentences_and_a_short_one_is_not() -> None:
    long = (
        "Hello colleagues, I hope you are all well. We trained forty midwives in newborn care. What should come next?"
    )
    assert len(sentences(long)) == 3
    assert sentences("PPH bundle. Who has one?") == ()


def test_the_table_has_four_cells_a_row_and_no_row_twice() -> None:
    rows = parse(TABLE.read_text(encoding="utf-8").splitlines())
    assert len(rows) > 400
    assert len({(row.term, row.languages) for row in rows}) == len(rows)
    assert {row.match for row in rows} == {"any", "upper", "cased"}
    assert all(row.meaning for row in rows)


@pytest.mark.parametrize(
    ("text", "spoken", "meaning"),
    [
        ("PPH bundle", "en", "postpartum hemorrhage"),
        ("pph bundle", "en", "postpartum hemorrhage"),
        ("Kit HPP", "fr", "postpartum hemorrhage"),
        ("Conseil en PF", "fr", "family planning"),
        ("pacientes em TARV", "pt", "antiretroviral therapy"),
        ("DMPA-SC at home", "en", "subcutaneous injectable"),
        ("carbetocin storage", "en", "uterotonic"),
        ("the M&E plan", "en", "monitoring and evaluation"),
    ],
)
def test_short_forms_are_spelt_out(text: str, spoken: str, meaning: str) -> None:
    assert meaning in acronyms().expand(text, spoken)


@pytest.mark.parametrize(
    "text", ["the art of listening", "who is the lead", "a chip in the via dolorosa", "tips for Sam"]
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert acronyms().expand(text, "en") == text


def test_where_a_short_form_means_two_things_the_language_decides() -> None:
    assert "postabortion" in acronyms().expand("PAC clients", "en")
    assert "community health worker" in acronyms().expand("formação dos ACS", "pt")
    assert "corticosteroids" in acronyms().expand("ACS before 34 weeks", "en")


@given(st.text(max_size=500))
def test_spelling_out_never_loses_the_text(text: str) -> None:
    expanded = acronyms().expand(text)
    assert len(expanded) >= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where should I share a training plan for nurses?", "en"),
        ("Où partager une affiche sur le paludisme ?", "fr"),
        ("¿Dónde comparto una guía sobre lactancia?", "es"),
        ("Onde partilho um guia sobre amamentação?", "pt"),
        ("Nishiriki wapi mwongozo wa uzazi wa mpango?", "sw"),
        ("أين أشارك دليلا عن صحة الأم؟", "ar"),
        ("የጤና ባለሙያ ስልጠና", "und"),
        ("", "en"),
        ("12345 !!", "en"),
    ],
)
def test_the_language_of_a_text_is_told(text: str, expected: str) -> None:
    assert language.detect(text) == expected


def test_swahili_and_unknown_scripts_go_without_the_second_encoder() -> None:
    assert not language.use_knows("Mafunzo ya wakunga", "sw")
    assert not language.use_knows("የጤና ባለሙያ", "und")
    assert language.use_knows("обучение медсестёр", "und")
    assert language.use_knows("formation des sages-femmes", "fr")
