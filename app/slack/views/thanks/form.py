"""The form of /thanks: whom, for what, value and community; also for editing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import kit
from app.slack.views.thanks import ids, words
from app.slack.views.thanks.ids import Carried
from app.thanks.policy import PEOPLE_LIMIT
from app.thanks.rules import REASON_LENGTH
from app.thanks.shapes import Shown

# Slack's limits: options of a menu, letters of one.
MENU = 100
OPTION = 75
SUGGESTIONS = 5
# Slack's limit of what an input holds.
TYPED = 3000


@dataclass(frozen=True)
class Unsure:
    """A name as somebody typed it, and who may be meant: (Slack id, name), the likeliest first."""

    typed: str
    maybe: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Draft:
    """What a form opens with. `communities` are (slug, name); `people` holds those of the group named `group`."""

    people: tuple[str, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    group: str = ""
    group_size: int = 0
    reason: str = ""
    value: str = ""
    community: str = ""
    forum_url: str = ""
    values: tuple[str, ...] = ()
    communities: Sequence[tuple[str, str]] = field(default=())
    forum: bool = False
    left: int | None = None


def form(draft: Draft, carried: Carried, reader: Reader) -> kit.Body:
    """The form for a new thanks; nothing is given until it is sent."""
    _ = reader.words()
    blocks: list[Block] = [*_told_of_group(draft, reader), *_unsure(draft, reader), _people(draft, reader)]
    blocks.append(_reason(draft.reason, reader))
    blocks += _details(draft, reader)
    if draft.forum:
        blocks.append(
            InputBlock(
                block_id=ids.FORUM_URL,
                label=kit.plain(_("Or for a post on the forum")),
                element=PlainTextInputElement(action_id=ids.FORUM_URL, initial_value=draft.forum_url or None),
                optional=True,
                hint=kit.plain(_("Its address. Its author is thanked when you choose nobody above.")),
            )
        )
    if draft.left is not None:
        blocks.append(kit.context(_left(draft.left, reader)))
    return kit.modal(
        _("Thank somebody"),
        blocks,
        callback_id=ids.FORM,
        close=_("Cancel"),
        submit=_("Thank them"),
        private_metadata=carried.packed(),
    )


def _left(left: int, reader: Reader) -> str:
    _ = reader.words()
    if left == 0:
        return _("You have given all your thanks of today. Tomorrow there are more.")
    return (
        _("You can thank one more person today.")
        if left == 1
        else _("You can thank {left} more people today.").format(left=left)
    )


def edit_form(thanks: Shown, draft: Draft, carried: Carried, reader: Reader) -> kit.Body:
    """The form for changing what a thanks says. Whom it is for stays."""
    _ = reader.words()
    whom = _("Your thanks to {people}. To change whom it is for, undo it and give it again.")
    return kit.modal(
        _("Edit your thanks"),
        [
            kit.context(whom.format(people=words.people(thanks.people, reader))),
            _reason(thanks.reason, reader),
            *_details(draft, reader),
        ],
        callback_id=ids.EDIT_FORM,
        close=_("Cancel"),
        submit=_("Save"),
        private_metadata=carried.packed(),
    )


def _people(draft: Draft, reader: Reader) -> Block:
    _ = reader.words()
    other_way = bool(draft.forum or draft.unsure)
    return InputBlock(
        block_id=ids.PEOPLE,
        label=kit.plain(_("Whom do you thank?")),
        element=UserMultiSelectElement(
            action_id=ids.PEOPLE,
            initial_users=list(draft.people[:PEOPLE_LIMIT]) or None,
            placeholder=kit.plain(_("Choose one or several people")),
        ),
        # Slack writes "optional" where there is another way to name somebody, so that is said too.
        optional=other_way,
        hint=kit.plain(_("Or name somebody in another way below.")) if other_way else None,
    )


def _told_of_group(draft: Draft, reader: Reader) -> list[Block]:
    if not draft.group:
        return []
    _ = reader.words()
    text = _(
        "*{group}*: of its people {count} can be thanked by you now. They are listed below, and you can leave some "
        "out; together they count as one of your thanks today."
    )
    return [kit.section(text.format(group=escape(draft.group), count=draft.group_size))]


def _unsure(draft: Draft, reader: Reader) -> list[Block]:
    """One menu for all names that were typed without Slack recognising them; nobody is chosen beforehand."""
    if not draft.unsure:
        return []
    _ = reader.words()
    found = [one for one in draft.unsure if one.maybe]
    lost = [one.typed for one in draft.unsure if not one.maybe]
    shown: list[Block] = []
    if lost:
        listed = reader.listing([f"“{escape(cut(one, 60))}”" for one in lost])
        shown.append(kit.section(_("I do not know {names}. Please choose them below.").format(names=listed)))
    if found:
        groups = [
            OptionGroup(
                label=kit.plain(cut(one.typed, OPTION)),
                options=[
                    Option(value=slack_id, text=kit.plain(cut(name, OPTION)))
                    for slack_id, name in one.maybe[:SUGGESTIONS]
                ],
            )
            for one in found[:MENU]
        ]
        listed = reader.listing([f"“{cut(one.typed, 60)}”" for one in found])
        shown.append(
            InputBlock(
                block_id=ids.SUGGESTED,
                label=kit.plain(cut(_("Who is {names}?").format(names=listed), 2000)),
                element=StaticMultiSelectElement(
                    action_id=ids.SUGGESTED, option_groups=groups, placeholder=kit.plain(_("Did you mean …"))
                ),
                optional=True,
                hint=kit.plain(_("I do not choose for you: a name may be somebody else's too.")),
            )
        )
    return shown


def _reason(text: str, reader: Reader) -> Block:
    _ = reader.words()
    return InputBlock(
        block_id=ids.REASON,
        label=kit.plain(_("What for?")),
        element=PlainTextInputElement(
            action_id=ids.REASON,
            multiline=True,
            # Words that are too long are shown whole all the same: what has to go is for the giver to say.
            initial_value=text[:TYPED] or None,
            max_length=REASON_LENGTH if len(text) <= REASON_LENGTH else TYPED,
            placeholder=kit.plain(_("What they did, and what came of it")),
        ),
    )


def _details(draft: Draft, reader: Reader) -> list[Block]:
    """Value and community, both to be left alone."""
    _ = reader.words()
    nothing = Option(value=ids.NONE, text=kit.plain(_("none")))
    shown: list[Block] = []
    if draft.values:
        options = [nothing, *(Option(value=one, text=kit.plain("#" + one)) for one in draft.values[: MENU - 1])]
        shown.append(_menu(ids.VALUE, _("Value"), options, draft.value or ids.NONE))
    if draft.communities:
        options = [
            nothing,
            *(Option(value=slug, text=kit.plain(cut(name, OPTION))) for slug, name in _fitting(draft)),
        ]
        hint = _("Whoever you thank decides whether it is shown there.")
        shown.append(_menu(ids.COMMUNITY, _("Community"), options, draft.community or ids.NONE, hint))
    return shown


def _fitting(draft: Draft) -> list[tuple[str, str]]:
    """The communities a menu can hold, by name; the one that was guessed is always among them."""
    listed = sorted(draft.communities, key=lambda one: one[1].casefold())
    first = [one for one in listed if one[0] == draft.community]
    rest = [one for one in listed if one[0] != draft.community]
    return sorted([*first, *rest][: MENU - 1], key=lambda one: one[1].casefold())


def _menu(name: str, label: str, options: list[Option], chosen: str, hint: str = "") -> Block:
    return InputBlock(
        block_id=name,
        label=kit.plain(label),
        element=StaticSelectElement(
            action_id=name,
            options=options,
            initial_option=next((one for one in options if one.value == chosen), options[0]),
        ),
        optional=True,
        hint=kit.plain(hint) if hint else None,
    )
