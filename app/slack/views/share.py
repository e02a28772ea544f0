"""Post it there: the form, the preview, the post itself in the person's name, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
)

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape, link, quote
from app.slack.views import ids, kit

# Slack's limit of one text input; Discourse's of a title.
WORDS_LIMIT = 3000
TITLE_LIMIT = 255
OPTION_LIMIT = 75


@dataclass(frozen=True)
class Place:
    """Where words may go: the community, its channel ("" if none) and its forum category ("" if none)."""

    community: str
    channel_id: str
    channel_name: str
    category_name: str


@dataclass(frozen=True)
class Words:
    """What is to be posted: title (for the forum), text, tags, and where."""

    title: str
    text: str
    tags: tuple[str, ...]
    to_channel: bool
    to_forum: bool


@dataclass(frozen=True)
class CarriedOver:
    """A message carried over by a lead: its author, where it stands, and its link ("" if unknown)."""

    author: str
    channel_id: str
    permalink: str

    @classmethod
    def of(cls, origin: Mapping[str, Any]) -> CarriedOver | None:
        """From a route's origin; None for words of the person's own."""
        return cls(origin["author"], origin["channel"], origin.get("permalink", "")) if origin else None


def compose(
    place: Place, words: Words, reader: Reader, *, metadata: str, carried: CarriedOver | None = None
) -> kit.Body:
    """The form: the text, editable; channel, forum category, or both; a title and tags for the forum.

    Words that are carried over are another person's: they are shown, and stay as they are.
    """
    _ = reader.words()
    options = []
    if place.channel_id:
        options.append(
            Option(value=ids.TO_CHANNEL, text=MarkdownTextObject(text=_("The channel") + f" <#{place.channel_id}>"))
        )
    if place.category_name:
        forum = cut(_("The forum: {category}").format(category=place.category_name), OPTION_LIMIT)
        options.append(Option(value=ids.TO_FORUM, text=kit.plain(forum)))
    chosen = [
        one
        for one in options
        if (one.value == ids.TO_CHANNEL and words.to_channel) or (one.value == ids.TO_FORUM and words.to_forum)
    ]
    blocks: list[Block] = [
        kit.section(f"*{escape(place.community)}*"),
        *(_their_words(carried, words.text, reader) if carried else [_own_words(words.text, reader)]),
        InputBlock(
            block_id=ids.PLACES,
            label=kit.plain(_("Where")),
            element=CheckboxesElement(action_id=ids.PLACES, options=options, initial_options=chosen or None),
        ),
    ]
    if place.category_name:
        blocks.append(
            InputBlock(
                block_id=ids.TITLE,
                label=kit.plain(_("Title on the forum")),
                element=PlainTextInputElement(
                    action_id=ids.TITLE, initial_value=words.title or None, max_length=TITLE_LIMIT
                ),
                optional=True,
                hint=kit.plain(_("The forum needs one, of 15 letters or more.")),
            )
        )
        blocks.append(
            InputBlock(
                block_id=ids.TAGS,
                label=kit.plain(_("Tags on the forum")),
                element=PlainTextInputElement(action_id=ids.TAGS, initial_value=", ".join(words.tags) or None),
                optional=True,
                hint=kit.plain(_("Up to five, with commas between.")),
            )
        )
    return kit.modal(
        _("Post it there"),
        blocks,
        callback_id=ids.COMPOSE,
        close=_("Cancel"),
        submit=_("Preview"),
        private_metadata=metadata,
    )


def _own_words(text: str, reader: Reader) -> Block:
    _ = reader.words()
    return InputBlock(
        block_id=ids.WORDS,
        label=kit.plain(_("Your words")),
        element=PlainTextInputElement(
            action_id=ids.WORDS,
            multiline=True,
            initial_value=text[:WORDS_LIMIT] or None,
            min_length=1,
            max_length=WORDS_LIMIT,
        ),
        hint=kit.plain(_("Nothing is posted until you press the button on the next page.")),
    )


def _their_words(carried: CarriedOver, text: str, reader: Reader) -> list[Block]:
    _ = reader.words()
    whose = _("The words of {author}, as they are. Nothing is posted until you press the button on the next page.")
    return [kit.context(whose.format(author=_who(carried.author, reader))), *kit.words(text)]


def preview(
    place: Place, words: Words, person: str, reader: Reader, *, metadata: str, carried: CarriedOver | None = None
) -> kit.Body:
    """How it will look, and the one button with which `person` posts it."""
    _ = reader.words()
    blocks: list[Block] = []
    if words.to_channel:
        blocks.append(kit.context(_("In {channel}:").format(channel=f"<#{place.channel_id}>")))
        if carried:
            blocks.append(kit.context(_carried(carried, person, reader)))
        blocks.extend(kit.words(words.text))
        if not carried:
            blocks.append(kit.context(_credit(person, reader)))
    if words.to_forum:
        if blocks:
            blocks.append(kit.divider())
        blocks.append(kit.context(_("On the forum, in {category}:").format(category=escape(place.category_name))))
        blocks.append(kit.section(f"*{escape(words.title)}*"))
        blocks.extend(kit.words(words.text))
        if words.tags:
            blocks.append(kit.context(_("Tags: {tags}").format(tags=escape(", ".join(words.tags)))))
    return kit.modal(
        _("Ready to post?"),
        blocks,
        callback_id=ids.PREVIEW,
        close=_("Back"),
        submit=_("Post it"),
        private_metadata=metadata,
    )


def channel_post(text: str, author: str, reader: Reader, *, topic_link: str = "") -> kit.Body:
    """The person's own words in a channel, credited to them; never more than their words and a credit line."""
    _ = reader.words()
    credit = _credit(author, reader)
    if topic_link:
        credit += " · " + link(topic_link, _("also on the forum"))
    return kit.message(escape(cut(text, 300)), [*kit.words(text), kit.context(credit)])


