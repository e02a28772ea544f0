"""A person's own vote, to them alone: what is counted for them, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.polls.queries import in_order
from app.polls.shapes import Mine, Sheet, Wording
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.when import told

# Choices with a button of their own to take them back.
BUTTONS_MOST = 5


def own_vote(
    key: str, mode: str, sheets: Mapping[int, Sheet], mine: Mine, reader: Reader, *, open_now: bool = True
) -> kit.Body:
    """The confirmation of a vote, or the answer to "Your vote"."""
    _ = reader.words()
    if not mine:
        text = _nothing(mode, reader, open_now=open_now)
        return kit.private(text, [kit.section(text)])
    lead_in = _("Your vote is counted:")
    lines, choices = [], []
    for position, sheet in sheets.items():
        made = in_order(list(mine.choices.get(position, ())))
        texts = [bars.worded(sheet.options[one], 300) for one, _rank in made if one in sheet.options]
        if sheet.kind == "ranked":
            texts = [f"{place}. {text}" for place, text in enumerate(texts, 1)]
        if position in mine.texts:
            texts.append(f"“{bars.fitted(mine.texts[position], 300)}”")
        if texts:
            head = f"{bars.worded(sheet.wording, 200)}: " if len(sheets) > 1 else ""
            lines.append(f":white_check_mark: {head}{' · '.join(texts)}")
        choices += [(position, one, sheet.options[one]) for one, _rank in made if one in sheet.options]
    text = "\n".join([lead_in, *lines])[:2900]
    blocks: list[Block] = [kit.section(text)]
    if open_now:
        if 1 < len(choices) <= BUTTONS_MOST:
            blocks.extend(_way_back(key, *one, reader) for one in choices)
        blocks.append(kit.actions(kit.button(_("Take it back"), ids.TAKE_ALL_BACK, pack(key))))
        blocks.append(kit.context(_told(mode, reader)))
    return kit.private(lead_in + " " + " ".join(lines)[:2500], blocks)


def _way_back(key: str, question: int, option: int, wording: Wording, reader: Reader) -> Block:
    """One of several choices, with a button to take it back. A time is on the voter's clock, not the asker's."""
    _ = reader.words()
    # What is read aloud is plain text, where Slack shows no times of its own making.
    aloud = wording.text if wording.at is None else told(wording.at, reader.zone, reader)
    button = kit.button(
        _("Take back"),
        ids.TAKE_BACK,
        pack(key, str(question), str(option)),
        label=_("Take back: {option}").format(option=aloud),
    )
    return kit.section(bars.worded(wording, 300), accessory=button)


def _told(mode: str, reader: Reader) -> str:
    _ = reader.words()
    if mode == "secret":
        return _(
            "Only you see this. You can change your vote until the poll closes; after that not even you can see it."
        )
    return _("Only you see this. You can change your vote until the poll closes.")


def _nothing(mode: str, reader: Reader, *, open_now: bool) -> str:
    _ = reader.words()
    if open_now:
        return _("No vote of yours is counted in this poll.")
    if mode == "secret":
        return _(
            "This poll was secret and is closed: who voted for what can no longer be found out, not even by you."
        )
    return _("You did not vote in this poll.")
