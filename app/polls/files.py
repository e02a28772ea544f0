"""Results as a table: a line for each option, and in a named poll a line for each vote and answer."""

from __future__ import annotations

import csv
from io import StringIO

from app.polls.shapes import Card

COLUMNS = ("kind", "question", "option", "votes", "share", "points", "voter", "answer")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(card: Card) -> list[tuple[str, ...]]:
    """The lines below COLUMNS. What is hidden is not in the card and so not here; secret polls have no voters."""
    found: list[tuple[str, ...]] = []
    for counted in card.questions:
        question = " | ".join([counted.sheet.wording.text, *counted.sheet.wording.also])
        points = dict(counted.order)
        texts = {one.position: " | ".join([one.wording.text, *one.wording.also]) for one in counted.bars}
        for one in counted.bars:
            number = str(points[one.position]) if one.position in points else ""
            found.append(
                ("option", question, texts[one.position], str(one.votes), f"{one.share:.4f}", number, "", "")
            )
        for one in counted.bars:
            found += [("vote", question, texts[one.position], "", "", "", person, "") for person in one.people]
        found += [("answer", question, "", "", "", "", one.voter, one.text) for one in counted.said if one.shown]
    return found


def as_csv(card: Card) -> str:
    """CSV in UTF-8 with a mark that Excel needs; nothing in it is a formula."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    writer.writerows([tuple(_harmless(cell) for cell in row) for row in rows(card)])
    return "\ufeff" + made.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
