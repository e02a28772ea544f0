"""The builder: a form that shows the poll as it will look while it is being written."""

from __future__ import annotations

import json
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationMultiSelectElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from app.errors import N_, NotUnderstood
from app.i18n import Reader
from app.polls.parsing import EXAMPLE
from app.polls.planning import Built, Planned
from app.polls.templates import NAMES
from app.slack.mrkdwn import cut, escape
from app.slack.views import kit
from app.slack.views.polls import ids
from app.slack.views.polls.preview import preview_of

KIND_NAMES = {
    "one": N_("One choice"),
    "limited": N_("A limited number of choices"),
    "any": N_("Any number of choices"),
    "rating": N_("Rating scale"),
    "ranked": N_("Ranked choice"),
    "text": N_("Open text"),
    "form": N_("Several questions"),
}
MODE_NAMES = {"named": N_("Names are visible"), "secret": N_("Secret from everyone")}
RESULT_NAMES = {"always": N_("Always"), "voted": N_("To those who voted"), "closed": N_("When it closes")}
REMIND_NAMES = {
    "1 hour": N_("An hour before"),
    "1 day": N_("A day before"),
    "2 days": N_("Two days before"),
    "1 week": N_("A week before"),
}
EVERY_NAMES = {
    "week": N_("Every week"),
    "2 weeks": N_("Every two weeks"),
    "month": N_("Every month"),
    "quarter": N_("Every quarter"),
}
TEXT_LIMIT = 3000
_VERSION = "1"
# Settings that could not be read: how many are shown, and how much of each.
_UNREAD, _UNREAD_LENGTH = 8, 80


def builder(built: Built, reader: Reader, preview: Planned | str = "") -> kit.Body:
    """The form with what it holds, and in its middle the poll, or what is still to be mended."""
    _ = reader.words()
    blocks: list[Block] = [
        *_remarks(built, reader),
        kit.section(
            _("Begin from a template, or from nothing."),
            accessory=StaticSelectElement(
                action_id=ids.TEMPLATE,
                placeholder=kit.plain(_("Templates")),
                options=[Option(value=name, text=kit.plain(_(words))) for name, words in NAMES.items()],
            ),
        ),
        _typed(ids.QUESTION, _("Title") if built.kind == "form" else _("Question"), built, reader, live=True),
        _menu(ids.KIND, _("Kind"), KIND_NAMES, built.kind, built, reader, live=True),
    ]
    if built.kind == "limited":
        blocks.append(_typed(ids.MOST, _("How many can be chosen"), built, reader, live=True))
    if built.kind != "text":
        blocks.append(_options(built, reader))
    # Beside what is being written, not below all that can be set.
    blocks += [kit.divider(), *preview_of(preview, reader), kit.divider()]
    blocks += [
        _radio(ids.MODE, _("Who can see who chose what"), MODE_NAMES, built.mode, built, reader),
        _menu(ids.SHOW, _("Results are shown"), RESULT_NAMES, built.results, built, reader, optional=True),
        _typed(ids.CLOSES, _("Closes"), built, reader, optional=True, live=True, hint=_closing_hint(reader)),
        _channels(built, reader),
        _menu(
            ids.REMINDER,
            _("Remind those who have not voted"),
            REMIND_NAMES,
            built.remind,
            built,
            reader,
            optional=True,
        ),
        _typed(ids.OPENS, _("Opens"), built, reader, optional=True, hint=_("Left empty, it opens at once.")),
        _menu(ids.EVERY, _("Comes again"), EVERY_NAMES, built.every, built, reader, optional=True),
    ]
    return kit.modal(
        _("New poll"),
        blocks,
        callback_id=ids.BUILD,
        close=_("Cancel"),
        submit=_("Post it"),
        private_metadata=json.dumps([_VERSION, built.generation, *_kept_remarks(built)]),
    )


def _remarks(built: Built, reader: Reader) -> list[Block]:
    """What the command it began with says that the form cannot hold, and how it would have posted the poll."""
    _ = reader.words()
    shown: list[Block] = []
    if built.unread:
        said = ", ".join(f"`{escape(one.replace('`', ' '))}`" for one in _shown(built))
        words = _(":warning: I could not read {settings}. Everything else you typed is below; please set this there.")
        shown.append(kit.context(words.format(settings=said)))
    if built.unquoted:
        words = _("With quotes around the question and each option, the poll is posted at once: {example}")
        shown.append(kit.context(words.format(example=EXAMPLE)))
    return shown


