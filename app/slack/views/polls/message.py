"""A poll in a channel: a view of what is stored, drawn anew whenever that changes."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement, Option, StaticSelectElement

from app.i18n import Reader
from app.polls.shapes import Again, Card, Counted
from app.slack.mrkdwn import cut, escape, link
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.again import with_next
from app.slack.views.polls.results import figures
from app.when import told

# Options that are lines with a button each; more of them are a list with a menu.
BUTTONS_MOST = 10


def message(card: Card, reader: Reader, *, bare: bool = False) -> kit.Body:
    """The poll as everybody sees it; `bare` leaves people's names out, so that a new message pings nobody."""
    return kit.message(summary(card, reader), blocks(card, reader, bare=bare))


def summary(card: Card, reader: Reader) -> str:
    """One line for notifications and screen readers."""
    _ = reader.words()
    name = escape(cut(card.name, 300))
    if card.life.state == "deleted":
        return _("This poll was deleted.")
    if not card.open and card.life.state == "closed":
        return _("Poll, closed: {question}").format(question=name)
    return _("Poll: {question}").format(question=name)


def blocks(card: Card, reader: Reader, *, bare: bool = False) -> list[Block]:
    """Question, what kind of vote it is, options with buttons or a menu, counts where they are shown, the foot."""
    _ = reader.words()
    if card.life.state == "deleted":
        return [kit.context(_("This poll was deleted."))]
    shown: list[Block] = []
    if card.title:
        shown.append(kit.section(f"*{bars.fitted(card.title, 600)}*"))
    else:
        shown.append(kit.section(bars.worded(card.questions[0].sheet.wording, 1500, strong=True)))
    shown.append(kit.context(" · ".join(_terms(card, reader))))
    if card.by_form:
        shown.extend(_form(card, reader, bare=bare))
    else:
        shown.extend(_one_question(card, card.questions[0], reader, bare=bare))
    shown.append(kit.actions(*_below(card, reader)))
    shown.append(kit.context(foot(card, reader, bare=bare)))
    if card.topic:
        shown.append(kit.context(link(card.topic, _("The result on the forum"))))
    return shown


def mode_words(mode: str, reader: Reader) -> str:
    """What the mode means, printed on every poll."""
    _ = reader.words()
    if mode == "secret":
        return _(":lock: Secret from everyone: nobody can see who chose what")
    return _(":eyes: Names are visible: everybody can see who chose what")


def _terms(card: Card, reader: Reader) -> list[str]:
    _ = reader.words()
    terms = [mode_words(card.mode, reader)]
    if not card.by_form and not over(card):
        terms.append(how_many(card.questions[0], reader))
    if card.hidden == "closed":
        terms.append(_("Results when it closes"))
    elif card.results == "voted" and card.open:
        terms.append(_("Results for those who voted"))
    if card.mode == "secret" and not over(card):
        terms.append(few_words(reader))
    elif card.hidden == "few":
        terms.append(_("Fewer than five people voted, so the results are never shown"))
    return terms


def few_words(reader: Reader) -> str:
    """What a secret poll tells nobody, said as long as more people can still vote."""
    _ = reader.words()
    return _("Results are shown from five voters on; with fewer they never are")


def how_many(counted: Counted, reader: Reader) -> str:
    """How many options can be chosen."""
    _ = reader.words()
    sheet = counted.sheet
    if sheet.kind == "rating":
        return _("Rate from {low} to {high}").format(
            low=escape(sheet.options[1].text), high=escape(sheet.options[max(sheet.options)].text)
        )
    if sheet.kind == "ranked":
        return _("Put them in your order")
    if sheet.kind == "text":
        return _("Answer in your own words")
    if sheet.most == 0:
        return _("Choose as many as you like")
    if sheet.most == 1:
        return _("Choose one")
    return _("Choose up to {most}").format(most=sheet.most)


