"""Slack's mrkdwn to HTML: pure, everything escaped, names and dates as the reader sees them."""

from __future__ import annotations

import html
import re

from markupsafe import Markup, escape

from app.playground.pages import emoji
from app.playground.pages.html import join, link, tag
from app.playground.pages.reader import Reader

_TOKEN = re.compile(r"<([^<>\n]+)>|(?<![\w<|])(https?://[^\s<>`]+[^\s<>`.,;:!?)'\"*_~])")
_EDGE = r"(?<![^\W_])(?<!{0}){0}(?=\S)([^{0}\n]+?)(?<=\S){0}(?!{0})(?![^\W_])"
_FORMATS = tuple(
    (re.compile(_EDGE.format(sign)), name) for sign, name in ((r"\*", "strong"), ("_", "em"), ("~", "del"))
)
_HELD = re.compile("\x00(\\d+)\x00")
_DATE_TOKEN = re.compile(r"\{([a-z_]+)\}")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def mrkdwn(text: str, reader: Reader) -> Markup:
    """Message text as HTML: code blocks, quotes, emphasis, mentions, links, dates, emoji."""
    drawn: list[Markup] = []
    # A fence without an end is text, as in Slack, hence the odd last piece is put back.
    pieces = text.replace("\x00", "").split("```")
    if len(pieces) % 2 == 0:
        last = pieces.pop()
        pieces[-1] = f"{pieces[-1]}```{last}"
    for index, piece in enumerate(pieces):
        if index % 2:
            drawn.append(tag("pre", tag("code", _bare(piece.strip("\n"), reader))))
        elif index:
            drawn.append(_lines(piece.removeprefix("\n"), reader))
        else:
            drawn.append(_lines(piece, reader))
    return join(*drawn)


def plain(text: str, *, with_emoji: bool = True) -> Markup:
    """Plain text as HTML: escaped, line ends kept, emoji where asked."""
    shown = escape(text.replace("\x00", ""))
    if with_emoji:
        shown = emoji.in_text(shown)
    return Markup("<br>").join(shown.split("\n"))


def text_object(thing: object, reader: Reader) -> Markup:
    """A Block Kit text object (`plain_text`, `mrkdwn`, `raw_text`) as HTML; anything else is nothing."""
    if not isinstance(thing, dict):
        return Markup("")
    words = str(thing.get("text", ""))
    if thing.get("type") == "mrkdwn":
        return mrkdwn(words, reader)
    return plain(words, with_emoji=thing.get("emoji") is not False)


def words_of(thing: object, reader: Reader) -> str:
    """A text object as bare words, for attributes such as labels and titles."""
    return html.unescape(text_object(thing, reader).striptags())


def _lines(text: str, reader: Reader) -> Markup:
    drawn: list[Markup] = []
    quoted: list[Markup] = []

    def end_quote() -> None:
        if quoted:
            drawn.append(tag("blockquote", Markup("<br>").join(quoted)))
            quoted.clear()

    plain_run: list[Markup] = []

    def end_run() -> None:
        if plain_run:
            drawn.append(Markup("<br>").join(plain_run))
            plain_run.clear()

    for line in text.split("\n"):
        body = re.match(r"(?:&gt;|>) ?", line)
        if body and not line.startswith("<"):
            end_run()
            quoted.append(_inline(line[body.end() :], reader))
        else:
            end_quote()
            plain_run.append(_inline(line, reader))
    end_quote()
    end_run()
    return join(*drawn)


def _inline(text: str, reader: Reader) -> Markup:
    parts = re.split(r"`([^`\n]+)`", text)
    return join(
        *(
            tag("code", _bare(part, reader)) if index % 2 else _spans(part, reader)
            for index, part in enumerate(parts)
            if part
        )
    )


