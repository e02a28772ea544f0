"""Results as a table: a line for each option, and in a named poll a line for each vote and answer."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from app.exports.formats import writer
from app.exports.shapes import Column, Kind
from app.polls.shapes import Card

COLUMNS = (
    Column("kind", Kind.ID, "Kind"),
    Column("question", Kind.TEXT, "Question"),
    Column("option", Kind.TEXT, "Option"),
    Column("votes", Kind.NUMBER, "Votes"),
    Column("share", Kind.NUMBER, "Share"),
    Column("points", Kind.NUMBER, "Points"),
    Column("voter", Kind.ID, "Voter"),
    Column("answer", Kind.TEXT, "Answer"),
)


def rows(card: Card) -> list[tuple[Any, ...]]:
    """The lines below COLUMNS. What is hidden is not in the card and so not here; secret polls have no voters."""
    found: list[tuple[Any, ...]] = []
    for counted in card.questions:
        question = " | ".join([counted.sheet.wording.text, *counted.sheet.wording.also])
        points = dict(counted.order)
        texts = {one.position: " | ".join([one.wording.text, *one.wording.also]) for one in counted.bars}
        for one in counted.bars:
            score = points.get(one.position, "")
            found.append(("option", question, texts[one.position], one.votes, round(one.share, 4), score, "", ""))
        for one in counted.bars:
            found += [("vote", question, texts[one.position], "", "", "", person, "") for person in one.people]
        found += [("answer", question, "", "", "", "", one.voter, one.text) for one in counted.said if one.shown]
    return found


def as_file(card: Card, format: str) -> bytes:
    """The table as "csv" (UTF-8, with the mark that Excel needs) or "xlsx"; nothing in it is a formula."""
    made = BytesIO()
    out = writer(format, made, COLUMNS, bom=format == "csv")
    if listed := rows(card):
        out.write(listed)
    out.close()
    return made.getvalue()
