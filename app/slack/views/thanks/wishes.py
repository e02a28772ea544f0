"""Two forms of settings: what one member prefers, and the workspace's rules of thanks."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
    TimePickerElement,
)

from app.i18n import Reader
from app.slack.views import kit
from app.slack.views.thanks import ids
from app.thanks.policy import RANGES, Policy


@dataclass(frozen=True)
class Wishes:
    """What a member has stored: visibility, tell, and quiet hours ("HH:MM", or "" to leave them to the workspace)."""

    visibility: str
    tell: str
    quiet_from: str
    quiet_to: str


def preferences(wishes: Wishes, policy: Policy, reader: Reader) -> kit.Body:
    """The form of one member."""
    _ = reader.words()
    visible = [
        ("ask", _("Ask me each time")),
        ("show", _("Always show it to the community")),
        ("private", _("Always keep it private")),
    ]
    tells = [("at_once", _("By a message from me")), ("never", _("Only in my Home tab"))]
    return kit.modal(
        _("Preferences"),
        [
            _radio(ids.VISIBILITY, _("When somebody thanks you, who sees it?"), visible, wishes.visibility),
            kit.context(_("Private always wins: nobody, not even an admin, can show what you keep private.")),
            _radio(ids.TELL, _("How do you hear of it?"), tells, wishes.tell),
            _time(ids.QUIET_FROM, _("Quiet from"), wishes.quiet_from),
            _time(ids.QUIET_TO, _("Quiet until"), wishes.quiet_to),
            kit.context(_quiet(policy, reader)),
        ],
        callback_id=ids.PREFERENCES,
        close=_("Cancel"),
        submit=_("Save"),
    )


def _quiet(policy: Policy, reader: Reader) -> str:
    """What quiet hours do, and whose hold where none of one's own are chosen."""
    _ = reader.words()
    does = _("Messages wait until your quiet hours are over. The same time twice means none.")
    if policy.quiet_from == policy.quiet_to:
        empty = _("Leave it empty for no quiet hours: this workspace has none.")
    else:
        hours = {"quiet_from": policy.quiet_from, "quiet_to": policy.quiet_to}
        empty = _("Leave it empty for those of this workspace: {quiet_from} to {quiet_to}.").format(**hours)
    return f"{does} {empty}"


def policy_form(policy: Policy, reader: Reader) -> kit.Body:
    """The form of the workspace's rules; the block of each is named as the setting is."""
    _ = reader.words()
    numbers = {
        "daily_cap": _("People one can thank a day (a group counts one)"),
        "cooldown_minutes": _("Minutes before thanking the same person again"),
        "people_cap": _("People in one thanks"),
        "group_cap": _("People of a user group in one thanks"),
        "undo_minutes": _("Minutes for Undo"),
        "edit_hours": _("Hours for Edit"),
        "keep_months": _("Months for which reasons are kept (0: for ever)"),
    }
    blocks: list[Block] = [_number(name, label, getattr(policy, name), reader) for name, label in numbers.items()]
    blocks += [
        _text("values", _("Values people can tag with"), " ".join(policy.values), _("Words with blanks between.")),
        _text(
            "emojis",
            _("Emoji that second a thank-you"),
            " ".join(policy.emojis),
            _("Their names, such as raised_hands."),
        ),
        _menu(
            "unanswered",
            _("While a recipient has not chosen"),
            [("private", _("keep it private")), ("show", _("show it in the community"))],
            policy.unanswered,
        ),
        _menu(
            "cards",
            _("What the channel of a community gets"),
            [
                ("both", _("a card a day and a digest a week")),
                ("day", _("a card a day")),
                ("week", _("a digest a week")),
                ("none", _("nothing")),
            ],
            policy.cards,
        ),
        _time("quiet_from", _("Quiet hours begin"), policy.quiet_from),
        _time("quiet_to", _("Quiet hours end"), policy.quiet_to),
    ]
    return kit.modal(_("Rules of thanks"), blocks, callback_id=ids.POLICY_FORM, close=_("Cancel"), submit=_("Save"))


def _radio(name: str, label: str, choices: list[tuple[str, str]], chosen: str) -> Block:
    options = [Option(value=value, text=kit.plain(text)) for value, text in choices]
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=RadioButtonsElement(
            action_id=name,
            options=options,
            initial_option=next((one for one in options if one.value == chosen), options[0]),
        ),
    )


def _menu(name: str, label: str, choices: list[tuple[str, str]], chosen: str) -> Block:
    options = [Option(value=value, text=kit.plain(text)) for value, text in choices]
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=StaticSelectElement(
            action_id=name,
            options=options,
            initial_option=next((one for one in options if one.value == chosen), options[0]),
        ),
    )


def _time(name: str, label: str, value: str) -> Block:
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=TimePickerElement(action_id=name, initial_time=value or None),
        optional=True,
    )


def _number(name: str, label: str, value: int, reader: Reader) -> Block:
    _ = reader.words()
    lowest, highest = RANGES[name]
    hint = _("From {lowest} to {highest}.").format(lowest=lowest, highest=highest)
    return _text(name, label, str(value), hint)


def _text(name: str, label: str, value: str, hint: str) -> Block:
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=PlainTextInputElement(action_id=name, initial_value=value or None),
        hint=kit.plain(hint),
        optional=not value,
    )