def _spans(text: str, reader: Reader) -> Markup:
    held: list[Markup] = []

    def hold(hit: re.Match[str]) -> str:
        held.append(_token(hit[1], reader) if hit[1] else link(_open(hit[2]), _open(hit[2])))
        return f"\x00{len(held) - 1}\x00"

    shown = str(emoji.in_text(escape(_open(_TOKEN.sub(hold, text)))))
    parts = re.split(r"(<[^>]*>)", shown)
    # Emphasis may span an emoji, so its tags are held back too while the marks are looked for.
    for index, part in enumerate(parts):
        if part.startswith("<"):
            held.append(Markup(part))  # noqa: S704 - written by emoji.in_text
            parts[index] = f"\x00{len(held) - 1}\x00"
    shown = "".join(parts)
    for pattern, name in _FORMATS:
        shown = pattern.sub(lambda hit, name=name: _emphasis(hit, name), shown)  # type: ignore[misc]
    return Markup(_HELD.sub(lambda hit: str(held[int(hit[1])]), shown))  # noqa: S704 - escaped above


def _emphasis(hit: re.Match[str], name: str) -> str:
    """Emphasis around what was found, unless it would cut through one that is already there (`*a _b* c_`)."""
    inner = hit[1]
    crossed = any(inner.count(f"<{one}>") != inner.count(f"</{one}>") for one in ("strong", "em"))
    return hit[0] if crossed else f"<{name}>{inner}</{name}>"


def _token(inner: str, reader: Reader) -> Markup:
    body, _, label = inner.partition("|")
    label = _open(label)
    if body.startswith("@"):
        return mention(body[1:], reader, label)
    if body.startswith("#"):
        return channel(body[1:], reader, label)
    if body.startswith("!date^"):
        return date(body, label, reader)
    if body.startswith("!subteam^"):
        group = body.removeprefix("!subteam^")
        return tag("span", reader.groups.get(group) or label or "@group", class_="mention")
    if body.startswith("!"):
        return broadcast(body[1:], label)
    address = _open(body)
    if "://" not in address and not address.startswith(("mailto:", "tel:")):
        # Not one of Slack's tokens: shown as it was typed, so that nothing vanishes.
        return escape(f"<{_open(inner)}>")
    return link(address, label or address.removeprefix("mailto:"))


def mention(user_id: str, reader: Reader, label: str = "") -> Markup:
    """A mention of a person: the reader's own is marked more strongly."""
    name = reader.people.get(user_id) or label.lstrip("@") or user_id
    return tag("span", f"@{name}", class_="mention me" if user_id == reader.me else "mention", dir="auto")


def channel(channel_id: str, reader: Reader, label: str = "") -> Markup:
    """A link to a channel; one the reader may not see is only called private."""
    name = reader.channels.get(channel_id)
    if name is None:
        return tag("span", "🔒 private channel" if not label else f"#{label}", class_="mention")
    return tag("a", f"#{name}", href=f"{reader.channel_url}{channel_id}", class_="mention")


def broadcast(word: str, label: str = "") -> Markup:
    """`@channel`, `@here`, `@everyone`: shown loudly, for it would ring at everybody's."""
    loud = word.partition("^")[0] in _BROADCASTS
    return tag("span", f"@{label.lstrip('@') or word}", class_="mention loud" if loud else "mention")


def date(body: str, fallback: str, reader: Reader) -> Markup:
    """`!date^EPOCH^TOKENS^LINK` in the reader's zone and language; what cannot be read shows its fallback."""
    pieces = body.split("^")
    try:
        epoch = int(pieces[1])
        moment = reader.local(epoch)
    except (IndexError, ValueError, OverflowError, OSError):
        return escape(fallback)

    def fill(hit: re.Match[str]) -> str:
        word = hit[1]
        if word in ("time", "time_secs"):
            return reader.time(epoch, seconds=word == "time_secs")
        if word == "ago":
            return reader.ago(epoch)
        return reader.date(epoch, word) if word.startswith("date") else hit[0]

    words = _DATE_TOKEN.sub(fill, _open(pieces[2])) if len(pieces) > 2 else fallback
    shown = tag("time", words, datetime=moment.isoformat(), title=f"{moment:%Y-%m-%d %H:%M} {reader.zone}")
    return link(_open(pieces[3]), shown) if len(pieces) > 3 else shown


def _open(text: str) -> str:
    """Slack's three entities back to their characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _bare(text: str, reader: Reader) -> Markup:
    """Text inside code: no emphasis, tokens as their words."""
    return join(
        *(
            escape(_open(part)) if index % 2 == 0 else escape(html.unescape(_token(part, reader).striptags()))
            for index, part in enumerate(re.split(r"<([^<>\n]+)>", text))
        )
    )