def carried_post(text: str, carried: CarriedOver, lead: str, reader: Reader, *, topic_link: str = "") -> kit.Body:
    """A message carried over by a lead, with its author's credit and the way back to where it was."""
    _ = reader.words()
    after = [link(carried.permalink, _("Where it was first shared"))] if carried.permalink else []
    if topic_link:
        after.append(link(topic_link, _("also on the forum")))
    blocks = [kit.context(_carried(carried, lead, reader)), *kit.words(text)]
    if after:
        blocks.append(kit.context(" · ".join(after)))
    return kit.message(escape(cut(text, 300)), blocks)


def carried_notice(community: str, channel_id: str, url: str, reader: Reader) -> kit.Body:
    """The word left in the first thread: what went where, and that nobody did anything wrong."""
    _ = reader.words()
    text = _(
        "The first message of this thread can now also be found in {place}. You can continue here or there."
    ).format(place=f"<#{channel_id}>" if channel_id else escape(community))
    blocks: list[Block] = [kit.section(text)]
    if url:
        blocks.append(kit.context(link(url, _("See it there"))))
    return kit.message(text, blocks)


def question_for_a_person(text: str, asker: str, communities: list[str], reader: Reader) -> kit.Body:
    """The direct message to a lead or the knowledge team: who asks, their words, what I would have said."""
    _ = reader.words()
    lead_in = _("<@{asker}> asks where to share this and would like your advice:").format(asker=asker)
    blocks: list[Block] = [kit.section(lead_in)]
    blocks.extend(_quoted(text[:WORDS_LIMIT]))
    if communities:
        guess = _("My own suggestion: {communities}.").format(
            communities=reader.listing([escape(name) for name in communities])
        )
        blocks.append(kit.context(guess))
    blocks.append(
        kit.context(_("Please answer <@{asker}> directly. They agreed to show you this.").format(asker=asker))
    )
    return kit.message(lead_in, blocks)


def posted(links: Sequence[tuple[str, str]], held: bool, reader: Reader) -> kit.Body:
    """The receipt of a post made from a modal: (place, link) of each place, and what still waits."""
    _ = reader.words()
    lines = [link(url, _("Posted in {place}").format(place=place)) for place, url in links]
    if held:
        lines.append(_("A moderator of the forum will look at it first."))
    text = _("Your words are out.") if links else _("Your words are on their way.")
    return kit.message(text, [kit.section("\n".join([f":white_check_mark: {text}", *lines]))])


def not_posted(words: str, problem: str, place: str, reader: Reader) -> kit.Body:
    """What a person is told when their words could not be posted: why, what to do, and their words back."""
    _ = reader.words()
    lead_in = _("Your words could not be posted in {place}: {problem}").format(place=place, problem=escape(problem))
    kept = _("They are not lost; here they are:")
    return kit.message(lead_in, [kit.section(lead_in), kit.context(kept), *kit.words(words)])


def _quoted(text: str) -> list[Block]:
    if len(escape(text)) > kit.ESCAPED_LIMIT:
        return kit.words(text)
    # Escaping makes at most five characters of one, and quoting adds two a line: 500 stay below a section's 3,000.
    return [kit.section(quote(text[start : start + 500])) for start in range(0, len(text), 500)]


def _credit(author: str, reader: Reader) -> str:
    _ = reader.words()
    return _("Shared by {author}").format(author=f"<@{author}>")


def _carried(carried: CarriedOver, lead: str, reader: Reader) -> str:
    _ = reader.words()
    intro = _("<@{lead}> shared this here so that more people see it. First posted by {author} in {channel}.")
    return intro.format(lead=lead, author=_who(carried.author, reader), channel=f"<#{carried.channel_id}>")


def _who(author: str, reader: Reader) -> str:
    _ = reader.words()
    return f"<@{author}>" if author else _("a colleague")