def _one_question(card: Card, counted: Counted, reader: Reader, *, bare: bool) -> list[Block]:
    _ = reader.words()
    options = counted.bars
    room = bars.room(card, menu=len(options) > BUTTONS_MOST)
    if len(options) > BUTTONS_MOST:
        listed = figures(card, counted, reader, room, bare=bare)
        return (
            [*listed, kit.actions(_menu(card, counted, reader), block_id=f"menu-{card.version}")]
            if card.open
            else listed
        )
    shown: list[Block] = []
    for one in options:
        text = bars.worded(one.wording, room.option)
        if one.wording.note:
            text += "\n" + bars.fitted(one.wording.note, 300)
        if not card.hidden:
            text += "\n" + bars.line(one, reader)
            if not bare and (who := bars.names(one, room.names)):
                text += "\n" + who
        button = kit.button(
            _("Vote"),
            ids.VOTE,
            pack(card.key, str(counted.sheet.position), str(one.position)),
            label=_("Vote for {option}").format(option=one.wording.text),
        )
        shown.append(kit.section(text, accessory=button if card.open else None, block_id=f"option-{one.position}"))
    if rated := bars.rating(counted, reader):
        shown.append(kit.context(rated))
    return shown


def _menu(card: Card, counted: Counted, reader: Reader) -> InteractiveElement:
    _ = reader.words()
    options = [
        Option(
            value=pack(card.key, str(counted.sheet.position), str(one.position)),
            text=kit.plain(bars.plainly(one.wording, bars.MENU_TEXT)),
        )
        for one in counted.bars
    ]
    return StaticSelectElement(action_id=ids.CHOOSE, placeholder=kit.plain(_("Choose an option")), options=options)


def _form(card: Card, reader: Reader, *, bare: bool) -> list[Block]:
    """Questions that are answered in a window, with what was answered under each."""
    shown: list[Block] = []
    many = len(card.questions) > 1
    room = bars.room(card)
    for number, counted in enumerate(card.questions, 1):
        if many:
            shown.append(kit.section(f"{number}. {bars.worded(counted.sheet.wording, room.question)}"))
        if card.hidden and many:
            continue
        shown.extend(figures(card, counted, reader, room, bare=bare))
    return shown


def _below(card: Card, reader: Reader) -> list[InteractiveElement]:
    _ = reader.words()
    value = pack(card.key)
    elements: list[InteractiveElement] = []
    if card.open and card.by_form:
        elements.append(kit.button(_("Answer"), ids.OPEN_FORM, value, style="primary"))
    if card.open or card.mode == "named":
        elements.append(kit.button(_("Your vote"), ids.MINE, value))
    if card.results == "voted" and card.open:
        elements.append(kit.button(_("Results"), ids.RESULTS, value))
    elements.append(kit.button(_("Manage"), ids.MANAGE_IT, value, label=_("Manage this poll")))
    return elements


def over(card: Card) -> bool:
    """Whether it took votes, and takes no more."""
    return card.life.state == "closed" or (card.life.state == "open" and not card.open)


def foot(card: Card, reader: Reader, *, bare: bool = False) -> str:
    """How many took part, until when, by whom."""
    _ = reader.words()
    parts = [_("1 person voted") if card.voters == 1 else _("{count} people voted").format(count=card.voters)]
    if over(card):
        at = card.life.closed_at or card.life.closes_at
        parts.append(_("Closed {time}").format(time=when(at, card.zone, reader)) if at else _("Closed"))
    elif card.life.state == "scheduled":
        opens = card.life.opens_at
        parts.append(_("Opens {time}").format(time=when(opens, card.zone, reader)) if opens else "")
    elif card.life.closes_at:
        parts.append(_("Closes {time} (your time)").format(time=when(card.life.closes_at, card.zone, reader)))
    if card.again and not over(card):
        parts.append(coming(card.again, card.zone, reader))
    if card.creator and not bare:
        parts.append(_("by {creator}").format(creator=f"<@{card.creator}>"))
    if card.edited:
        parts.append(_("wording mended"))
    return " · ".join(part for part in parts if part)


def coming(again: Again, zone: str, reader: Reader) -> str:
    """How often it comes and when the next does."""
    return with_next(again.rule, when(again.next_at, zone, reader), reader)


def when(at: datetime, zone: str, reader: Reader) -> str:
    """A moment in each reader's own time; where Slack cannot show that, in the creator's zone, which is named."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{told(at, zone, reader)}>"
