"""What people type after /huddle, read whole or asked back: never a huddle at another time than was typed."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotUnderstood
from app.huddles import parsing, service
from app.huddles.shapes import Plan

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "locale", "title", "local", "rule", "minutes"),
    [
        ("Data quality clinic, Thursday 15:00", "en-GB", "Data quality clinic", "2026-11-26T15:00", "", 0),
        ("Topic 5 on Thursday at 5pm, 1h", "en", "Topic 5", "2026-11-26T17:00", "", 60),
        ("Clinic Thursday 15:00 for 30 min", "en", "Clinic", "2026-11-26T15:00", "", 30),
        ("Just in time, Thursday 15:00", "en", "Just in time", "2026-11-26T15:00", "", 0),
        ("Clinic, part two, Thursday, 15:00", "en", "Clinic, part two", "2026-11-26T15:00", "", 0),
        ("Catch up in 20 minutes", "en", "Catch up", "2026-11-23T15:20", "", 0),
        ("Every voice counts, Friday 10:00", "en", "Every voice counts", "2026-11-27T10:00", "", 0),
        ("Clinique qualité, jeudi à 15h", "fr", "Clinique qualité", "2026-11-26T15:00", "", 0),
        ("Clínica de datos, el jueves a las 15:00", "es", "Clínica de datos", "2026-11-26T15:00", "", 0),
        ("Clínica de dados, quinta-feira às 15h", "pt", "Clínica de dados", "2026-11-26T15:00", "", 0),
        ("Club, every first Tuesday 15:00", "en", "Club", "2026-12-01T15:00", "FREQ=MONTHLY;BYDAY=1TU", 0),
        ("Club every other Tuesday 15:00", "en", "Club", "2026-11-24T15:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", 0),
        ("Club tous les mardis à 15h", "fr", "Club", "2026-11-24T15:00", "FREQ=WEEKLY;BYDAY=TU", 0),
        ("Club, cada primer martes a las 15:00", "es", "Club", "2026-12-01T15:00", "FREQ=MONTHLY;BYDAY=1TU", 0),
        ("Club, toda terça-feira às 15h", "pt", "Club", "2026-11-24T15:00", "FREQ=WEEKLY;BYDAY=TU", 0),
        ("Club, every last Friday of the month 9am", "en", "Club", "2026-11-27T09:00", "FREQ=MONTHLY;BYDAY=-1FR", 0),
    ],
)
def test_what_people_type(typed: str, locale: str, title: str, local: str, rule: str, minutes: int) -> None:
    asked = parsing.read_asked(typed, "Africa/Nairobi", locale, MONDAY)
    assert (asked.title, asked.local.isoformat(timespec="minutes"), asked.rule, asked.minutes) == (
        title,
        local,
        rule,
        minutes,
    )


@pytest.mark.parametrize(
    "typed", ["Clinic", "Thursday 15:00", "Clinic tomorrow", "", "Clinic every 15:00", "," * 300]
)
def test_what_is_no_title_with_an_hour_is_asked_back(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        parsing.read_asked(typed, "Africa/Nairobi", "en", MONDAY)


@pytest.mark.parametrize(
    ("typed", "locale", "why", "title", "missing"),
    [
        ("Clinic, yesterday 15:00", "en", "is over", "Clinic", "date"),
        ("Clinic, 1 November 2026 15:00", "en", "is over", "Clinic", "date"),
        ("Clinic, today 10:00", "en", "is over", "Clinic", "date"),
        ("Clinic, last Thursday 15:00", "en", "is over", "Clinic", "date"),
        ("Clinique, hier 15:00", "fr", "is over", "Clinique", "date"),
        ("Clínica, ayer 15:00", "es", "is over", "Clínica", "date"),
        ("Clínica, ontem às 15h", "pt", "is over", "Clínica", "date"),
        ("Clinic, 31 February 10:00", "en", "no such day", "Clinic", "date"),
        ("Clinique, le 31 février à 10h", "fr", "no such day", "Clinique", "date"),
        ("Clinic, Friday 26 November 15:00", "en", "another day of the week", "Clinic", "date"),
        ("Clinic, Thursday 25:00", "en", "no such hour", "Clinic", "time"),
        ("Clinic, Thursday 15:00 for 30h", "en", "eight hours", "Clinic", "minutes"),
        ("Clinic, Thursday 15:00 for 12 h", "en", "eight hours", "Clinic", "minutes"),
        ("Clinique, jeudi 15h pendant 30 h", "fr", "eight hours", "Clinique", "minutes"),
        ("Clinic, 15 January 2028 10:00", "en", "more than a year away", "Clinic", "date"),
        ("Clinic, Thursday", "en", "At what hour", "Clinic", "time"),
        ("Clinic tomorrow", "en", "At what hour", "Clinic", "time"),
        ("Clinic in 2 weeks", "en", "At what hour", "Clinic", "time"),
        ("Clinic, every Thursday", "en", "At what hour", "Clinic", "time"),
        ("Clinic, 2 days ago 15:00", "en", "“2 days ago”", "Clinic", "date"),
        ("Clinique, il y a 2 jours à 15h", "fr", "“il y a 2 jours”", "Clinique", "date"),
        ("Clinic, Monday or Thursday 15:00", "en", "“Monday or”", "Clinic", "date"),
        ("Clinic, Thursday 15:00 or Friday 16:00", "en", "“Thursday 15:00 or”", "Clinic", "date"),
        ("Clinic, February 10:00", "en", "“February”", "Clinic", "date"),
        ("Clinic, 31 10:00", "en", "“31”", "Clinic", "date"),
        ("Clinic every day 15:00", "en", "“every day”", "Clinic", "date"),
        ("Clinic weekly Thursday 15:00", "en", "“weekly”", "Clinic", "date"),
        ("Clinic, Thursday 15:00 EST", "en", "New York, Cancun", "Clinic", "zone"),
        ("Clinic, Thursday 15:00 IST", "en", "Kolkata, Jerusalem, Dublin", "Clinic", "zone"),
        ("Clinic, Thursday 15:00 Wakanda", "en", "“Wakanda”", "Clinic", "zone"),
        ("Thursday 15:00 Data clinic", "en", "“Data clinic”", "Data clinic", "zone"),
    ],
)
def test_a_time_that_cannot_be_met_is_asked_back_with_what_was_read(
    typed: str, locale: str, why: str, title: str, missing: str
) -> None:
    with pytest.raises(parsing.Unclear, match=re.escape(why)) as asked:
        parsing.read_asked(typed, "Africa/Nairobi", locale, MONDAY)
    assert (asked.value.asked.title, asked.value.missing) == (title, {missing})


@pytest.mark.parametrize(
    ("typed", "zone", "language"),
    [
        ("Clinic, Thursday 15:00 Kathmandu", "Asia/Kathmandu", ""),
        ("Clinic, Thursday 15:00 La Paz time", "America/La_Paz", ""),
        ("Clinic, 3pm Dar es Salaam on Thursday", "Africa/Dar_es_Salaam", ""),
        ("Clinique, jeudi 15h heure de Katmandou", "Asia/Kathmandu", ""),
        ("Clínica, jueves 15:00 hora de Nueva York", "America/New_York", ""),
        ("Clinic, Thursday 15:00 in Kenya", "Africa/Nairobi", ""),
        ("Clinic, Thursday 15:00 (SAST)", "Africa/Johannesburg", ""),
        ("Clinic, Thursday 15:00 WAT", "Africa/Lagos", ""),
        ("Clinic, Thursday 15:00 UTC", "UTC", ""),
        ("Clinic, Thursday 15:00 gmt", "UTC", ""),
        ("Clinic, Thursday 15:00 in French", "Asia/Tokyo", "fr"),
        ("Clinique, jeudi 15h en portugais", "Asia/Tokyo", "pt"),
        ("Clinic, Thursday 15:00 Nairobi in Swahili", "Africa/Nairobi", "sw"),
        ("Team Nairobi, Thursday 15:00", "Asia/Tokyo", ""),
        ("Clinic in French, Thursday 15:00", "Asia/Tokyo", ""),
    ],
)
def test_a_place_after_the_hour_says_whose_clock_it_is(typed: str, zone: str, language: str) -> None:
    asked = parsing.read_asked(typed, "Asia/Tokyo", "en", MONDAY)
    assert (asked.zone, asked.language, f"{asked.local:%a %H:%M}") == (zone, language, "Thu 15:00")


@pytest.mark.parametrize(
    ("typed", "title", "minutes"),
    [
        ("Review of the week, Thursday 15:00", "Review of the week", 0),
        ("Budget for December, Thursday 15:00-16:30", "Budget for December", 90),
        ("World Malaria Day, Thursday 15:00 to 16:00", "World Malaria Day", 60),
        ("How to figure it out Thursday 15:00 for an hour", "How to figure it out", 60),
        ("Part 2 Thursday 26 November 15:00 1h30", "Part 2", 90),
    ],
)
def test_words_of_a_title_that_could_be_a_times_stay_in_it(typed: str, title: str, minutes: int) -> None:
    asked = parsing.read_asked(typed, "Africa/Nairobi", "en", MONDAY)
    assert (asked.title, f"{asked.local:%d %H:%M}", asked.minutes) == (title, "26 15:00", minutes)


# Days that are over, or that there are none of, as people write them.
_OVER = st.integers(1, 700).map(lambda days: MONDAY - timedelta(days=days))
_NO_TIMES = st.one_of(
    _OVER.map(lambda at: f"{at:%d %B %Y}"),
    _OVER.map(lambda at: f"{at:%B %d, %Y}"),
    _OVER.map(lambda at: f"{at:%A} {at:%d %B %Y}"),
    _OVER.map(lambda at: f"{at:%Y-%m-%d}"),
    _OVER.map(lambda at: f"{at:%d/%m/%Y}"),
    st.sampled_from(["31 février", "le 30 février", "31 avril", "31 de abril", "30 de febrero", "31 de junho"]),
    st.sampled_from(["31 February", "February 30", "31/02", "2026-02-30", "June 31st", "31st of September"]),
    st.sampled_from(["yesterday", "the day before yesterday", "hier", "avant-hier", "ayer", "anteayer", "ontem"]),
    st.sampled_from(["last Monday", "lundi dernier", "el lunes pasado", "2 days ago", "hace 2 días", "há 2 dias"]),
)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60),
    _NO_TIMES,
    st.sampled_from(["15:00", "15h", "3 pm", "at 15:00", "15:00 Nairobi", "15:00 for 1h"]),
    st.sampled_from(["en-GB", "fr-FR", "es-ES", "pt-BR"]),
    st.sampled_from([", ", " "]),
)
def test_a_day_that_is_not_to_come_never_makes_a_huddle(
    title: str, day: str, hour: str, locale: str, between: str
) -> None:
    with pytest.raises(NotUnderstood):
        parsing.read_asked(f"{title}{between}{day} {hour}", "Africa/Nairobi", locale, MONDAY)


def test_a_title_is_read_whole_or_refused_with_its_limit() -> None:
    assert parsing.read_asked(f"{'a' * 150}, Thursday 15:00", "UTC", "en", MONDAY).title == "a" * 150
    with pytest.raises(NotUnderstood, match="at most 150 characters, this one has 151"):
        parsing.read_asked(f"{'a' * 151}, Thursday 15:00", "UTC", "en", MONDAY)


def test_a_form_with_a_longer_title_has_it_marked() -> None:
    plan = Plan(title="a" * 151, local=datetime(2026, 11, 26, 15), zone="UTC")
    with pytest.raises(NotUnderstood, match="at most 150 characters") as refused:
        service.first_time(plan, MONDAY)
    assert refused.value.field == "title"


def test_a_search_for_more_than_a_huddle_may_take_is_refused() -> None:
    for typed in ("10h tomorrow", "9 hours", "600 min next week", "2m"):
        with pytest.raises(NotUnderstood, match="from five minutes to eight hours"):
            parsing.read_search(typed, "UTC", "en", MONDAY)
    assert parsing.read_search("4h tomorrow", "UTC", "en", MONDAY).minutes == 240


@given(st.text(max_size=300))
def test_any_text_is_read_or_asked_back(typed: str) -> None:
    for read in (parsing.read_asked, parsing.read_search):
        with suppress(NotUnderstood):
            read(typed, "Asia/Kathmandu", "en", MONDAY)


def test_searches() -> None:
    week = parsing.read_search("45m next week", "Africa/Nairobi", "en", MONDAY)
    assert (week.minutes, week.begins) == (45, datetime(2026, 11, 29, 21, tzinfo=UTC))
    assert week.ends - week.begins == timedelta(days=7)
    assert parsing.read_search("1h", "Africa/Nairobi", "en", MONDAY).minutes == 60
    assert parsing.read_search("", "Africa/Nairobi", "en", MONDAY).minutes == 45
    french = parsing.read_search("30 min la semaine prochaine", "Africa/Dakar", "fr", MONDAY)
    assert (french.minutes, french.begins) == (30, datetime(2026, 11, 30, tzinfo=UTC))
    with pytest.raises(NotUnderstood):
        parsing.read_search("whenever", "Africa/Nairobi", "en", MONDAY)


@pytest.mark.parametrize("typed", ["tomorrow 15:00 for 2h", "45m Thursday 15:00", "45m friday morning"])
def test_a_search_never_drops_an_hour_that_was_typed(typed: str) -> None:
    with pytest.raises(NotUnderstood, match="leave it out"):
        parsing.read_search(typed, "UTC", "en", MONDAY)


@pytest.mark.parametrize(
    ("typed", "begins", "days"),
    [
        ("45m tomorrow", datetime(2026, 11, 24, tzinfo=UTC), 1),
        ("45m Thursday", datetime(2026, 11, 26, tzinfo=UTC), 1),
        ("45m 12 December", datetime(2026, 12, 12, tzinfo=UTC), 1),
        ("45m from Thursday", datetime(2026, 11, 26, tzinfo=UTC), 7),
        ("45m", datetime(2026, 11, 24, tzinfo=UTC), 7),
        ("45m in 2 weeks", datetime(2026, 12, 7, tzinfo=UTC), 7),
    ],
)
def test_a_search_keeps_to_the_day_that_was_named(typed: str, begins: datetime, days: int) -> None:
    search = parsing.read_search(typed, "UTC", "en", MONDAY)
    assert (search.begins, search.ends - search.begins) == (begins, timedelta(days=days))


def test_a_search_of_today_goes_from_now_to_midnight() -> None:
    search = parsing.read_search("45m today", "UTC", "en", MONDAY)
    assert (search.begins, search.ends) == (MONDAY, datetime(2026, 11, 24, tzinfo=UTC))
