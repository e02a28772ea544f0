"""Moments as people write them in four languages, and the hours that daylight saving skips or doubles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotUnderstood
from app.i18n import Reader
from app.when import Unmet, at_wall, read_moment, told

# A Monday, 17:45 in Kathmandu (+5:45).
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KATHMANDU = "Asia/Kathmandu"

READ = {
    "en": {
        "Friday 17:00": "2026-11-27 17:00",
        "by Fri 5 pm": "2026-11-27 17:00",
        "Friday 17.30": "2026-11-27 17:30",
        "next Tuesday at 9am": "2026-11-24 09:00",
        "Monday 8am": "2026-11-30 08:00",
        "in 2 weeks": "2026-12-07 17:45",
        "2d": "2026-11-25 17:45",
        "in 2 days at 9": "2026-11-25 09:00",
        "3h": "2026-11-23 20:45",
        "1h30": "2026-11-23 19:15",
        "in half an hour": "2026-11-23 18:15",
        "in a month": "2026-12-23 17:45",
        "tomorrow at noon": "2026-11-24 12:00",
        "tonight at 8": "2026-11-23 20:00",
        "the day after tomorrow, 10:15": "2026-11-25 10:15",
        "17:00": "2026-11-24 17:00",
        "18:00": "2026-11-23 18:00",
        "March 12th, 10 am": "2027-03-12 10:00",
        "12 March 2027 at 12 a.m.": "2027-03-12 00:00",
        "2026-12-01T10:00": "2026-12-01 10:00",
        "midnight": "2026-11-24 00:00",
        "Friday 27 November 10:00": "2026-11-27 10:00",
        "Tomorrow, Tuesday, 9:00": "2026-11-24 09:00",
        "27-11-2026 10:00": "2026-11-27 10:00",
        "11/27/2026 10:00": "2026-11-27 10:00",
    },
    "fr": {
        "vendredi 17h": "2026-11-27 17:00",
        "vendredi à 17h30": "2026-11-27 17:30",
        "vendredi prochain à 14h": "2026-11-27 14:00",
        "dans 2 semaines": "2026-12-07 17:45",
        "demain 9 heures": "2026-11-24 09:00",
        "demain à 5 heures du soir": "2026-11-24 17:00",
        "après-demain à midi": "2026-11-25 12:00",
        "aujourd’hui 18h": "2026-11-23 18:00",
        "ce soir": "2026-11-23 20:00",
        "le 1er décembre à 10h": "2026-12-01 10:00",
        "le 12 mars à 10h": "2027-03-12 10:00",
        "mar. 10h": "2026-11-24 10:00",
        "dans une heure": "2026-11-23 18:45",
    },
    "es": {
        "el viernes a las 5 de la tarde": "2026-11-27 17:00",
        "el próximo martes a las 9:00": "2026-11-24 09:00",
        "mañana por la mañana": "2026-11-24 09:00",
        "mañana a las 9 de la mañana": "2026-11-24 09:00",
        "pasado mañana, 10h": "2026-11-25 10:00",
        "dentro de 2 semanas": "2026-12-07 17:45",
        "hoy a las 18h": "2026-11-23 18:00",
        "12 de marzo de 2027 a las 10:00": "2027-03-12 10:00",
        "miércoles al mediodía": "2026-11-25 12:00",
        "en 3 días": "2026-11-26 17:45",
    },
    "pt": {
        "sexta às 17h": "2026-11-27 17:00",
        "sexta-feira 17:00": "2026-11-27 17:00",
        "na próxima segunda-feira às 9h": "2026-11-30 09:00",
        "segunda feira 9h": "2026-11-30 09:00",
        "amanhã às 9h": "2026-11-24 09:00",
        "depois de amanhã ao meio-dia": "2026-11-25 12:00",
        "daqui a 2 semanas": "2026-12-07 17:45",
        "sábado às 5 da tarde": "2026-11-28 17:00",
        "12 de março às 10h": "2027-03-12 10:00",
        "daqui a uma hora": "2026-11-23 18:45",
    },
}
CASES = [(language, text, wall) for language, rows in READ.items() for text, wall in rows.items()]


@pytest.mark.parametrize(("language", "text", "wall"), CASES)
def test_what_people_write_is_read_on_their_own_clock(language: str, text: str, wall: str) -> None:
    moment = read_moment(text, KATHMANDU, language, NOW)
    assert f"{moment.local:%Y-%m-%d %H:%M}" == wall
    assert not moment.day_only


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("Friday", "en-GB", "2026-11-27"),
        ("next week", "en-GB", "2026-11-30"),
        ("December 5", "en-GB", "2026-12-05"),
        ("30/12/2026", "en-GB", "2026-12-30"),
        ("12/30/2026", "en-US", "2026-12-30"),
        ("12/12", "en-GB", "2026-12-12"),
        ("29 February", "en-GB", "2028-02-29"),
        ("lundi prochain", "fr-FR", "2026-11-30"),
        ("la semana que viene", "es-LA", "2026-11-30"),
        ("terça", "pt-BR", "2026-11-24"),
    ],
)
def test_a_day_without_an_hour_says_so(text: str, locale: str, day: str) -> None:
    moment = read_moment(text, KATHMANDU, locale, NOW)
    assert (f"{moment.local:%Y-%m-%d %H:%M}", moment.day_only) == (f"{day} 17:00", True)


def test_a_language_that_is_not_the_persons_own_is_read_too() -> None:
    assert read_moment("vendredi 17h", KATHMANDU, "en-GB", NOW) == read_moment("Friday 17:00", KATHMANDU, "sw", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "Friday or Saturday",
        "in 2 bananas",
        "17",
        "-2d",
        "Friday 17:00 sharpish",
    ],
)
def test_what_is_not_understood_whole_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(NotUnderstood, match="as a time") as refused:
        read_moment(text, KATHMANDU, "en", NOW, field="close")
    assert refused.value.field == "close"


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("31 April", None, None),
        ("le 31 février à 10h", None, "10:00"),
        ("31/02/2027", None, None),
        ("31-02-2027 10:00", None, "10:00"),
        ("Friday 25:00", "2026-11-27", None),
        ("Friday 26 November 15:00", None, "15:00"),
    ],
)
def test_a_day_or_hour_that_does_not_exist_is_named(text: str, day: str | None, clock: str | None) -> None:
    with pytest.raises(Unmet, match=f"“{text}” does not exist") as refused:
        read_moment(text, KATHMANDU, "en", NOW, field="close")
    assert refused.value.field == "close"
    assert (str(refused.value.day), str(refused.value.clock)[:5]) == (str(day), str(clock))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 17:45",
        "2020-01-01",
        "today 9:00",
        "this morning at 9",
        "yesterday 15:00",
        "the day before yesterday",
        "last Friday 10:00",
        "hier 15h",
        "avant-hier à 15h",
        "vendredi dernier 10h",
        "ce matin 9h",
        "ayer a las 15:00",
        "el viernes pasado a las 10:00",
        "ontem às 15h",
        "sexta-feira passada às 10h",
    ],
)
def test_what_is_over_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="is over"):
        read_moment(text, KATHMANDU, "en", NOW)


def test_what_is_too_far_away_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="too far"):
        read_moment("2035-01-01 10:00", KATHMANDU, "en", NOW)


def test_words_that_come_back_in_an_answer_are_harmless() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_moment("<!channel> *now*", KATHMANDU, "en", NOW)
    assert not set("<>*") & set(refused.value.message)


def test_a_skipped_hour_is_read_an_hour_later_and_a_doubled_one_is_the_first() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    skipped = read_moment("tomorrow 02:30", "Europe/Paris", "en", before)
    assert skipped.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert f"{skipped.local:%H:%M}" == "03:30"
    doubled = read_moment("tomorrow 02:30", "Europe/Paris", "en", datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert doubled.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_days_keep_the_hour_on_the_wall_and_hours_pass_by_the_clock() -> None:
    friday = datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert f"{read_moment('in 3 days', 'Europe/Paris', 'en', friday).local:%H:%M}" == "18:00"
    assert read_moment("in 72 hours", "Europe/Paris", "en", friday).at == friday + timedelta(hours=72)


def test_a_moment_is_told_with_its_zone() -> None:
    at = read_moment("Friday 17:00", KATHMANDU, "en", NOW).at
    assert told(at, KATHMANDU, Reader("en-GB")) == "Friday, 27 November 2026, 17:00 (Asia/Kathmandu, UTC+05:45)"
    assert told(at, "America/La_Paz", Reader("en-GB")).endswith("07:15 (America/La Paz, UTC-04:00)")
    assert told(at, KATHMANDU, Reader("fr-FR")).startswith("vendredi 27 novembre 2026, 17:00")
    assert told(at, KATHMANDU, Reader("sw-KE")).startswith("Friday, 27 November 2026, 17:00")


ZONES = st.sampled_from([KATHMANDU, "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
INSTANTS = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(INSTANTS, ZONES, st.integers(1, 500))
def test_a_moment_written_out_in_full_is_read_as_it_was_meant(now: datetime, zone: str, hours: int) -> None:
    meant = (now + timedelta(hours=hours)).replace(second=0, microsecond=0)
    wall = meant.astimezone(ZoneInfo(zone))
    if at_wall(wall.replace(tzinfo=None), zone) <= now:
        return
    read = read_moment(f"{wall:%Y-%m-%d %H:%M}", zone, "en", now)
    assert read.local.replace(tzinfo=None) == wall.replace(tzinfo=None, fold=0)
    assert read.at in (meant, meant - timedelta(hours=1), meant - timedelta(minutes=30))


@given(st.text(max_size=60), ZONES, st.sampled_from(["en", "en-US", "fr", "es", "pt", "xx", ""]))
def test_no_text_breaks_it(text: str, zone: str, locale: str) -> None:
    try:
        assert read_moment(text, zone, locale, NOW).at > NOW
    except NotUnderstood as refused:
        assert refused.message


@pytest.mark.parametrize(("text", "locale"), [("3/4", "en-GB"), ("3/4 15:00", "en-US"), ("04/03/2027", "fr-FR")])
def test_a_date_that_people_read_as_two_is_never_guessed(text: str, locale: str) -> None:
    with pytest.raises(NotUnderstood, match="two dates"):
        read_moment(text, KATHMANDU, locale, NOW)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        # Monday, 17:45 in Kathmandu.
        ("Monday 18:00", "2026-11-23 18:00"),
        ("Monday 17:00", "2026-11-30 17:00"),
        ("Monday", "2026-11-30 17:00"),
        ("this Monday 18:00", "2026-11-23 18:00"),
        ("next Monday 18:00", "2026-11-30 18:00"),
        ("lundi 18h", "2026-11-23 18:00"),
        ("lundi prochain 18h", "2026-11-30 18:00"),
        ("el lunes que viene 18:00", "2026-11-30 18:00"),
    ],
)
def test_the_weekday_of_today_is_today_as_long_as_its_hour_is_to_come(text: str, wall: str) -> None:
    assert f"{read_moment(text, KATHMANDU, 'en', NOW).local:%Y-%m-%d %H:%M}" == wall


def test_a_time_that_is_over_is_told_in_the_readers_words() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_moment("yesterday 15:00", KATHMANDU, "en", NOW)
    assert "would be Sunday, 22 November 2026, 15:00, which is over" in refused.value.message
