"""The few shapes that every view is made of, on slack_sdk's typed blocks, cut to Slack's limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
)

from app.slack.limits import check_message, check_view
from app.slack.mrkdwn import chunks, cut, escape

Body = dict[str, Any]

# Slack's limit of one section's text, and, with room for the rest, of all text of a message's blocks together.
SECTION_LIMIT = 3000
ESCAPED_LIMIT = 11_000


def section(text: str, *, accessory: InteractiveElement | None = None, block_id: str | None = None) -> Block:
    """A paragraph of mrkdwn; typed text in it is escaped and cut by the caller."""
    return SectionBlock(text=MarkdownTextObject(text=text), accessory=accessory, block_id=block_id)


def words(text: str) -> list[Block]:
    """A person's own words as blocks. Words that would double in escaping go as rich text, which needs none."""
    if len(escape(text)) <= ESCAPED_LIMIT:
        return [section(piece) for piece in chunks(text, SECTION_LIMIT)]
    return [as_typed(text)]


def as_typed(text: str) -> Block:
    """A person's own words letter by letter, stars and underscores too."""
    return RichTextBlock(elements=[RichTextSectionElement(elements=[RichTextElementParts.Text(text=text)])])


def context(*texts: str) -> Block:
    """Small grey lines of mrkdwn."""
    return ContextBlock(elements=[MarkdownTextObject(text=text) for text in texts])


def header(text: str) -> Block:
    """A heading in plain text, cut at Slack's 150 characters."""
    return HeaderBlock(text=plain(cut(text, 150)))


def divider() -> Block:
    """A line across."""
    return DividerBlock()


def plain(text: str) -> PlainTextObject:
    """Plain text, shown as it is but for emoji."""
    return PlainTextObject(text=text, emoji=True)


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
    label: str | None = None,
) -> ButtonElement:
    """A button; `label` is what a screen reader says where the text alone would not tell enough."""
    return ButtonElement(
        text=plain(cut(text, 75)),
        action_id=action_id,
        value=value,
        style=style,
        confirm=confirm,
        accessibility_label=cut(label, 75) if label else None,
    )


def actions(*elements: InteractiveElement, block_id: str | None = None) -> Block:
    """A row of buttons."""
    return ActionsBlock(elements=list(elements), block_id=block_id)


def sure(title: str, text: str, yes: str, no: str) -> ConfirmObject:
    """A question asked before a click counts."""
    return ConfirmObject(
        title=plain(cut(title, 100)),
        text=PlainTextObject(text=cut(text, 300)),
        confirm=plain(cut(yes, 30)),
        deny=plain(cut(no, 30)),
    )


def message(text: str, blocks: Sequence[Block]) -> Body:
    """A message: blocks, and the text that notifications and screen readers use. Checked against Slack's limits."""
    made = [block.to_dict() for block in blocks]
    check_message(text, made)
    return {"text": text, "blocks": made}


def private(text: str, blocks: Sequence[Block] = ()) -> Body:
    """A message only the asking person sees: the body of an ack or of a response URL."""
    body: Body = message(text, blocks) if blocks else {"text": text}
    return {"response_type": "ephemeral", **body}


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    close: str,
    submit: str | None = None,
    private_metadata: str = "",
) -> Body:
    """A modal view, checked against Slack's limits. Title and buttons hold 24 characters."""
    view: Body = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(cut(title, 24)).to_dict(),
        "close": plain(cut(close, 24)).to_dict(),
        "blocks": [block.to_dict() for block in blocks],
        "private_metadata": private_metadata,
    }
    if submit:
        view["submit"] = plain(cut(submit, 24)).to_dict()
    check_view(view)
    return view


def home(blocks: Sequence[Block]) -> Body:
    """An App Home view, checked against Slack's limits."""
    view: Body = {"type": "home", "blocks": [block.to_dict() for block in blocks]}
    check_view(view)
    return view
