"""What a huddle is about and where people meet: inputs of the form, and of the one that changes them later."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, CheckboxesElement, Option, StaticSelectElement

from app.huddles.rules import LANGUAGES, TITLE_LIMIT
from app.huddles.shapes import Card, Plan
from app.i18n import Reader
from app.slack.views import kit, notes
from app.slack.views.huddles import ids
from app.slack.views.huddles.inputs import field, select, text_input
from app.slack.views.huddles.told import told_words
from app.slack.views.ids import pack


def title_field(title: str, reader: Reader) -> Block:
    """What it is about."""
    _ = reader.words()
    return field(ids.TITLE, _("What is it about?"), text_input(ids.TITLE, title, TITLE_LIMIT))


def fields(held: Plan | Card, reader: Reader) -> list[Block]:
    """All else that people are told of it, but for when it is."""
    _ = reader.words()
    about = text_input(ids.ABOUT, held.about, 2000, multiline=True)
    marks = [(ids.AUDIO_FIRST, _("Audio first, cameras off")), (ids.NOTES_AFTER, _("Notes afterwards"))]
    ticked = [one for one, on in ((ids.AUDIO_FIRST, held.audio_first), (ids.NOTES_AFTER, held.notes_after)) if on]
    boxes = [Option(value=value, text=kit.plain(text)) for value, text in marks]
    return [
        field(ids.ABOUT, _("A few words more"), about, optional=True),
        field(
            ids.MARKS,
            _("For people with little bandwidth"),
            CheckboxesElement(
                action_id=ids.MARKS,
                options=boxes,
                initial_options=[one for one in boxes if one.value in ticked] or None,
            ),
            optional=True,
        ),
        field(ids.DIAL_IN, _("Number to dial in"), text_input(ids.DIAL_IN, held.dial_in, 200), optional=True),
        field(
            ids.LINK,
            _("Meeting address"),
            text_input(ids.LINK, held.link, 500),
            optional=True,
            hint=_("Left empty, people meet in the channel's own Slack huddle."),
        ),
        field(ids.LANGUAGE, _("Language"), language(ids.LANGUAGE, held.language, reader), optional=True),
    ]


def language(name: str, chosen: str, reader: Reader) -> StaticSelectElement:
    """A menu of languages; one that is not among ours stays chosen."""
    codes = list(dict.fromkeys([*LANGUAGES, *([chosen] if chosen else [])]))
    return select(name, [(code, reader.languages((code,))) for code in codes], chosen)


def form(card: Card, key: str, reader: Reader) -> kit.Body:
    """Change what a huddle is about and where people meet."""
    _ = reader.words()
    told = [_("Who said yes or maybe is told when the address or the number is another one.")]
    if card.rule:
        told.insert(0, _("This holds for all dates that are still to come."))
    return kit.modal(
        _("Edit details"),
        [title_field(card.title, reader), *fields(card, reader), kit.context(" ".join(told))],
        callback_id=ids.DETAILS_FORM,
        close=_("Back"),
        submit=_("Save"),
        private_metadata=pack(key),
    )


def saved(told: int | None, reader: Reader) -> kit.Body:
    """It says so from now on; how many are told of another address, None where that is as it was."""
    _ = reader.words()
    lines = [_(":white_check_mark: Saved. The card and calendars follow.")]
    if told is not None:
        lines.append(told_words(told, reader))
    return notes.told_view("\n".join(lines), reader, last=True)
