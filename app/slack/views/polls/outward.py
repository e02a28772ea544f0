"""What leaves a poll: the window that shows what the forum will get, the orders of files, and what became of them."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
)

from app.i18n import Reader, spoken
from app.polls.forum import TITLE_MAX, Place
from app.polls.shapes import Card
from app.slack.mrkdwn import cut, escape, link
from app.slack.views import kit
from app.slack.views.ids import pack
from app.slack.views.polls import bars, ids
from app.slack.views.polls.looks import as_blocks

# A window's preview of a post: what is longer is cut there, not on the forum.
PREVIEW = 2800


def confirm(card: Card, there: Place, title: str, text: str, reader: Reader) -> kit.Body:
    """What would be posted, nearly as it will look, and where; nothing is posted before its button is pressed."""
    _ = reader.words()
    where = _("It goes to *{category}*, the category of {community} on the forum, and stays there.").format(
        category=escape(there.category or there.community), community=escape(there.community)
    )
    blocks: list[Block] = [
        kit.section(where),
        InputBlock(
            block_id=ids.TOPIC_TITLE,
            label=kit.plain(_("Title")),
            element=PlainTextInputElement(
                action_id=ids.TOPIC_TITLE, initial_value=title[:TITLE_MAX], max_length=TITLE_MAX
            ),
        ),
        kit.divider(),
        *as_blocks(text, PREVIEW, reader),
        kit.divider(),
        kit.context(
            _("Nobody who voted is named. It is posted in your name if the forum knows you by your e-mail address.")
        ),
    ]
    if any(one.sheet.kind == "text" for one in card.questions):
        blocks.append(kit.context(_("Of the open answers only those you ticked under *Read answers* are in it.")))
    return kit.modal(
        _("Post the result"),
        blocks,
        callback_id=ids.FORUM_FORM,
        close=_("Not yet"),
        submit=_("Post it"),
        private_metadata=pack(card.key),
    )


def away(name: str, reader: Reader) -> kit.Body:
    """To whoever asked, once: it will take a while."""
    _ = reader.words()
    said = _("The forum does not answer just now. I keep trying, and tell you when the result of your poll is there.")
    return kit.message(said, [kit.section(said), kit.context(bars.fitted(cut(name, 200), 400))])


def posted(name: str, url: str, reader: Reader) -> kit.Body:
    """To whoever asked: it is there, or with a moderator where there is no address yet."""
    _ = reader.words()
    said = _("The result of your poll is on the forum.") if url else _("A moderator of the forum looks at it first.")
    lines = [said, f"*{bars.fitted(cut(name, 200), 400)}*"]
    if url:
        lines.append(link(url, _("Read it there")))
    return kit.message(said, [kit.section("\n".join(lines))])


def not_posted(name: str, problem: str, reader: Reader, *, again: bool) -> kit.Body:
    """To whoever asked, or the creator: why not. `again` says that it can be tried; else it was there already."""
    _ = reader.words()
    if again:
        said = _("The result of your poll is not on the forum: {problem}")
        hint = _("Nothing is lost. *Manage*, under the poll, offers it again.")
    else:
        said = _("The result of your poll on the forum could not be brought up to date: {problem}")
        hint = _("The poll in Slack shows how it is. *Draw it anew*, under *Manage*, tries once more.")
    text = said.format(problem=escape(problem))
    return kit.message(text, [kit.section(text), kit.context(bars.fitted(cut(name, 200), 400)), kit.context(hint)])


def file_form(card: Card, reader: Reader) -> kit.Body:
    """In which language the headers of the files are, and whether Excel is to know that the CSV is UTF-8."""
    _ = reader.words()
    programs = Option(value=ids.PROGRAMS, text=kit.plain(_("English, always the same (for programs)")))
    people = [Option(value=one, text=kit.plain(reader.languages((one,)))) for one in sorted(spoken())]
    bom = Option(value=ids.BOM, text=kit.plain(_("CSV for Excel: accents survive a double click")))
    return kit.modal(
        _("Results as a file"),
        [
            kit.section(_("It comes in a direct message, as XLSX and as CSV.")),
            InputBlock(
                block_id=ids.LANGUAGE,
                label=kit.plain(_("Headers")),
                element=StaticSelectElement(
                    action_id=ids.LANGUAGE, options=[programs, *people], initial_option=programs
                ),
            ),
            InputBlock(
                block_id=ids.ALSO,
                label=kit.plain(_("Also")),
                element=CheckboxesElement(action_id=ids.ALSO, options=[bom], initial_options=[bom]),
                optional=True,
            ),
        ],
        callback_id=ids.FILE_FORM,
        close=_("Back"),
        submit=_("Send it"),
        private_metadata=pack(card.key),
    )
