"""What stands in a picture of the results, and beside it."""

from __future__ import annotations

from app.i18n import Reader
from app.polls.picture import Chart, Row
from app.polls.shapes import Card, Counted
from app.slack.mrkdwn import cut, escape
from app.slack.views.polls import bars
from app.when import told


def charts_of(card: Card, reader: Reader) -> tuple[Chart, ...]:
    """One chart a question; open answers are left out of a picture."""
    shown = [one for one in card.questions if one.sheet.kind != "text"]
    # The one question of a poll stands above it as its name already.
    alone = len(card.questions) == 1
    return tuple(
        Chart(
            card.name if alone else bars.plainly(one.sheet.wording, 500), _rows(one, reader), bars.rating(one, reader)
        )
        for one in shown
    )


def foot_of(card: Card, reader: Reader) -> str:
    """How many took part, in which mode, until when."""
    _ = reader.words()
    parts = [_("1 person voted") if card.voters == 1 else _("{count} people voted").format(count=card.voters)]
    parts.append(_("secret from everyone") if card.mode == "secret" else _("names visible in the poll"))
    at = card.life.closed_at or card.life.closes_at
    if at is not None:
        words = _("Closes {time}") if card.open else _("Closed {time}")
        parts.append(words.format(time=told(at, reader.zone, reader)))
    return " · ".join(parts)


def picture_comment(card: Card, reader: Reader) -> str:
    """The line beside the picture."""
    _ = reader.words()
    return _("The results of “{question}” as a picture.").format(question=escape(cut(card.name, 200)))


def table_comment(card: Card, reader: Reader) -> str:
    """The line beside the table."""
    _ = reader.words()
    text = _("The results of “{question}” as a table, for spreadsheets (XLSX) and other programs (CSV).").format(
        question=escape(cut(card.name, 200))
    )
    if card.mode == "secret":
        text += " " + _("It was secret, so it holds no names: nobody has them.")
    return text


def _rows(counted: Counted, reader: Reader) -> tuple[Row, ...]:
    _ = reader.words()
    texts = {one.position: bars.plainly(one.wording, 300) for one in counted.bars}
    if counted.order:
        best = max(points for _option, points in counted.order) or 1
        return tuple(
            Row(f"{place}. {texts[option]}", points / best, _("{points} points").format(points=points))
            for place, (option, points) in enumerate(counted.order, 1)
        )
    return tuple(
        Row(texts[one.position], one.share, f"{one.votes} · {reader.percent(one.share)}") for one in counted.bars
    )
