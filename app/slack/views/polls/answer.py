"""The window in which ranked, open and many questions are answered, filled with what the person said before."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from app.i18n import Reader
from app.polls.queries import in_order
from app.polls.rules import TEXT_LENGTH
from app.polls.shapes import Card, Choices, Mine, Sheet
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.message import mode_words

# Slack's limits of radio buttons and checkboxes.
BOXES_MOST = 10
OPTION_TEXT = 75


def window(card: Card, mine: Mine, reader: Reader) -> kit.Body:
    """All questions of a poll as inputs. A block's id is the question's position, and for a ranked one the place."""
    _ = reader.words()
    blocks: list[Block] = [kit.context(mode_words(card.mode, reader))]
    if not card.title:
        blocks.insert(0, kit.section(bars.worded(card.questions[0].sheet.wording, 1500, strong=True)))
    for counted in card.questions:
        sheet, made = counted.sheet, mine.choices.get(counted.sheet.position, ())
        if sheet.kind == "ranked":
            blocks.extend(_ranks(sheet, made, reader))
        elif sheet.kind == "text":
            blocks.append(_text(sheet, mine.texts.get(sheet.position, ""), reader))
        else:
            blocks.append(_choice(sheet, made, reader))
    return kit.modal(
        card.title or _("Your answer"),
        blocks,
        callback_id=ids.ANSWER,
        close=_("Cancel"),
        submit=_("Send"),
        private_metadata=pack(card.key),
    )


def question_id(position: int, place: int = 0) -> str:
    """The block and action id of a question's input; `place` is of ranked choice."""
    return f"q{position}" if not place else f"q{position}-{place}"


def _label(sheet: Sheet) -> str:
    return bars.plainly(sheet.wording, 1000)


def _choice(sheet: Sheet, made: Choices, reader: Reader) -> Block:
    _ = reader.words()
    options = {
        at: Option(value=str(at), text=kit.plain(bars.plainly(one, OPTION_TEXT))) for at, one in sheet.options.items()
    }
    chosen = [options[at] for at, _rank in made if at in options]
    name = question_id(sheet.position)
    element: InteractiveElement
    one = sheet.kind == "rating" or sheet.most == 1
    few = len(options) <= BOXES_MOST
    listed = list(options.values())
    if one and few:
        element = RadioButtonsElement(action_id=name, options=listed, initial_option=chosen[0] if chosen else None)
    elif one:
        element = StaticSelectElement(action_id=name, options=listed, initial_option=chosen[0] if chosen else None)
    elif few:
        element = CheckboxesElement(action_id=name, options=listed, initial_options=chosen or None)
    else:
        element = StaticMultiSelectElement(
            action_id=name, options=listed, initial_options=chosen or None, max_selected_items=sheet.most or None
        )
    hint = None
    if not one:
        hint = _("Choose as many as you like") if not sheet.most else _("Choose up to {most}").format(most=sheet.most)
    return InputBlock(
        block_id=name,
        label=kit.plain(_label(sheet)),
        element=element,
        optional=True,
        hint=kit.plain(hint) if hint else None,
    )


def _ranks(sheet: Sheet, made: Choices, reader: Reader) -> list[Block]:
    """A menu for each place."""
    _ = reader.words()
    options = {
        at: Option(value=str(at), text=kit.plain(bars.plainly(one, OPTION_TEXT))) for at, one in sheet.options.items()
    }
    given = [at for at, _rank in in_order(list(made)) if at in options]
    blocks: list[Block] = [kit.section(bars.worded(sheet.wording, 1000, strong=True))]
    for place in range(1, len(options) + 1):
        name = question_id(sheet.position, place)
        initial = options[given[place - 1]] if place <= len(given) else None
        blocks.append(
            InputBlock(
                block_id=name,
                label=kit.plain(_("Place {number}").format(number=place)),
                element=StaticSelectElement(
                    action_id=name,
                    placeholder=kit.plain(_("Choose an option")),
                    options=list(options.values()),
                    initial_option=initial,
                ),
                optional=True,
            )
        )
    return blocks


def _text(sheet: Sheet, text: str, reader: Reader) -> Block:
    _ = reader.words()
    name = question_id(sheet.position)
    return InputBlock(
        block_id=name,
        label=kit.plain(_label(sheet)),
        element=PlainTextInputElement(
            action_id=name, multiline=True, initial_value=text or None, max_length=TEXT_LENGTH
        ),
        optional=True,
        hint=kit.plain(_("The creator reads it first, and decides whether it is shown.")),
    )
