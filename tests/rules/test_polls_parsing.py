"""The command's text: quotes of all kinds, settings, and everything that is refused rather than guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotUnderstood
from app.polls.parsing import read_command
from app.polls.planning import read_questions
from app.polls.rules import check_question
from app.polls.shapes import Wording


def texts(text: str) -> list[str]:
    typed = read_command(text)
    return [typed.question.text, *(one.text for one in typed.options)]


@pytest.mark.parametrize(
    "text",
    [
        '"Useful?" "Very" "Not at all"',
        "“Useful?” “Very” “Not at all”",
        "„Useful?“ „Very“ „Not at all“",
        "«Useful?» « Very » «Not at all»",
        "「Useful?」「Very」「Not at all」",
        "'Useful?' 'Very' 'Not at all'",
        '“Useful?" "Very” ”Not at all”',
        "Useful?\n- Very\n• Not at all",
        "Useful?\nVery\nNot at all",
        '"Useful?", "Very", "Not at all"',
    ],
)
def test_quotes_of_many_scripts_and_lines_say_the_same(text: str) -> None:
    assert texts(text) == ["Useful?", "Very", "Not at all"]


def test_words_of_many_scripts_stay_as_they_are() -> None:
    for words in ("مفيد جدا", "बहुत उपयोगी", "ጠቃሚ ነው", "非常有用", "L’atelier d'hier", "It's fine -- really"):
        assert texts(f'"{words}" "a" "{words}"') == [words, "a", words]


def test_settings_are_read_as_phones_write_them() -> None:
    typed = read_command("“Q?” “A” “B” —close Friday 17:00 —secret --multi 2 —remind “1 day” --results when closed")
    assert (typed.mode, typed.most, typed.results) == ("secret", 2, "closed")
    assert typed.times == {"close": "Friday 17:00", "remind": "1 day"}


def test_a_setting_within_quotes_is_words() -> None:
    assert texts('"Use --secret or --close?" "--secret" "--close"') == [
        "Use --secret or --close?",
        "--secret",
        "--close",
    ]
    assert read_command('"Use --secret?" "Yes" "No"').mode == "named"


def test_languages_stand_side_by_side() -> None:
    typed = read_command('"Useful? | Utile ?" "Very | Très" "Not | Pas"')
    assert typed.question == Wording("Useful?", ("Utile ?",))
    assert typed.options[0] == Wording("Very", ("Très",))


def test_kinds() -> None:
    assert len(read_command('"Rate it" --rating').options) == 5
    assert len(read_command('"Rate it" --scale 1-7').options) == 7
    assert read_command('"Order" "A" "B" --ranked').kind == "ranked"
    assert read_command('"Why?" --text').kind == "text"
    assert read_command('"Q" "A" "B" --multi').most == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('Useful? "Very" "Not"', "in quotes"),
        ('"Useful? Very Not', "in quotes"),
        ('"Q" "A" "B" --clsoe 2d', "clsoe"),
        ('"Q" "A" "B" --multi many', "--multi 2"),
        ('"Q" --rating 40', "2 to 10"),
        ('"Q" "A" --text', "no options"),
        ('"Q" "A" "B" --results maybe', "always"),
    ],
)
def test_what_is_not_clear_is_refused_with_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        read_command(text)


def test_what_follows_a_setting_without_a_value_belongs_to_the_poll() -> None:
    for text in ('"Q?" --secret "A" "B"', "Q?  --secret\n- A\n- B", '--secret "Q?" "A" "B"'):
        typed = read_command(text)
        assert (typed.question.text, [one.text for one in typed.options], typed.mode) == ("Q?", ["A", "B"], "secret")


def test_several_questions_from_lines() -> None:
    asked = read_questions(
        "? How was it? [rating 3]\n2. Which two? [up to 2]\n - A\n- B\n* C\n# Why? [text]\n? Order [ranked]\n- X\n- Y"
    )
    assert [(one.kind, one.most, len(one.options)) for one in asked] == [
        ("rating", 1, 3),
        ("choice", 2, 3),
        ("text", 1, 0),
        ("ranked", 1, 2),
    ]
    with pytest.raises(NotUnderstood, match="question mark"):
        read_questions("Good\nBad")


WORDS = st.text(
    st.characters(exclude_characters='"“”„‟〞＂«»|｜\r\n', exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
).filter(lambda text: text.strip() and text.strip()[0] not in "'’‘")


@given(st.lists(WORDS, min_size=1, max_size=12))
def test_what_stands_in_quotes_comes_out_as_it_went_in(pieces: list[str]) -> None:
    assert texts(" ".join(f'"{one}"' for one in pieces)) == [" ".join(one.split()) for one in pieces]


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    try:
        check_question(read_command(text).asked)
    except NotUnderstood as refused:
        assert refused.message


@pytest.mark.parametrize(
    ("typed", "example"),
    [("--close", "--close 2d"), ("--open --secret", "--open tomorrow 9:00"), ("--every", "--every week")],
)
def test_a_setting_that_needs_a_time_asks_for_it(typed: str, example: str) -> None:
    with pytest.raises(NotUnderstood) as problem:
        read_command(f'"Useful?" "Yes" "No" {typed}')
    assert f"for example `{example}`" in problem.value.message
