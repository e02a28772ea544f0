"""What the creator and those who were asked are told in direct messages."""

from __future__ import annotations

from datetime import datetime

from app.i18n import Reader
from app.polls.shapes import Card, Plan
from app.slack.mrkdwn import cut, escape, link
from app.slack.views import kit, notes
from app.slack.views.polls import bars
from app.slack.views.polls.message import mode_words, when
from app.slack.views.polls.preview import on_its_way, told_of


def not_posted(name: str, channel_id: str, problem: str, reader: Reader) -> kit.Body:
    """The poll is kept, but could not be shown in a channel: why, and what to do."""
    _ = reader.words()
    text = _("Your poll could not be posted in {channel}: {problem}").format(
        channel=f"<#{channel_id}>", problem=escape(problem)
    )
    hint = _("Nothing is lost. Invite me there, then press *Draw it anew* in its tools on my Home tab.")
    return kit.message(text, [kit.section(text), kit.context(escape(cut(name, 200))), kit.context(hint)])


def reminder(card: Card, permalink: str, reader: Reader) -> kit.Body:
    """Once, to somebody who has not voted."""
    _ = reader.words()
    name = bars.fitted(card.name, 300)
    text = _("A poll still waits for your vote: {question}").format(question=name)
    lines = [mode_words(card.mode, reader)]
    if card.life.closes_at:
        lines.append(_("Closes {time}").format(time=when(card.life.closes_at, reader.zone, reader)))
    lines.append(_("This is the only reminder."))
    where = " ".join(f"<#{one}>" for one in card.channels[:1])
    go = link(permalink, _("Go to the poll")) if permalink else where
    return kit.message(text, [kit.section(f"{text}\n{go}"), kit.context(" · ".join(lines))])


def kept_view(plan: Plan, rule: str, reader: Reader, next_at: datetime | None = None) -> kit.Body:
    """What takes the builder's place: where the poll goes, and its times as they were read."""
    body = on_its_way(plan, rule, reader)
    return notes.told_view("\n".join([body["text"], *told_of(plan, rule, reader, next_at)]), reader)
