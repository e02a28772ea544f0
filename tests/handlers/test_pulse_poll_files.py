"""A picture and a table of the results, to the one who asks."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from PIL import Image

from app.polls import picture
from app.polls.picture import Chart, Row
from tests.house import House
from tests.polling import make, says, vote


async def test_picture_and_table_come_by_direct_message_once_results_may_be_seen(house: House) -> None:
    message = await make(house, '"Useful?" "=Very" "Not" --results close')
    for person, number in (("mateo", 1), ("neema", 1), ("ana", 2)):
        await vote(house, message, person, number)
    await says(house, "3 people voted")
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_picture")
    assert "cannot be seen yet" in house.slack.shown(house.slack.view("claire"))
    house.slack.workspace.modals.clear("U0CLAIRE08")
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_close")
    await says(house, "Closed")
    await house.slack.click(house.slack.view("claire"), "poll_picture")
    await house.slack.click(house.slack.view("claire"), "poll_file")
    sent = await house.slack.submit(house.slack.view("claire"), {})
    assert "comes in a direct message" in house.slack.shown(house.slack.view("claire"))
    await house.slack.again(sent)
    await house.slack.until(lambda: len(_files(house)) == 3)
    found = {one.name: one for one in _files(house)}
    shown = Image.open(BytesIO(found["poll.png"].content))
    assert (shown.format, shown.width) == ("PNG", 1000)
    (asked,) = [
        one.args for one in house.slack.calls("files.getUploadURLExternal") if one.args["filename"] == "poll.png"
    ]
    assert "=Very: 2 · 67%. Not: 1 · 33%. 3 people voted" in asked["alt_txt"]
    table = list(csv.DictReader(StringIO(found["poll.csv"].content.decode("utf-8-sig"))))
    assert [(one["kind"], one["option"], one["votes"], one["voter"]) for one in table] == [
        ("option", "'=Very", "2", ""),
        ("option", "Not", "1", ""),
        ("vote", "'=Very", "", "U0MATEO009"),
        ("vote", "'=Very", "", "U0NEEMA007"),
        ("vote", "Not", "", "U0ANA00003"),
    ]
    sheet = openpyxl.load_workbook(BytesIO(found["poll.xlsx"].content)).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[1][2:5] == ("=Very", 2, 0.6667)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


async def test_headers_are_stable_english_or_in_the_language_one_asks_for(house: House) -> None:
    message = await make(house, '"Useful?" "+Very" "Not"')
    await vote(house, message, "mateo", 1)
    await says(house, "1 person voted")
    english = ["kind", "question", "option", "votes", "share", "points", "voter", "answer"]
    french = [
        "Nature",
        "Question posée",
        "Choix",
        "Votes",
        "Part",
        "Points",
        "Votant (identifiant Slack)",
        "Réponse libre",
    ]
    for wish, mark, headers in (
        ({}, True, english),
        ({"also": []}, False, english),
        ({"language": "fr"}, True, french),
        ({"language": "fr", "also": []}, False, french),
    ):
        before = {one.id for one in _files(house)}
        house.slack.workspace.modals.clear("U0CLAIRE08")
        await house.slack.click(message, "poll_manage", person="claire")
        await house.slack.click(house.slack.view("claire"), "poll_file")
        await house.slack.submit(house.slack.view("claire"), wish)
        await house.slack.until(lambda old=before: len(_files(house)) == len(old) + 2)
        found = {one.name: one.content for one in _files(house) if one.id not in before}
        assert found["poll.csv"].startswith(b"\xef\xbb\xbf") is mark
        lines = list(csv.reader(StringIO(found["poll.csv"].decode("utf-8-sig"))))
        sheet = openpyxl.load_workbook(BytesIO(found["poll.xlsx"])).worksheets[0]
        assert lines[0] == [cell.value for cell in sheet[1]] == headers
        # What people typed is text in both, and what programs read stays as it is.
        assert lines[1][:3] == ["option", "Useful?", "'+Very"]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


async def test_a_file_is_not_asked_for_before_results_may_be_seen(house: House) -> None:
    message = await make(house, '"Useful?" "Very" "Not" --results close')
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_file")
    assert "cannot be seen yet" in house.slack.shown(house.slack.view("claire"))


def _files(house: House) -> list[Any]:
    return [one for one in house.slack.workspace.files.values() if one.content]


def test_a_picture_is_dark_on_light_and_grows_with_what_is_in_it() -> None:
    rows = tuple(Row(f"Option {number} " + "wörds " * number, number / 12, f"{number}") for number in range(13))
    small = Image.open(BytesIO(picture.draw("Q?", (Chart("Q?", rows[:2]),), "foot")))
    large = Image.open(BytesIO(picture.draw("Q? " * 200, (Chart("Other", rows, "note"),), "foot")))
    assert large.height > 3 * small.height
    grey = large.convert("L").getcolors(1000)
    assert grey is not None
    used = [shade for number, shade in grey if number > large.width * large.height / 50]
    assert max(used) - min(used) > 150
