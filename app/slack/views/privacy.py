"""A person's own data: to have it, or to have it forgotten."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, CheckboxesElement, InputBlock, Option

from app.i18n import Reader
from app.slack.views import ids as common
from app.slack.views import kit
from app.slack.views import privacy_ids as ids


def home_part(reader: Reader) -> list[Block]:
    """The last part of App Home."""
    _ = reader.words()
    return [
        kit.context(_("*Your data.* What I hold of you is yours: take it along, or have it forgotten.")),
        kit.actions(
            kit.button(_("Download my data"), ids.DOWNLOAD, common.pack("")),
            kit.button(_("Erase me …"), ids.OPEN_ERASE, common.pack(""), style="danger"),
        ),
    ]


def erase_form(reader: Reader) -> kit.Body:
    """What goes and what stays, and a box to tick: there is no way back."""
    _ = reader.words()
    return kit.modal(
        _("Erase me"),
        [
            kit.section(
                _(
                    "*What goes, now and for good:* your name and settings here, your part in communities, the "
                    "words of your questions and of every thanks you gave or got alone, and my messages to you."
                )
            ),
            kit.section(
                _(
                    "*What stays:* numbers without you in them (somebody thanked somebody), and what was posted "
                    "in Slack or on the forum, also through me. Nobody can thank you here until you use me again "
                    "yourself: then we meet anew."
                )
            ),
            kit.context(_("You may want to download your data first.")),
            InputBlock(
                block_id=ids.AGREED,
                label=kit.plain(_("Are you sure?")),
                element=CheckboxesElement(
                    action_id=ids.AGREED,
                    options=[Option(value=ids.YES, text=kit.plain(_("Yes, forget me. It cannot be undone.")))],
                ),
            ),
        ],
        callback_id=ids.ERASE_FORM,
        close=_("Cancel"),
        submit=_("Erase me"),
    )


def on_its_way(reader: Reader) -> kit.Body:
    """Said while the file is made."""
    _ = reader.words()
    text = _(":hourglass: Your data comes as a file in a direct message from me, in a moment.")
    return kit.modal(_("Your data"), [kit.section(text)], callback_id=common.NOTICE, close=_("Close"))


def erasing(reader: Reader) -> kit.Body:
    """Said while the erasure is under way."""
    _ = reader.words()
    text = _(":hourglass: I am forgetting you. A last message from me tells you when it is done.")
    return kit.modal(_("Erase me"), [kit.section(text)], callback_id=common.NOTICE, close=_("Close"))


def export_comment(reader: Reader) -> str:
    """What stands beside the file."""
    _ = reader.words()
    return _("Everything I hold of you. Only you see this file; any text editor opens it.")


def erased(locale: str) -> kit.Body:
    """The last message to somebody who was forgotten, in the language they had."""
    _ = Reader(locale).words()
    text = _("It is done: I have forgotten you. This conversation is Slack's; you can delete or leave it.")
    return kit.message(text, [kit.section(text)])
