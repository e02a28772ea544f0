"""After a huddle: the host is asked once; roll, answers and decisions; the notes as they are posted."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, CheckboxesElement, Option, RadioButtonsElement, UserMultiSelectElement

from app.discourse.markup import to_markdown
from app.huddles.shapes import Card, Slot
from app.i18n import Reader
from app.slack.mrkdwn import cut, escape, inert, link
from app.slack.views import kit
from app.slack.views.huddles import ids, times
from app.slack.views.huddles.inputs import field, text_input
from app.slack.views.huddles.lists import fitted
from app.slack.views.ids import pack


def asked(card: Card, slot: Slot, reader: Reader) -> kit.Body:
    """The one question to the host, when it is over."""
    _ = reader.words()
    text = _("How was *{title}*? A few lines help those who could not come.").format(title=inert(card.title))
    return kit.message(
        text.replace("*", ""),
        [
            kit.section(text),
            kit.actions(kit.button(_("Roll and notes"), ids.NOTES, pack(slot.key), style="primary")),
            kit.context(_("I ask this once. *Manage* on the card opens the same.")),
        ],
    )


def form(card: Card, slot: Slot, forum: bool, reader: Reader) -> kit.Body:
    """Who was there, which questions were answered, what was decided, where the notes go."""
    _ = reader.words()
    # What Slack showed of them is a hint; the host decides.
    there = [one for one in dict.fromkeys([*slot.came, *slot.hinted, card.host]) if one]
    blocks: list[Block] = [
        kit.section(f"*{inert(card.title)}*\n{times.own(slot.time, reader)}"),
        field(
            ids.ROLL,
            _("Who was there?"),
            UserMultiSelectElement(action_id=ids.ROLL, initial_users=there or None),
            optional=True,
            hint=_("Filled in with who said so, and whom Slack showed in a huddle. Named is only who said so."),
        ),
    ]
    if slot.questions:
        options = [Option(value=one.key, text=kit.plain(cut(one.text, 75))) for one in slot.questions[:10]]
        done = [box for box, one in zip(options, slot.questions, strict=False) if one.answered]
        blocks.append(
            field(
                ids.ANSWERED,
                _("Which questions were answered?"),
                CheckboxesElement(action_id=ids.ANSWERED, options=options, initial_options=done or None),
                optional=True,
            )
        )
    places = [Option(value=ids.IN_CHANNEL, text=kit.plain(_("In the channel, under the card")))]
    on_forum = slot.notes_topic is not None
    if forum and not on_forum:
        places.append(Option(value=ids.ON_FORUM, text=kit.plain(_("On the forum, in the community's category"))))
    blocks += [
        field(
            ids.DECISIONS,
            _("What came of it?"),
            text_input(ids.DECISIONS, slot.decisions, 2800, multiline=True),
            hint=_("Decisions, answers, next steps."),
        ),
        field(
            ids.RECORDING, _("Address of a recording"), text_input(ids.RECORDING, slot.recording, 500), optional=True
        ),
        # One place is all there is for notes that are on the forum: people and links lead there.
        kit.context(_("They are on the forum, and are replaced there by what you write now."))
        if on_forum
        else field(
            ids.PLACE,
            _("Where to post the notes?"),
            RadioButtonsElement(action_id=ids.PLACE, options=places, initial_option=places[0]),
        ),
    ]
    return kit.modal(
        _("Roll and notes"),
        blocks,
        callback_id=ids.NOTES_FORM,
        close=_("Later"),
        submit=_("Post the notes"),
        private_metadata=pack(slot.key),
    )


def post(card: Card, slot: Slot, named: Sequence[str], reader: Reader) -> kit.Body:
    """The notes under the card. `named` said themselves that they were there."""
    _ = reader.words()
    text = _("Notes of {title}").format(title=escape(card.title))
    shown: list[Block] = [kit.section(f":memo: *{text}*\n{times.own(slot.time, reader)}")]
    shown.extend(kit.words(slot.decisions))
    if slot.questions:
        lines = [
            f"{':white_check_mark:' if one.answered else ':grey_question:'} {escape(cut(one.text, 200))}"
            for one in slot.questions
        ]
        shown.append(kit.section(fitted(_("*Questions*"), lines, 12, reader)))
    if slot.recording:
        shown.append(kit.section(link(slot.recording, _("Recording"))))
    shown.append(kit.context(_who(named, len(slot.came), reader)))
    return kit.message(text, shown)


def elsewhere(card: Card, url: str, reader: Reader) -> kit.Body:
    """The pointer under the card, where the notes are on the forum."""
    _ = reader.words()
    text = _("Notes of {title}").format(title=escape(card.title))
    return kit.message(text, [kit.section(":memo: " + link(url, _("Notes on the forum")))])


def not_on_forum(card: Card, slot: Slot, state: str, reason: str, reader: Reader) -> kit.Body:
    """To the host: why the notes are under the card and not on the forum yet. `state` as `to_forum` has, or away."""
    _ = reader.words()
    title = escape(card.title)
    texts = {
        "away": _("The forum does not answer just now. I try again until it does."),
        "held": _("A moderator of the forum looks at them first."),
        "nowhere": _("This community has no category on the forum that I know, or its channel is private."),
    }
    text = _("The notes of *{title}* are under the card, and not on the forum yet.").format(title=title)
    why = texts.get(state) or _("The forum did not take them: {reason}").format(reason=escape(cut(reason, 500)))
    blocks: list[Block] = [kit.section(f"{text}\n{why}")]
    if state == "refused":
        blocks.append(kit.actions(kit.button(_("Roll and notes"), ids.NOTES, pack(slot.key))))
        blocks.append(kit.context(_("What you wrote is kept. Change it there, or post it again.")))
    return kit.message(text.replace("*", ""), blocks)


def not_posted(card: Card, slot: Slot, problem: str, reader: Reader) -> kit.Body:
    """To the host: the notes could not be posted, why, and what to do."""
    _ = reader.words()
    text = _("I could not post the notes of *{title}*: {problem}").format(title=inert(card.title), problem=problem)
    return kit.message(
        text.replace("*", ""),
        [
            kit.section(text),
            kit.actions(kit.button(_("Roll and notes"), ids.NOTES, pack(slot.key))),
            kit.context(_("What you wrote is kept. Change it there, or post it again.")),
        ],
    )


def topic(card: Card, slot: Slot, names: Sequence[str], card_link: str, reader: Reader) -> tuple[str, str]:
    """Title and text (Markdown) of the notes on the forum.

    `names` are of those who said that they were there, `card_link` is the address of the card in Slack, or "". What
    people typed is escaped here, piece by piece: it formats nothing but itself, and notifies nobody.
    """
    _ = reader.words()

    def typed(text: str) -> str:
        return to_markdown(escape(text))

    parts = [typed(times.in_zone(slot.time.starts_at, slot.time.zone, reader)), typed(slot.decisions)]
    if slot.questions:
        lines = [f"- {'✓' if one.answered else '?'} {typed(one.text)}" for one in slot.questions]
        parts += [_("**Questions**"), "\n".join(lines)]
    if slot.recording:
        parts.append(_("Recording: {address}").format(address=f"<{slot.recording}>"))
    if names:
        parts.append(_("Was there: {people}").format(people=reader.listing([typed(one) for one in names])))
    if card_link:
        parts.append("[" + _("The huddle in Slack") + f"]({card_link})")
    title = _("Notes: {title}, {day}").format(title=card.title, day=times.short_day(slot.time.local, reader))
    return cut(title, 255), "\n\n".join(part for part in parts if part)


def unanswered(card: Card, slot: Slot, reader: Reader) -> kit.Body:
    """To a lead: questions that nobody answered."""
    _ = reader.words()
    text = _("Questions left open at {title}").format(title=escape(card.title))
    lines = [
        f"• {escape(cut(one.text, 300))}" + (f" (<@{one.asker}>)" if one.asker else "")
        for one in slot.questions
        if not one.answered
    ]
    hint = _("You lead its community. Perhaps you know who can answer, here or on the forum.")
    return kit.message(text, [kit.section(fitted(f"*{text}*", lines, 12, reader)), kit.context(hint)])


def _who(named: Sequence[str], there: int, reader: Reader) -> str:
    _ = reader.words()
    if not named:
        return _("{count} people were there.").format(count=there)
    people = reader.listing([f"<@{one}>" for one in named[:30]])
    others = there - len(named)
    if others > 0:
        return _("Was there: {people}, and {count} more.").format(people=people, count=others)
    return _("Was there: {people}.").format(people=people)
