"""A picture and a table of the results, to the one who asks."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from PIL import Image

from app.polls import picture
from app.polls.files import filename
from app.polls.picture import Chart, Row
from tests.house import House, a_house
from tests.polling import make, says, the_poll, vote


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
    # That is said in the tools, which stay.
    tools = house.slack.view("claire")
    assert "comes in a direct message" in house.slack.shown(tools)
    assert "poll_file" in house.slack.actions(tools) and tools.previous_id == ""
    assert tools.payload["close"]["text"] == "Back to Slack"
    await house.slack.again(sent)
    await house.slack.until(lambda: len(_files(house)) == 3)
    found = {one.name: one for one in _files(house)}
    day = (await the_poll(house)).created_at.astimezone(ZoneInfo("Europe/London")).date()
    shown = Image.open(BytesIO(found[f"useful-{day}.png"].content))
    assert (shown.format, shown.width) == ("PNG", 1000)
    (asked,) = [
        one.args
        for one in house.slack.calls("files.getUploadURLExternal")
        if one.args["filename"] == f"useful-{day}.png"
    ]
    assert "=Very: 2 · 67%. Not: 1 · 33%. 3 people voted" in asked["alt_txt"]
    table = list(csv.DictReader(StringIO(found[f"useful-{day}.csv"].content.decode("utf-8-sig"))))
    assert [(one["kind"], one["option"], one["votes"], one["voter"], one["voter_name"]) for one in table] == [
        ("option", "'=Very", "2", "", ""),
        ("option", "Not", "1", "", ""),
        ("vote", "'=Very", "", "U0MATEO009", "Mateo"),
        ("vote", "'=Very", "", "U0NEEMA007", "Neema"),
        ("vote", "Not", "", "U0ANA00003", "Ana"),
    ]
    sheet = openpyxl.load_workbook(BytesIO(found[f"useful-{day}.xlsx"].content)).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[1][2:5] == ("=Very", 2, 0.6667)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


async def test_headers_are_stable_english_or_in_the_language_one_asks_for(house: House) -> None:
    message = await make(house, '"Useful?" "+Very" "Not"')
    await vote(house, message, "mateo", 1)
    await says(house, "1 person voted")
    day = (await the_poll(house)).created_at.astimezone(ZoneInfo("Europe/London")).date()
    english = ["kind", "question", "option", "votes", "share", "points", "voter", "voter_name", "answer"]
    french = [
        "Nature",
        "Question posée",
        "Choix",
        "Votes",
        "Part",
        "Points",
        "Votant (identifiant Slack)",
        "Votant (nom)",
        "Réponse libre",
    ]
    for wish, mark, headers, kinds in (
        ({}, True, english, ["option", "option", "vote"]),
        ({"also": []}, False, english, ["option", "option", "vote"]),
        ({"language": "fr"}, True, french, ["Un choix", "Un choix", "Vote d’une personne"]),
        ({"language": "fr", "also": []}, False, french, ["Un choix", "Un choix", "Vote d’une personne"]),
    ):
        before = {one.id for one in _files(house)}
        house.slack.workspace.modals.clear("U0CLAIRE08")
        await house.slack.click(message, "poll_manage", person="claire")
        await house.slack.click(house.slack.view("claire"), "poll_file")
        await house.slack.submit(house.slack.view("claire"), wish)
        await house.slack.until(lambda old=before: len(_files(house)) == len(old) + 2)
        found = {one.name: one.content for one in _files(house) if one.id not in before}
        assert found[f"useful-{day}.csv"].startswith(b"\xef\xbb\xbf") is mark
        lines = list(csv.reader(StringIO(found[f"useful-{day}.csv"].decode("utf-8-sig"))))
        sheet = openpyxl.load_workbook(BytesIO(found[f"useful-{day}.xlsx"])).worksheets[0]
        assert lines[0] == [cell.value for cell in sheet[1]] == headers
        # What people typed is text in both, and what programs read stays as it is.
        assert lines[1][1:3] == ["Useful?", "'+Very"]
        assert [line[0] for line in lines[1:]] == [cell.value for cell in sheet["A"][1:]] == kinds
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


async def test_a_file_is_not_asked_for_before_results_may_be_seen(house: House) -> None:
    message = await make(house, '"Useful?" "Very" "Not" --results close')
    await house.slack.click(message, "poll_manage", person="claire")
    await house.slack.click(house.slack.view("claire"), "poll_file")
    assert "cannot be seen yet" in house.slack.shown(house.slack.view("claire"))


async def test_a_secret_poll_names_nobody_in_its_file(database_url: str) -> None:
    async with a_house(database_url, secret_key="a secret of the tests, long enough") as house:
        message = await make(house, '"Useful?" "Very" "Not" --secret --results always')
        for person in ("mateo", "neema", "ana", "sunil", "fatou"):
            await vote(house, message, person, 1)
        await says(house, "5 people voted")
        await house.slack.click(message, "poll_manage", person="claire")
        await house.slack.click(house.slack.view("claire"), "poll_file")
        await house.slack.submit(house.slack.view("claire"), {})
        await house.slack.until(lambda: len(_files(house)) == 2)
        (table,) = [one.content.decode("utf-8-sig") for one in _files(house) if one.name.endswith(".csv")]
        assert [(one["kind"], one["voter"], one["voter_name"]) for one in csv.DictReader(StringIO(table))] == [
            ("option", "", ""),
            ("option", "", ""),
        ]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How useful was the webinar?", "how-useful-was-the-webinar"),
        ("Où est l’été — à São Tomé ?", "ou-est-lete-a-sao-tome"),
        ("../../etc/passwd\x00 <b>", "etc-passwd-b"),
        ("क्या यह उपयोगी था?", "क्या-यह-उपयोगी-था"),
        ("هل كان مفيدا؟", "هل-كان-مفيدا"),
        ("非常有用吗?", "非常有用吗"),
        (":-) 🙂 ???", "poll"),
        ("Which of these topics should our next meeting be about?", "which-of-these-topics-should-our-next"),
        ("w" * 90, "w" * 40),
    ],
)
def test_files_are_named_by_the_question_and_the_day(question: str, name: str) -> None:
    assert filename(question, date(2026, 11, 27), "csv") == f"{name}-2026-11-27.csv"


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
