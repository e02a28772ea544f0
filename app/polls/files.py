"""Results as a table: a line for each option, and in a named poll a line for each vote and answer; names of files."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
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
    Column("voter_name", Kind.TEXT, N_("Voter (name)")),
    Column("answer", Kind.TEXT, N_("Open answer")),
)
# What the first column holds, and the same for people where headers are in their language.
KINDS = {"option": N_("One option"), "vote": N_("One person's vote"), "answer": N_("One open answer")}
# Of a file's name, the part that is of the question.
SLUG_MOST = 40


def filename(name: str, day: date, ending: str) -> str:
    """A short name for a file of a poll: its question and a day. Latin letters become plain ones, others stay."""
    letters = []
    for one in unicodedata.normalize("NFC", name.casefold()):
        plain = unicodedata.normalize("NFKD", one).encode("ascii", "ignore").decode()
        if plain.isalnum():
            letters.append(plain)
        elif one not in "'’":
            # Some scripts write vowels as marks on a letter.
            letters.append(one if one.isalnum() or unicodedata.category(one).startswith("M") else "-")
    words = [word for word in "".join(letters).split("-") if word]
    slug = "-".join(words)
    if len(slug) > SLUG_MOST:
        whole = slug[: SLUG_MOST + 1].rpartition("-")[0]
        slug = whole or slug[:SLUG_MOST]
    return f"{slug or 'poll'}-{day.isoformat()}.{ending}"


def voters(card: Card) -> set[str]:
    """Slack ids of everybody who is named in it."""
    chose = {person for counted in card.questions for one in counted.bars for person in one.people}
    return chose | {one.voter for counted in card.questions for one in counted.said if one.shown and one.voter}


def rows(card: Card, names: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
    """The lines below COLUMNS. What is hidden is not in the card and so not here; secret polls have no voters.

    `names` are of voters by Slack id; one without has the id there too.
    """
    known = names or {}
    found: list[tuple[Any, ...]] = []
    for counted in card.questions:
        question = " | ".join([counted.sheet.wording.text, *counted.sheet.wording.also])
        points = dict(counted.order)
        texts = {one.position: " | ".join([one.wording.text, *one.wording.also]) for one in counted.bars}
        for one in counted.bars:
            score = points.get(one.position, "")
            found.append(("option", question, texts[one.position], one.votes, round(one.share, 4), score, "", "", ""))
        for one in counted.bars:
            found += [
                ("vote", question, texts[one.position], "", "", "", person, known.get(person) or person, "")
                for person in one.people
            ]
        found += [
            ("answer", question, "", "", "", "", one.voter, known.get(one.voter) or one.voter, one.text)
            for one in counted.said
            if one.shown
        ]
    return found


def check_language(language: str) -> str:
    """A language of headers, "" for the stable English ones; `NotUnderstood` for one that we do not speak."""
    if language and language not in spoken():
        raise NotUnderstood(
            N_("Headers can be in these languages: {choices}."), field="language", choices=", ".join(sorted(spoken()))
        )
    return language


def as_file(
    card: Card, format: str, *, names: Mapping[str, str] | None = None, language: str = "", bom: bool = False
) -> bytes:
    """The table as "csv" (UTF-8) or "xlsx"; nothing in it is a formula.

    `names` are of voters by Slack id. `language` is of the headers and of the kinds of lines, "" for the stable
    English ones; `bom` puts the mark before a CSV that Excel needs.
    """
    made = BytesIO()
    words = Reader(language).words() if language else None
    headers = [words(one.said) for one in COLUMNS] if words is not None else []
    out = writer(format, made, COLUMNS, headers=headers, bom=bom and format == "csv")
    if listed := rows(card, names):
        if words is not None:
            listed = [(words(KINDS[kind]), *rest) for kind, *rest in listed]
        out.write(listed)
    out.close()
    return made.getvalue()
