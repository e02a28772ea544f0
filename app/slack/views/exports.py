"""An admin's export of the recognition log: the form, and what stands beside the file."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)

from app.errors import N_
from app.exports.shapes import RAW, Order
from app.i18n import Reader, spoken
from app.slack.mrkdwn import cut, escape
from app.slack.views import export_ids as ids
from app.slack.views import ids as common
from app.slack.views import kit
from app.thanks.filters import STATUS_FILTERS
from models.thanks import SOURCES

ONLY_ADMINS = N_("Only admins of this workspace can export the recognition log.")
MENU = 100
SOURCE_WORDS = {
    "command": N_("typed as a command"),
    "form": N_("with the form"),
    "shortcut": N_("from a message in Slack"),
    "forum": N_("for a post on the forum"),
    "import": N_("from an earlier log"),
}
STATUS_WORDS = {
    "counted": N_("counted"),
    "withdrawn": N_("taken back"),
    "not_counted": N_("not counted"),
    "hidden": N_("hidden"),
}


def home_part(reader: Reader) -> list[Block]:
    """The part of App Home for admins."""
    _ = reader.words()
    return [
        kit.section("*" + _("Recognition log") + "*"),
        kit.actions(kit.button(_("Export"), ids.OPEN, common.pack(""))),
        kit.context(_("The file comes to you alone, by direct message. Every export is noted in the audit.")),
    ]


def form(communities: Sequence[tuple[str, str]], values: Sequence[str], zone: str, reader: Reader) -> kit.Body:
    """What to export; `communities` are (slug, name), `values` the workspace's, `zone` is the admin's."""
    _ = reader.words()
    everything = (ids.ALL, _("all"))
    formats = [("csv", "CSV"), ("xlsx", "Excel (XLSX)"), ("jsonl", "JSON Lines"), ("parquet", "Parquet")]
    forms = [
        (RAW, _("line by line")),
        ("person", _("a row for each person")),
        ("community", _("a row for each community")),
        ("value", _("a row for each value")),
    ]
    named = sorted(communities, key=lambda one: one[1].casefold())[: MENU - 1]
    programs = (ids.ALL, _("English, always the same (for programs)"))
    languages = [programs, *((one, reader.languages((one,))) for one in sorted(spoken()))]
    return kit.modal(
        _("Export"),
        [
            _menu(ids.FORMAT, _("File"), formats),
            _menu(ids.FORM_OF, _("How"), forms),
            _date(ids.FIRST, _("First day")),
            _date(ids.LAST, _("Last day")),
            InputBlock(
                block_id=ids.ZONE,
                label=kit.plain(_("Days and times of this zone")),
                element=PlainTextInputElement(action_id=ids.ZONE, initial_value=zone),
            ),
            _menu(ids.COMMUNITY, _("Community"), [everything, *named]),
            _person(ids.GIVER, _("Given by")),
            _person(ids.RECIPIENT, _("Given to")),
            _menu(ids.VALUE, _("Value"), [everything, *((one, one) for one in values)]),
            _menu(ids.SOURCE, _("Source"), [everything, *((one, _(SOURCE_WORDS[one])) for one in SOURCES)]),
            _menu(ids.STATUS, _("Status"), [everything, *((one, _(STATUS_WORDS[one])) for one in STATUS_FILTERS)]),
            _menu(ids.LANGUAGE, _("Headers"), languages),
            InputBlock(
                block_id=ids.OPTIONS,
                label=kit.plain(_("Also")),
                element=CheckboxesElement(
                    action_id=ids.OPTIONS,
                    options=[
                        Option(value=ids.BOM, text=kit.plain(_("CSV for Excel: accents survive a double click"))),
                        Option(value=ids.EMAILS, text=kit.plain(_("E-mail addresses (noted in the audit)"))),
                    ],
                ),
                optional=True,
            ),
        ],
        callback_id=ids.FORM,
        close=_("Cancel"),
        submit=_("Export"),
    )


def on_its_way(reader: Reader) -> kit.Body:
    """Said while the file is made."""
    _ = reader.words()
    text = _(":hourglass: I am making the file. It comes in a direct message from me, as soon as it is ready.")
    return kit.modal(_("Export"), [kit.section(text)], callback_id=common.NOTICE, close=_("Close"))


def comment(order: Order, rows: int, reader: Reader) -> str:
    """What stands beside the file: how many rows, for when, and what it leaves out."""
    _ = reader.words()
    days = " – ".join(f"{day:%Y-%m-%d}" if day else "…" for day in (order.first, order.last))
    if order.first is None and order.last is None:
        days = _("all")
    said = _("The recognition log: {rows} rows; days {days}; times in {zone}.").format(
        rows=rows, days=days, zone=escape(order.zone)
    )
    if order.form == RAW:
        said += " " + _("Words that were given in private are not in it.")
    if order.emails:
        said += " " + _("It holds e-mail addresses: please delete it when you are done.")
    return said


def nothing(reader: Reader) -> kit.Body:
    """Said when no line fits what was ordered."""
    _ = reader.words()
    text = _("No line of the recognition log fits what you asked for, so there is no file.")
    return kit.message(text, [kit.section(text)])


def failed(reader: Reader) -> kit.Body:
    """Said when there will be no file."""
    _ = reader.words()
    text = _(
        "I could not make or send your export. Please try again; an admin finds the reason among the failed jobs."
    )
    return kit.message(text, [kit.section(text)])


def _menu(name: str, label: str, choices: Sequence[tuple[str, str]]) -> Block:
    options = [Option(value=value, text=kit.plain(cut(text, 75))) for value, text in choices]
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=StaticSelectElement(action_id=name, options=options, initial_option=options[0]),
    )


def _date(name: str, label: str) -> Block:
    return InputBlock(block_id=name, label=kit.plain(label), element=DatePickerElement(action_id=name), optional=True)


def _person(name: str, label: str) -> Block:
    return InputBlock(block_id=name, label=kit.plain(label), element=UserSelectElement(action_id=name), optional=True)
