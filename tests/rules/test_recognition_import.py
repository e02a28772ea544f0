"""Reading other tools' recognition logs: columns, lines, keys, and every problem with its line."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ImportProblems, NotUnderstood
from app.thanks.import_columns import wishes
from app.thanks.import_dates import Dates
from app.thanks.import_matching import Matched, Places, Room, match, told_once
from app.thanks.import_parsing import Sheet, read, slugs
from app.thanks.import_people import People
from app.thanks.policy import DEFAULT
from tests.rules.import_cast import ANA, EVERYBODY, GRACE, JOAO, NAIROBI

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACES = Places(
    {"malaria": 1, "tb & hiv": 2, "tbhiv": 2},
    [Room("C0MALARIA1", "cop-malaria", False, 1), Room("G0LEADS001", "leads", True, 2)],
)


def sheet(text: str | bytes, *maps: str, order: str = "") -> Sheet:
    data = text if isinstance(text, bytes) else text.encode()
    return read(data, wished=wishes(maps), dates=Dates(NAIROBI, order), values=DEFAULT.values, now=NOW)


def matched(text: str, *maps: str, aliases: dict[str, str] | None = None, emails: bool = True) -> Matched:
    found = sheet(text, *maps)
    assert found.problems == ()
    return match(found.lines, People(EVERYBODY, aliases or {}, emails_known=emails), PLACES)


def said(text: str | bytes, *maps: str) -> str:
    with pytest.raises(ImportProblems) as caught:
        sheet(text, *maps)
    return caught.value.message


HEADER = "date,from,to,message\n"
LINE = "2026-05-31 14:30,ana,joao,the brief\n"


@pytest.mark.parametrize(
    "text",
    [
        "Date,Giver,Receiver,Message,Channel,Tag\n2026-05-31 14:30:00,ana,joao,the brief,#cop-malaria,#sharing\n",
        "created_at;giver_email;receiver_email;reason;hashtags;amount\n"
        "2026-05-31 11:30:00 UTC;ana@example.org;joao@example.org;the brief;#sharing;10\n",
        "Timestamp\tFrom\tTo\tComment\tValue\tCommunity\n"
        "1780227000\t<@U0ANA00003>\t@joao\tthe brief\tSharing\tmalaria\n",
        "\ufeffsep=;\nWhen;Sender ID;Sender Name;Recipient Name;Text;Core Value\n"
        '"May 31, 2026 2:30 PM";991;Ana Lucía Quispe;"Macuácua, João";the brief;sharing\n',
    ],
)
def test_files_of_several_tools_say_the_same(text: str) -> None:
    found = matched(text, aliases={"macuácua, joão": JOAO.slack_id})
    assert found.problems == ()
    (one,) = found.given
    assert (one.giver, one.people) == (ANA.slack_id, (JOAO.slack_id,))
    assert one.line.when == datetime(2026, 5, 31, 11, 30, tzinfo=UTC)
    assert (one.line.reason, one.line.value) == ("the brief", "sharing")
    assert one.community_id in (1, None)


def test_columns_are_named_where_their_titles_say_nothing() -> None:
    text = "Wann,Von,An,Was,Nr\n2026-05-31,ana,joao,the brief,7\n"
    assert "line 1, date: No column has the date" in said(text)
    assert '--map "Column=giver"' in said(text) and "Wann, Von, An, Was, Nr" in said(text)
    found = sheet(text, "Wann=date", "von=giver", "An=Recipient", "Was=reason")
    assert found.columns.unused == ("Nr",)
    assert found.lines[0].reason == "the brief"
    ignored = sheet("date,from,to,message,status\n2026-05-31,ana,joao,x,approved\n", "status=")
    assert ignored.lines[0].status == "counted"
    assert "none of counted" in str(sheet("date,from,to,status\n2026-05-31,ana,joao,approved\n").problems[0])
    assert "names the column 'wan'" in said(text, "wan=date")
    assert "two columns with this title" in said("date,from,to,From\n2026-05-31,ana,joao,x\n")
    for wrong, hint in (
        ("a=recipent", "Did you mean recipient"),
        ("a=b", "There are: date"),
        ("date", "Column=field"),
    ):
        with pytest.raises(NotUnderstood, match=hint):
            wishes([wrong])


def test_the_best_source_speaks_and_the_next_one_where_it_is_silent() -> None:
    text = "date,giver_id,giver_email,giver_name,to\n2026-05-31,4711,,Ana Lucía Quispe,joao\n"
    assert sheet(text).lines[0].giver == "Ana Lucía Quispe"
    assert sheet(text.replace("4711,,", "4711,a@b.org,")).lines[0].giver == "a@b.org"
    assert sheet(text.replace("4711,,", f"{ANA.slack_id},a@b.org,")).lines[0].giver == ANA.slack_id
    assert sheet("date,giver_id,to\n2026-05-31,4711,joao\n").lines[0].giver == "4711", "an error tells of it later"


def test_every_problem_is_told_once_with_its_lines() -> None:
    text = (
        "date,from,to,message,community\n"
        "01/02/2026,ana,joao,x,\n"
        ",ana,joao,x,\n"
        "2026-05-31,,joao,x,\n"
        "2027-05-31,ana,joao,x,\n"
        '2026-05-31,ana,"joao",x,,more\n'
        '2026-05-31,ana,joao,"two\nlines",\n'
        "yesterday,ana,,x,\n"
    )
    found = sheet(text)
    assert [(one.line, one.field) for one in found.problems] == [
        (2, "date"),
        (3, "date"),
        (4, "giver"),
        (5, "date"),
        (6, ""),
        (9, "date"),
        (9, "recipient"),
    ]
    assert "has not come yet" in found.problems[3].message
    assert [one.at for one in found.lines if one.sound] == [7]
    also = match(found.lines, People((JOAO,), {}, emails_known=True), PLACES)
    assert (also.problems[0].line, also.problems[0].field) == (2, "giver"), "a bad date hides no stranger"
    assert also.given == ()
    lines = "".join(f"2026-05-{day:02d},Anna,joao,x,\n" for day in range(1, 21))
    wrong = matched("date,from,to,message,community\n" + lines + "2026-05-31,ana,ana,x,malria\n").problems
    assert [(one.line, one.field) for one in wrong] == [(2, "giver"), (22, "recipient"), (22, "community")]
    assert "Also on lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 9 more." in wrong[0].message
    assert "Nobody thanks themselves" in wrong[1].message
    assert "Did you mean malaria?" in wrong[2].message
    assert told_once(()) == ()


def test_files_that_cannot_be_read_say_how_to_save_them() -> None:
    assert "CSV UTF-8" in said((HEADER + "2026-05-31,ana,João,x\n").encode("cp1252"))
    assert "line 2" in said((HEADER + "2026-05-31,ana,João,x\n").encode("cp1252"))
    assert "UTF-16" in said((HEADER + LINE).encode("utf-16"))
    assert "never closed" in said(HEADER + '2026-05-31,ana,"joao,x\n')
    assert "The file is empty" in said("\n\n")
    assert "nothing below" in said(HEADER)
    assert "control character" in said(HEADER + "2026-05-31,ana,jo\x00ao,x\n")
    assert "larger than 50 MB" in said(b"x" * 50_000_001)


def test_values_places_and_signs_are_read_as_they_are_meant() -> None:
    assert slugs("#Sharing #team-work") == ["sharing", "team-work"]
    assert slugs("Team Player, Sharing") == ["team-player", "sharing"]
    assert slugs("＃partage; #Équipe") == ["partage", "équipe"]
    assert slugs(" , ") == []
    rows = [
        ["2026-05-31", "'@ana", "joao", "'=HYPERLINK(1)", "#other #sharing", "#cop-malaria", "", "", ""],
        ["2026-05-31", "ana", "joao", "'tis fine", "", "<#G0LEADS001|leads>", "", "", ""],
        ["2026-05-31", "ana", "joao", "long " * 300, "", "random", "", "not_counted", ""],
        ["2026-05-31", "ana", "joao", "", "", "#random", "TB & HIV", "withdrawn", ""],
        ["2026-05-31", "ana", "joao", "", "", "C0MALARIA1", "TB & HIV", "counted", "yes"],
    ]
    out = io.StringIO()
    csv.writer(out).writerows(
        [["date", "from", "to", "reason", "tags", "channel", "community", "status", "private"], *rows]
    )
    found = sheet(out.getvalue())
    assert (found.shortened, found.withdrawn, found.several_values) == (1, 1, 1)
    done = match(found.lines, People(EVERYBODY, {}, emails_known=True), PLACES)
    assert done.problems == () and done.elsewhere == {"random": 1}
    assert [(one.community_id, one.channel_id, one.channel_kind) for one in done.given] == [
        (1, "C0MALARIA1", "public"),
        (2, "G0LEADS001", "private"),
        (None, "", ""),
        (2, "C0MALARIA1", "private"),
    ]
    reasons = [one.line.reason for one in done.given]
    assert reasons[:2] == ["=HYPERLINK(1)", "'tis fine"]
    assert len(reasons[2]) == 1000 and reasons[2].endswith("…")
    assert done.given[0].line.value == "sharing", "the workspace's own value rather than the first"


def test_lines_of_one_id_are_one_thank_you_and_equal_lines_without_one_are_two() -> None:
    with_ids = (
        "id,date,from,to,message\n7,2026-05-31,ana,joao,x\n8,2026-05-31,ana,joao,x\n7,2026-05-31,ana,U0GRACE004,x\n"
    )
    seven, eight = matched(with_ids + "7,2026-05-31,ana,joao,x\n").given
    assert (seven.people, eight.people) == ((JOAO.slack_id, GRACE.slack_id), (JOAO.slack_id,))
    wrong = matched(with_ids + "7,2026-06-01,ana,joao,x\n").problems
    assert [(one.line, one.field) for one in wrong] == [(5, "id")] and "Line 2 has the same id" in wrong[0].message
    twice = matched(HEADER + LINE + LINE).given
    assert len({one.key for one in twice}) == 2
    assert [one.key for one in matched(HEADER + LINE + LINE).given] == [one.key for one in twice]


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.randoms())
def test_keys_do_not_depend_on_columns_writing_or_order(messages: list[str], random: Any) -> None:
    plain = [("2026-05-31 14:30", "ana", "joao; U0GRACE004", one) for one in messages]
    other = [("2026-05-31T11:30:00Z", "ANA@example.org", f"{GRACE.slack_id}|@joao", one) for one in messages]
    random.shuffle(other)

    def keys(header: list[str], rows: list[tuple[str, ...]]) -> list[str]:
        out = io.StringIO()
        csv.writer(out, delimiter=random.choice(",;\t")).writerows([header, *rows])
        return sorted(one.key for one in matched(out.getvalue()).given)

    if messages:
        first = keys(["date", "from", "to", "message"], plain)
        assert first == keys(["Created At", "Sender", "Recipients", "Comment"], other)
        assert len(set(first)) == len(messages)
        assert all(len(key) <= 64 for key in first)


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.binary(max_size=80))
def test_nothing_in_a_file_breaks_the_reading(cells: str, noise: bytes) -> None:
    for data in ((HEADER + LINE + cells).encode(), noise, HEADER.encode() + noise):
        try:
            found = sheet(data)
        except ImportProblems as error:
            assert all(one.line >= 1 and one.message for one in error.problems)
        else:
            done = match(found.lines, People(EVERYBODY, {}, emails_known=True), PLACES)
            assert all(one.line >= 1 for one in (*found.problems, *done.problems))


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)] * 2),
        min_size=1,
    )
)
def test_reasons_come_through_any_separator_and_quoting(cells: list[tuple[str, str]]) -> None:
    for delimiter in ",;\t":
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow(["date", "from", "to", "message", "extra"])
        writer.writerows([["2026-05-31", "ana", "joao", f"for {reason}", extra] for reason, extra in cells])
        found = sheet(out.getvalue())
        assert found.problems == ()
        assert len(found.lines) == len(cells)
        assert all(one.reason.startswith("for") for one in found.lines)
