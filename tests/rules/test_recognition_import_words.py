"""Single cells of other tools' logs: moments and people, read as they are meant or refused with the way out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotUnderstood
from app.thanks.import_dates import Dates
from app.thanks.import_people import Candidate, People
from tests.rules.import_cast import ANA, EVERYBODY, GRACE, JOAO, NAIROBI

UTC_NOON = datetime(2026, 5, 31, 12, tzinfo=UTC)
BEGIN, END = (datetime(year, 1, 2) for year in (2000, 2100))  # noqa: DTZ001 - hypothesis adds the zones


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-31T12:00:00Z", UTC_NOON),
        ("2026-05-31 12:00:00 UTC", UTC_NOON),
        ("2026-05-31T15:00:00.000+03:00", UTC_NOON),
        ("2026-05-31 07:00:00 -0500", UTC_NOON),
        ("2026/05/31 15:00", UTC_NOON),
        ("2026-5-31 3:00 pm", UTC_NOON),
        ("31.05.2026 15:00", UTC_NOON),
        ("31/5/2026, 15:00:00", UTC_NOON),
        ("05/31/2026 3:00 PM", UTC_NOON),
        ("Sun, 31 May 2026 12:00:00 GMT", UTC_NOON),
        ("May 31st, 2026 at 3:00 p.m.", UTC_NOON),
        ("31-May-2026 15:00", UTC_NOON),
        ("1780228800", UTC_NOON),
        ("1780228800000", UTC_NOON),
        ("1780228800.000200", UTC_NOON + timedelta(microseconds=200)),
        ("2026-05-31", datetime(2026, 5, 31, 9, tzinfo=UTC)),
        ("05/05/2026", datetime(2026, 5, 5, 9, tzinfo=UTC)),
        ("12:30 am", None),
        ("2026-05-31 12:00 am", datetime(2026, 5, 30, 21, tzinfo=UTC)),
        ("2026-05-31 12:00 pm", datetime(2026, 5, 31, 9, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_tools_write_them(text: str, moment: datetime | None) -> None:
    if moment is None:
        with pytest.raises(NotUnderstood):
            Dates(NAIROBI).read(text)
    else:
        assert Dates(NAIROBI).read(text) == moment


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("01/02/2026", "--date-format DMY when the day comes first"),
        ("01.02.2026 14:30", "--date-format MDY"),
        ("31/02/2026", "no day or time that there is"),
        ("2026-02-30", "no day or time that there is"),
        ("2026-05-31 25:00", "no day or time that there is"),
        ("2026-05-31 13:00 pm", "no day or time that there is"),
        ("31 Mai 2026", "no day or time that there is"),
        ("1026-05-31", "no day or time that there is"),
        ("0000000001", "no day or time that there is"),
        ("46173.6", "Format the column as a date"),
        ("31/05/26", "2026-05-31 14:30"),
        ("yesterday", "2026-05-31 14:30"),
        ("2026-05-31 14:30 EST", "2026-05-31 14:30"),
        ("٢٠٢٦-٠٥-٣١", "2026-05-31 14:30"),
    ],
)
def test_a_date_that_is_not_certain_is_refused_with_the_way_out(text: str, way_out: str) -> None:
    with pytest.raises(NotUnderstood, match=way_out):
        Dates(NAIROBI).read(text)


def test_the_order_of_day_and_month_is_as_somebody_said() -> None:
    assert Dates(UTC, "DMY").read("01/02/2026") == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert Dates(UTC, "MDY").read("01/02/2026") == datetime(2026, 1, 2, 12, tzinfo=UTC)
    with pytest.raises(NotUnderstood):
        Dates(UTC, "MDY").read("31/05/2026")


@given(
    st.datetimes(BEGIN, END, timezones=st.timezones(), allow_imaginary=False),
    st.sampled_from(
        ["%Y-%m-%dT%H:%M:%S%z", "%d %b %Y %H:%M:%S %z", "%Y/%m/%d %I:%M:%S %p %z", "%B %d, %Y %H:%M:%S %z"]
    ),
)
def test_what_was_written_is_what_is_read(moment: datetime, form: str) -> None:
    offset = moment.utcoffset()
    assert offset is not None
    if offset.seconds % 60:
        return
    written = moment.replace(microsecond=0)
    instant = written.astimezone(UTC)
    assert Dates(NAIROBI).read(written.strftime(form)) == instant
    assert Dates(NAIROBI).read(instant.isoformat()) == instant
    if not written.fold:
        # Without the offset it is of the zone that was said.
        assert Dates(written.tzinfo or UTC).read(written.strftime("%Y-%m-%d %H:%M:%S")) == instant


@given(st.text(max_size=30) | st.from_regex(r"[\d/.:, apmTZ+-]{1,25}"))
def test_nothing_typed_as_a_date_breaks_the_reading(text: str) -> None:
    for order in ("", "DMY", "MDY"):
        try:
            assert Dates(NAIROBI, order).read(text).tzinfo is UTC
        except NotUnderstood as error:
            assert error.message.endswith(".")


def test_somebody_is_found_by_id_address_or_a_name_of_their_own_and_never_guessed() -> None:
    people = People(EVERYBODY, {"The Old One": GRACE.slack_id}, emails_known=True)
    for text, who in (
        ("U0ANA00003", ANA),
        ("<@U0ANA00003|ana>", ANA),
        ("ANA@Example.org", ANA),
        ("Somebody <ana@example.org>", ANA),
        ("@ana", ANA),
        ("  ana  lucía QUISPE ", ANA),
        ("Ana Luci\u0301a Quispe", ANA),
        ("the old one", GRACE),
    ):
        assert people.one(text).slack_id == who.slack_id, text
    for text, hint in (
        ("Ana Lucia Quispe", r"Did you mean Ana Lucía Quispe \(U0ANA00003\)\?"),
        ("Anna", 'say --person "Anna=U…"'),
        ("Grace Banda", r"any of: Grace Banda \(U0GRACE004, has left\), grace banda \(U0GRACE005\)"),
        ("joao@elsewhere.org", "Did you mean João Macuácua"),
        ("<@U0NOBODY01>", "nobody here with the id U0NOBODY01"),
        ("Helper", "is a bot"),
        ("gone@example.org", "asked to be forgotten"),
        ("U0GONE0001", "asked to be forgotten"),
        ("Zzyzx Qwq", "name of nobody here. Write the member id"),
    ):
        with pytest.raises(NotUnderstood, match=hint):
            people.one(text)
    with pytest.raises(NotUnderstood, match="SLACK_BOT_TOKEN is not set"):
        People(EVERYBODY, {}, emails_known=False).one("nobody@example.org")


@pytest.mark.parametrize(
    "cell",
    ["ana; joao", "ana,joao", "ana | João Macuácua", "<@U0ANA00003> <@U0JOAO0002|j>", "ana\njoao", "ana, joao; ana"],
)
def test_several_people_stand_in_one_cell(cell: str) -> None:
    people = People((ANA, JOAO, Candidate("U0BIN00001", ("Quispe, Ana",))), {}, emails_known=True)
    assert [one.slack_id for one in people.all_of(cell)] == [ANA.slack_id, JOAO.slack_id]
    assert [one.slack_id for one in people.all_of("Quispe, Ana")] == ["U0BIN00001"]