def _kept_remarks(built: Built) -> list[dict[str, Any]]:
    if not built.unread and not built.unquoted:
        return []
    return [{"unread": _shown(built), "unquoted": built.unquoted}]


def _shown(built: Built) -> list[str]:
    return [cut(one, _UNREAD_LENGTH) for one in built.unread[:_UNREAD]]


def remarks_of(metadata: str) -> dict[str, Any]:
    """The remarks that a form was drawn with, as fields of `Built`."""
    found = json.loads(metadata or "[]")
    if len(found) < 3:
        return {}
    return {"unread": tuple(found[2].get("unread", ())), "unquoted": bool(found[2].get("unquoted"))}


def block(name: str, generation: int) -> str:
    """An input's block id. A template's generation changes it, or Slack would keep what was typed before."""
    return name if not generation else f"{name}~{generation}"


def generation_of(metadata: str) -> int:
    """Which generation a form is of; `NotUnderstood` for one of another version."""
    found = json.loads(metadata or "[]")
    if not found or found[0] != _VERSION:
        raise NotUnderstood(N_("This form is from another version of me. Please start again."))
    return int(found[1])


def _closing_hint(reader: Reader) -> str:
    _ = reader.words()
    hint = _("For example: Friday 17:00, or in 2 weeks. Your own time ({zone}). Left empty, you close it yourself.")
    return hint.format(zone=reader.zone.replace("_", " "))


def _typed(
    name: str,
    label: str,
    built: Built,
    reader: Reader,
    *,
    optional: bool = False,
    live: bool = False,
    hint: str = "",
    multiline: bool = False,
    limit: int = 1000,
) -> Block:
    value = getattr(built, name)
    return InputBlock(
        block_id=block(name, built.generation),
        label=kit.plain(label),
        optional=optional,
        dispatch_action=live,
        hint=kit.plain(hint) if hint else None,
        element=PlainTextInputElement(
            action_id=ids.typed(name),
            initial_value=value[:limit] or None,
            multiline=multiline,
            max_length=limit,
            dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_character_entered"])
            if live
            else None,
        ),
    )


def _options(built: Built, reader: Reader) -> Block:
    _ = reader.words()
    hint = _("One on each line, up to 50. Languages side by side: Very useful | Très utile | Muy útil.")
    label = _("Options")
    if built.kind == "form":
        label = _("Questions and options")
        hint = _(
            "A question begins with a question mark, its options are below it with a dash: “? Useful? [rating 5]”."
            " In brackets: rating 5, text, ranked, any, up to 2."
        )
    elif built.kind == "rating":
        hint = _("Left empty: 1 to 5. Or name the steps, one on each line.")
    return _typed(
        ids.OPTIONS,
        label,
        built,
        reader,
        optional=built.kind == "rating",
        live=True,
        hint=hint,
        multiline=True,
        limit=TEXT_LIMIT,
    )


def _menu(
    name: str,
    label: str,
    names: dict[str, str],
    chosen: str,
    built: Built,
    reader: Reader,
    *,
    optional: bool = False,
    live: bool = False,
) -> Block:
    _ = reader.words()
    options = {value: Option(value=value, text=kit.plain(_(words))) for value, words in names.items()}
    if chosen and chosen not in options:
        # Typed in the command: it can be read, though it is none of what the menu offers.
        options[chosen] = Option(value=chosen, text=kit.plain(chosen))
    element = StaticSelectElement(
        action_id=ids.typed(name), options=list(options.values()), initial_option=options.get(chosen)
    )
    return InputBlock(
        block_id=block(name, built.generation),
        label=kit.plain(label),
        element=element,
        optional=optional,
        dispatch_action=live,
    )


def _radio(name: str, label: str, names: dict[str, str], chosen: str, built: Built, reader: Reader) -> Block:
    _ = reader.words()
    options = {value: Option(value=value, text=kit.plain(_(words))) for value, words in names.items()}
    return InputBlock(
        block_id=block(name, built.generation),
        label=kit.plain(label),
        element=RadioButtonsElement(
            action_id=ids.typed(name), options=list(options.values()), initial_option=options[chosen]
        ),
        dispatch_action=True,
    )


def _channels(built: Built, reader: Reader) -> Block:
    _ = reader.words()
    return InputBlock(
        block_id=block(ids.CHANNELS, built.generation),
        label=kit.plain(_("Channels")),
        hint=kit.plain(_("In several channels it is one poll with one count.")),
        element=ConversationMultiSelectElement(
            action_id=ids.typed(ids.CHANNELS),
            initial_conversations=list(built.channels) or None,
            filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            max_selected_items=10,
        ),
    )
