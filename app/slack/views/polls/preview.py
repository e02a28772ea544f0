"""A poll before it is posted: how it will look, and when it opens and closes."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.polls.planning import Planned
from app.polls.shapes import Bar, Card, Counted, Life, Plan, Sheet
from app.slack.mrkdwn import escape
from app.slack.views import kit
from app.slack.views.polls import again, bars
from app.slack.views.polls.message import few_words, how_many, mode_words
from app.slack.views.polls.results import figures
from app.when import told


def preview_of(preview: Planned | str, reader: Reader) -> list[Block]:
    """The poll as it will look, with nothing in it to press."""
    _ = reader.words()
    if isinstance(preview, str):
        words = preview or _("As you write, the poll appears here.")
        return [kit.context(f":memo: {words}")]
    plan = preview.plan
    card = card_of(plan)
    shown: list[Block] = [kit.context(_("This is how it will look:"))]
    title = f"*{escape(card.title)}*" if card.title else ""
    shown.append(kit.section(title or bars.worded(card.questions[0].sheet.wording, 1000, strong=True)))
    terms = [mode_words(plan.mode, reader)]
    if len(card.questions) == 1:
        terms.append(how_many(card.questions[0], reader))
    if plan.mode == "secret":
        terms.append(few_words(reader))
    shown.append(kit.context(" · ".join(terms)))
    for counted in card.questions:
        if card.title:
            shown.append(kit.section(f"*{bars.worded(counted.sheet.wording, 300)}* · {how_many(counted, reader)}"))
        shown.extend(figures(card, counted, reader, bars.Room(150, 300, 0)))
    shown.append(kit.context(" · ".join(timing(plan, preview.rule, reader, preview.next_at))))
    return shown


def timing(plan: Plan, rule: str, reader: Reader, next_at: datetime | None = None) -> list[str]:
    """When it opens, closes and comes again, in the creator's zone, which is named."""
    _ = reader.words()
    lines = []
    if plan.opens_at:
        lines.append(_("Opens {time}").format(time=told(plan.opens_at, plan.zone, reader)))
    if plan.closes_at:
        lines.append(_("Closes {time}").format(time=told(plan.closes_at, plan.zone, reader)))
    else:
        lines.append(_("Open until you close it"))
    if plan.remind_at:
        lines.append(_("Reminds {time}").format(time=told(plan.remind_at, plan.zone, reader)))
    if rule:
        lines.append(again.how_often(rule, reader))
    if next_at:
        lines.append(_("The next comes {time}").format(time=told(next_at, plan.zone, reader)))
    return lines


def card_of(plan: Plan) -> Card:
    """A poll that nobody has voted in yet, for looking at."""
    counted = []
    for position, asked in enumerate(plan.questions):
        options = dict(enumerate(asked.options, 1))
        sheet = Sheet(position, asked.kind, asked.wording, asked.most, options)
        counted.append(Counted(sheet, 0, tuple(Bar(at, one) for at, one in options.items())))
    return Card(
        id=0,
        key="",
        creator=plan.creator,
        title=plan.title,
        mode=plan.mode,
        results=plan.results,
        life=Life("open", plan.opens_at, plan.closes_at),
        zone=plan.zone,
        locale=plan.locale,
        voters=0,
        questions=tuple(counted),
        hidden="closed",
    )


def on_its_way(plan: Plan, rule: str, reader: Reader, next_at: datetime | None = None) -> kit.Body:
    """The receipt of the command: the times as they were read, with the zone; `next_at` where it comes again."""
    _ = reader.words()
    where = reader.listing([f"<#{one}>" for one in plan.channels])
    if plan.opens_at:
        text = _(":ballot_box_with_ballot: Your poll is kept for {channels}.").format(channels=where)
    else:
        # Slack lets nobody change the answer to a command: it has to stay true when the poll is there.
        goes = _(":ballot_box_with_ballot: Your poll goes to {channels}. If it cannot be posted, I tell you.")
        text = goes.format(channels=where)
    return kit.private(text, [kit.section(text), kit.context(*told_of(plan, rule, reader, next_at))])


def told_of(plan: Plan, rule: str, reader: Reader, next_at: datetime | None = None) -> list[str]:
    """What a receipt says below where the poll goes: its times, and what a secret poll may never show."""
    lines = [" · ".join(timing(plan, rule, reader, next_at))]
    return [*lines, few_words(reader)] if plan.mode == "secret" else lines
