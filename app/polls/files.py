"""Results as a table: a line for each option, and in a named poll a line for each vote and answer."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from app.errors import N_, NotUnderstood
from app.exports.formats import writer
from app.exports.shapes import Column, Kind
from app.i18n import Reader, spoken
from app.polls.shapes import Card

# The names are for ever: programs read them.
COLUMNS = (
    Column("kind", Kind.ID, N_("Kind of line")),
    Column("question", Kind.TEXT, N_("Question asked")),
    Column("option", Kind.TEXT, N_("Option")),
    Column("votes", Kind.NUMBER, N_("Votes")),
    Column("share", Kind.NUMBER, N_("Share")),
    Column("points", Kind.NUMBER, N_("Points")),
    Column("voter", Kind.ID, N_("Voter (Slack id)")),
    Column("answer", Kind.TEXT, N_("Open answer")),
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


def check_language(language: str) -> str:
    """A language of headers, "" for the stable English ones; `NotUnderstood` for one that we do not speak."""
    if language and language not in spoken():
        raise NotUnderstood(
            N_("Headers can be in these languages: {choices}."), field="language", choices=", ".join(sorted(spoken()))
        )
    return language


def as_file(card: Card, format: str, *, language: str = "", bom: bool = False) -> bytes:
    """The table as "csv" (UTF-8) or "xlsx"; nothing in it is a formula.

    `language` is of the headers, "" for the stable English ones; `bom` puts the mark before a CSV that Excel needs.
    """
    made = BytesIO()
    words = Reader(language).words() if language else None
    headers = [words(one.said) for one in COLUMNS] if words is not None else []
    out = writer(format, made, COLUMNS, headers=headers, bom=bom and format == "csv")
    if listed := rows(card):
        out.write(listed)
    out.close()
    return made.getvalue()
